/// @file
/// Who can act on whom through any number of steps: the strongly connected components of the graph
/// with an edge j → i where w_ij ≠ 0, and the order in which they drive each other.
#pragma once

#include <vector>

#include <resdyn/core/types.hpp>

namespace resdyn {

struct Components {
    /// Units of each component, increasing; a component comes after every one that acts on it
    /// (condensation order: drivers first).
    std::vector<std::vector<Index>> members;
    std::vector<Index> component_of;  ///< N: place of the unit's component in `members`.
    /// No component acts on it: its units evolve without the others.
    std::vector<bool> is_autonomous;

    bool is_irreducible() const { return members.size() == 1; }
};

/// W: N×N, zeros as stored. Method: depth-first search with low links (Tarjan, SIAM J. Comput. 1,
/// 1972, 146–160), O(N²) for a dense matrix.
Components strongly_connected_components(const Matrix& W);

}  // namespace resdyn
