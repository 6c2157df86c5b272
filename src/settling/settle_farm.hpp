/// @file
/// Starts followed to rest (settle.hpp) on a farm of the caller's: with a journal that outlives the
/// process, or in shards (work/farm.hpp). A task is the starts that one task of the ensemble takes
/// (numerics/ensemble.hpp): some 32 to 16,384 of them; its result is where they ended, to the last
/// bit, and where they were seen to arrive.
#pragma once

#include <string>

#include <resdyn/settling/settle.hpp>
#include <resdyn/work/farm.hpp>

namespace resdyn {

/// As settle(), for finite u0. `job`: its name. Where a proof says how all starts end there is no
/// task. Where the farm does not fold all of it (a shard, a stop), nothing is returned. An
/// interrupt (interrupt.hpp) is asked for before each task. Throws as settle() and Farm::run.
std::optional<SettleResult> settle(const ResidualSystem& system, const Matrix& u0,
                                   const SettleOptions& options, Farm& farm,
                                   const std::string& job = "settle");

}  // namespace resdyn
