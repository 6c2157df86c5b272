/// @file
/// Copositivity of a symmetric integer matrix, exactly, by the principal submatrices that can
/// matter.
#pragma once

#include <functional>
#include <vector>

#include "numerics/exact.hpp"

namespace resdyn {

enum class CopositivityStatus {
    Holds,      ///< yᵀMy > 0 (or, not strict, ≥ 0) for all y ≥ 0, y ≠ 0.
    Violated,   ///< not so at `y`.
    Undecided,  ///< the limits were reached first.
};

struct Copositivity {
    CopositivityStatus status = CopositivityStatus::Holds;
    Vector y = {};  ///< where violated: y ≥ 0, Σ y = 1, with yᵀMy < 0 (or, if strict, ≤ 0).
};

struct CopositivityLimits {
    Index max_blocks = 0;  ///< principal submatrices looked at; 0: no limit.
    std::function<bool()> stop_requested = {};
};

/// Is M copositive (or, if `strict`, strictly)?
///
/// First the sufficient condition M = S + N, S positive definite, N ≥ 0, with S = M and with S
/// = the diagonal and the negative entries of M: two factorisations, whatever the size.
///
/// Else: a minimiser on the simplex whose value breaks the rule has a smallest support K. There
/// M_KK v = λ1, v > 0, λ ≤ 0, and every proper principal submatrix of M_KK is positive semidefinite
/// (Väliaho, Linear Algebra Appl. 81 (1986) 19–34: a matrix that is copositive of order n − 1 and
/// not of order n has one negative eigenvalue and M⁻¹ ≤ 0). K is also connected by negative
/// entries, else a part of it would do. So supports grow only through sets that are positive
/// semidefinite and, to end, connected: far fewer than 2^N unless M is nearly positive definite
/// altogether. Positive definiteness is proved in double arithmetic where that can (Rump, BIT 46
/// (2006) 433–452: Cholesky of M − cI), else decided in integers.
Copositivity copositivity(const exact::IntegerMatrix& M, bool strict,
                          const CopositivityLimits& limits = {});

/// The submatrix of rows and columns K.
exact::IntegerMatrix principal_block(const exact::IntegerMatrix& M, const std::vector<Index>& K);

}  // namespace resdyn
