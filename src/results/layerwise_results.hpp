/// @file
/// What is particular to weights that differ by layer, as JSON, CSV and words: a part of `analyze`.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <utility>
#include <vector>

#include <resdyn/studies/layerwise.hpp>

#include "formats/csv.hpp"

namespace resdyn {

/// Adds layers, changes, equilibria_by_layer, split and exponents; those there are.
void add_layerwise(nlohmann::ordered_json& json, const LayerwiseAnalysis& analysis);

/// "layers.csv", "layer_spectra.csv" (a line an eigenvalue), "sign_changes.csv" (a line a step),
/// "growth.csv" (by layer), "exponents.csv", and those of the split and of the equilibria by layer.
std::vector<std::pair<std::string, CsvTable>> layerwise_tables(const LayerwiseAnalysis& analysis);

/// A few lines.
std::string summary(const LayerwiseAnalysis& analysis);

}  // namespace resdyn
