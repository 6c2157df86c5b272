/// @file
/// The weights as the double arithmetic of the atlas sees them.
#pragma once

#include <cstdint>
#include <vector>

#include <resdyn/equilibria/face.hpp>

#include "rounding.hpp"
#include "unit_rows.hpp"

namespace resdyn {

/// Scaled by a power of two (no rounding), largest |w| in [1/2, 1).
struct FilterWeights {
    Matrix W;
    UnitRows rows;               ///< W again, by rows.
    UnitRows magnitude_columns;  ///< |W|, by columns.
    UnitRow row_sum;             ///< ≥ Σ_j |w_ij|, 0 exactly where the row is zero.
    double entry_error = 0.0;    ///< relative, of each entry: 0 where W is given, u where it is a
                                 ///< product BA rounded once.
    int exponent = 0;            ///< W here = W · 2^−exponent.
    double low = 0.0;            ///< y of a unit at its Low level; High is 1.
    /// False where the entries span so many binary orders that products might underflow: then
    /// every decision is exact.
    bool usable = true;

    Index dimension() const { return W.rows(); }
};

/// N ≤ most_units.
FilterWeights filter_weights(const FaceSolver& solver);

/// Units of `mask`, increasing.
std::vector<Index> units_of(std::uint32_t mask, Index n, bool inside);

}  // namespace resdyn
