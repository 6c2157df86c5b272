/// @file
/// What runs on faces were seen to do, in the bytes of a task (work/task_fields.hpp).
#pragma once

#include <tuple>

#include <resdyn/recurrence/cycles.hpp>

#include "equilibria/face_fields.hpp"
#include "work/task_fields.hpp"

namespace resdyn {

inline auto task_fields(PeriodicOrbit& orbit) {
    return std::tie(orbit.status, orbit.period, orbit.points, orbit.residual, orbit.amplitude,
                    orbit.multipliers, orbit.trivial, orbit.trivial_error, orbit.stability,
                    orbit.iterations);
}

inline auto task_fields(LyapunovSpectrum& s) {
    return std::tie(s.exponents, s.standard_errors, s.blocks, s.limits, s.limit_errors, s.time,
                    s.zero_floor, s.integration_floor, s.has_target, s.target_reached,
                    s.mean_divergence, s.divergence_error, s.mean_observable, s.outcome, s.begin,
                    s.end, s.verdict);
}

inline auto task_fields(Dwell& stay) {
    return std::tie(stay.vertex, stay.start, stay.duration);
}

inline auto task_fields(MotionFinding& f) {
    return std::tie(f.face, f.searched, f.motion, f.starts, f.evidence, f.rest, f.orbit, f.orbit_y,
                    f.orbit_t, f.transverse_rates, f.attracts_in_cube, f.energy_drift, f.exponents,
                    f.mean_error, f.mean_bound, f.map_exponents, f.cycle, f.stays,
                    f.measured_growth);
}

inline auto task_fields(MapCycle& c) {
    return std::tie(c.face, c.step, c.u, c.y, c.residual, c.mean, c.multipliers, c.stability,
                    c.mean_error, c.mean_bound, c.transverse_multipliers, c.attracts_in_cube);
}

inline auto task_fields(MapFinding& f) {
    return std::tie(f.face, f.searched, f.motion, f.starts, f.evidence, f.rest, f.cycle,
                    f.exponents, f.mean_error, f.mean_bound);
}

}  // namespace resdyn
