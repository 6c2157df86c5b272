#include <resdyn/numerics/periodic_orbit.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include <resdyn/core/error.hpp>

#include "decompositions.hpp"
#include "variational_flow.hpp"

namespace resdyn {

namespace {

constexpr Index amplitude_samples = 64;
constexpr double longest_period = 10.0;   // times the guess
constexpr double smallest_extent = 1e-7;  // relative to max(1, |x|): less is a point
constexpr int halvings = 8;

void need(bool holds, const char* rule, double value) {
    if (!holds) {
        reject_argument("periodic_orbit", rule, fmt::format("{}", value));
    }
}

void validate(const VectorField& field, const Vector& x0, const ShootingOptions& o) {
    if (x0.size() != field.dimension() || !x0.allFinite()) {
        reject_argument("periodic_orbit", fmt::format("a finite x0 of size {}", field.dimension()),
                        fmt::format("size {}{}", x0.size(), x0.allFinite() ? "" : ", not finite"));
    }
    need(o.segments >= 1, "segments >= 1", static_cast<double>(o.segments));
    need(o.rel_tol > 0 && o.abs_tol > 0, "rel_tol > 0 and abs_tol > 0",
         std::min(o.rel_tol, o.abs_tol));
    need(o.residual_tol > 0, "residual_tol > 0", o.residual_tol);
    need(o.multiplier_tol > 0, "multiplier_tol > 0", o.multiplier_tol);
    need(o.max_iterations >= 1 && o.max_steps >= 1, "max_iterations >= 1 and max_steps >= 1",
         static_cast<double>(std::min(o.max_iterations, o.max_steps)));
}

void validate(const ReturnOptions& o) {
    need(std::isfinite(o.transient) && o.transient >= 0, "transient finite and >= 0", o.transient);
    need(std::isfinite(o.t_search) && o.t_search > 0, "t_search finite and > 0", o.t_search);
    need(o.close > 0 && o.close < 1, "0 < close < 1", o.close);
    need(o.rel_tol > 0 && o.abs_tol > 0, "rel_tol > 0 and abs_tol > 0",
         std::min(o.rel_tol, o.abs_tol));
    need(o.max_steps >= 1 && o.tries >= 1, "max_steps >= 1 and tries >= 1",
         static_cast<double>(std::min(o.max_steps, o.tries)));
}

/// Where a segment of length t from x ends, and ∂(end)/∂x.
struct Segment {
    Vector end;
    Matrix derivative;
};

std::optional<Segment> shoot(const VectorField& field, const Vector& x, double t,
                             const ShootingOptions& o) {
    const Index n = x.size();
    const VariationalFlow tangent(field, n);
    const Trajectory run = integrate(tangent, VariationalFlow::state(x, Matrix::Identity(n, n)),
                                     {.t_end = t,
                                      .rel_tol = o.rel_tol,
                                      .abs_tol = o.abs_tol,
                                      .max_steps = o.max_steps,
                                      .initial_step = t / 64,
                                      .sample_times = {t}});
    if (run.outcome != Outcome::ReachedEnd || run.x.cols() == 0) {
        return std::nullopt;
    }
    const Vector state = run.x.col(run.x.cols() - 1);
    return Segment{state.head(n), tangent.tangents(state)};
}

std::optional<std::vector<Segment>> shoot_all(const VectorField& field, const Matrix& points,
                                              double period, const ShootingOptions& o) {
    std::vector<Segment> segments;
    const auto m = static_cast<double>(points.cols());
    for (Index k = 0; k < points.cols(); ++k) {
        auto segment = shoot(field, points.col(k), period / m, o);
        if (!segment) {
            return std::nullopt;
        }
        segments.push_back(std::move(*segment));
    }
    return segments;
}

Matrix mismatches(const Matrix& points, const std::vector<Segment>& segments) {
    Matrix result(points.rows(), points.cols());
    for (Index k = 0; k < points.cols(); ++k) {
        result.col(k) =
            segments[static_cast<std::size_t>(k)].end - points.col((k + 1) % points.cols());
    }
    return result;
}

/// The Newton step for (points, period), of least norm where the equations are singular.
Vector newton_step(const VectorField& field, const Matrix& points,
                   const std::vector<Segment>& segments, const Matrix& mismatch,
                   const Vector& anchor, const Vector& velocity) {
    const Index n = points.rows();
    const Index m = points.cols();
    Matrix J = Matrix::Zero(n * m + 1, n * m + 1);
    Vector r(n * m + 1);
    for (Index k = 0; k < m; ++k) {
        const Segment& segment = segments[static_cast<std::size_t>(k)];
        J.block(k * n, k * n, n, n) += segment.derivative;
        J.block(k * n, ((k + 1) % m) * n, n, n) -= Matrix::Identity(n, n);
        J.block(k * n, n * m, n, 1) = field.value(segment.end) / static_cast<double>(m);
        r.segment(k * n, n) = mismatch.col(k);
    }
    const double speed = velocity.norm();
    J.block(n * m, 0, 1, n) = velocity.transpose() / speed;
    r[n * m] = velocity.dot(points.col(0) - anchor) / speed;
    constexpr double rank_threshold = 1e-9;
    return -least_norm_solution(J, r, rank_threshold);
}

double extent(const Matrix& points) {
    return (points.rowwise().maxCoeff() - points.rowwise().minCoeff()).maxCoeff();
}

void set_multipliers(PeriodicOrbit& orbit, const std::vector<Segment>& segments,
                     double multiplier_tol) {
    Matrix monodromy = segments.front().derivative;
    for (std::size_t k = 1; k < segments.size(); ++k) {
        monodromy = (segments[k].derivative * monodromy).eval();
    }
    orbit.multipliers = eigenvalues(monodromy);
    sort_multipliers(orbit.multipliers);
    orbit.trivial_error = std::numeric_limits<double>::infinity();
    for (std::size_t k = 0; k < orbit.multipliers.size(); ++k) {
        const double distance = std::abs(orbit.multipliers[k] - 1.0);
        if (distance < orbit.trivial_error) {
            orbit.trivial_error = distance;
            orbit.trivial = k;
        }
    }
    const double tol = std::max(multiplier_tol, 10.0 * orbit.trivial_error);
    Index inside = 0;
    Index outside = 0;
    for (std::size_t k = 0; k < orbit.multipliers.size(); ++k) {
        if (k != orbit.trivial) {
            inside += std::abs(orbit.multipliers[k]) < 1 - tol ? 1 : 0;
            outside += std::abs(orbit.multipliers[k]) > 1 + tol ? 1 : 0;
        }
    }
    const auto others = static_cast<Index>(orbit.multipliers.size()) - 1;
    orbit.stability = inside == others             ? OrbitStability::Attracting
                      : outside == others          ? OrbitStability::Repelling
                      : inside + outside == others ? OrbitStability::Saddle
                                                   : OrbitStability::NonHyperbolic;
}

/// A return of the run to the section.
struct Return {
    double period;
    double distance;
};

std::vector<Return> returns_of(const Trajectory& run, const Vector& anchor,
                               const Vector& velocity) {
    std::vector<Return> returns;
    double before = 0.0;
    for (Index k = 1; k < run.x.cols(); ++k) {
        const double after = velocity.dot(run.x.col(k) - anchor);
        if (before < 0 && after >= 0) {
            const double share = before / (before - after);
            const Vector at = run.x.col(k - 1) + share * (run.x.col(k) - run.x.col(k - 1));
            const double t0 = run.t[static_cast<std::size_t>(k - 1)];
            returns.push_back({t0 + share * (run.t[static_cast<std::size_t>(k)] - t0),
                               (at - anchor).lpNorm<Eigen::Infinity>()});
        }
        before = after;
    }
    return returns;
}

constexpr int most_turns = 12;
constexpr double same_point = 1e-6;  // relative to the amplitude

/// A guess of several periods converges as well: the orbit once round.
PeriodicOrbit once_round(const VectorField& field, PeriodicOrbit orbit,
                         const ShootingOptions& options) {
    const Vector x0 = orbit.points.col(0);
    for (int turns = most_turns; turns >= 2; --turns) {
        const auto segment = shoot(field, x0, orbit.period / turns, options);
        if (segment &&
            (segment->end - x0).lpNorm<Eigen::Infinity>() <= same_point * orbit.amplitude) {
            PeriodicOrbit one = refine_periodic_orbit(field, x0, orbit.period / turns, options);
            return one.converged() ? one : orbit;
        }
    }
    return orbit;
}

}  // namespace

std::string_view to_string(ShootingStatus status) {
    switch (status) {
        case ShootingStatus::Converged:
            return "converged";
        case ShootingStatus::Collapsed:
            return "collapsed";
        case ShootingStatus::IterationLimit:
            return "iteration_limit";
        case ShootingStatus::Failed:
            return "failed";
    }
    return "unknown";
}

std::string_view to_string(OrbitStability stability) {
    switch (stability) {
        case OrbitStability::Attracting:
            return "attracting";
        case OrbitStability::Repelling:
            return "repelling";
        case OrbitStability::Saddle:
            return "saddle";
        case OrbitStability::NonHyperbolic:
            return "non_hyperbolic";
    }
    return "unknown";
}

PeriodicOrbit refine_periodic_orbit(const VectorField& field, const Vector& x0, double period,
                                    const ShootingOptions& options) {
    validate(field, x0, options);
    need(std::isfinite(period) && period > 0, "period finite and > 0", period);
    const Index n = x0.size();
    const Index m = options.segments;
    PeriodicOrbit orbit;
    orbit.period = period;
    orbit.points.resize(n, m);
    orbit.points.col(0) = x0;
    for (Index k = 1; k < m; ++k) {
        const auto segment =
            shoot(field, orbit.points.col(k - 1), period / static_cast<double>(m), options);
        if (!segment) {
            return orbit;
        }
        orbit.points.col(k) = segment->end;
    }
    const Vector velocity = field.value(x0);
    if (velocity.norm() == 0) {
        orbit.status = ShootingStatus::Collapsed;
        return orbit;
    }
    auto segments = shoot_all(field, orbit.points, orbit.period, options);
    if (!segments) {
        return orbit;
    }
    Matrix mismatch = mismatches(orbit.points, *segments);
    const auto tolerance = [&] {
        return options.residual_tol * std::max(1.0, orbit.points.lpNorm<Eigen::Infinity>());
    };
    orbit.residual = mismatch.lpNorm<Eigen::Infinity>();
    orbit.status = ShootingStatus::IterationLimit;
    // One step beyond the tolerance costs little and squares the error.
    bool polish = true;
    while (orbit.iterations < options.max_iterations && (orbit.residual > tolerance() || polish)) {
        polish = polish && orbit.residual > tolerance();
        const Vector step = newton_step(field, orbit.points, *segments, mismatch, x0, velocity);
        ++orbit.iterations;
        bool moved = false;
        double share = 1.0;
        for (int half = 0; half < halvings && !moved; ++half, share /= 2) {
            const Matrix points =
                orbit.points + share * Eigen::Map<const Matrix>(step.data(), n, m);
            const double next_period = orbit.period + share * step[n * m];
            if (!(next_period > 0 && next_period < longest_period * period) ||
                !points.allFinite()) {
                continue;
            }
            auto next = shoot_all(field, points, next_period, options);
            if (!next) {
                continue;
            }
            const Matrix next_mismatch = mismatches(points, *next);
            if (next_mismatch.norm() <= (1 - 1e-4 * share) * mismatch.norm()) {
                orbit.points = points;
                orbit.period = next_period;
                segments = std::move(next);
                mismatch = next_mismatch;
                orbit.residual = mismatch.lpNorm<Eigen::Infinity>();
                moved = true;
            }
        }
        if (!moved) {
            break;  // at the floor of rounding, or no descent
        }
    }
    orbit.amplitude = extent(orbit_samples(field, orbit, amplitude_samples));
    if (orbit.amplitude <=
        smallest_extent * std::max(1.0, orbit.points.lpNorm<Eigen::Infinity>())) {
        orbit.status = ShootingStatus::Collapsed;
    } else if (orbit.residual <= tolerance()) {
        orbit.status = ShootingStatus::Converged;
    }
    set_multipliers(orbit, *segments, options.multiplier_tol);
    return orbit;
}

std::optional<PeriodicOrbit> find_periodic_orbit(const VectorField& field, const Vector& x0,
                                                 const ReturnOptions& options) {
    validate(field, x0, options.shooting);
    validate(options);
    IntegrateOptions run_options{.t_end = options.transient,
                                 .rel_tol = options.rel_tol,
                                 .abs_tol = options.abs_tol,
                                 .max_steps = options.max_steps,
                                 .sample_times = {options.transient}};
    Vector anchor = x0;
    if (options.transient > 0) {
        const Trajectory before = integrate(field, x0, run_options);
        if (before.outcome != Outcome::ReachedEnd) {
            return std::nullopt;
        }
        anchor = before.x.col(before.x.cols() - 1);
    }
    run_options.t_end = options.t_search;
    run_options.sample_times.clear();
    const Trajectory run = integrate(field, anchor, run_options);
    const Vector velocity = field.value(anchor);
    const double size = extent(run.x);
    if (run.outcome != Outcome::ReachedEnd ||
        size <= smallest_extent * std::max(1.0, anchor.lpNorm<Eigen::Infinity>())) {
        return std::nullopt;
    }
    std::vector<Return> returns = returns_of(run, anchor, velocity);
    std::erase_if(returns, [&](const Return& r) { return r.distance > options.close * size; });
    // The first close return is one period, unless a longer one comes much closer: keep the order
    // of time, but refine those first that are within a factor ten of the nearest.
    double nearest = std::numeric_limits<double>::infinity();
    for (const Return& r : returns) {
        nearest = std::min(nearest, r.distance);
    }
    std::stable_partition(returns.begin(), returns.end(), [&](const Return& r) {
        return r.distance <= 10 * nearest + 1e-6 * size;
    });
    for (std::size_t k = 0; k < std::min(returns.size(), static_cast<std::size_t>(options.tries));
         ++k) {
        const PeriodicOrbit orbit =
            refine_periodic_orbit(field, anchor, returns[k].period, options.shooting);
        if (orbit.converged() &&
            (orbit.points.col(0) - anchor).lpNorm<Eigen::Infinity>() <= options.close * size) {
            return once_round(field, orbit, options.shooting);
        }
    }
    return std::nullopt;
}

Matrix orbit_samples(const VectorField& field, const PeriodicOrbit& orbit, Index count) {
    std::vector<double> times;
    for (Index k = 0; k < count; ++k) {
        times.push_back(orbit.period * static_cast<double>(k) / static_cast<double>(count));
    }
    return integrate(field, orbit.points.col(0),
                     {.t_end = orbit.period,
                      .rel_tol = 1e-10,
                      .initial_step = orbit.period / 256,
                      .sample_times = times})
        .x;
}

}  // namespace resdyn
