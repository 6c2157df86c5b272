/// @file
/// One trajectory of x' = f(x) with error control, and how it ended.
///
/// Method: the embedded Runge–Kutta pair 5(4) of Dormand and Prince (J. Comput. Appl. Math. 6,
/// 1980, 19–26) from Boost.Odeint; the step loop is ours, because Odeint's own has no cap on the
/// total number of steps and lets a NaN pass. A component's error per step is kept below
/// abs_tol + rel_tol · (|x| + |dx|); the global error is not bounded by it, and explicit steps are
/// slow on stiff fields.
#pragma once

#include <string_view>
#include <vector>

#include <resdyn/numerics/vector_field.hpp>

namespace resdyn {

/// How a trajectory ended. None of these is an exception; the data up to the end is valid.
enum class Outcome {
    ReachedEnd,     ///< t_end reached.
    AtRest,         ///< |f(x)|_inf <= rest_tol: the motion has (nearly) stopped, which does not
                    ///< prove that an equilibrium is near: verify it.
    StepLimit,      ///< max_steps used before t_end; raise it, or loosen the tolerances.
    StepUnderflow,  ///< the step fell below rounding of t: f is not smooth, or blows up.
    NonFinite,      ///< x or f(x) became infinite or NaN; the last sample is the last finite one.
    Stopped,        ///< a monitor ended it (ensembles).
};
std::string_view to_string(Outcome outcome);

struct IntegrateOptions {
    double t_end = 10.0;         ///< final time, finite, >= 0.
    double rel_tol = 1e-9;       ///< relative error per step, > 0.
    double abs_tol = 1e-12;      ///< absolute error per step, in the units of x, > 0.
    Index max_steps = 1000000;   ///< accepted and rejected steps together, >= 1.
    double initial_step = 1e-3;  ///< first step tried, in units of t, > 0.
    double rest_tol = -1.0;      ///< stop where |f(x)|_inf <= rest_tol; negative: never.
    /// Times to record, increasing, within [0, t_end]. Empty: every accepted step. Steps are
    /// shortened to land on them, so samples carry no interpolation error.
    std::vector<double> sample_times = {};
};

struct Trajectory {
    std::vector<double> t;                  ///< times of the samples, increasing; t[0] = 0 first.
    Matrix x;                               ///< n×samples, a sample a column.
    Outcome outcome = Outcome::ReachedEnd;  ///< why it ended.
    double residual = -1.0;                 ///< |f(x)|_inf at the last sample.
    Index steps = 0;                        ///< accepted steps.
    Index rejected = 0;                     ///< steps tried and refused by the error control.
};

/// Integrates from x0 (size n) at t = 0. With `sample_times`, t holds those reached (0 only if
/// asked for). Throws std::invalid_argument if sizes or options are wrong, and ResourceError where
/// the caller's StopScope ends it (core/interrupt.hpp).
Trajectory integrate(const VectorField& field, const Vector& x0,
                     const IntegrateOptions& options = {});

}  // namespace resdyn
