/// @file
/// What the signs of W say about stable equilibria before anything is searched.
///
/// 1. *Vertices only.* If w_ii ≥ 0 for all i, a hyperbolically stable equilibrium has no free unit:
///    its free block diag(g) W_FF, g > 0, would need a trace Σ g_i w_ii < 0. An isolated one with
///    free units and no unstable eigenvalue would need trace 0, so w_ii = 0 on F; where moreover
///    S W_FF S ≥ 0 for some signature S (signs s_i s_j w_ij ≥ 0), the spectral radius of
///    diag(g) W_FF is an eigenvalue (Perron, Frobenius), so it is 0, the block nilpotent and
///    singular, and the equilibrium not isolated. So with such signs on the units with w_ii = 0
///    only vertices matter, for marginal equilibria too.
/// 2. *Logistic, W ≥ 0.* y ≥ 0 makes every (Wy)_i ≥ 0: an eigenvalue (Wy)_i of a Low unit is never
///    negative, so the only vertex that can be hyperbolically stable is all High, and it is iff
///    every row of W has a positive entry ((W1)_i > 0). A vertex with the set H High has no
///    unstable eigenvalue iff w_ij = 0 for all i not in H, j in H: H is closed under j → i where
///    w_ij > 0. The marginal equilibria are these closed sets, the empty one (the origin) included,
///    without the stable vertex; they are counted on the acyclic graph of strongly connected
///    components, part by part.
/// tanh with W ≥ 0 is decided by 1 and the search among vertices: its levels have both signs, and
/// several separate groups can each keep their own.
#pragma once

#include <resdyn/stable/branch_and_bound.hpp>

#include "numerics/exact.hpp"

namespace resdyn {

/// May an equilibrium on a face be stable or, if `marginal`, isolated without an unstable
/// eigenvalue? False only where 1 excludes it.
bool faces_can_be_stable(const exact::IntegerMatrix& W, bool marginal);

/// The whole answer where 2 gives it. Nothing for other systems, or where the closed sets are too
/// many to count one graph part at a time.
std::optional<StableSearch> stable_by_signs(const ResidualSystem& system,
                                            const BranchAndBoundOptions& options);

}  // namespace resdyn
