/// @file
/// The principal minors where several processes work at one atlas: each needs all of them, and
/// where sending them is quicker than computing them again, each makes a part.
#pragma once

#include <functional>
#include <optional>

#include <resdyn/work/farm.hpp>

#include "principal_minors.hpp"

namespace resdyn {

struct MinorOptions {
    int threads = 0;  ///< 0: all processors.
    std::function<bool()> stop_requested = {};
};

/// The minors; nothing on a rank above 0 that has made its part of them and has nothing more to do
/// until rank 0 opens the atlas.
std::optional<PrincipalMinors> minors_by_all_ranks(const ResidualSystem& system,
                                                   const FilterWeights& weights,
                                                   const FaceSolver& solver,
                                                   const MinorOptions& options, Farm& farm);

}  // namespace resdyn
