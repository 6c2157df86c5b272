/// @file
/// The results of a root search and of the cones as JSON and CSV.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include <resdyn/equilibria/cones.hpp>
#include <resdyn/settling/root_search.hpp>

#include "formats/csv.hpp"

namespace resdyn {

/// The contract of `resdyn equilibria --json` with method "newton": `complete` is false, the rules
/// that were applied are in `search.rules`. `variable`: "y" or "u", what the roots are given in.
nlohmann::ordered_json roots_json(const RootSearchResult& result, const RootSearchOptions& options,
                                  const ResidualSystem& system, const std::string& variable);

/// The list of roots alone.
nlohmann::ordered_json roots_json(const std::vector<Root>& roots, const std::string& variable);
/// What became of the starts.
nlohmann::ordered_json search_json(const RootSearchResult& result);

/// Cones, complete and proved.
nlohmann::ordered_json cones_json(const ConeReport& report);

/// One line a cone: pattern, dimension, residual, growing_units, decaying_units, then `direction`.
CsvTable cone_table(const ConeReport& report);

/// One line a root or slow point: class ("root" or "slow"), type, unstable_dimension, singular,
/// residual (|f|_inf; slow points: ‖f‖₂), proved, radius, then the coordinates. Fields that a slow
/// point lacks are empty; radius too where nothing was proved.
CsvTable root_table(const RootSearchResult& result, const std::string& variable);

}  // namespace resdyn
