/// @file
/// Copositivity of a symmetric integer matrix, exactly, by the principal submatrices that can
/// matter.
#pragma once

#include <optional>
#include <vector>

#include <resdyn/numerics/exact.hpp>

namespace resdyn {

/// A y ≥ 0, Σ y = 1, with yᵀMy < 0 (or, if `strict`, ≤ 0), or nothing where there is none.
///
/// A minimiser on the simplex whose value breaks the rule has a smallest support K. There M_KK v =
/// λ1, v > 0, λ ≤ 0, and every proper principal submatrix of M_KK is positive semidefinite
/// (Väliaho, Linear Algebra Appl. 81 (1986) 19–34: a matrix that is copositive of order n − 1 and
/// not of order n has one negative eigenvalue and M⁻¹ ≤ 0). K is also connected by negative
/// entries, else a part of it would do. So supports grow only through sets that are positive
/// semidefinite and, to end, connected: far fewer than 2^N unless M is positive definite
/// altogether, which is seen at once. Positive definiteness is proved in double arithmetic where
/// that can (Rump, BIT 46 (2006) 433–452: Cholesky of M − cI), else decided in integers.
std::optional<Vector> copositive_violation(const exact::IntegerMatrix& M, bool strict);

/// The submatrix of rows and columns K.
exact::IntegerMatrix principal_block(const exact::IntegerMatrix& M, const std::vector<Index>& K);

}  // namespace resdyn
