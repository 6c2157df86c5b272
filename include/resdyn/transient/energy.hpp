/// @file
/// The energy budget of a residual network by layer: E(u) = Σ_i p_i F(u_i), F' = f, p > 0.
///
/// A layer moves u by d = h W y (W := BA for two matrices), and E changes by
///
///     ΔE = E(u + d) − E(u) = h yᵀ sym(PW) y + injection,
///     injection = Σ_i p_i ∫_0^{d_i} (f(u_i + s) − f(u_i)) ds,
///     0 ≤ injection ≤ (h²/2) max f' Σ_i p_i (Wy)_i²,
///
/// the symmetric work of the flow and what Euler's step adds: F is convex, so a layer never takes
/// energy out beyond the work. Where every layer injects, activity grows although the flow's would
/// not: this is what makes shared-weight networks of large steps explode. With own weights each
/// layer's budget is that of its own frozen W. What it can miss: only the means over samples are
/// given; a few inputs may explode behind a quiet mean (the errors beside it show it). Reference:
/// for Euler's excess on a convex energy, A. M. Stuart, A. R. Humphries, Dynamical Systems and
/// Numerical Analysis (1996), ch. 5.
///
/// Method: ΔE, work and injection are computed apart (the injection from closed forms of the
/// integral, softplus by Gauss–Legendre panels), so that their balance is a check, not a
/// definition. Theory: doc/theory.md §7.2.
#pragma once

#include <resdyn/model/residual_network.hpp>

namespace resdyn {

/// Means over samples, by layer.
struct EnergyBudget {
    Vector energy;           ///< L: E at the pre-activation u_n of layer n.
    Vector change;           ///< L: ΔE of the layer.
    Vector work;             ///< L: h yᵀ sym(PW) y.
    Vector injection;        ///< L: what Euler's step adds.
    Vector bound;            ///< L: (h²/2) max f' Σ p_i (Wy)_i².
    Vector change_error;     ///< L: standard error of the mean of ΔE over samples; 0 for B = 1.
    Vector work_error;       ///< L: of the work.
    Vector injection_error;  ///< L: of the injection.
    Index samples = 0;       ///< B.
    /// Largest amount by which a sample's injection leaves [0, bound], over 1 + |E| + |ΔE| +
    /// |work|.
    double violation = 0.0;
    /// Largest |ΔE − work − injection| of a sample over the size of the terms it was summed from.
    double imbalance = 0.0;
    double tolerance = 0.0;  ///< (N + 100) ε: what rounding may do to either.

    bool balances() const { return imbalance <= tolerance && violation <= tolerance; }
};

/// x0: N×B, B ≥ 1. p: M weights > 0, or empty for ones.
EnergyBudget energy_budget(const ResidualNetwork& network, const Matrix& x0, const Vector& p = {});

/// ∫_0^d (f(u + s) − f(u)) ds ≥ 0, to the rounding of |f(u) d|.
double euler_excess(Activation activation, double u, double d);

}  // namespace resdyn
