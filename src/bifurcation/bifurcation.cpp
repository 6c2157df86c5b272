#include <resdyn/bifurcation/bifurcation.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <tuple>

#include <resdyn/core/error.hpp>
#include <resdyn/core/interrupt.hpp>
#include <resdyn/stable/stable_equilibria.hpp>
#include <resdyn/work/farm.hpp>

#include "branch_fields.hpp"
#include "core/parallel.hpp"
#include "formats/sha256.hpp"
#include "path_numbers.hpp"

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
    require_bounded("bifurcations", path.activation);
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
        range_ = {exact::rational(options.from),
                  exact::rational(options.to),
                  {},
                  exact::rational(options.width)};
        range_.width = range_.relative * (range_.to - range_.from);
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
        if (stopped_) {
            return {};
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
        const auto branches_of = [&](Index k) {
            const auto& [free, faces] = tasks[static_cast<std::size_t>(k)];
            return free_set_branches(path_, free, faces, range_, options_.layer_map);
        };
        if (options_.farm != nullptr) {
            FarmWork work{.threads = options_.threads, .stop_requested = interrupt_requested};
            work.task = [&](Index k) { return task_bytes(branches_of(k)); };
            work.fold = [&](Index k, std::string_view bytes) {
                results[static_cast<std::size_t>(k)] = task_result<FreeSetBranches>(bytes);
                finished += cost(k);
            };
            work.on_round = [&](const FarmProgress&) {
                report(begun + (done - begun) * finished / whole);
            };
            stop_if_interrupted("bifurcations");  // the patterns may not be all that there are
            Job job = job_of(patterns);
            job.tasks = total;
            job.tasks_per_round = tasks_per_round;
            stopped_ = !options_.farm->run(job, work).complete() || options_.farm->is_shard();
            ++rounds_;
        }
        for (Index first = options_.farm != nullptr ? total : 0; first < total;
             first += tasks_per_round) {
            const Index count = std::min(tasks_per_round, total - first);
            parallel_for(count, options_.threads, [&](Index k) {
                const auto at = static_cast<std::size_t>(first + k);
                results[at] = branches_of(first + k);
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
                      std::back_inserter(events_));
            std::move(result.permanent.begin(), result.permanent.end(),
                      std::back_inserter(diagram_.permanent_continua));
        }
    }

    /// All that the branches of these patterns depend on.
    Job job_of(const PatternsByFreeSet& patterns) const {
        TaskWriter numbers;
        for (const exact::IntegerMatrix* matrix : {&path_.numbers->base, &path_.numbers->slope}) {
            for (Index i = 0; i < matrix->rows(); ++i) {
                for (Index j = 0; j < matrix->cols(); ++j) {
                    write_task(numbers, (*matrix)(i, j));
                }
            }
        }
        write_task(numbers, path_.numbers->exponent);
        write_task(numbers, path_.numbers->divisor);
        return {.name = rounds_ == 0 ? std::string("bifurcations")
                                     : fmt::format("bifurcations-{}", rounds_),
                .identity = {{"activation", std::string(to_string(path_.activation))},
                             {"bytes of a task", "bifurcations 1"},
                             {"map", options_.layer_map ? fmt::format("h = {}", path_.step)
                                                        : std::string("none")},
                             {"path", path_.name},
                             {"patterns", sha256(task_bytes(patterns))},
                             {"range", fmt::format("{} to {}, brackets {}", options_.from,
                                                   options_.to, options_.width)},
                             {"weights", sha256(numbers.take())}}};
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
        while (!next.empty() && !stopped_) {
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
            const std::size_t known = events_.size();
            const double half_way =
                0.5 * (shares_done + 1.0);  // how often partners come is unknown
            follow(patterns, shares_done, half_way);
            shares_done = half_way;
            next.clear();
            for (std::size_t k = known; k < events_.size(); ++k) {
                const Bifurcation& event = events_[k].event;
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
        sort_events();
        auto& events = diagram_.events;
        for (PlacedEvent& placed : events_) {
            events.push_back(std::move(placed.event));
        }
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

    /// By α as exact numbers, then pattern, kind and unit. Doubles sort what lies apart; where
    /// brackets meet, exact comparison does.
    void sort_events() {
        std::stable_sort(
            events_.begin(), events_.end(), [](const PlacedEvent& a, const PlacedEvent& b) {
                return std::tie(a.event.alpha, a.event.pattern, a.event.kind, a.event.unit) <
                       std::tie(b.event.alpha, b.event.pattern, b.event.kind, b.event.unit);
            });
        for (std::size_t i = 1; i < events_.size(); ++i) {
            for (std::size_t j = i; j > 0 && comes_before(events_[j], events_[j - 1]); --j) {
                std::swap(events_[j], events_[j - 1]);
            }
        }
    }

    static bool comes_before(PlacedEvent& a, PlacedEvent& b) {
        if (a.event.lower > b.event.upper) {
            return false;
        }
        const int order = same_bracket(a.root, b.root) ? 0 : exact::compare(a.root, b.root);
        return order != 0 ? order < 0
                          : std::tie(a.event.pattern, a.event.kind, a.event.unit) <
                                std::tie(b.event.pattern, b.event.kind, b.event.unit);
    }

    static bool same_bracket(const exact::RealRoot& a, const exact::RealRoot& b) {
        return a.lower == b.lower && a.upper == b.upper && a.polynomial == b.polynomial;
    }

    const ParameterPath& path_;
    const BifurcationOptions& options_;
    ParameterRange range_;
    std::vector<PlacedEvent> events_;
    BifurcationDiagram diagram_;
    Index rounds_ = 0;      ///< jobs of the farm.
    bool stopped_ = false;  ///< the farm has not folded all of a job.
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

}  // namespace resdyn
