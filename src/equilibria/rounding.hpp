/// @file
/// Model of rounding that every proof in double arithmetic here uses: IEEE doubles, round to
/// nearest, fl(a ∘ b) = (a ∘ b)(1 + δ) + η with |δ| ≤ u = 2^−53 and |η| ≤ 2^−1075; γ_n = n u / (1 −
/// n u) (Higham, Accuracy and Stability of Numerical Algorithms, 2002, §2.2, §3.1; contracted
/// multiply-adds only round less). No rounding mode is set.
#pragma once

#include <resdyn/core/types.hpp>

namespace resdyn {

inline constexpr double unit_roundoff = 0x1p-53;
/// Covers the rounding of a bound that is itself computed, in fewer than 4000 operations.
inline constexpr double bound_slack = 1.0 + 1e-12;
/// Covers underflow: far above what it can contribute, far below any number that is decided upon.
inline constexpr double underflow_cover = 0x1p-850;

/// γ_n.
inline double rounding_gamma(Index n) {
    const double nu = static_cast<double>(n) * unit_roundoff;
    return nu / (1.0 - nu) * bound_slack;
}

}  // namespace resdyn
