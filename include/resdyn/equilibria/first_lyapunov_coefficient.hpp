/// @file
/// The first Lyapunov coefficient of a Hopf point on an open face: l₁ < 0, a stable cycle branches
/// off; l₁ > 0, an unstable one.
///
/// Method: Y. A. Kuznetsov, Elements of Applied Bifurcation Theory (2004), (5.34), with the exact
/// second and third derivatives of y' = g(y) ∘ (W y) on the face: with v ↦ Lv the free block of W,
///     B_i(u, v)    = g'_i (u_i (Lv)_i + v_i (Lu)_i)
///     C_i(u, v, w) = g''_i (u_i v_i (Lw)_i + u_i w_i (Lv)_i + v_i w_i (Lu)_i),
/// because (W y)_i = 0 at the equilibrium and g is quadratic (logistic: y − y², tanh: 1 − y²).
///     l₁ = Re[⟨p, C(q, q, q̄)⟩ − 2⟨p, B(q, A⁻¹B(q, q̄))⟩ + ⟨p, B(q̄, (2iω − A)⁻¹B(q, q))⟩] / 2ω,
/// A q = iωq, Aᵀp = −iωp, ⟨p, q⟩ = 1, ‖q‖₂ = 1.
#pragma once

#include <string_view>

#include <resdyn/core/types.hpp>
#include <resdyn/model/activation.hpp>

namespace resdyn {

enum class HopfNature {
    Supercritical,  ///< l₁ < 0 beyond its error bound: a cycle, attracting within the centre
                    ///< manifold, on the unstable side.
    Subcritical,    ///< l₁ > 0 beyond its error bound: a repelling cycle on the stable side.
    Degenerate,     ///< |l₁| within its error bound: zero as far as double precision can tell.
};
/// "supercritical", "subcritical", "degenerate".
std::string_view to_string(HopfNature nature);

struct FirstLyapunovCoefficient {
    double value = 0.0;
    double error = 0.0;  ///< bound on rounding: the sizes of all terms and of the solves, times ε.
    double omega = 0.0;  ///< of the pair, > 0.
    /// ‖Aq − iωq‖₂ + ‖Aᵀp + iωp‖₂ at the stored point, with ‖p‖ as normalised.
    double residual = -1.0;
    HopfNature nature = HopfNature::Degenerate;
};

/// `block`: W_FF; `y`: the free components there, size |F| ≥ 2. The pair nearest to the imaginary
/// axis is taken; it must not be real (throws std::invalid_argument).
FirstLyapunovCoefficient first_lyapunov_coefficient(const Matrix& block, const Vector& y,
                                                    Activation activation);

}  // namespace resdyn
