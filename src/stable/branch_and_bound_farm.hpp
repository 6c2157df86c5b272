/// @file
/// The searches by branch and bound (branch_and_bound.hpp) on a farm of the caller's: with a
/// journal that outlives the process, or in shards (work/farm.hpp). The first nodes are looked at
/// by every process alike, until 2,048 are open (of linear programs as few as 256); a task is the
/// whole tree below one of them, its result what was found there (patterns, counts, evidence). What
/// is listed is decided exactly and described when results are folded. Where signs or the first
/// nodes decide all, there is no task.
#pragma once

#include <resdyn/stable/attracting_faces.hpp>
#include <resdyn/stable/branch_and_bound.hpp>
#include <resdyn/work/farm.hpp>

namespace resdyn {

/// As without a farm, to the last count; the jobs are called "stable", "stable-vertices",
/// "attracting-faces". Of a shard only `farm.progress()` means something: nothing was folded.
/// options.max_nodes: a tree that turns out larger is searched again from its root, in one piece.
/// An interrupt before the first task throws ResourceError. Throws as Farm::run, too.
StableSearch stable_equilibria(const ResidualSystem& system, const BranchAndBoundOptions& options,
                               Farm& farm);
StableSearch stable_vertices(const ResidualSystem& system, const BranchAndBoundOptions& options,
                             Farm& farm);
AttractingFaces attracting_faces(const ResidualSystem& system, const BranchAndBoundOptions& options,
                                 Farm& farm);

}  // namespace resdyn
