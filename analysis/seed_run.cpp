#include "seed_run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include <resdyn/core/error.hpp>

#include "formats/sha256.hpp"
#include "work/task_fields.hpp"
#include "workspace.hpp"

namespace resdyn::claims {

namespace {

/// Seeds from `first` up to `last` of some settings: a job of the farm.
struct Block {
    std::string name;
    std::vector<std::size_t> settings;
    Index first = 0;
    Index last = 0;

    Index seeds() const { return last - first; }
    Index tasks() const { return seeds() * static_cast<Index>(settings.size()); }
};

class SeedRun {
  public:
    SeedRun(const Experiment& experiment, const Workspace& workspace, const SeedRunOptions& options,
            Farm& farm)
        : experiment_(experiment), workspace_(workspace), options_(options), farm_(farm) {
        std::set<std::string> names;
        for (EffectSetting& setting : experiment.settings(workspace)) {
            require(options.id, names.insert(setting.name()).second, "settings of different names",
                    setting.name());
            measured_.push_back({std::move(setting), {}, {}});
        }
    }

    std::optional<std::vector<MeasuredSetting>> run() {
        const DesignOptions& design = options_.design;
        Block first{fmt::format("{}-seeds-{}", options_.id, design.pooled_seeds()),
                    {},
                    0,
                    design.pooled_seeds()};
        for (std::size_t s = 0; s < measured_.size(); ++s) {
            first.settings.push_back(s);
        }
        if (!measure(first)) {
            return std::nullopt;
        }
        // Block by block, a job a setting: which settings go on is known only here, and a rank that
        // helps passes over the jobs that are not opened.
        Index from = design.pooled_seeds();
        for (const Index look : design.looks()) {
            if (look <= from) {
                continue;
            }
            for (std::size_t s = 0; s < measured_.size(); ++s) {
                const Block block{
                    fmt::format("{}-setting-{}-seeds-{}", options_.id, s, look), {s}, from, look};
                if ((farm_.is_helper() || !is_decided(measured_[s])) && !measure(block)) {
                    return std::nullopt;
                }
            }
            from = look;
        }
        if (farm_.is_helper()) {
            return std::nullopt;
        }
        return std::move(measured_);
    }

  private:
    /// Every effect that decides the claim has its verdict in this setting, or cannot get one.
    bool is_decided(const MeasuredSetting& measured) const {
        for (std::size_t k = 0; k < experiment_.effects.size(); ++k) {
            const Effect& effect = experiment_.effects[k];
            const auto values = measured.effects(k);
            const bool has_subject =
                std::any_of(values.begin(), values.end(), [](const auto& v) { return v; });
            if (effect.decides && has_subject &&
                !sequential_test(values, {.margin = options_.design.margin_of(effect),
                                          .alpha = options_.design.alpha,
                                          .looks = options_.design.looks()})
                     .decided()) {
                return false;
            }
        }
        return true;
    }

    Job job_of(const Block& block) const {
        std::string names;
        for (const std::size_t s : block.settings) {
            names += measured_[s].setting.name() + "\n";
        }
        return {.name = block.name,
                .identity = {{"bytes of a task", "seeds 1"},
                             {"data", options_.data_hash},
                             {"experiment", experiment_.version},
                             {"quick", workspace_.quick() ? "yes" : "no"},
                             {"seed", fmt::format("{}", workspace_.seed())},
                             {"settings", sha256(names)}},
                .tasks = block.tasks()};
    }

    /// False where there is nothing to go on with: a stop, or a shard, which has a part of it. A
    /// rank that helps goes on to the next job, which may be the one that was opened.
    bool measure(const Block& block) {
        const auto setting_of = [&](Index task) {
            return block.settings[static_cast<std::size_t>(task / block.seeds())];
        };
        const auto number_of = [&](Index task) { return block.first + task % block.seeds(); };
        FarmWork work{.threads = workspace_.threads(),
                      .stop_requested = [this] { return workspace_.stop_requested(); }};
        work.task = [&](Index task) -> std::optional<std::string> {
            const EffectSetting& setting = measured_[setting_of(task)].setting;
            const auto result = experiment_.measure(
                workspace_, setting, seed_of(workspace_, setting.name(), number_of(task)));
            if (!result) {
                return std::nullopt;
            }
            require(options_.id,
                    result->effects.size() == experiment_.effects.size() &&
                        result->beside.size() == experiment_.beside.size(),
                    "a value for each effect and each number beside", "others");
            return task_bytes(*result);
        };
        work.fold = [&](Index task, std::string_view bytes) {
            MeasuredSetting& measured = measured_[setting_of(task)];
            measured.seeds.push_back(seed_of(workspace_, measured.setting.name(), number_of(task)));
            measured.results.push_back(task_result<SeedResult>(bytes));
        };
        if (options_.on_round) {
            work.on_round = [&](const FarmProgress& progress) {
                options_.on_round(block.name, progress.done, progress.tasks);
            };
        }
        return farm_.run(job_of(block), work).complete() &&
               (farm_.is_helper() || !farm_.is_shard());
    }

    const Experiment& experiment_;
    const Workspace& workspace_;
    const SeedRunOptions& options_;
    Farm& farm_;
    std::vector<MeasuredSetting> measured_;
};

}  // namespace

std::uint64_t seed_of(const Workspace& workspace, std::string_view setting, Index number) {
    constexpr std::size_t digits = 12;  // 48 bits: a JSON number holds them
    const std::string hash =
        sha256(fmt::format("{}, {}, {}, {}", workspace.seed(),
                           workspace.quick() ? "quick" : "whole", setting, number));
    return std::stoull(hash.substr(0, digits), nullptr, 16);
}

std::optional<std::vector<MeasuredSetting>> measure_seeds(const Experiment& experiment,
                                                          const Workspace& workspace,
                                                          const SeedRunOptions& options,
                                                          Farm& farm) {
    validate(options.design);
    return SeedRun(experiment, workspace, options, farm).run();
}

}  // namespace resdyn::claims
