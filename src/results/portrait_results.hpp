/// @file
/// Portraits and basins as JSON and as CSV tables.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <utility>
#include <vector>

#include <resdyn/portrait/boundary_sharpness.hpp>
#include <resdyn/portrait/cube.hpp>
#include <resdyn/portrait/phase_portrait.hpp>
#include <resdyn/studies/basins.hpp>
#include <resdyn/studies/portrait.hpp>

#include "formats/csv.hpp"

namespace resdyn {

/// coordinate, kind, about, origin, basis, window, leakage, invariant.
nlohmann::ordered_json to_json(const Slice& slice);
/// slice, nullclines, equilibria with place and eigenvalues, separatrices with their ends, notes;
/// the curves' points go to CSV.
nlohmann::ordered_json to_json(const PhasePortrait& portrait);
/// A line (kind, equilibria, all_rest) or a portrait, the notes of the cube among its own.
nlohmann::ordered_json to_json(const PortraitStudy& study);
/// slice, clock, attractors with cells and shares of the map, the other labels, completeness.
nlohmann::ordered_json to_json(const BasinMap& map);
nlohmann::ordered_json to_json(const BasinShares& shares);
nlohmann::ordered_json to_json(const BoundarySharpness& sharpness);

/// A line a point: curve, kind, from, end, eigenvalue, then y_0 … y_{N−1}.
CsvTable curve_table(const std::vector<InvariantCurve>& curves, Index dimension);
/// A line a point of everything in the cube: what (flow, layers, stable, unstable,
/// ray, equilibrium), number, class, t (flow and layers), y_0, y_1, y_2.
CsvTable cube_table(const CubePortrait& cube);
/// equilibria.csv; of a plane separatrices.csv, of three units cube.csv.
std::vector<std::pair<std::string, CsvTable>> portrait_tables(const PortraitStudy& study);
/// What the labels of a map mean, a line each: label, attractor (the pattern, or how the start
/// ended), kind, cells, share_of_map.
CsvTable label_table(const BasinMap& map);
/// A line an attractor: pattern, kind, type, proved, members, share with error and 95 % interval,
/// then y_0 …
CsvTable share_table(const BasinShares& shares);
/// distance, pairs, share, standard_error.
CsvTable sharpness_table(const BoundarySharpness& sharpness);

/// The groups of the data that settled, then the cycles that some of them come to.
CsvTable data_basin_table(const DataBasins& data, const std::vector<AttractingCycle>& cycles);

}  // namespace resdyn
