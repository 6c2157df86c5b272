// resdyn equilibria --method auto without data: the most that is affordable, by predicted cost. The
// predictions count work, they do not time it, so the choice is the same on every machine.
#include <fmt/format.h>

#include <optional>

#include <resdyn/core/error.hpp>

#include "equilibria_methods.hpp"

namespace resdyn::cli {

namespace {

constexpr Index always_atlas_up_to = 10;         // units: a minute at the worst
constexpr Index atlas_up_to = 24;                // units
constexpr Index stable_up_to = 64;               // units; beyond, the prediction itself takes long
constexpr double affordable_atlas_seconds = 60;  // of one processor, see AtlasCost::work_seconds
constexpr double affordable_nodes = 5e6;
/// A prediction is more often too low than too high: the search may take so many times as many.
constexpr double allowance = 20;
constexpr double least_nodes = 1e6;

/// Why the method was chosen, for people and for results.json.
EquilibriaOutput with_choice(EquilibriaOutput output, const std::string& method,
                             const std::vector<std::string>& passed_over) {
    output.json["choice"] = {{"method", method}, {"passed_over", passed_over}};
    return output;
}

}  // namespace

EquilibriaOutput equilibria_auto(const EquilibriaTask& task) {
    const Index n = task.system.dimension();
    std::vector<std::string> passed_over;
    const auto pass_over = [&](std::string reason) {
        if (task.talk) {
            fmt::print("{}\n", reason);
        }
        passed_over.push_back(std::move(reason));
    };
    if (n <= atlas_up_to) {
        AtlasCost cost;
        const double affordable = n <= always_atlas_up_to ? 0.0 : affordable_atlas_seconds;
        if (auto output = equilibria_atlas_within(task, affordable, cost)) {
            return with_choice(std::move(*output), "atlas", passed_over);
        }
        pass_over(
            fmt::format("--method atlas passed over: every one of {:.3g} patterns would take about "
                        "{:.2g} s of one processor",
                        cost.patterns, cost.work_seconds));
    } else {
        pass_over(fmt::format("--method atlas passed over: it goes to {} units", atlas_up_to));
    }
    if (n <= stable_up_to) {
        CostPrediction prediction;
        if (auto output = equilibria_stable_within(task, {affordable_nodes, allowance, least_nodes},
                                                   prediction)) {
            return with_choice(std::move(*output), "stable", passed_over);
        }
        pass_over(fmt::format(
            "--method stable passed over: every stable one, proved, would take about {:.2g} nodes",
            prediction.nodes));
    } else {
        pass_over(
            fmt::format("--method stable passed over: its cost is not predicted beyond {} "
                        "units (--max-nodes limits it)",
                        stable_up_to));
    }
    if (task.whole != nullptr) {
        reject_argument("--as-decimals",
                        "a system small enough for --method atlas or stable, or one of these named",
                        fmt::format("{} units, and both passed over by --method auto", n));
    }
    return with_choice(equilibria_search(task), "search", passed_over);
}

}  // namespace resdyn::cli
