/// @file
/// Bifurcations in the step h of the layer map at fixed weights. Equilibria do not move; a free
/// eigenvalue μ has the multiplier 1 + hμ, so with Re μ < 0 there is exactly one event:
///     PD at h = −2/μ (μ real),      NS at h = −2 Re μ/|μ|² (a pair).
/// Saturated units have e^{hλ} and never cross. Multipliers only leave the inside of the circle as
/// h grows, so the exact count of those outside is a step function of h whose jumps are the events:
/// each is bracketed by exact counts to 1e-13 of h, or found as a rational number; how many
/// multipliers cross, and how many of them at −1, is decided by exact polynomials
/// (src/equilibria/step_crossings.hpp). A multiple crossing is one event, `degenerate`, and two
/// where multipliers at −1 and pairs cross at one h. `angle` is in double precision.
/// What it can miss: cycles of the layer map that are born at an event are not followed, nor is
/// their stability judged. Reference: Yu. A. Kuznetsov, Elements of Applied Bifurcation Theory
/// (2004), ch. 4. Theory: doc/theory.md §8.3.
#pragma once

#include <resdyn/bifurcation/bifurcation.hpp>

namespace resdyn {

/// α is h: every branch is one equilibrium over the whole range, events are PD and NS only.
/// `options.from` >= 0. Complete up to complete_dimension; beyond, the stable equilibria only
/// (stable_samples, vertex_dimension and width do not matter). Throws std::invalid_argument.
BifurcationDiagram step_bifurcations(const ResidualSystem& system,
                                     const BifurcationOptions& options);
/// Of weights as they were read; h and eigenvalues are in their units.
BifurcationDiagram step_bifurcations(const WholeSystem& whole, const BifurcationOptions& options);

/// The rows of one branch in h: `points` >= 2 of it, spread evenly, its events, and the `marks`
/// that lie on it.
std::vector<BranchPoint> step_branch_points(const ResidualSystem& system,
                                            const EquilibriumBranch& branch,
                                            const std::vector<Bifurcation>& events, Index points,
                                            const std::vector<double>& marks = {});
std::vector<BranchPoint> step_branch_points(const WholeSystem& whole,
                                            const EquilibriumBranch& branch,
                                            const std::vector<Bifurcation>& events, Index points,
                                            const std::vector<double>& marks = {});

}  // namespace resdyn
