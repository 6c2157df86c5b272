/// @file
/// Starts of the open cube followed to rest (settle.hpp): the part of `settle` that integrates.
#pragma once

#include <algorithm>
#include <map>
#include <vector>

#include <resdyn/settling/settle.hpp>

#include "attractors.hpp"

namespace resdyn {

/// `u0` finite; `attractors` of the same system, clock and exact_free_units.
SettleResult settle_in_cube(const ResidualSystem& system, Attractors& attractors, const Matrix& u0,
                            const SettleOptions& options);

/// |y_{n+1} − y_n|_inf of the next layer, or |y'|_inf, at every column of u.
Vector speeds(const ResidualSystem& system, const Matrix& u, const SettleOptions& options);

/// Largest groups first; within a size the order of the patterns is kept.
template <typename Group>
std::vector<Group> by_size(std::map<Pattern, Group> groups) {
    std::vector<Group> sorted;
    sorted.reserve(groups.size());
    for (auto& [pattern, group] : groups) {
        sorted.push_back(std::move(group));
    }
    std::stable_sort(sorted.begin(), sorted.end(), [](const Group& a, const Group& b) {
        return a.members.size() > b.members.size();
    });
    return sorted;
}

}  // namespace resdyn
