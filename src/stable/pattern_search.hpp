/// @file
/// The tree search over patterns: rounds of independent tasks, so that the nodes looked at and
/// their order depend on the problem and the budget alone, never on the threads.
#pragma once

#include <functional>
#include <optional>
#include <set>
#include <vector>

#include <resdyn/stable/branch_and_bound.hpp>

#include "face_relaxation.hpp"

namespace resdyn {

/// What a whole pattern that no bound excluded turned out to be.
enum class LeafKind { Rejected, Listed, Marginal };

struct LeafDecision {
    LeafKind kind = LeafKind::Rejected;
    bool exact = false;      ///< it took integers.
    bool continuum = false;  ///< listed, and its free block is singular.
    /// A pattern that is not in the tree and that this one proves to belong to the list.
    std::optional<Pattern> companion = {};
};

using DecideLeaf = std::function<LeafDecision(const SearchNode& leaf)>;

struct PatternSearch {
    SearchEnd end = SearchEnd::Complete;
    SearchWork work;
    std::uint64_t vertices = 0;   ///< listed without a free unit.
    std::uint64_t faces = 0;      ///< listed with one; those of continua included.
    std::uint64_t continua = 0;   ///< of `faces`.
    std::uint64_t marginal = 0;   ///< counted only.
    std::vector<Pattern> listed;  ///< sorted; at most options.max_listed, the first that came.
    std::set<Pattern> companions;
};

/// Searches the whole tree; `decide` is called from many threads.
PatternSearch search_patterns(const FaceRelaxation& relaxation, const DecideLeaf& decide,
                              const BranchAndBoundOptions& options);

/// The search for stable patterns, whose equilibria are those that `solver` makes of them.
StableSearch stable_search(const PatternSearch& search, const FaceSolver& solver, int threads);

/// result.origin, where options ask for it: a stable equilibrium of `result` spares a search.
void add_origin(const ResidualSystem& system, const BranchAndBoundOptions& options,
                StableSearch& result);

/// Chen's estimate of the nodes that search_patterns will look at (cost_prediction.cpp).
CostPrediction predict_search(const FaceRelaxation& relaxation, const PredictionOptions& options);

}  // namespace resdyn
