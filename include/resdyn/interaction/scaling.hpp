/// @file
/// Diagonal scalings that make W symmetric or antisymmetric: p > 0 with p_i w_ij = ± p_j w_ji.
#pragma once

#include <optional>
#include <string>

#include <resdyn/model/residual_system.hpp>

namespace resdyn {

enum class Symmetry { Symmetric, Antisymmetric };

struct DiagonalScaling {
    Vector p;  ///< N, > 0, largest 1: the only candidate, up to a factor per connected component.
    bool exact = false;  ///< holds without any rounding for the numbers as stored.
    /// max |p_i w_ij ∓ p_j w_ji| / (p_i |w_ij| + p_j |w_ji|) over the pairs (and, antisymmetric,
    /// |w_ii| / max |W|): 0 where it holds, 1 where the signs of a pair already exclude it.
    double asymmetry = 0.0;
    Index violations = 0;  ///< pairs (and units) with an asymmetry above 1e-12.
    std::string witness;   ///< the pair or unit that breaks it most; empty if exact.
};

/// Of system.W(). Method: p is carried along a spanning forest of the pairs with w_ij, w_ji ≠ 0,
/// strongest pairs first, and tested on every pair; where that holds to 1e-10 it is decided again
/// in rational arithmetic on the numbers as stored: a product of two matrices is formed without
/// rounding where N ≤ 64, beyond which `exact` stays false (Volterra's condition; Hofbauer and
/// Sigmund 1998, ch. 15).
DiagonalScaling diagonal_scaling(const ResidualSystem& system, Symmetry symmetry);

}  // namespace resdyn
