/// @file
/// Eigenvalues of a real square matrix: all of them (dense, Eigen) or the leading few (Krylov,
/// Spectra), each with the residual that proves it.
///
/// Order everywhere: decreasing real part for flows, decreasing modulus for maps, ties broken by
/// the other coordinates, so that output is stable. Complex even where all are real.
#pragma once

#include <complex>
#include <functional>
#include <string_view>
#include <vector>

#include <resdyn/core/types.hpp>

namespace resdyn {

using Complex = std::complex<double>;

/// Decreasing real part, then decreasing imaginary part.
void sort_flow_eigenvalues(std::vector<Complex>& values);
/// Decreasing modulus, then decreasing real part, then decreasing imaginary part.
void sort_multipliers(std::vector<Complex>& values);

/// All eigenvalues, sorted as for a flow. Throws std::invalid_argument if `matrix` is not square
/// or not finite.
std::vector<Complex> eigenvalues(const Matrix& matrix);

enum class SpectrumStatus {
    Converged,     ///< every pair asked for has ‖Jv − λv‖ ≤ residual_tol · max(1, |λ|).
    Fallback,      ///< Krylov was refused or failed the check; the dense solver answered.
    NotConverged,  ///< neither did; the pairs are the best known.
};
std::string_view to_string(SpectrumStatus status);

/// Which eigenvalues lead.
enum class Leading { LargestReal, LargestModulus };

struct SpectrumOptions {
    Index count = 6;  ///< eigenvalues wanted, 1 … n.
    Leading leading = Leading::LargestReal;
    double residual_tol = 1e-8;  ///< on ‖Jv − λv‖₂ / max(1, |λ|) with ‖v‖₂ = 1; > 0.
    Index max_restarts = 1000;   ///< Krylov restarts, >= 1.
    Index dense_below = 96;      ///< use the dense solver for n below this; >= 0.
};

struct LeadingSpectrum {
    std::vector<Complex> values;    ///< `count` of them (a conjugate pair may add one).
    std::vector<double> residuals;  ///< ‖Jv − λv‖₂ for the unit vector v of each.
    SpectrumStatus status = SpectrumStatus::NotConverged;
};

/// The leading eigenvalues of the n×n operator `apply` (v ↦ Jv), by implicitly restarted Arnoldi
/// (Sorensen 1992) or, for small n and where Arnoldi fails, densely.
LeadingSpectrum leading_spectrum(Index n, const std::function<Vector(const Vector&)>& apply,
                                 const SpectrumOptions& options = {});

/// A linear map J (rows×cols) known by its products only.
struct LinearMap {
    Index rows = 0;
    Index cols = 0;
    std::function<Vector(const Vector&)> apply;             ///< v ↦ J v.
    std::function<Vector(const Vector&)> apply_transposed;  ///< u ↦ Jᵀ u.
};

struct SingularOptions {
    Index count = 6;             ///< singular values wanted, 1 … min(rows, cols).
    double residual_tol = 1e-6;  ///< on ‖Jᵀu − σv‖₂ / σ_1, with u = Jv/σ; > 0.
    Index max_restarts = 300;    ///< Krylov restarts, >= 1.
    Index dense_below = 64;      ///< use the dense solver for min(rows, cols) below this; >= 0.
};

struct SingularTriplets {
    Vector values;                  ///< decreasing.
    Matrix right;                   ///< cols×count: v, unit vectors, of arbitrary sign.
    Matrix left;                    ///< rows×count: u = Jv/σ (0 where σ is 0).
    std::vector<double> residuals;  ///< ‖Jᵀu − σv‖₂ for each.
    SpectrumStatus status = SpectrumStatus::NotConverged;
};

/// The leading singular values of J, by the thick-restart Lanczos method on JᵀJ without forming it
/// (Spectra), or, for small J and where that fails, densely (divide and conquer). Values below
/// about √ε σ_1 are lost to the squaring; their residuals say so.
SingularTriplets leading_singular_values(const LinearMap& J, const SingularOptions& options = {});

}  // namespace resdyn
