/// @file
/// The back end of the farm for several ranks (ranks.hpp).
#pragma once

#include <resdyn/work/ranks.hpp>

#include "farm_run.hpp"

namespace resdyn {

/// Rank 0: has the tasks of `run` done by all ranks, itself one of them, and folds.
void deal(const FarmRun& run, Ranks& ranks);

/// Ranks above 0: does the tasks that rank 0 deals. Nothing at all if it is another job than the
/// one that was opened. Throws InputError where the job differs from rank 0's: other weights there
/// than here.
FarmProgress do_dealt(const Job& job, const FarmWork& work, Ranks& ranks);

}  // namespace resdyn
