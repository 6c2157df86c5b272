/// @file
/// What is told of a periodic orbit that was found on a face.
#pragma once

#include <resdyn/recurrence/recurrent_motion.hpp>

namespace resdyn {

/// The equilibrium inside the face of the flow, or nothing.
std::optional<Vector> inner_equilibrium(const ConnectionGraph& graph, const Pattern& face);

/// Sets the points of `finding.orbit`, and from the equilibrium inside its face the rates across
/// the face and whether it attracts in the cube.
void describe_orbit(const ResidualSystem& system, const ConnectionGraph& graph,
                    const FaceFlow& flow, MotionFinding& finding);

/// E = Σ p_i (F(u_i) − y*_i u_i) along the orbit: its spread against its size above the minimum.
double energy_drift(const FaceFlow& flow, const Vector& p, const Vector& y,
                    const PeriodicOrbit& orbit);

}  // namespace resdyn
