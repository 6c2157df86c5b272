// resdyn equilibria --method data, and --method search: starts followed to rest, those of data's
// residuals with their classes, or random ones.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>

#include <resdyn/core/error.hpp>
#include <resdyn/equilibria/seeds.hpp>
#include <resdyn/io/results.hpp>
#include <resdyn/io/tables.hpp>

#include "equilibria_methods.hpp"
#include "labelled.hpp"

namespace resdyn::cli {

namespace {

constexpr std::size_t groups_printed = 20;
constexpr std::size_t passages_printed = 10;
// Beyond, results.json lists the largest groups only; groups.csv and endings.csv hold all.
constexpr std::size_t groups_in_json = 1000;

std::string percent(const Proportion& p) {
    return fmt::format("{:.2f} % [{:.2f}, {:.2f}]", 100 * p.value, 100 * p.low, 100 * p.high);
}

std::string_view words(SettleOutcome outcome) {
    switch (outcome) {
        case SettleOutcome::Settled:
            return "settled at an attracting equilibrium";
        case SettleOutcome::OnContinuum:
            return "settled on an attracting continuum";
        case SettleOutcome::Slow:
            return "slow (a passage; more time may tell)";
        case SettleOutcome::Unsettled:
            return "still moving at the end";
        case SettleOutcome::StepLimit:
            return "step limit";
        case SettleOutcome::NonFinite:
            return "not finite";
    }
    return "";
}

void print_groups(const SettleResult& result, const Contingency* classes) {
    const auto followed = static_cast<Index>(result.outcomes.size());
    fmt::print("{} equilibria; shares with 95 % intervals\n", result.groups.size());
    for (std::size_t g = 0; g < std::min(groups_printed, result.groups.size()); ++g) {
        const SettledGroup& group = result.groups[g];
        const auto size = static_cast<Index>(group.members.size());
        fmt::print(
            "{:>6} starts, {}{}{}:", size, percent(proportion(size, followed)),
            classes != nullptr ? fmt::format(", purity {:.3f}", classes->groups[g].purity) : "",
            group.equilibrium.proved ? "" : " (verified in double precision only)");
        print_equilibrium(group.equilibrium);
    }
    if (result.groups.size() > groups_printed) {
        fmt::print("  … {} more in groups.csv\n", result.groups.size() - groups_printed);
    }
    for (const ContinuumGroup& group : result.continua) {
        fmt::print(
            "{:>6} starts on {}, a continuum of dimension {} that attracts across, spread "
            "{:.3g}; one at y = ({})\n",
            group.members.size(), pattern_text(group.continuum.pattern), group.continuum.dimension,
            group.spread, point_text(group.continuum.point));
    }
}

void print_passages(const SettleResult& result) {
    std::map<Pattern, std::vector<const SlowPassage*>> by_pattern;
    for (const SlowPassage& passage : result.passages) {
        by_pattern[passage.near.pattern].push_back(&passage);
    }
    std::size_t printed = 0;
    for (const auto& [pattern, passages] : by_pattern) {
        if (printed++ == passages_printed) {
            fmt::print("  … {} more in endings.csv\n", by_pattern.size() - passages_printed);
            break;
        }
        const auto distance = [](const SlowPassage* a, const SlowPassage* b) {
            return a->distance < b->distance;
        };
        fmt::print("{:>6} slow starts near {} ({}, unstable dimension {}), {:.2g} to {:.2g} away\n",
                   passages.size(), pattern_text(pattern), to_string(passages.front()->near.type),
                   passages.front()->near.spectrum.unstable,
                   (*std::min_element(passages.begin(), passages.end(), distance))->distance,
                   (*std::max_element(passages.begin(), passages.end(), distance))->distance);
    }
}

void print_result(const SettleResult& result, const SettleOptions& options,
                  const Contingency* classes) {
    const auto followed = static_cast<Index>(result.outcomes.size());
    fmt::print(
        "not complete: equilibria that starts settle at; others were not searched\n{} starts "
        "followed {}\n",
        followed,
        options.clock == Clock::Flow
            ? fmt::format("in the flow to t = {:g} at most", options.t_end)
            : fmt::format("under the layer map, {} layers at most", options.max_layers));
    for (const SettleOutcome outcome : settle_outcomes) {
        if (const Index count = result.count(outcome); count > 0) {
            fmt::print("  {:>6} {}: {}\n", count, words(outcome),
                       percent(proportion(count, followed)));
        }
    }
    fmt::print("  of the settled, {} proved to converge by an invariant box\n", result.certified);
    print_groups(result, classes);
    print_passages(result);
    if (classes != nullptr && classes->inputs > 0) {
        fmt::print(
            "classes: purity {:.4f} over {} settled inputs ({} alone in their group), mutual "
            "information {:.4f} bits ({:.4f} corrected for few inputs a group) of {:.4f}\n",
            classes->purity, classes->inputs, classes->lone_inputs, classes->mutual_information,
            classes->mutual_information_corrected, classes->class_entropy);
    }
}

/// A second round: starts around every equilibrium that the first one settled at or passed.
SettleResult round_about(const EquilibriaTask& task, const SettleResult& first,
                         const SettleOptions& settle_options) {
    std::map<Pattern, const Equilibrium*> known;
    for (const SettledGroup& group : first.groups) {
        known[group.equilibrium.pattern] = &group.equilibrium;
    }
    for (const SlowPassage& passage : first.passages) {
        known.emplace(passage.near.pattern, &passage.near);
    }
    const Index around = task.options.around;
    Matrix starts(task.system.dimension(), around * static_cast<Index>(known.size()));
    Index next = 0;
    for (const auto& [pattern, equilibrium] : known) {
        starts.middleCols(next * around, around) =
            seeds_around(task.system, equilibrium->y, task.options.radius, around,
                         task.options.common.seed + static_cast<std::uint64_t>(next) + 1);
        ++next;
    }
    return settle(task.system, starts, settle_options);
}

/// Follows the starts and makes the files. `data`: a sample a start, or none.
EquilibriaOutput follow(const EquilibriaTask& task, const Matrix& starts, const Dataset& data) {
    SettleOptions settle_options = task.options.settle;
    settle_options.threads = task.options.common.threads;
    settle_options.clock = task.options.clock == "flow" ? Clock::Flow : Clock::Map;
    SettleResult result = settle(task.system, starts, settle_options);
    std::optional<Contingency> table;
    if (data.size() > 0) {
        std::vector<std::vector<Index>> members;
        for (const SettledGroup& group : result.groups) {
            members.push_back(group.members);
        }
        table = contingency(members, data.labels, data.classes);
    }
    if (task.talk) {
        print_result(result, settle_options, table ? &*table : nullptr);
    }
    EquilibriaOutput output;
    std::vector<Equilibrium> found;
    for (const SettledGroup& group : result.groups) {
        found.push_back(group.equilibrium);
    }
    output.files = {
        {"groups.csv",
         group_table(result, table ? table->groups : std::vector<GroupClasses>{}).text()},
        {"endings.csv", ending_table(result, data.source).text()},
        {"equilibria.csv", equilibrium_table(found).text()}};
    output.certificate = certificate_of(task, found);
    if (task.options.around > 0) {
        const SettleResult again = round_about(task, result, settle_options);
        if (task.talk) {
            fmt::print("second round, around these:\n");
            print_result(again, settle_options, nullptr);
        }
        output.files.emplace_back("groups_around.csv", group_table(again, {}).text());
        output.files.emplace_back("endings_around.csv", ending_table(again).text());
    }
    const std::size_t groups = result.groups.size();
    if (groups > groups_in_json) {
        result.groups.resize(groups_in_json);
    }
    output.json = search_json(result, task.system, task.listing, table ? &*table : nullptr);
    output.json["search"]["clock"] = to_string(settle_options.clock);
    output.json["search"]["groups"] = groups;
    output.json["search"]["groups_listed"] = result.groups.size();
    return output;
}

}  // namespace

EquilibriaOutput equilibria_search(const EquilibriaTask& task) {
    return follow(task, random_seeds(task.system, task.options.starts, task.options.common.seed),
                  {});
}

EquilibriaOutput equilibria_data(const EquilibriaTask& task) {
    const EquilibriaOptions& options = task.options;
    if (options.data.empty()) {
        reject_argument("--method data", "--data beside it", "none");
    }
    const LoadedDataset loaded = load_dataset(
        options.data,
        {.part = DataPart::Test, .samples = options.samples, .seed = options.common.seed});
    const Matrix x0 = initial_activity(task.source.network, loaded.data.inputs.cast<double>());
    EquilibriaOutput output =
        follow(task, initial_preactivation(task.source.network, x0), loaded.data);
    output.json["method"] = "data";
    output.json["search"]["data"] = loaded.data.name;
    const std::vector<std::string> warnings = class_remarks(loaded.data);
    output.json["search"]["warnings"] = warnings;
    warn(warnings);
    output.inputs = loaded.files;
    return output;
}

}  // namespace resdyn::cli
