#include <resdyn/bifurcation/step_bifurcation.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include <resdyn/atlas/atlas.hpp>
#include <resdyn/core/error.hpp>
#include <resdyn/stable/stable_equilibria.hpp>

#include "equilibria/exact_weights.hpp"
#include "equilibria/step_crossings.hpp"
#include "numerics/exact_roots.hpp"

namespace resdyn {

using exact::Rational;

namespace {

void validate(const ResidualSystem& system, const BifurcationOptions& o) {
    if (!(std::isfinite(o.from) && std::isfinite(o.to) && o.from >= 0 && o.from < o.to)) {
        reject_argument("step", "a range 0 <= from < to of finite numbers",
                        fmt::format("from {} to {}", o.from, o.to));
    }
    require_bounded("bifurcations", system.activation());
}

/// The point with its free block in the units of the weights as read (rates keep their signs).
std::optional<ExactPoint> point_as_read(const WholeSystem& whole,
                                        const exact::BinaryMatrix& weights,
                                        const Pattern& pattern) {
    auto point = exact_point(weights, whole.system.activation(), pattern);
    if (point) {
        point->block_scale /= Rational(Integer(whole.denominator));
    }
    return point;
}

class EquilibriumInStep {
  public:
    EquilibriumInStep(const WholeSystem& whole, const exact::BinaryMatrix& weights,
                      const Equilibrium& equilibrium, const BifurcationOptions& options)
        : equilibrium_(equilibrium),
          options_(options),
          point_(point_as_read(whole, weights, equilibrium.pattern)) {
        if (!equilibrium.pattern.is_vertex()) {
            eigenvalues_ = eigenvalues(point_->free_jacobian());
        }
    }

    void add_to(BifurcationDiagram& diagram) {
        const Rational from = exact::rational(options_.from);
        const Rational to = exact::rational(options_.to);
        std::vector<StepCrossing> crossings;
        if (!eigenvalues_.empty()) {
            crossings = step_crossings(FreeMultipliers(*point_), from, to);
        }
        EquilibriumBranch branch{equilibrium_.pattern, options_.from, options_.to, {}, true};
        Rational start = from;
        for (const StepCrossing& crossing : crossings) {
            branch.decided = branch.decided && crossing.separated;
            add_segment(branch, start, crossing.lower, crossing.value());
            start = crossing.upper;
        }
        add_segment(branch, start, to, options_.to);
        Index unstable = crossings.empty() ? 0 : counts(crossings.front().lower).unstable;
        for (const StepCrossing& crossing : crossings) {
            add_events(crossing, unstable, diagram.events);
            unstable = diagram.events.back().unstable_after;
        }
        diagram.branches.push_back(std::move(branch));
    }

  private:
    SpectralCounts counts(const Rational& h) const {
        return exact_map_counts(*point_, equilibrium_.pattern, h);
    }

    /// What lies between two events: `end` is the value by which the next one goes.
    void add_segment(EquilibriumBranch& branch, const Rational& start, const Rational& next,
                     double end) const {
        const double begin = branch.segments.empty() ? options_.from : branch.segments.back().to;
        if (!(start < next && begin < end)) {
            return;
        }
        const Rational sample = exact::simple_between(start, next);
        branch.segments.push_back(
            {begin, end, exact::nearest(sample), equilibrium_.spectrum, counts(sample)});
    }

    void add_events(const StepCrossing& crossing, Index unstable,
                    std::vector<Bifurcation>& events) const {
        Bifurcation event;
        event.pattern = equilibrium_.pattern;
        event.alpha = crossing.value();
        event.lower = exact::nearest(crossing.lower);
        event.upper = exact::nearest(crossing.upper);
        event.exact = crossing.is_exact() ? exact::to_string(crossing.lower) : "";
        event.y = equilibrium_.y;
        event.residual = equilibrium_.residual;
        const Index many = crossing.flips + 2 * crossing.pairs;
        event.unstable_before = unstable;
        event.unstable_after = unstable + many;
        if (!crossing.separated) {
            event.remark = "several crossings in the bracket, not told apart";
        } else if (crossing.flips > 1 && crossing.pairs == 0) {
            event.remark = fmt::format("{} multipliers pass -1 at once", crossing.flips);
        } else if (crossing.flips > 0 && crossing.pairs > 0) {
            event.remark =
                fmt::format("{} multipliers cross at once, {} of them at -1", many, crossing.flips);
        } else if (crossing.pairs > 1) {
            event.remark = fmt::format("{} pairs cross at once", crossing.pairs);
        }
        event.degenerate = !event.remark.empty();
        if (crossing.flips > 0) {
            event.kind = BifurcationKind::Flip;
            event.multiplicity = crossing.flips;
            event.angle = std::numbers::pi;
            events.push_back(event);
        }
        if (crossing.pairs > 0) {
            event.kind = BifurcationKind::NeimarkSacker;
            event.multiplicity = crossing.pairs;
            event.angle = pair_angle(event.alpha);
            events.push_back(event);
        }
    }

    /// Argument of the multiplier, not real, that double arithmetic sees nearest to the circle.
    double pair_angle(double h) const {
        double angle = 0.0;
        double nearest = HUGE_VAL;
        for (const Complex mu : eigenvalues_) {
            const Complex m = 1.0 + h * mu;
            const double distance = std::abs(std::abs(m) - 1.0);
            if (mu.imag() > 0 && distance < nearest) {
                nearest = distance;
                angle = std::arg(m);
            }
        }
        return angle;
    }

    const Equilibrium& equilibrium_;
    const BifurcationOptions& options_;
    std::optional<ExactPoint> point_;
    std::vector<Complex> eigenvalues_;  // of the free block, double precision
};

}  // namespace

BifurcationDiagram step_bifurcations(const ResidualSystem& system,
                                     const BifurcationOptions& options) {
    return step_bifurcations(as_stored(system), options);
}

BifurcationDiagram step_bifurcations(const WholeSystem& whole, const BifurcationOptions& options) {
    const ResidualSystem& system = whole.system;
    validate(system, options);
    if (options.farm != nullptr) {
        reject_argument("farm", "a path of weights, whose sets of free units are tasks",
                        "the step, along which nothing moves");
    }
    const Index n = system.dimension();
    BifurcationDiagram diagram;
    std::vector<Equilibrium> equilibria;
    if (n <= options.complete_dimension) {
        const Atlas atlas = equilibrium_atlas(system, {.threads = options.threads});
        diagram.complete = atlas.complete && atlas.not_listed == 0;
        diagram.scope = fmt::format("all {} isolated equilibria", atlas.counts.total);
        for (const Continuum& continuum : atlas.continua) {
            diagram.permanent_continua.push_back(continuum.pattern);
        }
        equilibria = atlas.equilibria;
    } else {
        const StableSearch search = stable_equilibria(
            system,
            {.max_nodes = options.max_nodes, .count_marginal = false, .threads = options.threads});
        diagram.scope = fmt::format(
            "N = {} is too large for every equilibrium (complete up to N = {}): the {} stable in "
            "the flow{}",
            n, options.complete_dimension, search.equilibria.size(),
            search.complete() && search.all_listed()
                ? ""
                : " that the search found before it ran out of nodes or lines");
        equilibria = search.equilibria;
    }
    const exact::BinaryMatrix weights = exact_weights(system);
    for (Equilibrium& equilibrium : equilibria) {
        in_units_of(whole, equilibrium);
        EquilibriumInStep(whole, weights, equilibrium, options).add_to(diagram);
    }
    diagram.undecided_branches =
        std::count_if(diagram.branches.begin(), diagram.branches.end(),
                      [](const EquilibriumBranch& branch) { return !branch.decided; });
    diagram.complete = diagram.complete && diagram.undecided_branches == 0;
    std::stable_sort(diagram.events.begin(), diagram.events.end(),
                     [](const Bifurcation& a, const Bifurcation& b) {
                         return a.alpha != b.alpha ? a.alpha < b.alpha : a.pattern < b.pattern;
                     });
    return diagram;
}

std::vector<BranchPoint> step_branch_points(const ResidualSystem& system,
                                            const EquilibriumBranch& branch,
                                            const std::vector<Bifurcation>& events, Index points,
                                            const std::vector<double>& marks) {
    return step_branch_points(as_stored(system), branch, events, points, marks);
}

std::vector<BranchPoint> step_branch_points(const WholeSystem& whole,
                                            const EquilibriumBranch& branch,
                                            const std::vector<Bifurcation>& events, Index points,
                                            const std::vector<double>& marks) {
    const ResidualSystem& system = whole.system;
    if (points < 2) {
        reject_argument("points", ">= 2", fmt::format("{}", points));
    }
    const auto point = exact_point(exact_weights(system), system.activation(), branch.pattern);
    if (!point) {
        reject_argument("branch", "a pattern that holds an equilibrium", to_string(branch.pattern));
    }
    BranchPoint row;
    row.y = point->y();
    row.residual = system.residual_velocity(row.y).lpNorm<Eigen::Infinity>() / whole.factor;
    row.flow = branch.segments.front().flow;
    const EquilibriumSpectrum spectrum = equilibrium_spectrum(system, branch.pattern, row.y);
    for (const Complex value : spectrum.flow_eigenvalues()) {
        row.eigenvalues.push_back(value / whole.factor);
    }
    std::vector<BranchPoint> rows;
    const auto add = [&](double h, std::string text) {
        row.alpha = h;
        row.label = std::move(text);
        row.multipliers = spectrum.multipliers(h / whole.factor);
        rows.push_back(row);
    };
    for (Index k = 0; k < points; ++k) {
        const double share = static_cast<double>(k) / static_cast<double>(points - 1);
        add(branch.from + share * (branch.to - branch.from), k == 0 || k + 1 == points ? "EP" : "");
    }
    for (const Bifurcation& event : events) {
        if (event.pattern == branch.pattern) {
            add(event.alpha, std::string(label(event.kind)));
        }
    }
    for (const double mark : marks) {
        if (branch.from <= mark && mark <= branch.to) {
            add(mark, "UZ");
        }
    }
    std::stable_sort(rows.begin(), rows.end(),
                     [](const BranchPoint& a, const BranchPoint& b) { return a.alpha < b.alpha; });
    return rows;
}

}  // namespace resdyn
