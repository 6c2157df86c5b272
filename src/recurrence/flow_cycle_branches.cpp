#include <resdyn/recurrence/flow_cycle_branches.hpp>

#include <fmt/format.h>

#include <Eigen/Eigenvalues>
#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <optional>
#include <utility>

#include <resdyn/core/error.hpp>

#include "branch_switch.hpp"
#include "core/parallel.hpp"
#include "flow_cycle_curve.hpp"

namespace resdyn {

namespace {

constexpr double first_amplitude = 1e-2;     // of a branch, in u
constexpr double smallest_amplitude = 1e-4;  // tried at birth
constexpr double shrunk = 0.25;              // of the first amplitude: the cycle is gone
constexpr double farthest_u = 60.0;
constexpr double good_residual = 1e-9;  // residual

/// The pair nearest the imaginary axis at the Hopf point: ω and q = a + ib.
struct Pair {
    double frequency = 0.0;
    Eigen::VectorXcd q;
};

std::optional<Pair> pair_at(const Matrix& J) {
    const Eigen::EigenSolver<Matrix> solver(J);
    std::optional<Pair> pair;
    double nearest = std::numeric_limits<double>::infinity();
    for (Index k = 0; k < J.rows(); ++k) {
        const Complex mu = solver.eigenvalues()[k];
        if (mu.imag() > 0 && std::abs(mu.real()) < nearest) {
            nearest = std::abs(mu.real());
            pair = Pair{mu.imag(), solver.eigenvectors().col(k)};
        }
    }
    return pair;
}

class Branch {
  public:
    Branch(const ParameterPath& path, const Bifurcation& event, const FlowCycleOptions& options)
        : flow_(path.system_at(event.alpha), event.pattern),
          family_(path, event.pattern),
          event_(event),
          options_(options) {}

    std::optional<FlowCycleBranch> follow() const {
        const Vector inside = event_.y(flow_.free_units());
        const Vector centre = inverse(flow_.activation(), inside);
        const auto pair = pair_at(flow_.jacobian(centre));
        if (!pair) {
            return std::nullopt;
        }
        const Index n = flow_.dimension();
        const Index m = FlowCycleCurve::segments;
        const double T = 2.0 * std::numbers::pi / pair->frequency;
        Vector start(n * m + 2);
        Vector direction = Vector::Zero(n * m + 2);
        for (Index k = 0; k < m; ++k) {
            const Complex turn = std::polar(
                1.0, 2.0 * std::numbers::pi * static_cast<double>(k) / static_cast<double>(m));
            start.segment(k * n, n) = centre;
            direction.segment(k * n, n) = (turn * pair->q).real();
        }
        start[n * m] = T;
        start[n * m + 1] = event_.alpha;
        direction.normalize();
        const FlowCycleCurve::Limits free_limits{options_.max_growth * T, 0.0, farthest_u};
        const Vector phase = pair->q.imag().normalized();
        const FlowCycleCurve free_curve(family_, phase, free_limits);
        std::optional<Vector> z;
        for (double a = first_amplitude; !z && a >= smallest_amplitude; a *= 0.25) {
            z = switched(free_curve, start, direction, a * std::sqrt(static_cast<double>(m)),
                         good_residual);
        }
        if (!z) {
            return std::nullopt;
        }
        const double alpha = (*z)[z->size() - 1];
        FlowCycleCurve::Limits limits = free_limits;
        limits.amplitude = shrunk * free_curve.amplitude(*z);
        const FlowCycleCurve curve(family_, phase, limits);
        FlowCycleBranch branch;
        branch.face = event_.pattern;
        branch.birth = event_.alpha;
        branch.frequency = pair->frequency;
        if (alpha < options_.from || alpha > options_.to) {
            return branch;
        }
        const auto width = std::sqrt(static_cast<double>(n * m));
        const std::vector<ContinuationPoint> found =
            follow_curve_of_equilibria(curve, z->head(z->size() - 1), alpha,
                                       {.from = options_.from,
                                        .to = options_.to,
                                        .direction = alpha >= event_.alpha ? 1 : -1,
                                        .first_step = 0.02 * width,
                                        .min_step = 1e-8,
                                        .max_step = options_.max_step * width,
                                        .residual_tol = good_residual,
                                        .event_tol = 1e-8,
                                        .max_points = options_.max_points,
                                        .marks = options_.marks});
        for (const ContinuationPoint& point : found) {
            branch.points.push_back(described(curve, point));
        }
        branch.end = end_of(branch, limits);
        return branch;
    }

  private:
    FlowCyclePoint described(const FlowCycleCurve& curve, const ContinuationPoint& point) const {
        Vector z(point.y.size() + 1);
        z << point.y, point.alpha;
        FlowCyclePoint row;
        row.alpha = point.alpha;
        row.period = curve.period(z);
        row.u = curve.points(z);
        row.residual = point.residual;
        row.multipliers = point.eigenvalues;
        row.trivial_error = std::numeric_limits<double>::infinity();
        for (const Complex m : point.eigenvalues) {
            row.trivial_error = std::min(row.trivial_error, std::abs(m - 1.0));
        }
        row.outside = point.outside;
        row.label = label_of(point.label);
        row.low = flow_.residual(row.u.col(0));
        row.high = row.low;
        for (Index k = 1; k < row.u.cols(); ++k) {
            const Vector y = flow_.residual(row.u.col(k));
            row.low = row.low.cwiseMin(y);
            row.high = row.high.cwiseMax(y);
        }
        return row;
    }

    FlowBranchEnd end_of(const FlowCycleBranch& branch,
                         const FlowCycleCurve::Limits& limits) const {
        constexpr double near = 1e-3;
        const FlowCyclePoint& last = branch.points.back();
        const double span = options_.to - options_.from;
        if (last.label == CycleLabel::NoConvergence) {
            return FlowBranchEnd::NoConvergence;
        }
        if (last.label != CycleLabel::EndPoint) {
            return FlowBranchEnd::PointLimit;
        }
        if (last.period >= (1.0 - near) * limits.period) {
            return FlowBranchEnd::PeriodGrows;
        }
        if (last.u.cwiseAbs().maxCoeff() >= (1.0 - near) * limits.size) {
            return FlowBranchEnd::Grows;
        }
        if (std::min(last.alpha - options_.from, options_.to - last.alpha) <= 1e-6 * span) {
            return FlowBranchEnd::Range;
        }
        return FlowBranchEnd::Shrinks;
    }

    FaceFlow flow_;
    FaceFamily family_;
    const Bifurcation& event_;
    const FlowCycleOptions& options_;
};

}  // namespace

std::string_view to_string(FlowBranchEnd end) {
    switch (end) {
        case FlowBranchEnd::Range:
            return "range";
        case FlowBranchEnd::PeriodGrows:
            return "period_grows";
        case FlowBranchEnd::Shrinks:
            return "shrinks";
        case FlowBranchEnd::Grows:
            return "grows";
        case FlowBranchEnd::PointLimit:
            return "point_limit";
        case FlowBranchEnd::NoConvergence:
            return "no_convergence";
    }
    return "unknown";
}

FlowCycleBranches follow_flow_cycles(const ParameterPath& path,
                                     const std::vector<Bifurcation>& events,
                                     const FlowCycleOptions& options, int threads) {
    if (!(std::isfinite(options.from) && std::isfinite(options.to) && options.from < options.to)) {
        reject_argument("range", "from < to, finite",
                        fmt::format("from {} to {}", options.from, options.to));
    }
    require_at_least("max_points", options.max_points, 1);
    require_at_least("max_branches", options.max_branches, 1);
    require("max_growth", options.max_growth > 1, "a number > 1", options.max_growth);
    require("max_step", options.max_step > 0, "a number > 0", options.max_step);
    FlowCycleBranches result;
    std::vector<const Bifurcation*> hopf;
    for (const Bifurcation& event : events) {
        if (event.kind != BifurcationKind::Hopf) {
            continue;
        }
        const bool known = std::any_of(hopf.begin(), hopf.end(), [&](const Bifurcation* other) {
            return other->pattern == event.pattern && other->alpha == event.alpha;
        });
        if (event.degenerate || known || static_cast<Index>(hopf.size()) >= options.max_branches) {
            result.not_followed += known ? 0 : 1;
        } else {
            hopf.push_back(&event);
        }
    }
    std::vector<std::optional<FlowCycleBranch>> found(hopf.size());
    parallel_for(static_cast<Index>(hopf.size()), threads, [&](Index k) {
        const auto at = static_cast<std::size_t>(k);
        found[at] = Branch(path, *hopf[at], options).follow();
    });
    for (auto& branch : found) {
        if (branch && !branch->points.empty()) {
            result.branches.push_back(std::move(*branch));
        } else {
            ++result.not_followed;
        }
    }
    return result;
}

}  // namespace resdyn
