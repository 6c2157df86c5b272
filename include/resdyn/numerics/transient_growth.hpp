/// @file
/// How far a linear flow x' = Jx can carry a state before its eigenvalues have their say: growth
/// that the spectrum does not show because J is not normal.
///
/// Method: the numerical abscissa ω = λ_max((J + Jᵀ)/2) bounds ‖e^{tJ}‖₂ ≤ e^{ωt} and is its slope
/// at 0. Where ω > 0 and the spectral abscissa is negative, max over t ≥ 0 of ‖e^{tJ}‖₂ is enclosed
/// by branch and bound on t: on a cell of length δ the norm is at most e^{ωδ} times that at its
/// left end, and once ‖e^{TJ}‖₂ ≤ 1 nothing later can exceed the maximum on [0, T]. The lower bound
/// of the Kreiss matrix theorem, sup over Re z > 0 of Re z ‖(z − J)⁻¹‖₂, is evaluated on a grid.
/// Rounding of the exponentials is not in the error bar.
/// Reference: L. N. Trefethen, M. Embree, Spectra and Pseudospectra (2005), ch. 14–17.
#pragma once

#include <string_view>

#include <resdyn/core/types.hpp>

namespace resdyn {

enum class GrowthStatus {
    Enclosed,    ///< peak ≤ max ‖e^{tJ}‖ ≤ peak (1 + peak_error).
    Unbounded,   ///< an eigenvalue has positive real part: the maximum is infinite.
    Unresolved,  ///< not enclosed within max_evaluations (an eigenvalue near the imaginary axis, or
                 ///< strong non-normality): `peak` is a lower bound; raise max_evaluations.
};
std::string_view to_string(GrowthStatus status);

struct GrowthOptions {
    double rel_tol = 1e-3;         ///< width of the enclosure relative to the peak, > 0.
    Index max_evaluations = 4000;  ///< matrix exponentials, >= 1.
    Index kreiss_grid = 24;        ///< points per axis of the resolvent's grid, >= 2.
};

struct TransientGrowth {
    GrowthStatus status = GrowthStatus::Unresolved;
    double spectral_abscissa = 0.0;   ///< max Re λ.
    double numerical_abscissa = 0.0;  ///< ω.
    double peak = 1.0;                ///< ‖e^{tJ}‖₂ at peak_time; infinite where Unbounded.
    double peak_time = 0.0;
    double peak_error = 0.0;    ///< relative width of the enclosure above `peak`.
    double kreiss_bound = 1.0;  ///< lower bound of the maximum, from the resolvent.
};

/// J: square, finite, at least 1×1 (throws std::invalid_argument).
TransientGrowth transient_growth(const Matrix& J, const GrowthOptions& options = {});

}  // namespace resdyn
