/// @file
/// Where eigenvalues of a free block cross their limits along a branch: isolated in double
/// arithmetic by perturbation bounds, bracketed by exact signs, and in exact polynomials where the
/// bounds cannot separate (multiple and simultaneous crossings). Every root that is returned is
/// proved by signs; that none is missing rests on the bounds, whose rounding is allowed for and not
/// tracked (see the end of the method).
///
/// Method. A pair with sum 0 makes the bialternate matrix 2J ⊙ I (eigenvalues μ_i + μ_j) singular,
/// a pair of multipliers with product 1 the matrix 2J ⊙ I + h J ⊙ J, a multiplier −1 the matrix
/// 2I + hJ (Kuznetsov 2004, 10.2; Govaerts 2000, ch. 4). For such a B(α) the bordered system
/// [B b; cᵀ 0](x, g) = (0, 1) has g = 0 exactly where B is singular, and g' = −ψᵀB'x. On an
/// interval about m, with y' and y'' bounded from y' = −W_FF⁻¹(W1 y)_F, B and B' are bounded in
/// norm, so are x and ψ by the perturbation of the bordered inverse, hence g and g': either g ≠ 0
/// (no root), or g' ≠ 0 (at most one), or the interval is halved. Rounding enters as 1e-12 of each
/// norm and as solve errors of 2e-12 ‖W_FF‖/σ_min: a hundred times what a backward stable solution
/// of matrices below 30 commits, but an allowance, not a bound carried through every operation.
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
