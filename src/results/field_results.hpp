/// @file
/// The portrait and the basins of any vector field as JSON, tables and words.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <utility>
#include <vector>

#include <resdyn/portrait/field_basins.hpp>
#include <resdyn/portrait/field_portrait.hpp>

#include "formats/csv.hpp"

namespace resdyn {

nlohmann::ordered_json to_json(const FieldPortrait& portrait);
nlohmann::ordered_json to_json(const FieldBasins& map);

/// "equilibria.csv": one line a root or slow point of the box; "separatrices.csv": one line a point
/// of a curve; "cycles.csv".
std::vector<std::pair<std::string, CsvTable>> field_tables(const FieldPortrait& portrait);
/// "labels.csv": one line a label with its cells; "attractors.csv".
std::vector<std::pair<std::string, CsvTable>> field_tables(const FieldBasins& map);

/// What lies on the plane, and what was left out; several lines.
std::string summary(const FieldPortrait& portrait);
/// The attractors with their shares, and what came to none.
std::string summary(const FieldBasins& map);

}  // namespace resdyn
