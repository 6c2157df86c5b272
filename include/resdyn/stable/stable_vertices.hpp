/// @file
/// All stable vertices of the cube by branch and bound, far beyond the reach of enumeration.
///
/// A vertex is hyperbolically stable, in the flow and in the layer map of every step, iff
/// (Wy)_i > 0 on High and (Wy)_i < 0 on Low: the states of a threshold-zero Hopfield network that
/// it would keep, the strict pure Nash equilibria of the polymatrix game. See branch_and_bound.hpp
/// for the method and for what `complete` means.
///
/// What it can miss: nothing, if it ends `Complete`. Stable equilibria on faces are not looked for
/// (stable_equilibria.hpp). Theory: doc/theory.md §3.3.
#pragma once

#include <resdyn/stable/branch_and_bound.hpp>

namespace resdyn {

/// Bounded activations only; N <= 1024. `marginal` counts the vertices with no violated sign but
/// some zero. Cost: of Gaussian W the nodes grow 1.3 to 1.4× a unit from N = 28
/// to 38 (script/bench stable).
/// Throws std::invalid_argument.
StableSearch stable_vertices(const ResidualSystem& system,
                             const BranchAndBoundOptions& options = {});

/// Nodes that stable_vertices will need, with count_marginal as there.
CostPrediction predict_stable_vertices(const ResidualSystem& system,
                                       const PredictionOptions& options = {});

}  // namespace resdyn
