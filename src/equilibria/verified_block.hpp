/// @file
/// One free block W_FF factorised with partial pivoting and verified: the slow way, for sets that
/// the chain of pivots (pivot_table.hpp) reaches with too large an error.
///
/// Bounds, on the model of rounding.hpp: L and U computed by elimination satisfy P W_FF + Δ = L U,
/// |Δ| ≤ γ_k |L| |U| (Higham 2002, theorem 9.3), so det W_FF = ± Π u_ii / det(I + W_FF⁻¹ P⁻¹ Δ),
/// and every eigenvalue of that last matrix is within ‖W_FF⁻¹ P⁻¹ Δ‖∞ of 1.
#pragma once

#include <optional>
#include <vector>

#include "filter_weights.hpp"

namespace resdyn {

/// More than this in an entry of an inverse is not worked with.
inline constexpr double largest_inverse = 0x1p60;
/// A minor below this might have underflowed on the way.
inline constexpr double smallest_minor = 0x1p-500;

struct VerifiedBlock {
    Matrix inverse;  ///< approximate, k×k.
    double determinant = 0.0;
    double determinant_error = 1.0;  ///< relative.
};

/// Empty unless W_FF is proved to be non-singular, with ‖I − R W_FF‖∞ ≤ 1/2 for the approximate
/// inverse R and the determinant known to 1e-3.
std::optional<VerifiedBlock> verified_block(const FilterWeights& weights,
                                            const std::vector<Index>& free);

}  // namespace resdyn
