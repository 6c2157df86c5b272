/// @file
/// A layer study (`resdyn transient`) as JSON and as CSV tables.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <utility>
#include <vector>

#include <resdyn/studies/layer_study.hpp>

#include "formats/csv.hpp"

namespace resdyn {

nlohmann::ordered_json to_json(const LayerStudy& study);

/// "layers.csv" (accuracy, margin and final decisions by layer), "classes.csv" (class × answer ×
/// layer), "separability.csv", "unit_evidence.csv", "inputs.csv" (by sampled input: regime, speed,
/// distance), "steady_features.csv", "gain.csv", "singular_values.csv"; those the study has.
std::vector<std::pair<std::string, CsvTable>> layer_study_tables(const LayerStudy& study);

}  // namespace resdyn
