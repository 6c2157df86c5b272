/// @file
/// What the network does beyond h*, where the layer map loses the stability that the flow has.
///
/// At h* a multiplier 1 + h*μ of the equilibrium reaches −1 (a flip, PD) or a pair reaches the unit
/// circle (Neimark and Sacker, NS). With A = I + h W_FF diag f'(u*), its vectors Aq = mq, Aᵀp̄ = mp̄,
/// ⟨p, q⟩ = 1, and the forms B = h W_FF (f''(u*) ∘ x ∘ z), C = h W_FF (f'''(u*) ∘ x ∘ z ∘ w) of the
/// map in pre-activations,
///
///     PD   c = ⟨p, C(q, q, q)⟩/6 − ⟨p, B(q, (A − I)⁻¹B(q, q))⟩/2,
///     NS   a = ½ Re e^{−iθ}( ⟨p, C(q, q, q̄)⟩ + 2⟨p, B(q, (I − A)⁻¹B(q, q̄))⟩
///                            + ⟨p, B(q̄, (e^{2iθ}I − A)⁻¹B(q, q))⟩ ),
///
/// with ‖q‖ = 1. Supercritical (c > 0, a < 0): a 2-cycle, or an invariant circle, is born above h*
/// and attracts within the centre manifold. Subcritical: it exists below h* and repels; above h*
/// starts leave for something else. The sign does not depend on coordinates. Across the face the
/// born motion has the equilibrium's rates, and its mean is y*: the evidence gathered a layer stays
/// hV y* in the mean. What it can miss: at e^{ikθ} = 1, k = 3 or 4 (strong resonance), a does not
/// decide; `resonance` says so. Reference: Yu. A. Kuznetsov, Elements of Applied Bifurcation Theory
/// (2004), eqs. (5.46) and (5.53).
#pragma once

#include <optional>

#include <resdyn/equilibria/pattern.hpp>
#include <resdyn/model/residual_system.hpp>
#include <resdyn/numerics/first_lyapunov_coefficient.hpp>

namespace resdyn {

struct BeyondHStar {
    double h_star = 0.0;
    bool flip = false;         ///< PD; else NS.
    double angle = 0.0;        ///< θ of the multiplier e^{iθ}; π at a PD.
    double coefficient = 0.0;  ///< c or a.
    double error_bound = 0.0;  ///< on its rounding, first order.
    HopfCriticality criticality = HopfCriticality::Undefined;
    Index resonance = 0;  ///< NS: k = 3 or 4 with |e^{ikθ} − 1| < 1e-6; else 0.
};

/// At the isolated equilibrium y (size N) of `pattern`, whose free block is stable in the flow.
/// Empty where no unit is free, or the block is not stable. Logistic and tanh.
std::optional<BeyondHStar> beyond_h_star(const ResidualSystem& system, const Pattern& pattern,
                                         const Vector& y);

}  // namespace resdyn
