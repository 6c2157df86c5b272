/// @file
/// Equilibria of the residual system of an unbounded activation (softplus, ReLU): cones, decided
/// exactly.
///
/// With y ≥ 0 the equilibria of support F (y_F > 0, the others 0) are
///  - softplus, y' = g(y) ∘ (Wy), g(0) = 0: W_FF y_F = 0 (units at 0 are at u = −∞);
///  - ReLU, u' = W y, y = max(u, 0): W_{·F} y_F = 0 in every row, and u_i ≤ 0 off the support is
///    arbitrary.
/// The equations are homogeneous: with y every positive multiple is an equilibrium, so a support
/// holds none or a relatively open cone of dimension |F| − rank ≥ 1, never an isolated point; with
/// every principal minor of W not zero (softplus) the origin is the only equilibrium. Whether a
/// support has a positive solution is decided in integers (numerics/exact.hpp). The transverse
/// spectrum depends on the point of the cone and is not given, except the exact signs of the rates
/// (Wy)_i off the support: one positive, and the unit grows away from the cone.
///
/// Cost: 2^N supports. Proved complete up to `max_dimension`. Theory: doc/theory.md §2.4.
#pragma once

#include <vector>

#include <resdyn/equilibria/pattern.hpp>
#include <resdyn/model/residual_system.hpp>

namespace resdyn {

struct EquilibriumCone {
    Pattern pattern;           ///< Free on the support, Low off it.
    Index dimension = 0;       ///< |F| − rank of its equations.
    Vector direction;          ///< one y of it, size N, largest component 1 (rounded).
    double residual = -1.0;    ///< |(Wy)_i|_inf over its equations at `direction` as stored.
    Index growing_units = 0;   ///< off the support with (Wy)_i > 0, exactly, at `direction`.
    Index decaying_units = 0;  ///< with (Wy)_i < 0; the rest are ties (ReLU: all).
};

struct ConeReport {
    Index supports = 0;                  ///< non-empty supports decided: 2^N − 1.
    std::vector<EquilibriumCone> cones;  ///< sorted by pattern; without the origin y = 0.
};

/// Throws std::invalid_argument for bounded activations and N above max_dimension (1 … 20).
ConeReport equilibrium_cones(const ResidualSystem& system, Index max_dimension = 12,
                             int threads = 0);

}  // namespace resdyn
