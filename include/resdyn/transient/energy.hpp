/// @file
/// The energy budget of a residual network by layer: E(u) = Σ_i F(u_i), F' = f.
///
/// A layer moves u by h W y (W := BA for two matrices), and E changes by
///
///     ΔE = E(u + h W y) − E(u) = h yᵀ W y + injection,   0 ≤ injection ≤ (h²/2) max f' |W y|²,
///
/// the work of the flow, yᵀ sym(W) y, and what Euler's step adds: F is convex, so a layer never
/// takes energy out beyond the work. Where every layer injects, activity grows although the flow's
/// would not. With own weights each layer's budget is that of its own frozen W.
#pragma once

#include <resdyn/model/residual_network.hpp>

namespace resdyn {

/// Means over samples, by layer.
struct EnergyBudget {
    Vector work;       ///< L: h yᵀ W y.
    Vector injection;  ///< L: ΔE − work.
    Vector bound;      ///< L: (h²/2) max f' |W y|².
    /// Largest amount by which a sample's injection leaves [0, bound], over 1 + |E| + |work|: rounding.
    double violation = 0.0;
};

/// x0: N×B, B ≥ 1.
EnergyBudget energy_budget(const ResidualNetwork& network, const Matrix& x0);

}  // namespace resdyn
