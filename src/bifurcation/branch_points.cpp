#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include <resdyn/bifurcation/bifurcation.hpp>
#include <resdyn/core/error.hpp>

#include "equilibria/exact_point.hpp"
#include "numerics/exact_rational.hpp"
#include "path_numbers.hpp"

namespace resdyn {

namespace {

/// Where two segments of the branch meet.
std::vector<double> inner_cuts(const EquilibriumBranch& branch) {
    std::vector<double> cuts;
    for (std::size_t k = 1; k < branch.segments.size(); ++k) {
        cuts.push_back(branch.segments[k].from);
    }
    return cuts;
}

/// Whether the event lies on the branch: its own, or a continuum that the branch passes through at
/// one point, which has one unit more free.
bool is_on(const Bifurcation& event, const EquilibriumBranch& branch) {
    if (event.kind != BifurcationKind::Singular) {
        return event.pattern == branch.pattern;
    }
    Index freed = 0;
    for (Index i = 0; i < branch.pattern.size(); ++i) {
        if (event.pattern[i] != branch.pattern[i]) {
            if (event.pattern[i] != UnitState::Free) {
                return false;
            }
            ++freed;
        }
    }
    const std::vector<double> cuts = inner_cuts(branch);
    return freed == 1 && std::any_of(cuts.begin(), cuts.end(), [&](double cut) {
               return cut == event.alpha || (event.lower <= cut && cut <= event.upper);
           });
}

/// Of the segment that holds α; where two meet, what both have, and the rest is neutral.
SpectralCounts flow_counts_at(const EquilibriumBranch& branch, double alpha) {
    const std::vector<BranchSegment>& segments = branch.segments;
    for (std::size_t k = 0; k + 1 < segments.size(); ++k) {
        if (alpha < segments[k].to) {
            return segments[k].flow;
        }
        if (alpha == segments[k].to) {
            SpectralCounts counts = segments[k].flow;
            const SpectralCounts& right = segments[k + 1].flow;
            const Index dimension = counts.dimension();
            counts.unstable = std::min(counts.unstable, right.unstable);
            counts.stable = std::min(counts.stable, right.stable);
            counts.neutral = dimension - counts.unstable - counts.stable;
            return counts;
        }
    }
    return segments.back().flow;
}

}  // namespace

std::vector<BranchPoint> branch_points(const ParameterPath& path, const EquilibriumBranch& branch,
                                       const std::vector<Bifurcation>& events, Index points,
                                       const std::vector<double>& marks) {
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
        auto point = exact_point(scaled_weights(path, exact::rational(alpha)), path.activation,
                                 branch.pattern);
        if (!point) {
            row.alpha = std::clamp(alpha, branch.from + inset, branch.to - inset);
            point = exact_point(scaled_weights(path, exact::rational(row.alpha)), path.activation,
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
        row.flow = flow_counts_at(branch, row.alpha);
        rows.push_back(std::move(row));
    };
    for (Index k = 0; k < points; ++k) {
        // Chebyshev's points: a branch is steepest where it leaves its face, near a pole beyond.
        const double angle =
            std::numbers::pi * static_cast<double>(k) / static_cast<double>(points - 1);
        const double share = 0.5 * (1.0 - std::cos(angle));
        add(branch.from + share * (branch.to - branch.from), k == 0 || k + 1 == points ? "EP" : "");
    }
    const std::vector<double> cuts = inner_cuts(branch);
    std::vector<bool> named(cuts.size(), false);
    for (const Bifurcation& event : events) {
        if (event.alpha < branch.from || event.alpha > branch.to || !is_on(event, branch)) {
            continue;
        }
        // By the cut's own number, which another bracket of the same root may miss by a little.
        double alpha = event.alpha;
        for (std::size_t k = 0; k < cuts.size(); ++k) {
            if (cuts[k] == event.alpha || (event.lower <= cuts[k] && cuts[k] <= event.upper)) {
                alpha = cuts[k];
                named[k] = true;
            }
        }
        add(alpha, std::string(label(event.kind)));
    }
    for (std::size_t k = 0; k < cuts.size(); ++k) {
        if (!named[k]) {
            add(cuts[k], "");
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
