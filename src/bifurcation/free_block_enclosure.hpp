/// @file
/// The free block of a face over an interval of α, enclosed in double arithmetic with every
/// rounding error bounded, and what that proves of the matrices that turn singular at its events.
///
/// Method. A pair with sum 0 makes the bialternate matrix 2J ⊙ I (eigenvalues μ_i + μ_j) singular,
/// a pair of multipliers with product 1 the matrix 2J ⊙ I + h J ⊙ J, a multiplier −1 the matrix
/// 2I + hJ (Kuznetsov 2004, 10.2; Govaerts 2000, ch. 4). For such a B(α) the bordered system
/// [B b; cᵀ 0](x, g) = (0, 1) has g = 0 exactly where B is singular, and g' = −ψᵀB'x, ψ its
/// transposed solution. On an interval about m, with y' and y'' bounded in closed form, B and B'
/// are bounded in norm, so are x and ψ by the perturbation of the bordered inverse, hence g and g':
/// either g ≠ 0 (no root), or g' ≠ 0 (at most one), or nothing is proved.
///
/// Rounding: inverses are approximate and enter through their computed residuals ‖I − RA‖; products
/// are within γ_n of exact (rounding.hpp); the bounds themselves are sums and products of numbers
/// that are not negative, so bound_slack covers them. Norms are Frobenius norms.
#pragma once

#include <optional>

#include "path.hpp"

namespace resdyn {

/// A matrix B(α) for |α − m| ≤ radius: ‖B(m) − value‖ ≤ error, ‖B'(m) − derivative‖ ≤
/// derivative_error, ‖B''(α)‖ ≤ curvature.
struct Expansion {
    Matrix value;
    Matrix derivative;
    double error = 0.0;
    double derivative_error = 0.0;
    double curvature = 0.0;
};

/// What an enclosure proves of det B(α) on its interval.
enum class RootVerdict { NoRoot, AtMostOne, Unclear };

/// One face along a path, in doubles.
class FreeBlockEnclosure {
  public:
    FreeBlockEnclosure(const ParameterPath& path, const Pattern& pattern);

    /// The test's matrix on |α − m| ≤ radius; nothing if W_FF may be singular there. k ≥ 1 free
    /// units, two for pairs.
    std::optional<Expansion> tested(FreeBlockTest test, double m, double radius) const;

  private:
    std::optional<Expansion> jacobian(double m, double radius) const;

    Activation activation_;
    double step_;
    std::vector<Index> free_;
    Matrix W0_;
    Matrix W1_;
    Vector y_;  ///< levels on the saturated units, 0 on the free ones.
};

RootVerdict judge(const Expansion& B, double radius);

}  // namespace resdyn
