/// @file
/// One start of the layer map on a face, followed until its kind of motion is known (cycles.hpp).
#pragma once

#include <resdyn/equilibria/face.hpp>
#include <resdyn/recurrence/cycles.hpp>

namespace resdyn {

/// From u0 (size |F|) in the open face `face`. `speed`: see characteristic_speed. Unset: `starts`,
/// `searched`.
MapFinding map_motion_from(const ResidualSystem& system, const FaceSolver& solver,
                           const Pattern& face, const Vector& u0, double speed,
                           const CycleSearchOptions& options);

}  // namespace resdyn
