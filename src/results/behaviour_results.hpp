/// @file
/// What a network does with its inputs (studies/behaviour.hpp) as JSON and as CSV tables.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <utility>
#include <vector>

#include <resdyn/studies/behaviour.hpp>

#include "formats/csv.hpp"

namespace resdyn {

nlohmann::ordered_json to_json(const Behaviour& behaviour);

/// "unit_fields.csv" (order, evidence and the effect on each class, a line a unit),
/// "class_residuals.csv" (unit, layer, class), "long_run.csv" (by depth), "decision_life.csv" (by
/// input), "stories.csv" (residual and evidence by story, unit and layer); those there are numbers
/// for. Units, layers, classes and samples count from 0.
std::vector<std::pair<std::string, CsvTable>> behaviour_tables(const Behaviour& behaviour);

}  // namespace resdyn
