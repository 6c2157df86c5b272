/// @file
/// The basin map (basins.hpp) on a farm of the caller's: with a journal that outlives the process,
/// or in shards (work/farm.hpp). A task is a band of cells; its own threads follow them.
#pragma once

#include <resdyn/portrait/basins.hpp>
#include <resdyn/work/farm.hpp>

namespace resdyn {

/// As without a farm, which is Farm{}. The job is called "basins". Of a shard only
/// `farm.progress()` means something: nothing was folded. Throws as Farm::run, too.
BasinMap basin_map(const StateSpace& space, const Slice& slice, const BasinOptions& options,
                   Farm& farm);

}  // namespace resdyn
