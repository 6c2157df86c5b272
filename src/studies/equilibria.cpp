#include <resdyn/studies/equilibria.hpp>

#include <fmt/format.h>

#include <cmath>

#include <resdyn/core/error.hpp>

#include "equilibria_parts.hpp"

namespace resdyn {

namespace {

constexpr Index always_atlas_up_to = 10;         // units: a minute at the worst
constexpr Index atlas_up_to = 24;                // units
constexpr Index stable_up_to = 64;               // units; beyond, the prediction itself takes long
constexpr double affordable_atlas_seconds = 60;  // of one processor, see AtlasCost::work_seconds
constexpr double affordable_nodes = 5e6;
/// A prediction is more often too low than too high: the search may take so many times as many.
constexpr double allowance = 20;
constexpr double least_nodes = 1e6;
constexpr Index most_starts_of_a_face = 10000;

void need_positive(const char* field, double value, bool or_zero = false) {
    if (!(std::isfinite(value) && (value > 0 || (or_zero && value == 0)))) {
        reject_argument(field, or_zero ? "a finite number >= 0" : "a finite number > 0",
                        fmt::format("{}", value));
    }
}

void check_recurrence(const ResidualSystem& system, const EquilibriaStudyOptions& options) {
    if (!is_bounded(system.activation())) {
        reject_argument("recurrence", "a bounded activation (logistic or tanh)",
                        to_string(system.activation()));
    }
    if (options.starts > most_starts_of_a_face) {
        reject_argument("starts", fmt::format("1 to {} a face", most_starts_of_a_face),
                        fmt::format("{}", options.starts));
    }
}

void check(const ResidualSystem& system, const EquilibriaStudyOptions& options,
           EquilibriaMethod method, const Dataset* data) {
    using enum EquilibriaMethod;
    require_at_least("starts", options.starts, 0);
    require_at_least("samples", options.samples, 1);
    require_at_least("around", options.around, 0);
    need_positive("radius", options.radius);
    need_positive("exponent_error", options.exponent_error, true);
    if (data != nullptr && method != Data) {
        reject_argument("data", "none, or method data or auto", to_string(options.method));
    }
    if (method == Data && data == nullptr) {
        reject_argument("data", "a data set, which method data follows", "none");
    }
    if (options.as_decimals && method != Atlas && method != Stable && method != StableVertices &&
        method != Auto) {
        reject_argument("as_decimals",
                        "a method that decides exactly: atlas, stable, stable-vertices, auto",
                        to_string(options.method));
    }
    if (options.certificate && method == Newton) {
        reject_argument("certificate",
                        "a method that decides exactly (atlas, search, stable, attracting-faces)",
                        "one that does not");
    }
    if (options.farm != nullptr && method == Recurrence) {
        reject_argument("farm", "a method whose tasks do not follow from one another",
                        to_string(options.method));
    }
    if (method == Recurrence) {
        check_recurrence(system, options);
    }
}

/// The most that is affordable: every one, every stable one, else where random starts end.
void add_affordable(const EquilibriaTask& task) {
    const Index n = task.system().dimension();
    EquilibriaChoice choice;
    const auto pass_over = [&](std::string reason) {
        task.note(reason);
        choice.passed_over.push_back(std::move(reason));
    };
    const auto chosen = [&](EquilibriaMethod method) {
        choice.method = task.study.method = method;
        task.study.choice = std::move(choice);
    };
    if (n <= atlas_up_to) {
        const auto cost = add_atlas(task, n <= always_atlas_up_to ? 0.0 : affordable_atlas_seconds);
        if (!cost) {
            return chosen(EquilibriaMethod::Atlas);
        }
        pass_over(
            fmt::format("--method atlas passed over: every one of {:.3g} patterns would take about "
                        "{:.2g} s of one processor",
                        cost->patterns, cost->work_seconds));
    } else {
        pass_over(fmt::format("--method atlas passed over: it goes to {} units", atlas_up_to));
    }
    if (n <= stable_up_to) {
        const auto cost = add_stable_within(task, {affordable_nodes, allowance, least_nodes});
        if (!cost) {
            return chosen(EquilibriaMethod::Stable);
        }
        pass_over(std::isnan(cost->nodes)
                      ? std::string("--method stable passed over: to predict its cost takes too "
                                    "long itself (--max-nodes limits it)")
                      : fmt::format("--method stable passed over: every stable one, proved, would "
                                    "take about {:.2g} nodes",
                                    cost->nodes));
    } else {
        pass_over(
            fmt::format("--method stable passed over: its cost is not predicted beyond {} "
                        "units (--max-nodes limits it)",
                        stable_up_to));
    }
    if (task.study.whole) {
        reject_argument("as_decimals",
                        "a system small enough for --method atlas or stable, or one of these named",
                        fmt::format("{} units, and both passed over by --method auto", n));
    }
    add_settled(task);
    chosen(EquilibriaMethod::Search);
}

void add_answer(const EquilibriaTask& task) {
    using enum EquilibriaMethod;
    switch (task.study.method) {
        case Auto:
            return add_affordable(task);
        case Atlas:
            add_atlas(task);
            return;
        case Stable:
        case StableVertices:
            return add_stable(task, task.study.method == StableVertices);
        case AttractingFaces:
            return add_attracting(task);
        case Data:
        case Search:
            return add_settled(task);
        case Newton:
            return add_roots(task);
        case Recurrence:
            return add_recurrence(task);
    }
}

}  // namespace

std::string_view to_string(EquilibriaMethod method) {
    switch (method) {
        case EquilibriaMethod::Auto:
            return "auto";
        case EquilibriaMethod::Atlas:
            return "atlas";
        case EquilibriaMethod::Stable:
            return "stable";
        case EquilibriaMethod::StableVertices:
            return "stable-vertices";
        case EquilibriaMethod::AttractingFaces:
            return "attracting-faces";
        case EquilibriaMethod::Data:
            return "data";
        case EquilibriaMethod::Search:
            return "search";
        case EquilibriaMethod::Newton:
            return "newton";
        case EquilibriaMethod::Recurrence:
            return "recurrence";
    }
    return "unknown";
}

EquilibriaMethod method_meant(const EquilibriaStudyOptions& options, Activation activation,
                              bool has_data) {
    if (options.method != EquilibriaMethod::Auto) {
        return options.method;
    }
    return has_data                  ? EquilibriaMethod::Data
           : !is_bounded(activation) ? EquilibriaMethod::Newton
           : options.starts > 0      ? EquilibriaMethod::Search
                                     : EquilibriaMethod::Auto;
}

bool ends_early(EquilibriaMethod method) {
    using enum EquilibriaMethod;
    return method == Auto || method == Atlas || method == Stable || method == StableVertices ||
           method == AttractingFaces;
}

void EquilibriaTask::note(const std::string& line) const {
    if (options.on_note) {
        options.on_note(line);
    }
}

void EquilibriaTask::progress(std::string_view part, double share, const std::string& words) const {
    if (options.on_progress) {
        options.on_progress(part, share, words);
    }
}

Index EquilibriaTask::starts(Index otherwise) const {
    return options.starts > 0 ? options.starts : otherwise;
}

std::vector<Equilibrium> SettledAnswer::equilibria() const {
    std::vector<Equilibrium> found;
    for (const SettledGroup& group : result.groups) {
        found.push_back(group.equilibrium);
    }
    return found;
}

bool EquilibriaStudy::sound() const {
    return !atlas || !atlas->atlas.index.applies || atlas->atlas.index.holds;
}

EquilibriaStudy study_equilibria(const ResidualNetwork& network,
                                 const EquilibriaStudyOptions& options, const Dataset* data) {
    validate(network);
    EquilibriaStudy study{.system = residual_system(network)};
    study.method = method_meant(options, study.system.activation(), data != nullptr);
    study.listing = options.listing.value_or(
        study.system.dimension() <= all_listed_up_to ? Listing::All : Listing::Stable);
    check(study.system, options, study.method, data);
    if (options.as_decimals) {
        study.whole = as_decimals(study.system);
        if (!study.whole) {
            reject_input("as_decimals", "weights of at most some 30 decimal digits from end to end",
                         "weights that span more");
        }
    }
    const EquilibriaTask task{network, data, options, study};
    add_answer(task);
    return study;
}

}  // namespace resdyn
