/// @file
/// The search for roots (root_search.hpp) on a farm of the caller's: with a journal that outlives
/// the process (work/farm.hpp). A task is a few starts of one round. Rounds of deflation need the
/// roots of those before: each is a job of its own, and a shard does the first round only; whoever
/// merges does the others.
#pragma once

#include <resdyn/settling/root_search.hpp>
#include <resdyn/work/farm.hpp>

namespace resdyn {

/// As without a farm. `job`: a name, and by its identity the field; the rest is set here. Where
/// farm.progress() is not complete at the end, or it does a shard, the result is not. An interrupt
/// (interrupt.hpp) is asked for before each task. Throws as Farm::run, too.
RootSearchResult find_roots(const VectorField& field, const Box& box,
                            const RootSearchOptions& options, Farm& farm, const Job& job);

}  // namespace resdyn
