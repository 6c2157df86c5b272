#include <resdyn/equilibria/origin_directions.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>

#include <resdyn/core/error.hpp>
#include <resdyn/equilibria/face.hpp>

#include "core/parallel.hpp"
#include "exact_weights.hpp"
#include "filter_weights.hpp"
#include "origin_support.hpp"

namespace resdyn {

namespace {

constexpr std::uint64_t chunk_size = 1024;  // supports of one task
constexpr std::uint64_t round_size = 128;   // tasks between two looks at the limits, at most
constexpr double exact_seconds = 1e-3;      // of one processor, a support in exact arithmetic

using Masks = std::vector<std::uint32_t>;

/// By size, then by units.
bool comes_before(std::uint32_t a, std::uint32_t b) {
    if (std::popcount(a) != std::popcount(b)) {
        return std::popcount(a) < std::popcount(b);
    }
    // The first unit that only one of them has is the lowest bit of a ^ b.
    const std::uint32_t lowest = (a ^ b) & (~(a ^ b) + 1U);
    return (a & lowest) != 0;
}

void keep_first(Masks& masks, std::size_t most) {
    std::sort(masks.begin(), masks.end(), comes_before);
    masks.resize(std::min(masks.size(), most));
}

/// What some supports hold; the counts are those of `report`.
struct Tally {
    OriginDirections report;
    Masks repelling;
    Masks resting;
    Masks families;
    std::array<Masks, 3> decaying;  ///< by stability.

    void record(std::uint32_t mask, const SupportVerdict& verdict) {
        ++report.supports;
        report.exact += verdict.exact ? 1 : 0;
        if (verdict.repels) {
            ++report.repelling;
            repelling.push_back(mask);
        }
        if (verdict.rests) {
            ++report.resting;
            resting.push_back(mask);
        }
        if (!verdict.decays) {
            return;
        }
        if (verdict.singular) {
            ++report.families;
            families.push_back(mask);
            return;
        }
        ++report.decaying;
        report.not_invaded += verdict.not_invaded ? 1 : 0;
        report.stable += verdict.stability == DirectionStability::Stable ? 1 : 0;
        report.neutral += verdict.stability == DirectionStability::Neutral ? 1 : 0;
        decaying[static_cast<std::size_t>(verdict.stability)].push_back(mask);
    }

    void add(const Tally& other, std::size_t max_listed) {
        report.supports += other.report.supports;
        report.exact += other.report.exact;
        report.repelling += other.report.repelling;
        report.resting += other.report.resting;
        report.families += other.report.families;
        report.decaying += other.report.decaying;
        report.not_invaded += other.report.not_invaded;
        report.stable += other.report.stable;
        report.neutral += other.report.neutral;
        const auto append = [&](Masks& to, const Masks& from) {
            to.insert(to.end(), from.begin(), from.end());
            keep_first(to, max_listed);
        };
        append(repelling, other.repelling);
        append(resting, other.resting);
        append(families, other.families);
        for (std::size_t s = 0; s < decaying.size(); ++s) {
            append(decaying[s], other.decaying[s]);
        }
    }
};

Tally tally_of(const OriginSupport& test, Index n, const OriginDirectionOptions& options) {
    const std::uint64_t end = std::uint64_t{1} << n;
    const std::uint64_t chunks = (end + chunk_size - 1) / chunk_size;
    Tally whole;
    // Short rounds first: what decides whether it is too dear is known after them.
    std::uint64_t round = 1;
    for (std::uint64_t first = 0; first < chunks;
         first += round, round = std::min(2 * round, round_size)) {
        if ((options.stop_requested && options.stop_requested()) ||
            (options.max_exact > 0 && whole.report.exact > options.max_exact)) {
            return whole;
        }
        std::vector<Tally> parts(std::min(round, chunks - first));
        parallel_for(static_cast<Index>(parts.size()), options.threads, [&](Index part) {
            Tally& tally = parts[static_cast<std::size_t>(part)];
            const std::uint64_t from = (first + static_cast<std::uint64_t>(part)) * chunk_size;
            for (std::uint64_t mask = std::max<std::uint64_t>(from, 1);
                 mask < std::min(from + chunk_size, end); ++mask) {
                const auto K = static_cast<std::uint32_t>(mask);
                tally.record(K, test(K));
            }
        });
        for (const Tally& part : parts) {
            whole.add(part, options.max_listed);
        }
    }
    whole.report.complete = true;
    return whole;
}

std::string faces_named(const std::vector<std::vector<Index>>& supports) {
    return supports.empty() ? ""
                            : fmt::format(", the first in the face of units {}",
                                          fmt::join(supports.front(), ", "));
}

std::string plural(Index count, std::string_view one, std::string_view many) {
    return fmt::format("{} {}", count, count == 1 ? one : many);
}

void conclude(OriginDirections& report) {
    const std::string unfinished =
        fmt::format("not complete: {} supports decided", report.supports);
    if (report.repelling > 0) {
        report.asymptotically_stable = Decision::No;
        report.stable_reason =
            fmt::format("{}{}", plural(report.repelling, "repelling ray", "repelling rays"),
                        faces_named(report.repelling_rays));
    } else if (!report.complete) {
        report.stable_reason = unfinished;
    } else if (report.resting > 0) {
        report.stable_reason = fmt::format("no repelling ray, but {}{}",
                                           plural(report.resting, "resting ray", "resting rays"),
                                           faces_named(report.resting_rays));
    } else {
        report.asymptotically_stable = Decision::Yes;
        report.stable_reason = "none of the 2^N faces holds a ray that repels or rests";
    }
    if (report.stable > 0) {
        report.attracts_open_set = Decision::Yes;
        report.attracts_reason = plural(report.stable, "hyperbolically stable direction",
                                        "hyperbolically stable directions");
    } else if (report.asymptotically_stable == Decision::Yes) {
        report.attracts_open_set = Decision::Yes;
        report.attracts_reason = "asymptotically stable";
    } else if (!report.complete) {
        report.attracts_reason = unfinished;
    } else if (report.decaying + report.families + report.resting == 0) {
        report.attracts_open_set = Decision::No;
        report.attracts_reason =
            "none of the 2^N faces holds a ray that decays or rests: every motion grows near 0";
    } else {
        report.attracts_reason =
            "no decay direction is hyperbolically stable; cycles of the direction, and families "
            "of directions, were not judged";
    }
}

}  // namespace

std::string_view to_string(DirectionStability stability) {
    switch (stability) {
        case DirectionStability::Stable:
            return "stable";
        case DirectionStability::Neutral:
            return "neutral";
        case DirectionStability::Unstable:
            return "unstable";
    }
    return "unknown";
}

OriginDirections origin_directions(const ResidualSystem& system,
                                   const OriginDirectionOptions& options) {
    const Index n = system.dimension();
    if (system.activation() != Activation::Logistic) {
        reject_argument("origin_directions", "a logistic system", to_string(system.activation()));
    }
    if (n > largest_directions_dimension) {
        reject_argument("origin_directions",
                        fmt::format("at most {} units", largest_directions_dimension),
                        fmt::format("{}", n));
    }
    const OriginSupport test(exact_weights(system));
    Tally tally = tally_of(test, n, options);
    OriginDirections report = std::move(tally.report);
    report.dimension = n;
    const auto units = [&](const Masks& masks) {
        std::vector<std::vector<Index>> supports;
        for (const std::uint32_t mask : masks) {
            supports.push_back(units_of(mask, n, true));
        }
        return supports;
    };
    report.repelling_rays = units(tally.repelling);
    report.resting_rays = units(tally.resting);
    report.family_supports = units(tally.families);
    for (const Masks& masks : tally.decaying) {
        for (const std::uint32_t mask : masks) {
            if (report.directions.size() < options.max_listed) {
                report.directions.push_back(test.describe(mask));
            }
        }
    }
    conclude(report);
    return report;
}

double predicted_direction_seconds(Index units, Index rank) {
    constexpr double each = 5e-9;  // a support takes about N² of it
    double singular = 0.0;         // supports of more than `rank` units
    double binomial = 1.0;         // of `units` over k
    for (Index k = 0; k <= units; ++k) {
        singular += k > rank ? binomial : 0.0;
        binomial *= static_cast<double>(units - k) / static_cast<double>(k + 1);
    }
    return std::ldexp(each, static_cast<int>(units)) * static_cast<double>(units * units) +
           exact_seconds * singular;
}

Index exact_supports_within(double seconds) {
    return std::max<Index>(1, static_cast<Index>(std::min(seconds / exact_seconds, 1e9)));
}

std::string describe(const OriginDirections& directions) {
    std::string text = fmt::format(
        "Directions of the origin ({} of {} supports decided, {} in exact arithmetic, the rest by "
        "proved bounds): {}; residuals can decay like 1/t along {}, {} of them hyperbolically "
        "stable",
        directions.supports, (std::uint64_t{1} << directions.dimension) - 1, directions.exact,
        plural(directions.repelling, "repelling ray", "repelling rays"),
        plural(directions.decaying, "direction", "directions"), directions.stable);
    std::string_view before = ":";
    for (const DecayDirection& direction : directions.directions) {
        if (direction.stability == DirectionStability::Stable) {
            text += fmt::format("{} units {}, approached like t^{:.3g} (exponent ± {:.1g})", before,
                                fmt::join(direction.units, ", "), direction.slowest_exponent,
                                direction.exponent_error);
            before = ";";
        }
    }
    if (directions.neutral > 0) {
        text += fmt::format("; {} more not decided by linear theory", directions.neutral);
    }
    if (directions.families > 0) {
        text += fmt::format("; {} of directions, not judged",
                            plural(directions.families, "family", "families"));
    }
    const auto answer = [](Decision decision, std::string_view yes, std::string_view no,
                           std::string_view open) {
        return decision == Decision::Yes ? yes : decision == Decision::No ? no : open;
    };
    return text +
           fmt::format(
               ". The origin is {} ({}). {} ({}).",
               answer(directions.asymptotically_stable, "asymptotically stable, proved",
                      "unstable, proved", "not decided to be stable or not"),
               directions.stable_reason,
               answer(directions.attracts_open_set, "An open set of starts goes to it, proved",
                      "No start goes to it, proved",
                      "Whether an open set of starts goes to it is not decided"),
               directions.attracts_reason);
}

}  // namespace resdyn
