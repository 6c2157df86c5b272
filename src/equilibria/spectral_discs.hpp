/// @file
/// Where the eigenvalues of a free block lie, proved in double arithmetic one block at a time.
///
/// With approximate eigenvectors X and Λ, and Y ≈ X⁻¹, ‖I − YX‖∞ ≤ ρ < 1, the matrix X⁻¹JX = Λ + E
/// has |E| row sums ≤ r := ‖Y(JX − XΛ)‖∞/(1−ρ), so all eigenvalues lie in discs of radius r about
/// the entries of Λ, as many in a union of discs as it has centres (Gershgorin; Golub and Van Loan,
/// Matrix Computations, 2013, §7.2). Discs that avoid the imaginary axis decide the inertia,
/// and so do discs about 1 + hμ that avoid the unit circle for the layer map. Where
/// discs off the real axis meet none that touch it, they hold eigenvalues that are not real; a disc
/// about a real centre that meets no other holds one eigenvalue, and as J is real so is that.
#pragma once

#include <optional>
#include <vector>

#include <resdyn/numerics/spectrum.hpp>

namespace resdyn {

struct SpectralDiscs {
    Index unstable = 0;            ///< eigenvalues with Re > 0; none has Re = 0 but `zeros`.
    std::optional<bool> all_real;  ///< empty: not decided.
    std::vector<Complex> centres;  ///< the eigenvalues of J as computed.
};

/// Of every J + Δ with |Δ| ≤ J_error, Δ real (both k×k, k ≥ 1); empty if a disc touches the
/// imaginary axis or the bounds fail. Costs one dense eigenvalue problem. Where at least `zeros`
/// eigenvalues are known to be 0, so many discs may touch the axis if they meet no other: these
/// hold as many eigenvalues, and all zeros.
std::optional<SpectralDiscs> spectral_discs(const Matrix& J, const Matrix& J_error,
                                            Index zeros = 0);

/// |Δ| of one rounding of each entry of J.
Matrix entry_rounding(const Matrix& J);

/// The same of the multipliers 1 + hμ: `unstable` counts those outside the unit circle, none lies
/// on it. h > 0 may be rounded once.
std::optional<SpectralDiscs> multiplier_discs(const Matrix& J, const Matrix& J_error, double h);

/// The largest real part of the eigenvalues of every such J + Δ: within `error` of `value`.
struct SpectralAbscissa {
    double value = 0.0;
    double error = 0.0;
};
/// Empty if the bounds fail (J defective, or nearly so).
std::optional<SpectralAbscissa> spectral_abscissa(const Matrix& J, const Matrix& J_error);

}  // namespace resdyn
