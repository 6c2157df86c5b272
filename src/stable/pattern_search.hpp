/// @file
/// The tree search over patterns: rounds of independent tasks, so that the nodes looked at and
/// their order depend on the problem and the budget alone, never on the threads.
#pragma once

#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <resdyn/stable/branch_and_bound.hpp>
#include <resdyn/work/farm.hpp>

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
    std::vector<Pattern> listed;  ///< sorted; at most options.max_listed, see there.
    std::set<Pattern> companions;
};

/// Searches the whole tree; `decide` is called from many threads.
PatternSearch search_patterns(const FaceRelaxation& relaxation, const DecideLeaf& decide,
                              const BranchAndBoundOptions& options);

/// A search as a job of a farm.
struct SearchJob {
    std::string name;
    const ResidualSystem& system;
    Farm* farm = nullptr;  ///< null: threads alone, by search_patterns.

    bool is_shard() const { return farm != nullptr && farm->is_shard(); }
};

/// As search_patterns, subtree by subtree on job.farm, which is there; of a shard it ends Complete
/// or Interrupted and holds nothing that counts.
PatternSearch search_subtrees(const FaceRelaxation& relaxation, const DecideLeaf& decide,
                              const BranchAndBoundOptions& options, const SearchJob& job);

/// A job without a task, where nothing has to be searched: its journal still says so.
void search_nothing(const SearchJob& job, const BranchAndBoundOptions& options);

/// On the job's farm, or in one piece.
PatternSearch search_job(const FaceRelaxation& relaxation, const DecideLeaf& decide,
                         const BranchAndBoundOptions& options, const SearchJob& job);

/// The search for stable patterns, whose equilibria are those that `solver` makes of them, and
/// what options ask of the origin.
StableSearch stable_search(const FaceRelaxation& relaxation, const DecideLeaf& decide,
                           const FaceSolver& solver, const BranchAndBoundOptions& options,
                           const SearchJob& job);

/// The same where nothing had to be searched.
StableSearch decided_by_signs(const SearchJob& job, const BranchAndBoundOptions& options,
                              StableSearch answer);

/// Chen's estimate of the nodes that search_patterns will look at (cost_prediction.cpp).
CostPrediction predict_search(const FaceRelaxation& relaxation, const PredictionOptions& options);

}  // namespace resdyn
