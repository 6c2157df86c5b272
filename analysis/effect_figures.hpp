/// @file
/// Forest plots of effects, and how they depend on the factors.
#pragma once

#include <optional>
#include <string>

#include "effect_finding.hpp"
#include "figures/figure.hpp"

namespace resdyn::claims {

/// A row a setting: mean of the pooled seeds and its interval, coloured by the verdict; below them
/// the pooled effect (diamond) and the prediction interval of a new setting (broken line). `level`:
/// of the intervals.
figures::Figure forest_plot(const std::string& id, const ExperimentFinding& finding,
                            const EffectFinding& effect, double level = 0.95);

/// A panel a factor: the settings' effects over its levels, with the line of the meta-regression.
/// Nothing where none was regressed.
std::optional<figures::Figure> factor_figure(const std::string& id, const EffectFinding& effect);

}  // namespace resdyn::claims
