// Every equilibrium, and what moves for ever beside them.
#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include <resdyn/core/interrupt.hpp>

#include "atlas/atlas_farm.hpp"
#include "equilibria_parts.hpp"

namespace resdyn {

namespace {

constexpr Index predicted_from = 14;      // units; below, the walk is over at once
constexpr Index listed_at_most = 20'000;  // equilibria described in full
constexpr Index largest_dimension = 32;   // where it is asked for: an atlas of hours to days

AtlasOptions atlas_options(const EquilibriaTask& task) {
    AtlasOptions options{.listing = task.study.listing,
                         .max_dimension = largest_dimension,
                         .origin = true,
                         .threads = task.options.threads,
                         .max_listed = listed_at_most,
                         .stop_requested = interrupt_requested};
    options.on_progress = [&task](double share, Index found) {
        task.progress("atlas", share,
                      task.does_shard() ? std::string() : fmt::format("{} equilibria", found));
    };
    return options;
}

/// What was decided on whole numbers, in the units of the weights as read.
void take_units(const WholeSystem& whole, AtlasAnswer& answer) {
    for (Equilibrium& equilibrium : answer.atlas.equilibria) {
        in_units_of(whole, equilibrium);
    }
    for (Continuum& continuum : answer.atlas.continua) {
        in_units_of(whole, continuum);
    }
    for (TwoClocks& clocks : answer.verdicts.clocks) {
        in_units_of(whole, clocks);
    }
}

void add_certificate(const EquilibriaTask& task, const Atlas& atlas) {
    if (task.options.certificate) {
        task.study.certificate = certify(task.system(), atlas, task.study.listing);
    }
}

}  // namespace

std::optional<AtlasCost> add_atlas(const EquilibriaTask& task, double seconds) {
    const ResidualSystem& system = task.system();
    AtlasOptions options = atlas_options(task);
    options.affordable_seconds = seconds;
    if (system.dimension() >= predicted_from) {
        options.on_cost = [&task](const AtlasCost& predicted) {
            task.note(fmt::format("{:.3g} patterns, about {:.2g} s (from a timed sample)",
                                  predicted.patterns, predicted.seconds));
        };
    }
    if (task.options.on_entries) {
        options.max_listed = 0;
        options.on_entries = task.options.on_entries;
    }
    Farm threads;
    Farm& farm = task.options.farm != nullptr ? *task.options.farm : threads;
    AtlasAnswer answer{.atlas = equilibrium_atlas(system, options, farm)};
    if (answer.atlas.not_begun) {
        return answer.atlas.cost;
    }
    if (farm.is_shard()) {
        task.study.interrupted = !farm.progress().complete();
        return std::nullopt;
    }
    const std::vector<Equilibrium>& listed = answer.atlas.equilibria;
    add_margins(task, listed, answer.verdicts);
    answer.verdicts.clocks = clocks_of_list(task, listed, !answer.atlas.complete);
    answer.directions = affordable_directions(task, answer.atlas.origin);
    add_certificate(task, answer.atlas);
    if (task.study.whole) {
        take_units(*task.study.whole, answer);
    }
    task.study.interrupted = !answer.atlas.complete || interrupt_requested();
    task.study.atlas = std::move(answer);
    return std::nullopt;
}

void add_recurrence(const EquilibriaTask& task) {
    const EquilibriaStudyOptions& options = task.options;
    const bool on_list = task.system().dimension() > RecurrentMotionOptions().max_dimension;
    if (on_list) {
        add_attracting(task);
    } else {
        AtlasAnswer answer{.atlas = equilibrium_atlas(task.system(), atlas_options(task))};
        answer.verdicts.clocks =
            clocks_of_list(task, answer.atlas.equilibria, !answer.atlas.complete);
        add_certificate(task, answer.atlas);
        task.study.atlas = std::move(answer);
    }
    if (interrupt_requested()) {
        task.study.interrupted = true;
        return;
    }
    RecurrentMotionOptions with{.seed = options.seed, .threads = options.threads};
    with.starts = task.starts(with.starts);
    if (options.exponent_error > 0) {
        with.exponent_share = 0.0;
        with.exponent_error = options.exponent_error;
    }
    task.study.recurrence =
        on_list ? recurrent_motion_on_list(task.system(), task.study.attracting->search, with)
                : recurrent_motion(task.system(), with);
}

void add_margins(const EquilibriaTask& task, const std::vector<Equilibrium>& equilibria,
                 ListedVerdicts& verdicts) {
    verdicts.margins = verdict_margins(task.system(), equilibria, task.options.threads);
    verdicts.rounding =
        rounding_report(task.system(), equilibria, verdicts.margins, task.options.rounding);
}

std::vector<TwoClocks> clocks_of_list(const EquilibriaTask& task,
                                      const std::vector<Equilibrium>& equilibria,
                                      bool search_interrupted) {
    constexpr std::size_t between_questions = 256;  // equilibria
    std::vector<TwoClocks> clocks;
    while (clocks.size() < equilibria.size() && (search_interrupted || !interrupt_requested())) {
        const auto first = equilibria.begin() + static_cast<std::ptrdiff_t>(clocks.size());
        const std::size_t count = std::min(between_questions, equilibria.size() - clocks.size());
        std::vector<TwoClocks> next =
            listed_clocks(task.system(), {first, first + static_cast<std::ptrdiff_t>(count)},
                          task.options.threads);
        std::move(next.begin(), next.end(), std::back_inserter(clocks));
    }
    return clocks;
}

std::optional<OriginDirections> affordable_directions(const EquilibriaTask& task,
                                                      const std::optional<OriginReport>& origin) {
    constexpr double affordable = 2.0;  // seconds of one processor
    const Index n = task.system().dimension();
    if (!origin || task.study.whole || n > largest_directions_dimension ||
        !(predicted_direction_seconds(n, task.network.width()) <= affordable) ||
        interrupt_requested()) {
        return std::nullopt;
    }
    return origin_directions(task.system(), {.threads = task.options.threads,
                                             .max_exact = exact_supports_within(affordable),
                                             .stop_requested = interrupt_requested});
}

}  // namespace resdyn
