/// @file
/// How the ledger describes effects: as JSON within their claim, and in tables of their own. The
/// design too, which is written down before the first seed is measured.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <utility>
#include <vector>

#include "claim.hpp"
#include "formats/csv.hpp"

namespace resdyn::claims {

class Workspace;

/// What the experiments of these claims will be: looks, levels, and of each claim its effects with
/// their margins, its settings and the factors taken together.
nlohmann::ordered_json design_json(const std::vector<Claim>& claims, const Workspace& workspace,
                                   const DesignOptions& options);

/// The effects of a claim: verdict, pooled effect, settings, factors.
nlohmann::ordered_json effects_json(const ExperimentFinding& finding);

/// A claim and what its experiment has found.
using NumberedFinding = std::pair<int, const ExperimentFinding*>;

/// By file name: effects.csv (an effect a line: the pooled one and its verdict),
/// effect_settings.csv (an effect in a setting, which has a number within its claim),
/// effect_factors.csv (a slope), effect_seeds.csv (a value of a seed, by the setting's number).
std::vector<std::pair<std::string, CsvTable>> effect_tables(
    const std::vector<NumberedFinding>& findings);

/// What people read of an effect's settings: one line each.
std::vector<std::vector<std::string>> setting_rows(const ExperimentFinding& finding,
                                                   const EffectFinding& effect);
/// Of its factors, each alone: one line a slope.
std::vector<std::vector<std::string>> factor_rows(const EffectFinding& effect);

}  // namespace resdyn::claims
