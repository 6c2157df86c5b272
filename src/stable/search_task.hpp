/// @file
/// A part of the tree search over patterns: nodes to look at, and what came of those that were.
#pragma once

#include <cstdint>
#include <vector>

#include "pattern_search.hpp"

namespace resdyn {

/// Nodes still to be looked at, the last first, and what the task has found so far.
struct SearchTask {
    std::vector<SearchNode> open;
    PatternSearch found;
    std::vector<NodeProof> proofs;
};

/// States that are possible and need not be: what a node's tree is wide by.
int states_to_lose(const SearchNode& node);

/// Looks at so many nodes at most; an interrupt ends it before the next one.
void look_at(SearchTask& task, std::uint64_t nodes, const FaceRelaxation& relaxation,
             const DecideLeaf& decide, bool keep_proofs);

/// Every open node a task of its own, in the order in which they would be looked at.
std::vector<SearchTask> one_node_a_task(std::vector<SearchTask> tasks);

/// Moves what a task found to the whole; nothing is left out of its list.
void absorb(PatternSearch& to, PatternSearch& part);

/// Leaves the first `most` by pattern, in any order.
void keep_first(std::vector<Pattern>& listed, std::size_t most);

}  // namespace resdyn
