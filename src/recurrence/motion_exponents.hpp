/// @file
/// Lyapunov exponents of a motion on a face, with what the theory says of them exactly, and whether
/// the motion still drifts.
#pragma once

#include <resdyn/recurrence/recurrent_motion.hpp>

namespace resdyn {

/// Sets `finding.exponents`, its motion (Chaotic, QuasiPeriodic or Undecided) and evidence from a
/// run of the flow of 5 `window` from u. At least three free units.
void set_exponents(const FaceFlow& flow, const Vector& u, double speed, double window,
                   MotionFinding& finding);

/// Measures the exponents of a chaotic finding again, until their error is what `options` asks for,
/// and those of the layer map from the same state; adds the checks of the mean. `y`: the
/// equilibrium inside the finding's face, if there is one.
void measure_exponents(const ResidualSystem& system, const std::optional<Vector>& y, double speed,
                       double window, const RecurrentMotionOptions& options,
                       MotionFinding& finding);

/// Do the means of the distance to y* (if any), or of |u|_inf, over the parts of a run of 20
/// `window` from u rise or fall by more than 3 standard errors of their slope? Stationary motion
/// does not; a decay does, however slow. Returns what drifts, or nothing.
std::optional<std::string> drift_of(const FaceFlow& flow, const Vector& u,
                                    const std::optional<Vector>& y, double window);

}  // namespace resdyn
