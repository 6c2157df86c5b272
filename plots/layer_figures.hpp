/// @file
/// The figures of `transient`: decisions, separability and responses by layer, regimes, and the
/// FTLE field. As figures.hpp: all numbers come from the result structs.
#pragma once

#include <string>
#include <vector>

#include <resdyn/transient/decision.hpp>
#include <resdyn/transient/filter.hpp>
#include <resdyn/transient/ftle.hpp>
#include <resdyn/transient/regime.hpp>
#include <resdyn/transient/separability.hpp>
#include <resdyn/transient/steady_features.hpp>

#include "figure.hpp"

namespace resdyn::plots {

/// Size of image-shaped vectors; 0×0: not images.
struct ImageShape {
    Index rows = 0;
    Index cols = 0;
};

/// Columns of `values`, one titled panel each, as images where rows × cols of `shape` is their
/// length; else as one map, a row a column.
struct VectorMaps {
    Matrix values;
    std::vector<std::string> titles;
    std::string row_label;  ///< of the map.
    std::string value_label;
    bool diverging = true;  ///< colours about 0, or from 0 up.
    bool own_scale = true;  ///< images: every panel to its own largest value.
};
/// id, title and caption are for the caller to set.
Figure vector_figure(const VectorMaps& maps, ImageShape shape);

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
/// "filter-directions", "filter-logits": leading right singular vectors; "unit-gain" by depth;
/// "impulse": response to single components; "class-response".
std::vector<Figure> filter_figures(const FilterReport& report, ImageShape input, ImageShape state);
/// "ftle": the field with the class boundaries.
Figure ftle_figure(const FtleField& field);

}  // namespace resdyn::plots
