/// @file
/// The seeds of an experiment, measured as tasks on a farm: eight of every setting, then block by
/// block up to 13 and 21 those of settings that are not decided.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <resdyn/work/farm.hpp>

#include "effect_finding.hpp"

namespace resdyn::claims {

/// What the seeds of a run depend on beside the experiment itself.
struct SeedRunOptions {
    DesignOptions design{};
    std::string id{};         ///< of the claim, "claim-5": the farm's jobs are named after it.
    std::string data_hash{};  ///< of the user's data; empty without.
    /// Called as seeds are done, from the calling thread: how many of a block of how many. May be
    /// empty.
    std::function<void(const std::string& block, Index done, Index of)> on_round{};
};

/// The seed of a setting's number: the same for all claims with a setting of this name, different
/// for every other name or number, for quick runs and for another base.
std::uint64_t seed_of(const Workspace& workspace, std::string_view setting, Index number);

/// The seeds of all settings; nothing where the farm does a shard or was stopped. A block already
/// in the farm's journal is not measured again: journals do not depend on margin or alpha.
std::optional<std::vector<MeasuredSetting>> measure_seeds(const Experiment& experiment,
                                                          const Workspace& workspace,
                                                          const SeedRunOptions& options,
                                                          Farm& farm);

}  // namespace resdyn::claims
