/// @file
/// All hyperbolically stable equilibria, graded ones (with free units) included, by branch and
/// bound over the 3^N patterns.
///
/// Beside the bounds of branch_and_bound.hpp, a free block diag(g) W_FF can only be stable if its
/// trace Σ g_i w_ii < 0, so that some w_ii < 0 among its units: without a unit that inhibits
/// itself this is the search for stable vertices (and, where marginal ones are counted, for free
/// blocks with w_ii = 0 throughout, unless their signs exclude these too). Logistic with W >= 0 is
/// decided by its signs alone, without a search (src/stable/stable_by_signs.hpp has the
/// statements and their proofs). Whole patterns that survive are decided exactly
/// (FaceSolver), after a filter with proved error bounds has put aside the points outside their
/// face.
///
/// What it can miss: nothing, if it ends `Complete`. Continua of equilibria (singular free blocks)
/// are never hyperbolic and are not listed.
#pragma once

#include <resdyn/stable/branch_and_bound.hpp>

namespace resdyn {

/// Bounded activations only; N <= 1024. `marginal` counts isolated equilibria with no unstable
/// eigenvalue that are not hyperbolic, on faces and vertices. Throws std::invalid_argument.
StableSearch stable_equilibria(const ResidualSystem& system,
                               const BranchAndBoundOptions& options = {});

/// One of them, for origin_report: at most 100,000 nodes are searched.
StableRival stable_rival(const ResidualSystem& system, int threads = 0);

/// Nodes that stable_equilibria will need; 0 where signs decide.
CostPrediction predict_stable_equilibria(const ResidualSystem& system,
                                         const PredictionOptions& options = {});

}  // namespace resdyn
