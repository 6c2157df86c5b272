/// @file
/// What is told of a periodic orbit that was found on a face.
#pragma once

#include <resdyn/equilibria/face.hpp>
#include <resdyn/recurrence/recurrent_motion.hpp>

namespace resdyn {

/// The isolated equilibrium inside the face (size N), or nothing: decided exactly.
std::optional<Vector> inner_equilibrium(const FaceSolver& solver, const Pattern& face);

/// The isolated equilibria of a list, sorted by pattern.
std::vector<Equilibrium> isolated_equilibria(const FaceSolver& solver, const AttractingFaces& list);

/// Sets the points of `finding.orbit`, and from the equilibrium inside its face the rates across
/// the face and whether it attracts in the cube.
void describe_orbit(const FaceSolver& solver, const FaceFlow& flow, MotionFinding& finding);

/// E = Σ p_i (F(u_i) − y*_i u_i) along the orbit: its spread against its size above the minimum.
double energy_drift(const FaceFlow& flow, const Vector& p, const Vector& y,
                    const PeriodicOrbit& orbit);

}  // namespace resdyn
