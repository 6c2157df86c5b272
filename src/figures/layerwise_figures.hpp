/// @file
/// The figures of networks whose weights differ by layer, and of the verdict whether a network is a
/// discretisation. As figures.hpp: all numbers come from the result structs.
#pragma once

#include <vector>

#include <resdyn/studies/discretisation_study.hpp>
#include <resdyn/studies/layer_branches.hpp>
#include <resdyn/studies/layerwise.hpp>

#include "vector_maps.hpp"

namespace resdyn::figures {

/// "split": components of interaction and drift along every step, stacked, and the share of drift;
/// "split-classes": that share by class; "split-units": root mean square of the drift by unit.
/// Those there are numbers for.
std::vector<Figure> split_figures(const StepSplit& split, ImageShape shape);

/// "growth": what every layer stretches, and the finite-time exponent up to it below its bound;
/// "exponents": all of them.
std::vector<Figure> growth_figures(const FiniteTimeExponents& exponents);

/// "layer-pattern-history": which patterns hold an equilibrium in which layer.
Figure layer_history_figure(const LayerHistory& study);

/// "layer-spectra": leading eigenvalues of every layer's W; "layer-pairs": pair types by layer;
/// "layer-sign-changes": what changes sign to the next; "layer-rest": how inputs end in every
/// frozen layer; and those above.
std::vector<Figure> layerwise_figures(const LayerwiseAnalysis& analysis, ImageShape shape);

/// "refinement": agreement and accuracy as the step is halved.
Figure refinement_figure(const FlowFidelity& fidelity);

/// "bifurcations": the branches over the depth, with the residuals of data on them.
Figure layer_branch_figure(const LayerBranches& branches);

}  // namespace resdyn::figures
