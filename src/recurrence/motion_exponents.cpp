#include "motion_exponents.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "numerics/decompositions.hpp"

namespace resdyn {

namespace {

constexpr Index drift_parts = 20;
constexpr double longer = 8.0;           // a second look at exponents that may be zero
constexpr double sure = 3.0;             // standard errors
constexpr double smallest_drift = 1e-7;  // relative to the mean: less may be the integration's

LyapunovOptions options_for(const FaceFlow& flow, double speed, double window) {
    return {.count = flow.dimension(), .t_end = 5 * window, .interval = 1.0 / speed};
}

std::string words(const LyapunovSpectrum& s) {
    std::string text = fmt::format(
        "leading exponents {:.4g} +- {:.2g} and {:.4g} +- {:.2g} (zero up to {:.2g}) over {:.4g} "
        "time units",
        s.exponents[0], s.standard_errors[0], s.exponents[1], s.standard_errors[1], s.zero_floor,
        s.time);
    if (s.verdict == MotionVerdict::QuasiPeriodic) {
        text += fmt::format(
            "; with the logarithm of shear taken out {:.2g} +- {:.2g} and {:.2g} +- "
            "{:.2g}",
            s.limits[0], s.limit_errors[0], s.limits[1], s.limit_errors[1]);
    }
    return text;
}

/// Undecided, with two exponents or more below the floor and none above it.
bool may_be_zero(const LyapunovSpectrum& s) {
    const auto below = (s.exponents.array().abs() <= s.zero_floor).count();
    return s.verdict == MotionVerdict::Undecided && s.outcome == Outcome::ReachedEnd &&
           below >= 2 && s.exponents.maxCoeff() <= s.zero_floor;
}

/// Over a time T in the face, W_FF (ȳ_F − y*_F) = (u(T) − u(0))/T exactly (doc/theory.md §5.1).
void add_checks(const FaceFlow& flow, const std::optional<Vector>& y, MotionFinding& finding) {
    const LyapunovSpectrum& s = *finding.exponents;
    finding.evidence += fmt::format("; their sum is the mean divergence {:.6g} to {:.1e}",
                                    s.mean_divergence, s.divergence_error);
    if (!y) {
        return;
    }
    const Matrix inverse = Lu(flow.block()).inverse();
    finding.mean_error = (s.mean_observable - (*y)(flow.free_units())).lpNorm<Eigen::Infinity>();
    finding.mean_bound = inverse.cwiseAbs().rowwise().sum().maxCoeff() *
                         (s.end - s.begin).lpNorm<Eigen::Infinity>() / s.time;
    finding.evidence += fmt::format(
        "; the mean of y is y* of the face to {:.1e} (at most {:.1e} in exact "
        "arithmetic)",
        finding.mean_error, finding.mean_bound);
}

/// A line through the means of the parts: what it changes by from end to end, and whether that is
/// more than chance.
bool has_trend(const Vector& means) {
    const auto n = static_cast<double>(means.size());
    const Vector x = Vector::LinSpaced(means.size(), -0.5, 0.5);
    const double change = x.dot(means) / x.squaredNorm();
    const Vector rest = means.array() - means.mean();
    const double error =
        std::sqrt((rest - change * x).squaredNorm() / ((n - 2.0) * x.squaredNorm()));
    return std::abs(change) > sure * error &&
           std::abs(change) > smallest_drift * std::abs(means.mean());
}

}  // namespace

void set_exponents(const FaceFlow& flow, const Vector& u, double speed, double window,
                   MotionFinding& finding) {
    LyapunovOptions lyapunov = options_for(flow, speed, window);
    finding.exponents = lyapunov_exponents(flow, u, lyapunov);
    if (may_be_zero(*finding.exponents)) {
        // Weak shear and a weak decay look alike until the growth has become a logarithm or a line.
        lyapunov.t_end *= longer;
        finding.exponents = lyapunov_exponents(flow, u, lyapunov);
    }
    const LyapunovSpectrum& s = *finding.exponents;
    if (s.outcome != Outcome::ReachedEnd) {
        finding.evidence = fmt::format("the run ended early: {}", to_string(s.outcome));
        return;
    }
    finding.motion = s.verdict == MotionVerdict::Chaotic         ? Motion::Chaotic
                     : s.verdict == MotionVerdict::QuasiPeriodic ? Motion::QuasiPeriodic
                                                                 : Motion::Undecided;
    finding.evidence = words(s);
}

void measure_exponents(const ResidualSystem& system, const std::optional<Vector>& y, double speed,
                       double window, const RecurrentMotionOptions& options,
                       MotionFinding& finding) {
    const FaceFlow flow(system, finding.face);
    const Vector u = finding.exponents->begin;
    LyapunovOptions lyapunov = options_for(flow, speed, window);
    if (finding.motion == Motion::Chaotic) {
        lyapunov.target_error = options.exponent_error;
        lyapunov.target_share = options.exponent_share;
        lyapunov.t_max = std::max(lyapunov.t_end, options.exponent_time / speed);
    }
    if (finding.motion == Motion::QuasiPeriodic) {
        lyapunov.t_end = finding.exponents->time;
    }
    lyapunov.observable = [&flow](const Vector& v) { return activate(flow.activation(), v); };
    LyapunovSpectrum again = lyapunov_exponents(flow, u, lyapunov);
    if (again.outcome == Outcome::ReachedEnd) {
        finding.exponents = std::move(again);
        finding.evidence = words(*finding.exponents);
        if (finding.exponents->has_target && !finding.exponents->target_reached) {
            finding.evidence += fmt::format(
                "; the error asked for ({:.2g}) was not reached in this time",
                std::max(options.exponent_error,
                         options.exponent_share * std::abs(finding.exponents->exponents[0])));
        }
        add_checks(flow, y, finding);
    }
    const double h = system.step();
    const DiscreteMap layer{
        flow.dimension(), [&flow, h](const Vector& v) { return Vector(v + h * flow.value(v)); },
        [&flow, h](const Vector& v) {
            return Matrix(Matrix::Identity(v.size(), v.size()) + h * flow.jacobian(v));
        }};
    finding.map_exponents =
        lyapunov_exponents(layer, u,
                           {.count = flow.dimension(),
                            .t_end = std::max(1000.0, std::ceil(5 * window / h)),
                            .interval = 1.0});
}

std::optional<std::string> drift_of(const FaceFlow& flow, const Vector& u,
                                    const std::optional<Vector>& y, double window) {
    Vector distance(drift_parts);
    Vector size(drift_parts);
    Vector state = u;
    for (Index part = 0; part < drift_parts; ++part) {
        const Trajectory run =
            integrate(flow, state, {.t_end = window, .rel_tol = 1e-9, .abs_tol = 1e-10});
        if (run.outcome != Outcome::ReachedEnd) {
            return fmt::format("the run ended early: {}", to_string(run.outcome));
        }
        double d = 0.0;
        double s = 0.0;
        for (Index k = 1; k < run.x.cols(); ++k) {
            const auto at = static_cast<std::size_t>(k);
            const double weight = (run.t[at] - run.t[at - 1]) / window;
            s += weight * run.x.col(k).lpNorm<Eigen::Infinity>();
            if (y) {
                const Vector away = flow.residual(run.x.col(k)) - *y;
                d += weight * away.lpNorm<Eigen::Infinity>();
            }
        }
        distance[part] = d;
        size[part] = s;
        state = run.x.col(run.x.cols() - 1);
    }
    if (y && has_trend(distance)) {
        return fmt::format(
            "its mean distance to the face's equilibrium drifts from {:.3g} to "
            "{:.3g}",
            distance[0], distance[drift_parts - 1]);
    }
    if (has_trend(size)) {
        return fmt::format("the mean of its largest |u| drifts from {:.4g} to {:.4g}", size[0],
                           size[drift_parts - 1]);
    }
    return std::nullopt;
}

}  // namespace resdyn
