/// @file
/// The results of `resdyn reduce` as JSON and as CSV tables.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <utility>
#include <vector>

#include <resdyn/studies/reduction.hpp>

#include "formats/csv.hpp"

namespace resdyn {

/// accuracy of the original; imitations with training, agreement by layer and what is proved (of
/// the imitation); low_rank with singular values and, by rank, agreement and equilibria of z.
nlohmann::ordered_json to_json(const Reduction& reduction);

/// Those that there is something for: imitations.csv (a line an M), imitation_training.csv,
/// distances.csv (a line a network and layer), imitation-M-….csv of its proofs; ranks.csv,
/// singular_values.csv, equilibria-rank-R.csv.
std::vector<std::pair<std::string, CsvTable>> reduction_tables(const Reduction& reduction);

/// The model files of a reduction: "imitation-M.safetensors", "rank-R.safetensors" (of r + C units,
/// low_rank.hpp) and the networks in them.
std::vector<std::pair<std::string, ResidualNetwork>> reduced_networks(const Reduction& reduction);

/// What a terminal shows, several lines.
std::string summary(const Reduction& reduction);

}  // namespace resdyn
