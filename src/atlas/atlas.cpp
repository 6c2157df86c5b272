#include <resdyn/atlas/atlas.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <numeric>
#include <set>
#include <utility>

#include <resdyn/core/error.hpp>

#include "atlas_farm.hpp"
#include "core/parallel.hpp"
#include "free_set_walk.hpp"
#include "listed_faces.hpp"
#include "model/weights_hash.hpp"
#include "shared_minors.hpp"

namespace resdyn {

namespace {

constexpr Index largest_dimension = 32;
constexpr Index tasks_per_round = 64;  // between rounds: entries handed on, lists described
constexpr Index sampled_sets = 4096;   // timed for the prediction, unless sample_seconds pass first
constexpr Index sets_per_sample = 16;
constexpr double sample_seconds = 0.5;
// The pace of work_seconds: a set of free units with its signs, an equilibrium, a pattern decided
// in integers. The first so many sets are counted, whatever time they take.
constexpr Index counted_sets = 2048;
constexpr Index counted_exact = 2000;  // … unless so many exact decisions come first
constexpr double set_seconds = 2e-6;
constexpr double found_seconds = 2e-7;
constexpr double exact_seconds = 2e-4;

int used_threads(int threads) {
    return threads > 0 ? std::min(threads, hardware_threads()) : hardware_threads();
}

/// An equilibrium lies in the closure of a continuum iff freeing some of its tied units gives the
/// continuum's pattern: it solves that face's equations, and from it a segment leads inside.
void flag_continua(const FaceSolver& solver, Atlas& atlas) {
    std::set<Pattern> patterns;
    for (const Continuum& continuum : atlas.continua) {
        patterns.insert(continuum.pattern);
    }
    if (patterns.empty()) {
        return;
    }
    for (Equilibrium& equilibrium : atlas.equilibria) {
        if (equilibrium.spectrum.zero == 0) {
            continue;
        }
        const std::vector<Index> tied = solver.ties(equilibrium.pattern);
        for (std::size_t subset = 1; subset < (std::size_t{1} << tied.size()); ++subset) {
            Pattern freed = equilibrium.pattern;
            for (std::size_t k = 0; k < tied.size(); ++k) {
                if ((subset >> k & 1U) != 0) {
                    freed.states[static_cast<std::size_t>(tied[k])] = UnitState::Free;
                }
            }
            if (patterns.contains(freed)) {
                equilibrium.on_continuum = true;
                break;
            }
        }
    }
}

/// Before anything is computed: of the sets alone.
AtlasCost least_cost(const FilterWeights& weights, int threads) {
    constexpr double exact_steps = 3;  // determinant, rank, conditions for a solution
    const auto n = static_cast<double>(weights.dimension());
    const double seconds =
        (set_seconds + exact_share(weights) * exact_steps * exact_seconds) * std::exp2(n);
    return {std::pow(3.0, n), seconds / used_threads(threads), seconds};
}

Index found_in(const FreeSetTally& tally) {
    return std::accumulate(tally.inhabited.begin(), tally.inhabited.end(), Index{0});
}

/// Without `timed` only what is counted.
AtlasCost predicted_cost(const AtlasContext& context, int threads, double seconds_so_far,
                         bool timed) {
    using Clock = std::chrono::steady_clock;
    const Index n = context.weights.dimension();
    const auto sets = static_cast<double>(Index{1} << n);
    AtlasContext counted = context;
    counted.max_listed = 0;
    counted.keep_entries = false;
    FreeSetWalks walks(counted);
    // Runs of sets, as the walk takes them; an odd stride spreads them over sizes and units.
    const Index all = Index{1} << n;
    const Index run = std::min(sets_per_sample, all);
    const Index most = std::min(sampled_sets, all);
    const auto tally = [&](Index i, FreeSetTally& part) {
        const Index first = (all / run - 1 + i * 40503) % (all / run) * run;
        walks.add(
            {.first = static_cast<std::uint32_t>(first), .sets = static_cast<std::uint32_t>(run)},
            part);
    };
    const Clock::time_point start = Clock::now();
    const auto taken = [&] { return std::chrono::duration<double>(Clock::now() - start).count(); };
    FreeSetTally sample(n);
    Index sampled = 0;
    for (; sampled < std::min(counted_sets, most) && sample.decisions.exact < counted_exact;
         sampled += run) {
        tally(sampled / run, sample);
    }
    const auto counted_share = sets / static_cast<double>(sampled);
    const auto found = static_cast<double>(found_in(sample));
    const double work =
        set_seconds * sets +
        counted_share *
            (found_seconds * found + exact_seconds * static_cast<double>(sample.decisions.exact));
    for (; timed && sampled < most && taken() < sample_seconds; sampled += run) {
        FreeSetTally ignored(n);
        tally(sampled / run, ignored);
    }
    return {std::pow(3.0, static_cast<double>(n)),
            seconds_so_far + taken() / static_cast<double>(sampled) * sets / used_threads(threads),
            work};
}

AtlasCounts summed(AtlasCounts counts, Index n) {
    counts.by_unstable_dimension.assign(static_cast<std::size_t>(n + 1), 0);
    for (std::size_t k = 0; k < counts.by_size.size(); ++k) {
        for (std::size_t u = 0; u < counts.by_size.size(); ++u) {
            const Index here = counts.by_size[k][u];
            counts.total += here;
            (k == 0 ? counts.vertices : counts.faces) += here;
            counts.by_unstable_dimension[u] += here;
        }
    }
    return counts;
}

IndexCheck index_check(const FreeSetTally& tally, bool complete, Activation activation) {
    IndexCheck check{tally.index_sum, tally.tied, false, false, std::nullopt};
    check.applies = complete && tally.tied == 0 && tally.continua_found == 0;
    if (check.applies && activation == Activation::Logistic) {
        check.origin_index = 1 - check.sum;
    }
    check.holds = check.applies && (activation == Activation::Logistic || check.sum == 1);
    return check;
}

RecurrenceReport recurrence_report(const FreeSetTally& tally, bool complete) {
    RecurrenceReport report;
    report.inhabited_by_dimension = tally.inhabited;
    report.candidates_by_dimension = tally.inhabited;
    for (std::size_t k = 0; k < std::min<std::size_t>(2, tally.inhabited.size()); ++k) {
        report.candidates_by_dimension[k] = 0;
    }
    if (tally.inhabited.size() > 2) {
        report.candidates_by_dimension[2] -= tally.saddle_planes + tally.divergent_planes;
    }
    report.excluded_saddle_planes = tally.saddle_planes;
    report.excluded_divergent_planes = tally.divergent_planes;
    for (const AtlasEntry& entry : tally.candidates) {
        report.candidates.push_back(
            pattern_of_entry(entry, static_cast<Index>(tally.inhabited.size()) - 1));
    }
    std::sort(report.candidates.begin(), report.candidates.end());
    report.verdict = !complete                       ? RecurrenceVerdict::NotDecided
                     : report.candidate_count() == 0 ? RecurrenceVerdict::NoFace
                                                     : RecurrenceVerdict::SomeFaces;
    return report;
}

void validate(const ResidualSystem& system, const AtlasOptions& options) {
    if (options.max_dimension < 1 || options.max_dimension > largest_dimension) {
        reject_argument("equilibrium_atlas",
                        fmt::format("1 <= max_dimension <= {}", largest_dimension),
                        fmt::format("{}", options.max_dimension));
    }
    if (options.max_listed < 0) {
        reject_argument("equilibrium_atlas", "max_listed >= 0",
                        fmt::format("{}", options.max_listed));
    }
    if (!(options.affordable_seconds >= 0)) {
        reject_argument("equilibrium_atlas", "affordable_seconds >= 0",
                        fmt::format("{}", options.affordable_seconds));
    }
    if (system.dimension() > options.max_dimension) {
        reject_argument(
            "equilibrium_atlas",
            fmt::format("at most {} units (3^N patterns are enumerated)", options.max_dimension),
            fmt::format("{}", system.dimension()));
    }
}

/// All that a task's bytes depend on.
Job atlas_job(const ResidualSystem& system, const AtlasContext& context, Index tasks) {
    const Listing listing = context.listing;
    return {.name = "atlas",
            .identity = {{"activation", std::string(to_string(system.activation()))},
                         {"bytes of a task", "atlas 2"},
                         {"entries", context.keep_entries ? "all" : "none"},
                         {"listed at most", fmt::format("{}", context.max_listed)},
                         {"listing", listing == Listing::All      ? "all"
                                     : listing == Listing::Stable ? "stable"
                                                                  : "faces"},
                         {"units", fmt::format("{}", system.dimension())},
                         {"weights", weights_hash(system)}},
            .tasks = tasks,
            .tasks_per_round = tasks_per_round};
}

}  // namespace

Pattern pattern_of_entry(const AtlasEntry& entry, Index dimension) {
    Pattern pattern;
    pattern.states.reserve(static_cast<std::size_t>(dimension));
    for (Index i = 0; i < dimension; ++i) {
        pattern.states.push_back((entry.free >> i & 1U) != 0   ? UnitState::Free
                                 : (entry.high >> i & 1U) != 0 ? UnitState::High
                                                               : UnitState::Low);
    }
    return pattern;
}

Atlas equilibrium_atlas(const ResidualSystem& system, const AtlasOptions& options) {
    Farm threads;
    return equilibrium_atlas(system, options, threads);
}

Atlas equilibrium_atlas(const ResidualSystem& system, const AtlasOptions& options, Farm& farm) {
    validate(system, options);
    const Index n = system.dimension();
    const auto start = std::chrono::steady_clock::now();
    const FaceSolver solver(system);
    const FilterWeights weights = filter_weights(solver);
    std::atomic<bool> stopped{false};
    const auto stop = [&] {
        if (options.stop_requested && !stopped && options.stop_requested()) {
            stopped = true;
        }
        return stopped.load();
    };
    Atlas atlas;
    // What rank 0 has begun is begun.
    const bool predicts = !farm.is_helper();
    if (predicts && options.affordable_seconds > 0) {
        const AtlasCost least = least_cost(weights, options.threads);
        if (least.work_seconds > options.affordable_seconds) {
            atlas.not_begun = true;
            atlas.cost = least;
            return atlas;
        }
    }
    const std::optional<PrincipalMinors> minors =
        minors_by_all_ranks(system, weights, solver, {options.threads, stop}, farm);
    if (!minors) {
        return atlas;
    }
    const ExactWeights exact(system);
    KeptDecisions kept;
    const AtlasContext context{solver,
                               exact,
                               weights,
                               *minors,
                               options.listing,
                               static_cast<std::size_t>(options.max_listed),
                               static_cast<bool>(options.on_entries),
                               kept};
    if (predicts && (options.on_cost || options.affordable_seconds > 0) && !stop()) {
        const std::chrono::duration<double> so_far = std::chrono::steady_clock::now() - start;
        atlas.cost = predicted_cost(context, options.threads, so_far.count(),
                                    static_cast<bool>(options.on_cost));
        atlas.not_begun =
            options.affordable_seconds > 0 && atlas.cost->work_seconds > options.affordable_seconds;
        if (atlas.not_begun) {
            return atlas;
        }
        if (options.on_cost) {
            options.on_cost(*atlas.cost);
        }
    }
    // A task that was begun is finished, so what is counted is whole.
    FreeSetWalks walks(context);
    FreeSetTally whole(n);
    ListedFaces listed(exact, kept, options.threads);
    const AtlasTasks tasks(n);
    FarmWork work{.threads = options.threads, .stop_requested = stop};
    work.task = [&](Index task) {
        FreeSetTally part(n);
        walks.add(tasks.part(task), part);
        return part.bytes();
    };
    work.fold = [&](Index, std::string_view bytes) {
        const FreeSetTally part(n, bytes);
        if (options.on_entries && !part.entries.empty()) {
            options.on_entries(part.entries);
        }
        whole.add(part, context.max_listed);
    };
    work.on_round = [&](const FarmProgress& progress) {
        listed.follow(whole);
        if (options.on_progress) {
            options.on_progress(
                static_cast<double>(progress.done) / static_cast<double>(progress.tasks),
                found_in(whole));
        }
    };
    const FarmProgress progress = farm.run(atlas_job(system, context, tasks.size()), work);
    if (farm.is_shard()) {
        return atlas;
    }
    atlas.complete = progress.complete();
    atlas.counts = summed(std::move(whole.counts), n);
    atlas.decisions = whole.decisions;
    atlas.index = index_check(whole, atlas.complete, system.activation());
    atlas.recurrence = recurrence_report(whole, atlas.complete);
    atlas.singular_patterns = whole.singular_patterns;
    atlas.continua_found = whole.continua_found;
    atlas.attracting_continua = whole.attracting_continua;
    atlas.continua = listed.continua();
    atlas.equilibria = listed.equilibria();
    atlas.not_listed = whole.listing_wanted - static_cast<Index>(atlas.equilibria.size());
    flag_continua(solver, atlas);
    if (options.origin && system.activation() == Activation::Logistic && !stop()) {
        OriginOptions origin{.threads = options.threads, .stop_requested = options.stop_requested};
        const auto stable =
            std::find_if(atlas.equilibria.begin(), atlas.equilibria.end(),
                         [](const Equilibrium& e) { return e.spectrum.is_stable(); });
        origin.rival = [&]() -> StableRival {
            if (stable != atlas.equilibria.end()) {
                return {.found = stable->pattern};
            }
            return {.all_searched = atlas.complete && atlas.not_listed == 0};
        };
        atlas.origin = origin_report(system, origin);
    }
    return atlas;
}

}  // namespace resdyn
