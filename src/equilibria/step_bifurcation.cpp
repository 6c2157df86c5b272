#include <resdyn/equilibria/step_bifurcation.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include <resdyn/core/error.hpp>
#include <resdyn/equilibria/atlas.hpp>
#include <resdyn/equilibria/exact_point.hpp>
#include <resdyn/equilibria/stable_equilibria.hpp>
#include <resdyn/numerics/exact_roots.hpp>

namespace resdyn {

using exact::Rational;

namespace {

/// Relative half-widths of brackets that are tried, narrowest first.
constexpr double bracket_widths[] = {1e-13, 1e-12, 1e-11, 1e-10, 1e-9, 1e-8, 1e-7, 1e-6};

void validate(const ResidualSystem& system, const BifurcationOptions& o) {
    if (!(std::isfinite(o.from) && std::isfinite(o.to) && o.from >= 0 && o.from < o.to)) {
        reject_argument("step", "a range 0 <= from < to of finite numbers",
                        fmt::format("from {} to {}", o.from, o.to));
    }
    if (!is_bounded(system.activation())) {
        reject_argument("bifurcations", "a bounded activation (logistic or tanh)",
                        to_string(system.activation()));
    }
}

class EquilibriumInStep {
  public:
    EquilibriumInStep(const ResidualSystem& system, const exact::BinaryMatrix& weights,
                      const Equilibrium& equilibrium, const BifurcationOptions& options)
        : system_(system),
          equilibrium_(equilibrium),
          options_(options),
          point_(exact_point(weights, system.activation(), equilibrium.pattern)) {}

    void add_to(BifurcationDiagram& diagram) {
        std::vector<Bifurcation> events;
        for (const Complex mu : eigenvalues(point_->free_jacobian())) {
            if (mu.real() < 0 && mu.imag() >= 0) {
                const double h = -2.0 * mu.real() / std::norm(mu);
                if (h >= options_.from && h <= options_.to) {
                    events.push_back(event(h, mu));
                }
            }
        }
        std::sort(events.begin(), events.end(),
                  [](const Bifurcation& a, const Bifurcation& b) { return a.alpha < b.alpha; });
        EquilibriumBranch branch{equilibrium_.pattern, options_.from, options_.to, {}, true};
        double from = options_.from;
        for (std::size_t k = 0; k <= events.size(); ++k) {
            const double to = k < events.size() ? events[k].alpha : options_.to;
            if (to > from) {
                BranchSegment segment{from, to, 0.5 * (from + to), equilibrium_.spectrum, {}};
                segment.map = counts(exact::rational(segment.sample));
                branch.segments.push_back(segment);
            }
            from = to;
        }
        diagram.branches.push_back(std::move(branch));
        std::move(events.begin(), events.end(), std::back_inserter(diagram.events));
    }

  private:
    SpectralCounts counts(const Rational& h) const {
        return exact_map_counts(*point_, equilibrium_.pattern, h);
    }

    Bifurcation event(double h, Complex mu) const {
        Bifurcation event;
        event.kind = mu.imag() == 0 ? BifurcationKind::Flip : BifurcationKind::NeimarkSacker;
        event.pattern = equilibrium_.pattern;
        event.alpha = h;
        event.y = equilibrium_.y;
        event.residual = equilibrium_.residual;
        event.angle = std::abs(std::arg(1.0 + h * mu));
        const Index expected = mu.imag() == 0 ? 1 : 2;
        for (const double width : bracket_widths) {
            const Rational below = exact::rational(h * (1.0 - width));
            const Rational above = exact::rational(h * (1.0 + width));
            event.lower = exact::nearest(below);
            event.upper = exact::nearest(above);
            event.unstable_before = counts(below).unstable;
            event.unstable_after = counts(above).unstable;
            const Index change = event.unstable_after - event.unstable_before;
            event.degenerate = change > expected;
            if (change >= expected) {
                const Rational simple = exact::simple_between(below, above);
                constexpr long small_denominator = 1L << 16;
                if (denominator(simple) < small_denominator && counts(simple).neutral > 0) {
                    event.exact = exact::to_string(simple);
                    event.alpha = exact::nearest(simple);
                    event.lower = event.alpha;
                    event.upper = event.alpha;
                }
                if (event.degenerate) {
                    event.remark = fmt::format("{} multipliers cross at once", change);
                }
                return event;
            }
        }
        event.remark = "not proved: exact counts do not change across the bracket";
        return event;
    }

    const ResidualSystem& system_;
    const Equilibrium& equilibrium_;
    const BifurcationOptions& options_;
    std::optional<ExactPoint> point_;
};

}  // namespace

BifurcationDiagram step_bifurcations(const ResidualSystem& system,
                                     const BifurcationOptions& options) {
    validate(system, options);
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
    for (const Equilibrium& equilibrium : equilibria) {
        EquilibriumInStep(system, weights, equilibrium, options).add_to(diagram);
    }
    std::stable_sort(diagram.events.begin(), diagram.events.end(),
                     [](const Bifurcation& a, const Bifurcation& b) {
                         return a.alpha != b.alpha ? a.alpha < b.alpha : a.pattern < b.pattern;
                     });
    return diagram;
}

std::vector<BranchPoint> step_branch_points(const ResidualSystem& system,
                                            const EquilibriumBranch& branch,
                                            const std::vector<Bifurcation>& events, Index points) {
    if (points < 2) {
        reject_argument("points", ">= 2", fmt::format("{}", points));
    }
    const auto point = exact_point(exact_weights(system), system.activation(), branch.pattern);
    if (!point) {
        reject_argument("branch", "a pattern that holds an equilibrium", to_string(branch.pattern));
    }
    BranchPoint row;
    row.y = point->y();
    row.residual = system.residual_velocity(row.y).lpNorm<Eigen::Infinity>();
    row.flow = branch.segments.front().flow;
    const EquilibriumSpectrum spectrum = equilibrium_spectrum(system, branch.pattern, row.y);
    row.eigenvalues = spectrum.flow_eigenvalues();
    std::vector<BranchPoint> rows;
    const auto add = [&](double h, std::string text) {
        row.alpha = h;
        row.label = std::move(text);
        row.multipliers = spectrum.multipliers(h);
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
    std::stable_sort(rows.begin(), rows.end(),
                     [](const BranchPoint& a, const BranchPoint& b) { return a.alpha < b.alpha; });
    return rows;
}

}  // namespace resdyn
