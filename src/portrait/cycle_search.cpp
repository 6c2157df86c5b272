#include "cycle_search.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include "distances.hpp"

namespace resdyn {

namespace {

constexpr Index curve_samples = 401;  // of a closed curve

/// Where a run from x is after the look time; empty if it rests, ends early or leaves.
std::optional<Vector> moving_on(const VectorField& flow, const CyclePlane& plane,
                                const CycleRuns& runs, const Vector& x) {
    const Trajectory run = integrate(flow, x, {.t_end = runs.look_time, .rel_tol = 1e-8});
    if (run.outcome != Outcome::ReachedEnd) {
        return std::nullopt;
    }
    Vector end = run.x.rightCols(1);
    const bool goes_on = (!runs.is_near || runs.is_near(end)) && plane.speed(end) > runs.rest_speed;
    return goes_on ? std::optional(std::move(end)) : std::nullopt;
}

}  // namespace

void add_cycles(const VectorField& flow, double sign, const CyclePlane& plane,
                const std::vector<Vector>& starts, const CycleRuns& runs,
                std::vector<LimitCycle>& cycles) {
    Index followed = 0;
    for (const Vector& start : starts) {
        if (followed >= runs.most) {
            break;
        }
        const std::optional<Vector> end = moving_on(flow, plane, runs, start);
        if (!end) {
            continue;
        }
        const Vector place = plane.place(*end);
        if (std::any_of(cycles.begin(), cycles.end(), [&](const LimitCycle& cycle) {
                return distance_to_curve(cycle.s, place) < runs.near;
            })) {
            continue;
        }
        ++followed;
        const auto orbit = find_periodic_orbit(
            flow, *end, {.transient = 0.5 * runs.look_time, .t_search = runs.look_time});
        if (!orbit || orbit->stability == OrbitStability::NonHyperbolic) {
            continue;
        }
        const Matrix closed = orbit_samples(flow, *orbit, curve_samples);
        LimitCycle cycle;
        cycle.s.resize(2, curve_samples + 1);
        for (Index j = 0; j <= curve_samples; ++j) {
            cycle.s.col(j) = plane.place(closed.col(j % curve_samples));
        }
        cycle.period = orbit->period;
        const double m = std::abs(orbit->multipliers[1 - orbit->trivial]);
        cycle.multiplier = sign > 0 ? m : 1.0 / m;
        cycle.residual = orbit->residual;
        cycles.push_back(std::move(cycle));
    }
}

}  // namespace resdyn
