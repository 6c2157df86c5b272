/// @file
/// The atlas (atlas.hpp) on a farm of the caller's: with a journal that outlives the process, or in
/// shards (work/farm.hpp). A task is a run of sets of free units; its result counts, and names by
/// their patterns what may be listed. What is listed is described when results are folded, exactly
/// and from the weights, so that it is the same whoever did the task.
#pragma once

#include <resdyn/atlas/atlas.hpp>
#include <resdyn/work/farm.hpp>

namespace resdyn {

/// As without a farm, which is Farm{}. The job is called "atlas". Of a shard only
/// `farm.progress()` means something: nothing was folded. Throws as Farm::run, too.
Atlas equilibrium_atlas(const ResidualSystem& system, const AtlasOptions& options, Farm& farm);

}  // namespace resdyn
