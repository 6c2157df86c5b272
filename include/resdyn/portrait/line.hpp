/// @file
/// The phase line of a system with one unit: y' = g(y) w y over the range of f, its equilibria and
/// which way the flow runs between them.
///
/// Method: the velocity by its formula at evenly spaced y, the equilibria from the complete atlas
/// (atlas/atlas.hpp): the two levels and, for tanh, 0. Nothing is missed; w = 0 makes every
/// point an equilibrium, which `all_rest` says. Reference: S. H. Strogatz, Nonlinear Dynamics and
/// Chaos (1994), chapter 2.
#pragma once

#include <vector>

#include <resdyn/equilibria/face.hpp>

namespace resdyn {

struct PhaseLine {
    Levels range{0.0, 1.0};
    std::vector<double> y;         ///< from level to level.
    std::vector<double> velocity;  ///< y' there.
    std::vector<Equilibrium> equilibria;
    bool all_rest = false;  ///< w = 0: every point is an equilibrium.
};

/// `samples` points, >= 2. Throws std::invalid_argument for another dimension than 1 or an
/// unbounded activation.
PhaseLine phase_line(const ResidualSystem& system, Index samples = 401);

}  // namespace resdyn
