/// @file
/// A diagonal P > 0 with −(PW + WᵀP) strictly copositive: then V = Σ p_i log(1 + e^{u_i}) of the
/// logistic system falls everywhere on the closed cube but at the origin.
///
/// Tried in this order, each candidate judged exactly (copositivity.hpp):
///  - P = I: settles all weights negative, and −W positive definite or so plus non-negative;
///  - P = diag(z_i / x_i), x = A⁻¹1, z = A⁻ᵀ1, with A = −W where that is on the diagonal or
///    negative, else 0. Where x, z > 0, A is an M-matrix and PA + AᵀP positive definite (Berman,
///    Plemmons, Nonnegative Matrices in the Mathematical Sciences (1979), ch. 6), and what A leaves
///    out of −W is not negative: any N, two solves;
///  - cutting planes: every y ≥ 0 with yᵀPWy ≥ 0 asks Σ_i p_i y_i (Wy)_i < 0 of the next P, a
///    linear program (exact.hpp, point_inside). It ends with P, with the proof that none exists, or
///    at a limit.
#pragma once

#include <optional>

#include "copositivity.hpp"

namespace resdyn {

struct DiagonalLimits {
    Index max_cuts = 60;           ///< cutting planes; >= 0.
    Index max_cut_dimension = 24;  ///< N up to which they are tried: with N the limits are reached.
    CopositivityLimits copositivity = {.max_blocks = 20000};
};

std::optional<Vector> copositive_diagonal(const exact::IntegerMatrix& W,
                                          const DiagonalLimits& limits);

/// p > 0 with Σ_j p_j rows_ij < 0 for every row i, entries in (0, 1), or nothing: then there is
/// none. Rows are scaled so that Σ_j |rows_ij| < 1.
std::optional<std::vector<exact::Rational>> separating_weights(
    const std::vector<std::vector<exact::Rational>>& rows, Index n);

}  // namespace resdyn
