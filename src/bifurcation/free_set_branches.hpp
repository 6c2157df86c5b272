/// @file
/// All branches and events of the patterns that share a set of free units.
#pragma once

#include <vector>

#include "face_branches.hpp"

namespace resdyn {

struct FreeSetBranches {
    FaceBranches found;
    /// Patterns that hold a continuum for every α.
    std::vector<Pattern> permanent;
};

/// Follows `patterns`, each with exactly the units `free` free, over the range. tanh is odd: of two
/// patterns with Low and High exchanged one is followed, and y ↦ −y gives the other (unless it
/// touches a continuum, whose point is a choice).
FreeSetBranches free_set_branches(const ParameterPath& path, const std::vector<Index>& free,
                                  const std::vector<Pattern>& patterns, const ParameterRange& range,
                                  bool layer_map);

}  // namespace resdyn
