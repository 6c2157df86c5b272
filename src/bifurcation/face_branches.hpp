/// @file
/// All branches of one pattern along a path and the events on them, decided exactly.
#pragma once

#include <resdyn/bifurcation/bifurcation.hpp>

#include "lifetimes.hpp"

namespace resdyn {

/// An event with its α as an exact number, by which events are ordered.
struct PlacedEvent {
    Bifurcation event;
    exact::RealRoot root;
};

struct FaceBranches {
    std::vector<EquilibriumBranch> branches;
    std::vector<PlacedEvent> events;
};

/// Branches and TC, HB, PD, NS of one pattern, and the singular edges that touch it. The
/// determinant of the set must not vanish for every α.
FaceBranches face_branches(const ParameterPath& path, const FreeSetPath& set,
                           const Pattern& pattern, const ParameterRange& range, bool layer_map);

}  // namespace resdyn
