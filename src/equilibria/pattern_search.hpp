/// @file
/// The tree search over patterns: rounds of independent tasks, so that the nodes looked at and
/// their order depend on the problem and the budget alone, never on the threads.
#pragma once

#include <functional>

#include <resdyn/equilibria/branch_and_bound.hpp>

#include "face_relaxation.hpp"

namespace resdyn {

/// What a whole pattern that no bound excluded turned out to be.
enum class LeafKind { NotStable, Stable, Marginal };

struct LeafDecision {
    LeafKind kind = LeafKind::NotStable;
    bool exact = false;  ///< it took integers.
};

using DecideLeaf = std::function<LeafDecision(const SearchNode& leaf)>;

/// Searches the whole tree; `decide` is called from many threads. The equilibria of the result are
/// those that `solver` makes of the stable patterns.
StableSearch search_patterns(const FaceRelaxation& relaxation, const FaceSolver& solver,
                             const DecideLeaf& decide, const BranchAndBoundOptions& options);

/// result.origin, where options ask for it: a stable equilibrium of `result` spares a search.
void add_origin(const ResidualSystem& system, const BranchAndBoundOptions& options,
                StableSearch& result);

/// Knuth's estimate of the nodes that search_patterns will look at.
CostPrediction predict_search(const FaceRelaxation& relaxation, const PredictionOptions& options);

}  // namespace resdyn
