/// @file
/// What is said of an equilibrium, or of a continuum at one of its points, from the exact point.
#pragma once

#include <resdyn/equilibria/face.hpp>

#include "exact_point.hpp"

namespace resdyn {

Equilibrium described_equilibrium(const ResidualSystem& system, const Pattern& pattern,
                                  const ExactPoint& point);
/// `dimension` > 0: |F| − rank W_FF.
Continuum described_continuum(const ResidualSystem& system, const Pattern& pattern,
                              const ExactPoint& point, Index dimension);

}  // namespace resdyn
