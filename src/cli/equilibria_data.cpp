// resdyn equilibria --method data, and --method search: starts followed to rest, those of data's
// residuals with their classes, or random ones.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>

#include <resdyn/core/error.hpp>
#include <resdyn/results/results.hpp>
#include <resdyn/results/tables.hpp>
#include <resdyn/settling/seeds.hpp>

#include "equilibria_methods.hpp"
#include "labelled.hpp"

namespace resdyn::cli {

namespace {

constexpr std::size_t groups_printed = 20;
constexpr std::size_t passages_printed = 10;
// Beyond, results.json lists the largest groups only; groups.csv and endings.csv hold all.
constexpr std::size_t groups_in_json = 1000;
constexpr Index margins_up_to = 128;  // units

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
            return "slow (more time may tell)";
        case SettleOutcome::Unsettled:
            return "unsettled (still moving at the end)";
        case SettleOutcome::StepLimit:
            return "step limit";
        case SettleOutcome::NonFinite:
            return "not finite";
        case SettleOutcome::NotFollowed:
            return "not followed (proved unable to settle)";
    }
    return "";
}

void print_groups(const SettleResult& result, const std::vector<double>& margins,
                  const Contingency* classes) {
    const auto followed = static_cast<Index>(result.outcomes.size());
    fmt::print("{} {}; shares with 95 % intervals\n", result.groups.size(),
               result.groups.size() == 1 ? "equilibrium" : "equilibria");
    for (std::size_t g = 0; g < std::min(groups_printed, result.groups.size()); ++g) {
        const SettledGroup& group = result.groups[g];
        const auto size = static_cast<Index>(group.members.size());
        fmt::print(
            "{:>6} starts, {}{}{}:", size, percent(proportion(size, followed)),
            classes != nullptr ? fmt::format(", purity {:.3f}", classes->groups[g].purity) : "",
            group.equilibrium.proved ? "" : " (verified in double precision only)");
        print_equilibrium(group.equilibrium,
                          margins.empty() ? std::nullopt : std::optional(margins[g]));
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

/// Starts that all fail say nothing about what exists: what else to run.
std::vector<std::string> next_steps(const SettleOptions& options) {
    std::vector<std::string> steps = {
        "--method stable: every stable equilibrium, proved, with its predicted cost first",
        "--method newton: roots, unstable ones too, not complete"};
    if (options.clock == Clock::Map) {
        steps.emplace_back(
            "--clock flow, or a smaller --step: the layer map may turn where the flow rests");
        steps.push_back(fmt::format("--max-layers: more than {} layers", options.max_layers));
    } else {
        steps.push_back(fmt::format("--t-end: longer than {:g}", options.t_end));
    }
    return steps;
}

void print_result(const SettleResult& result, const std::vector<double>& margins,
                  const SettleOptions& options, const Contingency* classes) {
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
    if (result.by_proof > 0) {
        fmt::print("  {} of them not integrated, by proof: {}\n", result.by_proof, result.proof);
    }
    fmt::print("  of the settled, {} proved to converge{}\n", result.certified,
               result.by_proof > 0 ? "" : " by an invariant box");
    print_groups(result, margins, classes);
    print_passages(result);
    if (classes != nullptr && classes->inputs > 0) {
        fmt::print(
            "classes: purity {:.4f} over {} settled inputs ({} alone in their group), mutual "
            "information {:.4f} bits ({:.4f} corrected for few inputs a group) of {:.4f}\n",
            classes->purity, classes->inputs, classes->lone_inputs, classes->mutual_information,
            classes->mutual_information_corrected, classes->class_entropy);
    }
}

std::vector<Equilibrium> equilibria_of(const SettleResult& result) {
    std::vector<Equilibrium> found;
    for (const SettledGroup& group : result.groups) {
        found.push_back(group.equilibrium);
    }
    return found;
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
    std::vector<Equilibrium> found = equilibria_of(result);
    // A margin takes the inverse of a free block: not of thousands of large ones.
    std::vector<double> margins;
    RoundingReport rounding;
    VerdictNotes notes;
    if (task.system.dimension() <= margins_up_to) {
        margins = verdict_margins(task.system, found, settle_options.threads);
        rounding = rounding_report(task.system, found, margins, task.options.reading.rounding);
        notes = {&margins, &rounding, nullptr};
    }
    if (task.talk) {
        print_result(result, margins, settle_options, table ? &*table : nullptr);
        print_notes(notes);
    }
    EquilibriaOutput output;
    output.files = {
        {"groups.csv",
         group_table(result, table ? table->groups : std::vector<GroupClasses>{}).text()},
        {"endings.csv", ending_table(result, data.source).text()},
        {"equilibria.csv", equilibrium_table(found, margins).text()}};
    output.certificate = certificate_of(task, found);
    if (task.options.around > 0) {
        const SettleResult again = round_about(task, result, settle_options);
        if (task.talk) {
            fmt::print("second round, around these:\n");
            print_result(again, {}, settle_options, nullptr);
        }
        output.files.emplace_back("groups_around.csv", group_table(again, {}).text());
        output.files.emplace_back("endings_around.csv", ending_table(again).text());
    }
    const std::size_t groups = result.groups.size();
    if (groups > groups_in_json) {
        result.groups.resize(groups_in_json);
    }
    output.json = search_json(result, task.system, task.listing, table ? &*table : nullptr, notes);
    output.json["search"]["clock"] = to_string(settle_options.clock);
    if (groups == 0 && result.continua.empty()) {
        const std::vector<std::string> steps = next_steps(settle_options);
        output.json["search"]["next_steps"] = steps;
        if (task.talk) {
            fmt::print("no start came to rest, which does not say that nothing is stable; next:\n");
            for (const std::string& step : steps) {
                fmt::print("  {}\n", step);
            }
        }
    }
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
    const LoadedDataset loaded = load_data(
        options.data, task.source,
        {.part = DataPart::Test, .samples = options.samples, .seed = options.common.seed});
    const Matrix x0 = initial_activity(task.source.network, loaded.data.inputs.cast<double>());
    EquilibriaOutput output =
        follow(task, initial_preactivation(task.source.network, x0), loaded.data);
    output.json["method"] = "data";
    output.json["search"]["data"] = loaded.data.name;
    return output;
}

}  // namespace resdyn::cli
