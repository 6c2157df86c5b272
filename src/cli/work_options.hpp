/// @file
/// --journal, --resume and --shard: long work that outlives its process, of every verb whose tasks
/// run on a farm (work/farm.hpp).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <resdyn/work/farm.hpp>

#include "command_line.hpp"
#include "common.hpp"

namespace resdyn::cli {

struct WorkOptions {
    std::string journal;  ///< folder; empty: none.
    bool resume = false;
    std::string shard;                ///< "I/N"; empty: all tasks.
    std::vector<std::string> merged;  ///< journals to fold in place of the work: resdyn merge.
};

/// Takes the options off `common.command`: how work was carried on is no part of what it was, and
/// results must not depend on it.
void add_work_options(App& verb, WorkOptions& options, CommonOptions& common);

/// The farm that the options ask for; none where they ask for nothing. Throws InputError,
/// std::invalid_argument, and ResourceError where the journal's folder cannot be written.
std::optional<Farm> farm_of(const WorkOptions& options, const CommonOptions& common);

/// What of a farm's tasks was done by an earlier run, for the time left; 0 without a farm.
double resumed_share(const Farm* farm);

/// Says how to go on, or how to make the result of the shards.
void print_next_step(const WorkOptions& options, const Farm& farm);

/// Throws ResourceError, which says how to go on, where an interrupt has left tasks undone: for a
/// verb that then writes nothing.
void refuse_if_undone(const WorkOptions& options, const Farm& farm);

/// The end of a run that was a shard: there is no result yet. Returns the exit code.
int end_shard(const WorkOptions& options, const CommonOptions& common, const Farm& farm);

/// The option by which `resdyn merge` hands journals to a verb.
inline constexpr const char* merged_option = "--merged-journal";

}  // namespace resdyn::cli
