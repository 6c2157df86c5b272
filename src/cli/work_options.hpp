/// @file
/// --journal, --resume and --shard: long work that outlives its process, of every verb whose tasks
/// run on a farm (work/farm.hpp).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <resdyn/core/interrupt.hpp>
#include <resdyn/work/farm.hpp>

#include "command_line.hpp"
#include "common.hpp"
#include "deliver.hpp"

namespace resdyn::cli {

struct WorkOptions {
    std::string journal;  ///< folder; empty: none.
    bool resume = false;
    std::string shard;                ///< "I/N"; empty: all tasks.
    std::vector<std::string> merged;  ///< journals to fold in place of the work: resdyn merge.
};

struct WorkTraits {
    const char* journal = "Folder that keeps every finished task";
    bool resume = true;  ///< false: the verb has a --resume of its own.
};

/// Takes the options off `common.command`: how work was carried on is no part of what it was, and
/// results must not depend on it.
void add_work_options(App& verb, WorkOptions& options, CommonOptions& common,
                      const WorkTraits& traits = {});

/// The farm that the options ask for; none where they ask for nothing. Throws InputError,
/// std::invalid_argument, and ResourceError where the journal's folder cannot be written.
std::optional<Farm> farm_of(const WorkOptions& options, const CommonOptions& common);

/// What of a farm's tasks was done by an earlier run, for the time left; 0 without a farm.
double resumed_share(const Farm* farm);

/// Says how to go on, or that nothing had to be done again.
void print_next_step(const WorkOptions& options, const Farm& farm);
/// The same where there is a farm, after what the findings say themselves. All of these must
/// outlive them.
void say_next_step(Findings& findings, const WorkOptions& options, const std::optional<Farm>& farm);

/// For verbs that a signal ends at once where they have no journal: with one, the tasks at work are
/// finished first.
std::optional<InterruptScope> interrupts_of(const std::optional<Farm>& farm);

/// The exit code of a run that was a shard: there is no result yet, and it is said how to make it.
/// Nothing where there is a result, or no farm. Throws ResourceError, which says how to go on,
/// where an interrupt has left tasks undone: for a verb that then writes nothing.
std::optional<int> end_without_result(const WorkOptions& options, const CommonOptions& common,
                                      const std::optional<Farm>& farm);

/// The end of a run that was a shard. Returns the exit code.
int end_shard(const WorkOptions& options, const CommonOptions& common, const Farm& farm);

/// The option by which `resdyn merge` hands journals to a verb.
inline constexpr const char* merged_option = "--merged-journal";

}  // namespace resdyn::cli
