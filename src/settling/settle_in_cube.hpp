/// @file
/// Starts of the open cube followed to rest (settle.hpp): the part of `settle` that integrates.
#pragma once

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <resdyn/numerics/ensemble.hpp>
#include <resdyn/settling/settle.hpp>
#include <resdyn/work/farm.hpp>

#include "attractors.hpp"

namespace resdyn {

/// Where a start was seen to have arrived.
struct Arrival {
    const Attraction* place = nullptr;  ///< null: nowhere yet.
    bool certified = false;             ///< inside a box proved to be drawn to the vertex.
};

/// Starts of the open cube, followed: how each ended and where it arrived.
struct FollowedStarts {
    EnsembleResult ends;
    std::vector<Arrival> arrivals;
};

/// `u0` finite; `attractors` of the same system, clock and exact_free_units. task_columns: as in
/// EnsembleOptions.
FollowedStarts follow_in_cube(const ResidualSystem& system, Attractors& attractors,
                              const Matrix& u0, const SettleOptions& options,
                              Index task_columns = 0);

/// What they came to.
SettleResult settled_in_cube(const ResidualSystem& system, FollowedStarts followed,
                             const SettleOptions& options);

/// On a farm: starts by the task of the ensemble that takes them. Nothing where the farm does not
/// fold all of them.
std::optional<FollowedStarts> follow_on_farm(const ResidualSystem& system, Attractors& attractors,
                                             const Matrix& u0, const SettleOptions& options,
                                             Farm& farm, const std::string& job);

/// A job without a task: how all of them end is proved.
void follow_none(const ResidualSystem& system, const Matrix& u0, const SettleOptions& options,
                 Farm& farm, const std::string& job);

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
