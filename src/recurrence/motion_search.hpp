/// @file
/// One start of recurrent_motion.hpp, followed until its kind of motion is known.
#pragma once

#include <optional>

#include <resdyn/core/random.hpp>
#include <resdyn/equilibria/face.hpp>
#include <resdyn/recurrence/recurrent_motion.hpp>

namespace resdyn {

/// From u0 (size |F|) in the open face `face`. `graph`: its equilibria measure speeds and are where
/// slow runs may rest, its cycles are compared with stays. Unset: `starts`, `searched`.
MotionFinding motion_from(const ResidualSystem& system, const FaceSolver& solver,
                          const ConnectionGraph& graph, const Pattern& face, const Vector& u0,
                          const RecurrentMotionOptions& options);

/// The k-th start of a face, in u (size |F|): half of them near the face's equilibrium y (size N)
/// where it has one, half within ±spread.
Vector start_on_face(const ResidualSystem& system, const Pattern& face,
                     const std::optional<Vector>& y, Index k, double spread, Random& random);

}  // namespace resdyn
