#include <resdyn/bifurcation/pattern_history.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include <resdyn/atlas/atlas.hpp>
#include <resdyn/core/error.hpp>
#include <resdyn/settling/seeds.hpp>
#include <resdyn/settling/settle.hpp>
#include <resdyn/stable/stable_equilibria.hpp>

namespace resdyn {

std::string_view to_string(HistoryMethod method) {
    switch (method) {
        case HistoryMethod::Atlas:
            return "atlas";
        case HistoryMethod::StableSet:
            return "stable_set";
        case HistoryMethod::RandomStarts:
            return "random_starts";
    }
    return "unknown";
}

std::string_view to_string(PatternChange change) {
    switch (change) {
        case PatternChange::Birth:
            return "birth";
        case PatternChange::Death:
            return "death";
        case PatternChange::StabilityChange:
            return "stability";
    }
    return "unknown";
}

namespace {

void validate(const std::vector<EpochSystem>& systems, const PatternHistoryOptions& o) {
    if (systems.empty()) {
        reject_argument("pattern_history", "at least one system", "none");
    }
    if (o.complete_dimension < 0 || o.complete_dimension > 12 ||
        o.stable_dimension < o.complete_dimension || o.starts < 1) {
        reject_argument(
            "pattern_history",
            "complete_dimension 0 to 12, stable_dimension not below it, starts >= 1",
            fmt::format("{}, {}, {}", o.complete_dimension, o.stable_dimension, o.starts));
    }
    const ResidualSystem& first = systems.front().system;
    for (std::size_t k = 0; k < systems.size(); ++k) {
        const ResidualSystem& system = systems[k].system;
        require_bounded("pattern_history", system.activation());
        if (system.dimension() != first.dimension() || system.activation() != first.activation() ||
            system.step() != first.step()) {
            reject_argument(
                fmt::format("epoch {}", systems[k].epoch),
                fmt::format("{} residuals, {}, step {}, as at epoch {}", first.dimension(),
                            to_string(first.activation()), first.step(), systems.front().epoch),
                fmt::format("{}, {}, {}", system.dimension(), to_string(system.activation()),
                            system.step()));
        }
        if (k > 0 && systems[k].epoch <= systems[k - 1].epoch) {
            reject_argument("pattern_history", "increasing epochs",
                            fmt::format("{} after {}", systems[k].epoch, systems[k - 1].epoch));
        }
    }
}

struct Found {
    std::vector<Equilibrium> equilibria;
    bool complete = false;
};

Found find(const ResidualSystem& system, HistoryMethod method, const PatternHistoryOptions& o) {
    switch (method) {
        case HistoryMethod::Atlas: {
            Atlas atlas =
                equilibrium_atlas(system, {.threads = o.threads, .max_listed = 10'000'000});
            return {std::move(atlas.equilibria), atlas.complete};
        }
        case HistoryMethod::StableSet: {
            StableSearch search = stable_equilibria(
                system, {.max_nodes = o.max_nodes, .count_marginal = false, .threads = o.threads});
            const bool complete = search.complete() && search.all_listed();
            return {std::move(search.equilibria), complete};
        }
        case HistoryMethod::RandomStarts: {
            const SettleResult result =
                settle(system, random_seeds(system, o.starts, o.seed), {.threads = o.threads});
            Found found;
            for (const SettledGroup& group : result.groups) {
                found.equilibria.push_back(group.equilibrium);
            }
            return found;
        }
    }
    return {};
}

std::string scope_of(HistoryMethod method, Index n, const PatternHistory& history,
                     const PatternHistoryOptions& o) {
    const auto whole = std::count_if(history.epochs.begin(), history.epochs.end(),
                                     [](const EpochCounts& e) { return e.complete; });
    switch (method) {
        case HistoryMethod::Atlas:
            return fmt::format("every isolated equilibrium of each {} (N = {})", o.name, n);
        case HistoryMethod::StableSet:
            return fmt::format(
                "N = {} is too large for every equilibrium (complete up to N = {}): the stable "
                "ones by branch and bound, complete at {} of {} {}s",
                n, o.complete_dimension, whole, history.epochs.size(), o.name);
        case HistoryMethod::RandomStarts:
            return fmt::format(
                "N = {} is too large for every equilibrium (complete up to N = {}) and for every "
                "stable one (up to N = {}): those that {} random starts, the same at each "
                "{}, came to rest at under the layer map",
                n, o.complete_dimension, o.stable_dimension, o.starts, o.name);
    }
    return {};
}

}  // namespace

PatternHistory pattern_history(const std::vector<EpochSystem>& systems,
                               const PatternHistoryOptions& options) {
    validate(systems, options);
    const Index n = systems.front().system.dimension();
    PatternHistory history;
    history.method = n <= options.complete_dimension ? HistoryMethod::Atlas
                     : n <= options.stable_dimension ? HistoryMethod::StableSet
                                                     : HistoryMethod::RandomStarts;
    std::map<Pattern, std::vector<PatternSighting>> tracks;
    for (const EpochSystem& now : systems) {
        const Found found = find(now.system, history.method, options);
        EpochCounts counts{now.epoch, static_cast<Index>(found.equilibria.size()), 0,
                           found.complete};
        for (const Equilibrium& equilibrium : found.equilibria) {
            const auto outside =
                std::count_if(equilibrium.multipliers.begin(), equilibrium.multipliers.end(),
                              [](Complex m) { return std::abs(m) > 1; });
            counts.stable += equilibrium.spectrum.is_stable() ? 1 : 0;
            tracks[equilibrium.pattern].push_back(
                {now.epoch, equilibrium.y, equilibrium.residual, equilibrium.spectrum, outside});
        }
        history.epochs.push_back(counts);
        if (options.on_progress) {
            options.on_progress(static_cast<double>(history.epochs.size()));
        }
    }
    for (auto& [pattern, sightings] : tracks) {
        std::size_t next = 0;
        for (std::size_t k = 0; k < systems.size(); ++k) {
            const bool now = next < sightings.size() && sightings[next].epoch == systems[k].epoch;
            const bool before =
                k > 0 && next > 0 && sightings[next - 1].epoch == systems[k - 1].epoch;
            if (k > 0 && (now || before)) {
                PatternEvent event;
                event.pattern = pattern;
                event.before = systems[k - 1].epoch;
                event.after = systems[k].epoch;
                event.unstable_before = before ? sightings[next - 1].flow.unstable : -1;
                event.unstable_after = now ? sightings[next].flow.unstable : -1;
                event.change = !before ? PatternChange::Birth
                               : !now  ? PatternChange::Death
                                       : PatternChange::StabilityChange;
                if (event.unstable_before != event.unstable_after) {
                    history.events.push_back(std::move(event));
                }
            }
            next += now ? 1 : 0;
        }
        history.tracks.push_back({pattern, std::move(sightings)});
    }
    std::stable_sort(
        history.events.begin(), history.events.end(),
        [](const PatternEvent& a, const PatternEvent& b) { return a.after < b.after; });
    history.scope = scope_of(history.method, n, history, options);
    return history;
}

}  // namespace resdyn
