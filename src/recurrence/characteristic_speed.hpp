/// @file
/// Rates by which runs of recurrent motion are measured.
#pragma once

#include <resdyn/recurrence/connections.hpp>

namespace resdyn {

/// How fast u can move, up to the slope of f.
double largest_speed(const ResidualSystem& system);

/// The rate that a run's windows are measured by: of the face's equilibrium, else of the slowest
/// equilibrium with two free units or more (the run may be drawn to its face), else of W.
double characteristic_speed(const ResidualSystem& system, const ConnectionGraph& graph,
                            const Pattern& face);

}  // namespace resdyn
