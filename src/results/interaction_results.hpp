/// @file
/// Cooperation, competition and structure as JSON and as CSV tables.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <utility>
#include <vector>

#include <resdyn/studies/interactions.hpp>

#include "formats/csv.hpp"

namespace resdyn {

/// The seven verdicts, scalings and the dissipative P, the exact rank.
nlohmann::ordered_json to_json(const StructureReport& structure);
nlohmann::ordered_json to_json(const InteractionAnalysis& interaction);
/// activation, step, dimension, interaction.
nlohmann::ordered_json to_json(const InteractionStudy& study);

/// pairs, structure, structure_checks, units (by unit: component, camps, net help, P), and with
/// data effective_interaction and energy_budget by layer; as (file name, table).
std::vector<std::pair<std::string, CsvTable>> interaction_tables(
    const InteractionAnalysis& interaction);

/// Every linked pair by decreasing strength, at most `largest` of them: i, j, type, w_ij, w_ji,
/// strength, and whether the camps of the frustration index (by weight) leave it frustrated.
CsvTable linked_pair_table(const Matrix& W, const InteractionAnalysis& interaction, Index largest);

/// interaction_tables and linked_pairs.csv, which lists so many pairs at most.
std::vector<std::pair<std::string, CsvTable>> interaction_tables(const InteractionStudy& study,
                                                                 Index listed_pairs = 10000);

}  // namespace resdyn
