/// @file
/// What was proved of a network (studies/proofs.hpp) as JSON and as CSV tables.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <utility>
#include <vector>

#include <resdyn/studies/proofs.hpp>

#include "formats/csv.hpp"

namespace resdyn {

/// The sentences of `describe`, and the counts and lists they rest on; what was not tried is null.
nlohmann::ordered_json to_json(const NetworkProofs& proofs);

/// "attracting_faces.csv", "stable_equilibria.csv"; those there are.
std::vector<std::pair<std::string, CsvTable>> proof_tables(const NetworkProofs& proofs);

}  // namespace resdyn
