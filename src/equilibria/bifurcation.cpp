#include <resdyn/equilibria/bifurcation.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numbers>
#include <set>

#include <resdyn/core/error.hpp>
#include <resdyn/core/parallel.hpp>
#include <resdyn/equilibria/exact_point.hpp>
#include <resdyn/equilibria/stable_equilibria.hpp>

#include "free_set_branches.hpp"

namespace resdyn {

std::string_view label(BifurcationKind kind) {
    switch (kind) {
        case BifurcationKind::Transcritical:
            return "TC";
        case BifurcationKind::Singular:
            return "singular";
        case BifurcationKind::Hopf:
            return "HB";
        case BifurcationKind::Flip:
            return "PD";
        case BifurcationKind::NeimarkSacker:
            return "NS";
    }
    return "unknown";
}

namespace {

void validate(const ParameterPath& path, const BifurcationOptions& o) {
    if (!(std::isfinite(o.from) && std::isfinite(o.to) && o.from < o.to)) {
        reject_argument("alpha", "a range from < to of finite numbers",
                        fmt::format("from {} to {}", o.from, o.to));
    }
    if (!(o.width >= 1e-15 && o.width <= 1e-6)) {
        reject_argument("width", "1e-15 to 1e-6", fmt::format("{}", o.width));
    }
    const auto within = [](const char* name, Index value, Index low, Index high) {
        if (value < low || value > high) {
            reject_argument(name, fmt::format("{} to {}", low, high), fmt::format("{}", value));
        }
    };
    within("complete_dimension", o.complete_dimension, 0, 10);
    within("vertex_dimension", o.vertex_dimension, 0, 14);
    within("stable_samples", o.stable_samples, 2, 100000);
    within("max_free_units", o.max_free_units, 0, 10);
    if (!is_bounded(path.activation)) {
        reject_argument("bifurcations", "a bounded activation (logistic or tanh)",
                        to_string(path.activation));
    }
}

/// Patterns by their set of free units.
using PatternsByFreeSet = std::map<std::vector<Index>, std::vector<Pattern>>;

/// Every assignment of Low and High to the units that are not in `free`.
std::vector<Pattern> patterns_of(Index n, const std::vector<Index>& free) {
    std::vector<Pattern> patterns(1);
    patterns[0].states.assign(static_cast<std::size_t>(n), UnitState::Low);
    for (const Index f : free) {
        patterns[0].states[static_cast<std::size_t>(f)] = UnitState::Free;
    }
    for (Index i = 0; i < n; ++i) {
        if (patterns[0][i] == UnitState::Free) {
            continue;
        }
        const std::size_t count = patterns.size();
        for (std::size_t k = 0; k < count; ++k) {
            patterns.push_back(patterns[k]);
            patterns.back().states[static_cast<std::size_t>(i)] = UnitState::High;
        }
    }
    return patterns;
}

std::vector<Index> units_of(std::uint32_t bits, Index n) {
    std::vector<Index> units;
    for (Index i = 0; i < n; ++i) {
        if ((bits >> i & 1U) != 0) {
            units.push_back(i);
        }
    }
    return units;
}

class Walk {
  public:
    Walk(const ParameterPath& path, const BifurcationOptions& options)
        : path_(path), options_(options) {
        const double size = std::max({1.0, std::abs(options.from), std::abs(options.to)});
        range_ = {exact::rational(options.from), exact::rational(options.to),
                  exact::rational(options.width * size)};
    }

    BifurcationDiagram run() {
        const Index n = path_.dimension();
        if (n <= options_.complete_dimension) {
            PatternsByFreeSet all;
            for (std::uint32_t bits = 0; bits < (1U << n); ++bits) {
                const std::vector<Index> free = units_of(bits, n);
                all[free] = patterns_of(n, free);
            }
            follow(all, 0.0, 1.0);
            diagram_.complete = true;
            diagram_.scope = fmt::format("all {:.0f} patterns", std::pow(3.0, n));
        } else {
            follow_stable();
        }
        finish();
        return std::move(diagram_);
    }

  private:
    /// Reports a share of the whole work from `begun` to `done`.
    void follow(const PatternsByFreeSet& patterns, double begun, double done) {
        const std::vector<std::pair<std::vector<Index>, std::vector<Pattern>>> tasks(
            patterns.begin(), patterns.end());
        std::vector<FreeSetBranches> results(tasks.size());
        // Roughly what a set costs: degrees and sizes grow with its free units.
        const auto cost = [&](Index k) {
            const auto& [free, faces] = tasks[static_cast<std::size_t>(k)];
            return std::pow(static_cast<double>(free.size() + 1), 3) *
                   static_cast<double>(faces.size());
        };
        const auto total = static_cast<Index>(tasks.size());
        double whole = 0.0;
        for (Index k = 0; k < total; ++k) {
            whole += cost(k);
        }
        double finished = 0.0;
        constexpr Index tasks_per_round = 16;
        for (Index first = 0; first < total; first += tasks_per_round) {
            const Index count = std::min(tasks_per_round, total - first);
            parallel_for(count, options_.threads, [&](Index k) {
                const auto at = static_cast<std::size_t>(first + k);
                results[at] = free_set_branches(path_, tasks[at].first, tasks[at].second, range_,
                                                options_.layer_map);
            });
            for (Index k = first; k < first + count; ++k) {
                finished += cost(k);
            }
            report(begun + (done - begun) * finished / whole);
        }
        for (FreeSetBranches& result : results) {
            std::move(result.found.branches.begin(), result.found.branches.end(),
                      std::back_inserter(diagram_.branches));
            std::move(result.found.events.begin(), result.found.events.end(),
                      std::back_inserter(diagram_.events));
            std::move(result.permanent.begin(), result.permanent.end(),
                      std::back_inserter(diagram_.permanent_continua));
        }
    }

    void report(double share) const {
        if (options_.on_progress) {
            options_.on_progress(share);
        }
    }

    /// Beyond enumeration: vertices (where affordable), and the patterns that are stable at sampled
    /// α, with their neighbours in every event.
    void follow_stable() {
        const Index n = path_.dimension();
        std::set<Pattern> seen;
        std::set<Pattern> next;
        const bool vertices = n <= options_.vertex_dimension;
        if (vertices) {
            for (Pattern& vertex : patterns_of(n, {})) {
                next.insert(std::move(vertex));
            }
        }
        bool searched = true;
        double shares_done = 0.0;
        for (Index k = 0; k < options_.stable_samples; ++k) {
            const double share =
                static_cast<double>(k) / static_cast<double>(options_.stable_samples - 1);
            const double alpha = options_.from + share * (options_.to - options_.from);
            const StableSearch search =
                stable_equilibria(path_.system_at(alpha), {.max_nodes = options_.max_nodes,
                                                           .count_marginal = false,
                                                           .threads = options_.threads});
            searched = searched && search.complete() && search.all_listed();
            for (const Equilibrium& equilibrium : search.equilibria) {
                next.insert(equilibrium.pattern);
            }
            constexpr double share_of_searches = 0.5;
            shares_done = share_of_searches * static_cast<double>(k + 1) /
                          static_cast<double>(options_.stable_samples);
            report(shares_done);
        }
        Index too_large = 0;
        while (!next.empty()) {
            PatternsByFreeSet patterns;
            for (const Pattern& pattern : next) {
                if (!seen.insert(pattern).second) {
                    continue;
                }
                const std::vector<Index> free = pattern.free_units();
                if (static_cast<Index>(free.size()) > options_.max_free_units) {
                    ++too_large;
                } else {
                    patterns[free].push_back(pattern);
                }
            }
            const std::size_t known = diagram_.events.size();
            const double half_way =
                0.5 * (shares_done + 1.0);  // how often partners come is unknown
            follow(patterns, shares_done, half_way);
            shares_done = half_way;
            next.clear();
            for (std::size_t k = known; k < diagram_.events.size(); ++k) {
                const Bifurcation& event = diagram_.events[k];
                const bool was_stable = event.unstable_before == 0 || event.unstable_after == 0;
                if (event.partner && was_stable && !seen.contains(*event.partner)) {
                    next.insert(*event.partner);
                }
            }
        }
        diagram_.scope = fmt::format(
            "N = {} is too large for every pattern (complete up to N = {}): {}the branches stable "
            "at {} values of alpha ({:.3g} apart) were followed to both ends, and the faces that "
            "take over their stability; a branch stable only between two of these values can be "
            "missed{}{}",
            n, options_.complete_dimension,
            vertices
                ? "all vertices, "
                : fmt::format("other vertices were left out (N > {}); ", options_.vertex_dimension),
            options_.stable_samples,
            (options_.to - options_.from) / static_cast<double>(options_.stable_samples - 1),
            searched ? "" : "; the search for stable ones ran out of nodes or lines",
            too_large > 0 ? fmt::format("; {} with more than {} free units were left out",
                                        too_large, options_.max_free_units)
                          : "");
    }

    void finish() {
        std::sort(diagram_.branches.begin(), diagram_.branches.end(),
                  [](const EquilibriumBranch& a, const EquilibriumBranch& b) {
                      return a.pattern != b.pattern ? a.pattern < b.pattern : a.from < b.from;
                  });
        auto& events = diagram_.events;
        std::stable_sort(events.begin(), events.end(),
                         [](const Bifurcation& a, const Bifurcation& b) {
                             return a.alpha != b.alpha       ? a.alpha < b.alpha
                                    : a.pattern != b.pattern ? a.pattern < b.pattern
                                    : a.kind != b.kind       ? a.kind < b.kind
                                                             : a.unit < b.unit;
                         });
        // A continuum between two points of its edge is met from both ends.
        events.erase(std::unique(events.begin(), events.end(),
                                 [](const Bifurcation& a, const Bifurcation& b) {
                                     return a.kind == BifurcationKind::Singular &&
                                            b.kind == a.kind && a.pattern == b.pattern &&
                                            a.lower <= b.upper && b.lower <= a.upper;
                                 }),
                     events.end());
        std::sort(diagram_.permanent_continua.begin(), diagram_.permanent_continua.end());
        diagram_.undecided_branches =
            std::count_if(diagram_.branches.begin(), diagram_.branches.end(),
                          [](const EquilibriumBranch& branch) { return !branch.decided; });
        diagram_.complete = diagram_.complete && diagram_.undecided_branches == 0;
    }

    const ParameterPath& path_;
    const BifurcationOptions& options_;
    ParameterRange range_;
    BifurcationDiagram diagram_;
};

}  // namespace

std::vector<std::pair<Pattern, SpectralCounts>> BifurcationDiagram::at(double alpha) const {
    std::vector<std::pair<Pattern, SpectralCounts>> result;
    for (const EquilibriumBranch& branch : branches) {
        for (const BranchSegment& segment : branch.segments) {
            if (alpha >= segment.from && alpha <= segment.to && alpha >= branch.from &&
                alpha <= branch.to) {
                result.emplace_back(branch.pattern, segment.flow);
                break;
            }
        }
    }
    return result;
}

BifurcationDiagram bifurcations(const ParameterPath& path, const BifurcationOptions& options) {
    validate(path, options);
    return Walk(path, options).run();
}

std::vector<BranchPoint> branch_points(const ParameterPath& path, const EquilibriumBranch& branch,
                                       const std::vector<Bifurcation>& events, Index points) {
    if (points < 2) {
        reject_argument("points", ">= 2", fmt::format("{}", points));
    }
    std::vector<BranchPoint> rows;
    const auto add = [&](double alpha, std::string text) {
        BranchPoint row;
        row.alpha = alpha;
        row.label = std::move(text);
        // At an end the point may lie on the boundary of its face, by rounding beyond it: the
        // nearest point of the branch then stands for it.
        const double inset = 1e-9 * (branch.to - branch.from);
        auto point = exact_point(path.scaled_weights(exact::rational(alpha)), path.activation,
                                 branch.pattern);
        if (!point) {
            row.alpha = std::clamp(alpha, branch.from + inset, branch.to - inset);
            point = exact_point(path.scaled_weights(exact::rational(row.alpha)), path.activation,
                                branch.pattern);
        }
        if (!point) {
            return;  // a branch shorter than the doubles around it
        }
        row.y = point->y();
        const ResidualSystem system = path.system_at(row.alpha);
        row.residual = system.residual_velocity(row.y).lpNorm<Eigen::Infinity>();
        const EquilibriumSpectrum spectrum = equilibrium_spectrum(system, branch.pattern, row.y);
        row.eigenvalues = spectrum.flow_eigenvalues();
        row.multipliers = spectrum.multipliers(path.step);
        for (const BranchSegment& segment : branch.segments) {
            if (row.alpha <= segment.to || &segment == &branch.segments.back()) {
                row.flow = segment.flow;
                break;
            }
        }
        rows.push_back(std::move(row));
    };
    for (Index k = 0; k < points; ++k) {
        // Chebyshev's points: a branch is steepest where it leaves its face, near a pole beyond.
        const double angle =
            std::numbers::pi * static_cast<double>(k) / static_cast<double>(points - 1);
        const double share = 0.5 * (1.0 - std::cos(angle));
        add(branch.from + share * (branch.to - branch.from), k == 0 || k + 1 == points ? "EP" : "");
    }
    for (const Bifurcation& event : events) {
        if (event.pattern == branch.pattern && event.kind != BifurcationKind::Singular &&
            event.alpha >= branch.from && event.alpha <= branch.to) {
            add(event.alpha, std::string(label(event.kind)));
        }
    }
    std::stable_sort(rows.begin(), rows.end(),
                     [](const BranchPoint& a, const BranchPoint& b) { return a.alpha < b.alpha; });
    return rows;
}

}  // namespace resdyn
