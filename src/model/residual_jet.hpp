/// @file
/// The residual field's derivatives to third order on a face of the cube, exact up to rounding:
/// what normal forms of bifurcations are computed from (Yu. A. Kuznetsov, Elements of Applied
/// Bifurcation Theory (3rd ed., 2004), ch. 5).
#pragma once

#include <vector>

#include <resdyn/model/residual_system.hpp>
#include <resdyn/numerics/first_lyapunov_coefficient.hpp>

namespace resdyn {

/// Of y_F ↦ (g(y) ∘ (Wy))_F at y (size N), the units outside `free` (distinct, at least one) held.
/// Logistic and tanh, whose fields are cubic: g'' = −2, g''' = 0. Throws std::invalid_argument for
/// other activations, sizes or units.
FieldJet residual_jet(const ResidualSystem& system, const Vector& y,
                      const std::vector<Index>& free);

}  // namespace resdyn
