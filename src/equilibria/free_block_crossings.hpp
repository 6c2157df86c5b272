/// @file
/// Where eigenvalues of a free block cross their limits along a branch: isolated in double
/// arithmetic with proved bounds, bracketed by exact signs, and in exact polynomials where the
/// bounds cannot separate (multiple and simultaneous crossings).
///
/// Method. A pair with sum 0 makes the bialternate matrix 2J ⊙ I (eigenvalues μ_i + μ_j) singular,
/// a pair of multipliers with product 1 the matrix 2J ⊙ I + h J ⊙ J, a multiplier −1 the matrix
/// 2I + hJ (Kuznetsov 2004, 10.2; Govaerts 2000, ch. 4). For such a B(α) the bordered system
/// [B b; cᵀ 0](x, g) = (0, 1) has g = 0 exactly where B is singular, and g' = −ψᵀB'x. On an interval
/// about m, with y' and y'' bounded from y' = −W_FF⁻¹(W1 y)_F, B and B' are bounded in norm, so are
/// x and ψ by the perturbation of the bordered inverse, hence g and g': either g ≠ 0 (no root), or
/// g' ≠ 0 (at most one), or the interval is halved. Rounding is covered by `slack`.
#pragma once

#include "face_branches.hpp"

namespace resdyn {

struct Crossings {
    std::vector<exact::RealRoot> roots;  ///< increasing; brackets of width or exact.
    /// The test function vanishes for every α: some pair (multiplier) is on its limit throughout.
    bool permanent = false;
    bool decided = true;  ///< false: roots closer together than could be told apart.
};

/// The roots of the test function strictly between from and to, on an interval in which the
/// pattern exists.
Crossings free_block_crossings(const ParameterPath& path, const FacePath& face, FreeBlockTest test,
                               exact::RealRoot& from, exact::RealRoot& to,
                               const exact::Rational& width);

}  // namespace resdyn
