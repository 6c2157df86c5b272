/// @file
/// Cooperation, competition and structure as JSON and as CSV tables.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <utility>
#include <vector>

#include <resdyn/formats/csv.hpp>
#include <resdyn/studies/analysis.hpp>

namespace resdyn {

nlohmann::ordered_json to_json(const InteractionAnalysis& interaction);

/// pairs, structure, structure_checks, units (by unit: component, camps, net help, P), and with
/// data effective_interaction and energy_budget by layer; as (file name, table).
std::vector<std::pair<std::string, CsvTable>> interaction_tables(
    const InteractionAnalysis& interaction);

/// Every linked pair by decreasing strength, at most `largest` of them: i, j, type, w_ij, w_ji,
/// strength, and whether the camps of the frustration index (by weight) leave it frustrated.
CsvTable linked_pair_table(const Matrix& W, const InteractionAnalysis& interaction, Index largest);

}  // namespace resdyn
