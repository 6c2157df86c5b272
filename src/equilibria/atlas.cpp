#include <resdyn/equilibria/atlas.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <set>

#include <resdyn/core/error.hpp>
#include <resdyn/core/parallel.hpp>

namespace resdyn {

namespace {

/// Patterns number 0 … 3^N − 1 in lexicographic order, unit 0 the leading digit.
Pattern pattern_of_number(Index number, Index n) {
    Pattern pattern;
    pattern.states.resize(static_cast<std::size_t>(n));
    for (Index i = n - 1; i >= 0; --i) {
        pattern.states[static_cast<std::size_t>(i)] = static_cast<UnitState>(number % 3);
        number /= 3;
    }
    return pattern;
}

bool is_listed(const Equilibrium& equilibrium, Listing listing) {
    switch (listing) {
        case Listing::All:
            return true;
        case Listing::Stable:
            return equilibrium.spectrum.is_stable();
        case Listing::Faces:
            return !equilibrium.pattern.is_vertex();
    }
    return false;
}

/// What a run of consecutive patterns holds.
Atlas decide_range(const FaceSolver& solver, Index first, Index last, Listing listing) {
    const Index n = solver.system().dimension();
    Atlas part;
    part.counts.by_unstable_dimension.assign(static_cast<std::size_t>(n + 1), 0);
    for (Index number = first; number < last; ++number) {
        FaceDecision decision = solver.decide(pattern_of_number(number, n));
        if (auto* equilibrium = std::get_if<Equilibrium>(&decision)) {
            ++part.counts.total;
            (equilibrium->pattern.is_vertex() ? part.counts.vertices : part.counts.faces) += 1;
            part.counts.stable += equilibrium->spectrum.is_stable() ? 1 : 0;
            ++part.counts
                  .by_unstable_dimension[static_cast<std::size_t>(equilibrium->spectrum.unstable)];
            if (is_listed(*equilibrium, listing)) {
                part.equilibria.push_back(std::move(*equilibrium));
            }
        } else if (auto* continuum = std::get_if<Continuum>(&decision)) {
            ++part.singular_patterns;
            part.continua.push_back(std::move(*continuum));
        } else if (std::holds_alternative<EmptySingularFace>(decision)) {
            ++part.singular_patterns;
        }
    }
    return part;
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

template <typename T>
void append(std::vector<T>& to, std::vector<T>& from) {
    to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
}

}  // namespace

Atlas equilibrium_atlas(const ResidualSystem& system, const AtlasOptions& options) {
    const Index n = system.dimension();
    if (options.max_dimension < 1 || options.max_dimension > 16) {
        reject_argument("equilibrium_atlas", "1 <= max_dimension <= 16",
                        fmt::format("{}", options.max_dimension));
    }
    if (n > options.max_dimension) {
        reject_argument(
            "equilibrium_atlas",
            fmt::format("at most {} units (3^N patterns are enumerated)", options.max_dimension),
            fmt::format("{}", n));
    }
    const FaceSolver solver(system);
    Index patterns = 1;
    for (Index i = 0; i < n; ++i) {
        patterns *= 3;
    }
    constexpr Index patterns_per_task = 81;
    const Index tasks = (patterns + patterns_per_task - 1) / patterns_per_task;
    std::vector<Atlas> parts(static_cast<std::size_t>(tasks));
    parallel_for(tasks, options.threads, [&](Index task) {
        const Index first = task * patterns_per_task;
        parts[static_cast<std::size_t>(task)] = decide_range(
            solver, first, std::min(patterns, first + patterns_per_task), options.listing);
    });

    Atlas atlas;
    atlas.counts.by_unstable_dimension.assign(static_cast<std::size_t>(n + 1), 0);
    for (Atlas& part : parts) {
        atlas.counts.total += part.counts.total;
        atlas.counts.vertices += part.counts.vertices;
        atlas.counts.faces += part.counts.faces;
        atlas.counts.stable += part.counts.stable;
        for (std::size_t k = 0; k < atlas.counts.by_unstable_dimension.size(); ++k) {
            atlas.counts.by_unstable_dimension[k] += part.counts.by_unstable_dimension[k];
        }
        atlas.singular_patterns += part.singular_patterns;
        append(atlas.continua, part.continua);
        append(atlas.equilibria, part.equilibria);
    }
    flag_continua(solver, atlas);
    atlas.complete = true;
    return atlas;
}

}  // namespace resdyn
