/// @file
/// All branches of flow cycles that hang together with one Hopf point: the one born there, and from
/// every PD and BP on the way (flow_cycle_branches.hpp).
#pragma once

#include <vector>

#include <resdyn/recurrence/flow_cycle_branches.hpp>

#include "face_family.hpp"

namespace resdyn {

struct FlowCycleTree {
    std::vector<FlowCycleBranch> branches;  ///< parents among themselves.
    Index not_followed = 0;
};

FlowCycleTree follow_hopf_point(const FaceFamily& family, const Bifurcation& event,
                                const FlowCycleOptions& options);

}  // namespace resdyn
