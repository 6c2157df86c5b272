/// @file
/// The equilibria of every layer and how their patterns persist, as JSON, CSV and words
/// (`resdyn equilibria --layers`, and a part of `analyze`).
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <utility>
#include <vector>

#include <resdyn/studies/layer_history.hpp>

#include "formats/csv.hpp"

namespace resdyn {

/// method (layers), activation, step, dimension, found_by, scope, layers, neighbours, changes, ….
nlohmann::ordered_json to_json(const LayerHistory& study);

/// "layer_equilibria.csv" (a line an equilibrium: pattern, layer, counts, y), "layer_counts.csv" (a
/// line a layer), and for one matrix a layer "layer_neighbours.csv" and "layer_changes.csv".
std::vector<std::pair<std::string, CsvTable>> layer_history_tables(const LayerHistory& study);

/// What was looked at, a line a layer, and how patterns persist.
std::string summary(const LayerHistory& study);

}  // namespace resdyn
