/// @file
/// All branches of cycles of one face that hang together: from given births, and from every PD and
/// BP on the way (cycle_branches.hpp).
#pragma once

#include <optional>
#include <vector>

#include <resdyn/recurrence/cycle_branches.hpp>

#include "face_family.hpp"

namespace resdyn {

/// Where a branch leaves another: the cycle there, and the direction in u.
struct CycleBirth {
    std::optional<std::size_t> parent;
    CycleLabel label = CycleLabel::PeriodDoubling;
    double parameter = 0.0;
    Matrix u;          ///< |F|×p of the new branch, still on the old one.
    Matrix direction;  ///< likewise, |·|_2 = 1.
};

/// Of an equilibrium with a multiplier −1: u* and the eigenvector.
CycleBirth birth_at_flip(double parameter, const Vector& u_star, const Vector& eigenvector);

struct CycleBranchTree {
    std::vector<CycleBranch> branches;
    Index not_followed = 0;
};

/// `farthest_u`: |u| at which a branch ends.
CycleBranchTree follow_births(const FaceFamily& layer, std::vector<CycleBirth> births,
                              double farthest_u, const CycleBranchOptions& options);

}  // namespace resdyn
