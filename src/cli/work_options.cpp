#include "work_options.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include <resdyn/core/error.hpp>

#include "command_words.hpp"
#include "deliver.hpp"
#include "formats/output_folder.hpp"
#include "world.hpp"

namespace resdyn::cli {

namespace {

constexpr Index most_shards = 1'000'000;

std::optional<Shard> parsed_shard(const std::string& text) {
    const std::size_t slash = text.find('/');
    const auto number = [](std::string_view digits) -> std::optional<Index> {
        Index value = 0;
        const auto [end, error] =
            std::from_chars(digits.data(), digits.data() + digits.size(), value);
        return error == std::errc() && end == digits.data() + digits.size() ? std::optional(value)
                                                                            : std::nullopt;
    };
    if (slash == std::string::npos) {
        return std::nullopt;
    }
    const std::optional<Index> index = number(std::string_view(text).substr(0, slash));
    const std::optional<Index> count = number(std::string_view(text).substr(slash + 1));
    if (!index || !count || *index < 0 || *index >= *count || *count > most_shards) {
        return std::nullopt;
    }
    return Shard{*index, *count};
}

Check shard_check() {
    return {[](const std::string& text) {
                return parsed_shard(text)
                           ? std::string()
                           : fmt::format("expected I/N with 0 <= I < N <= {}, got {}", most_shards,
                                         text);
            },
            "I/N"};
}

}  // namespace

void add_work_options(App& verb, WorkOptions& options, CommonOptions& common,
                      const WorkTraits& traits) {
    const std::string group = "Long work: continued after an end of any kind, or in several pieces";
    verb.add_option("--journal", options.journal, traits.journal)->group(group);
    if (traits.resume) {
        verb.add_flag("--resume", options.resume,
                      "Go on with what is in --journal, after a kill or a power cut too")
            ->group(group);
    }
    verb.add_option("--shard", options.shard,
                    "Do only the tasks I, I + N, I + 2 N, … (0 <= I < N) into --journal; resdyn "
                    "merge makes the result")
        ->check(shard_check())
        ->group(group);
    verb.add_option(merged_option, options.merged, "")->group("");  // not shown
    std::vector<std::string> words = words_of(common.command);
    const bool has_journal = std::any_of(words.begin(), words.end(), [](const std::string& word) {
        return word.starts_with("--journal");
    });
    words = without(std::move(words), {{"--journal"}, {"--shard"}, {merged_option}});
    if (traits.resume || has_journal) {
        words = without(std::move(words), {{"--resume", false}});
    }
    common.command = command_of(words);
}

std::optional<Farm> farm_of(const WorkOptions& options, const CommonOptions& common) {
    Ranks* const ranks = ranks_of_run();
    if (is_helper()) {
        Farm farm;
        farm.spread_over(*ranks);
        return farm;
    }
    if (!options.merged.empty()) {
        return Farm::of_journals({options.merged.begin(), options.merged.end()});
    }
    if (options.journal.empty()) {
        if (options.resume || !options.shard.empty()) {
            reject_argument(options.resume ? "--resume" : "--shard", "--journal beside it", "none");
        }
        if (ranks == nullptr) {
            return std::nullopt;
        }
        Farm farm;
        farm.spread_over(*ranks);
        return farm;
    }
    JournalOptions with{.folder = options.journal,
                        .resume = options.resume,
                        .shard = options.shard.empty() ? Shard() : *parsed_shard(options.shard),
                        .command = common.command};
    Farm farm(std::move(with));
    if (ranks != nullptr) {
        farm.spread_over(*ranks);
    }
    check_writable(options.journal);
    return farm;
}

double resumed_share(const Farm* farm) {
    return farm == nullptr || farm->progress().tasks == 0
               ? 0.0
               : static_cast<double>(farm->progress().resumed) /
                     static_cast<double>(farm->progress().tasks);
}

void print_next_step(const WorkOptions& options, const Farm& farm) {
    const FarmProgress& progress = farm.progress();
    if (options.journal.empty()) {
        return;
    }
    if (!progress.complete()) {
        fmt::print("journal: {}: {} of {} tasks are done; the same command with --resume goes on\n",
                   options.journal, progress.done, progress.tasks);
    } else if (progress.resumed > 0) {
        fmt::print("journal: {}: {} of {} tasks were done already\n", options.journal,
                   progress.resumed, progress.tasks);
    }
}

void say_next_step(Findings& findings, const WorkOptions& options,
                   const std::optional<Farm>& farm) {
    if (farm) {
        findings.summary = [&options, &farm, told = std::move(findings.summary)] {
            told();
            print_next_step(options, *farm);
        };
    }
}

std::optional<InterruptScope> interrupts_of(const std::optional<Farm>& farm) {
    return farm ? std::optional<InterruptScope>(std::in_place) : std::nullopt;
}

std::optional<int> end_without_result(const WorkOptions& options, const CommonOptions& common,
                                      const std::optional<Farm>& farm) {
    if (farm && farm->is_shard()) {
        return end_shard(options, common, *farm);
    }
    if (farm && !options.journal.empty() && !farm->progress().complete()) {
        throw ResourceError(fmt::format(
            "{}: expected to finish, got an interrupt after {} of {} tasks; the same command with "
            "--resume goes on",
            options.journal, farm->progress().done, farm->progress().tasks));
    }
    return std::nullopt;
}

int end_shard(const WorkOptions& options, const CommonOptions& common, const Farm& farm) {
    if (farm.is_helper()) {
        return Done;
    }
    const FarmProgress& progress = farm.progress();
    if (talks(common)) {
        print_next_step(options, farm);
        if (progress.complete()) {
            fmt::print(
                "shard {}: all its {} tasks are in {}; the result of all shards: resdyn "
                "merge {}\n",
                options.shard, progress.tasks, options.journal, options.journal);
        }
    }
    return progress.complete() ? Done : ResourceFailure;
}

}  // namespace resdyn::cli
