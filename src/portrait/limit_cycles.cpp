#include <resdyn/portrait/limit_cycles.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <optional>
#include <utility>

namespace resdyn {

namespace {

constexpr Index samples = 401;       // of a closed curve
constexpr Index most_runs = 6;       // in each direction
constexpr double same_orbit = 1e-3;  // of the levels' width: a run this near a known orbit is on it
constexpr double at_rest = 1e-6;     // |y'|_inf; slower runs are not followed to a return
constexpr double look_time = 200.0;  // of the run that says whether to look on

/// u' = ± W f(u) of the two units drawn, the others held at their levels.
class PlaneFlow final : public VectorField {
  public:
    PlaneFlow(const ResidualSystem& system, const Slice& slice, double sign)
        : W_(sign * system.W()(slice.units, slice.units)), activation_(system.activation()) {
        Vector held = slice.origin;
        held[slice.units[0]] = held[slice.units[1]] = 0.0;
        load_ = sign * (system.W() * held)(slice.units);
    }
    Index dimension() const override { return 2; }
    Vector value(const Vector& u) const override { return W_ * activate(activation_, u) + load_; }
    Matrix jacobian(const Vector& u) const override {
        return W_ * slope(activation_, u).asDiagonal();
    }
    Matrix residuals(const Matrix& u) const { return activate(activation_, u); }
    double speed(const Vector& u) const {
        return slope(activation_, u).cwiseProduct(value(u)).lpNorm<Eigen::Infinity>();
    }

  private:
    Matrix W_;
    Vector load_ = {};
    Activation activation_;
};

/// From the point s to a curve of straight pieces.
double distance_to(const Matrix& curve, const Vector& s) {
    double least = std::numeric_limits<double>::infinity();
    for (Index k = 0; k + 1 < curve.cols(); ++k) {
        const Vector piece = curve.col(k + 1) - curve.col(k);
        const Vector from = s - curve.col(k);
        const double length = piece.squaredNorm();
        const double along = length > 0 ? std::clamp(from.dot(piece) / length, 0.0, 1.0) : 0.0;
        least = std::min(least, (from - along * piece).norm());
    }
    return least;
}

/// The residuals of the two units drawn, in the plane's coordinates.
Vector on_plane(const Slice& slice, const Vector& y) {
    Vector q = slice.origin;
    q(slice.units) = y;
    return slice.coordinates(q);
}

/// Where a run from u is after `look_time`; empty if it rests or ends early.
std::optional<Vector> moving_on(const PlaneFlow& flow, const Vector& u) {
    const Trajectory run = integrate(flow, u, {.t_end = look_time, .rel_tol = 1e-8});
    if (run.outcome != Outcome::ReachedEnd) {
        return std::nullopt;
    }
    Vector end = run.x.rightCols(1);
    return flow.speed(end) > at_rest ? std::optional(std::move(end)) : std::nullopt;
}

}  // namespace

std::vector<LimitCycle> limit_cycles(const StateSpace& space, const Slice& slice, const Matrix& s) {
    const ResidualSystem& system = space.system();
    std::vector<LimitCycle> cycles;
    if (slice.kind != SliceKind::Units || slice.coordinate != Coordinate::Residual ||
        !is_bounded(system.activation()) || !slice.is_invariant()) {
        return cycles;
    }
    const Levels range = levels(system.activation());
    const double near = same_orbit * (range.high - range.low);
    for (const double sign : {1.0, -1.0}) {
        const PlaneFlow flow(system, slice, sign);
        Index runs = 0;
        for (Index k = 0; k < s.cols() && runs < most_runs; ++k) {
            const Vector y = slice.at(s.col(k))(slice.units);
            const Vector u = inverse(system.activation(), y);
            if (!u.allFinite()) {
                continue;  // on an edge: a line has no cycle
            }
            const std::optional<Vector> end = moving_on(flow, u);
            if (!end) {
                continue;
            }
            const Vector place = on_plane(slice, flow.residuals(*end));
            if (std::any_of(cycles.begin(), cycles.end(), [&](const LimitCycle& cycle) {
                    return distance_to(cycle.s, place) < near;
                })) {
                continue;
            }
            ++runs;
            const auto orbit =
                find_periodic_orbit(flow, *end, {.transient = 100.0, .t_search = 200.0});
            if (!orbit || orbit->stability == OrbitStability::NonHyperbolic) {
                continue;
            }
            const Matrix closed = flow.residuals(orbit_samples(flow, *orbit, samples));
            LimitCycle cycle;
            cycle.s.resize(2, samples + 1);
            for (Index j = 0; j <= samples; ++j) {
                cycle.s.col(j) = on_plane(slice, closed.col(j % samples));
            }
            cycle.period = orbit->period;
            const double m = std::abs(orbit->multipliers[1 - orbit->trivial]);
            cycle.multiplier = sign > 0 ? m : 1.0 / m;
            cycle.residual = orbit->residual;
            cycles.push_back(std::move(cycle));
        }
    }
    std::sort(cycles.begin(), cycles.end(),
              [](const LimitCycle& a, const LimitCycle& b) { return a.period < b.period; });
    return cycles;
}

}  // namespace resdyn
