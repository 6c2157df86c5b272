/// @file
/// The first Lyapunov coefficient of a Hopf point: does the cycle that is born there attract?
///
/// With A q = iωq, Aᵀp = −iωp, ⟨q, q⟩ = ⟨p, q⟩ = 1 (⟨p, q⟩ = p̄ᵀq) and the field's second and third
/// derivatives B and C as multilinear forms,
///
///     l₁ = 1/(2ω) Re( ⟨p, C(q, q, q̄)⟩ − 2⟨p, B(q, A⁻¹B(q, q̄))⟩ + ⟨p, B(q̄, (2iω − A)⁻¹B(q, q))⟩ )
///
/// l₁ < 0: the cycle is born attracting within the centre manifold, beside an equilibrium that has
/// lost its stability; l₁ > 0: repelling. Its sign does not depend on coordinates or on the speed
/// of time; its size does. l₁ = 0 is a degenerate Hopf point, of which linear families of
/// conservative systems are full: no cycle need branch off. `error_bound` is a first-order bound on
/// what rounding does to l₁ (the sums' magnitudes times the condition numbers of q, A and 2iω − A,
/// ten times that), and on what a real part that is not quite zero does. What it can miss: |l₁| ≤
/// error_bound is called degenerate, and may be small and not zero. Reference: Yu. A. Kuznetsov,
/// Elements of Applied Bifurcation Theory, 3rd ed. (2004), eq. (5.39).
#pragma once

#include <string_view>
#include <vector>

#include <resdyn/core/types.hpp>

namespace resdyn {

/// Value-free Taylor coefficients of a field f in R^n at a point, to third order.
struct FieldJet {
    Matrix jacobian;             ///< A, n×n.
    std::vector<Matrix> second;  ///< n symmetric n×n: second[i](j, k) = ∂²f_i/∂x_j∂x_k.
    /// n·n symmetric n×n: third[i n + j](k, l) = ∂³f_i/∂x_j∂x_k∂x_l.
    std::vector<Matrix> third;
};

enum class HopfCriticality {
    Supercritical,  ///< l₁ < −error_bound.
    Subcritical,    ///< l₁ > error_bound.
    Degenerate,     ///< |l₁| ≤ error_bound: zero as far as this arithmetic sees.
    Undefined,      ///< 0 or 2iω is an eigenvalue too (to rounding): the formula does not apply.
};
/// "supercritical", "subcritical", "degenerate", "undefined".
std::string_view to_string(HopfCriticality criticality);

struct FirstLyapunovCoefficient {
    double value = 0.0;        ///< l₁.
    double error_bound = 0.0;  ///< see above; infinite where undefined.
    double frequency = 0.0;    ///< ω > 0.
    double real_part = 0.0;    ///< of the pair: 0 at a Hopf point, and what is left of it here.
    HopfCriticality criticality = HopfCriticality::Undefined;
};

/// At the pair of complex eigenvalues of A nearest the imaginary axis. Throws std::invalid_argument
/// if sizes do not fit, a number is not finite, or A has no complex pair.
FirstLyapunovCoefficient first_lyapunov_coefficient(const FieldJet& jet);

}  // namespace resdyn
