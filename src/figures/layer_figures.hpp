/// @file
/// The figures of `transient`: decisions and separability by layer, regimes, steady residuals. As
/// figures.hpp: all numbers come from the result structs.
#pragma once

#include <resdyn/transient/decision.hpp>
#include <resdyn/transient/regime.hpp>
#include <resdyn/transient/separability.hpp>
#include <resdyn/transient/steady_features.hpp>

#include "vector_maps.hpp"

namespace resdyn::figures {

/// "decision": accuracy of the read-out after each layer, beside the partial read-outs.
Figure decision_figure(const DecisionReport& report);
/// "margin": mean margin after each layer.
Figure margin_figure(const DecisionReport& report);
/// "final-layer": share of inputs whose decision is final from each layer on.
Figure final_layer_figure(const DecisionReport& report);
/// "class-by-depth": share of each class that is read out right after each layer.
Figure class_by_depth_figure(const DecisionReport& report);
/// "unit-evidence": what each unit of each layer adds to the lead of the true class.
Figure unit_evidence_figure(const LayerEvidence& evidence, ImageShape shape);
/// "separability": Fisher ratio, held-out accuracies and distances by layer.
Figure separability_figure(const SeparabilityReport& report);
/// "regimes": how the inputs stand at the last layer.
Figure regime_figure(const RegimeReport& report);
/// "steady-features": correlation of steady residuals with the inputs against shuffled copies.
Figure steady_feature_figure(const SteadyFeatureReport& report);

}  // namespace resdyn::figures
