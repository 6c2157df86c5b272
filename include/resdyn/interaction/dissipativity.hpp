/// @file
/// Is there a diagonal P > 0 that makes sym(PW) negative definite, or, for the layer map,
/// sym(PW) + c WᵀPW with c = h max f'/2? (Diagonal, or Volterra–Lyapunov, stability: Barker,
/// Berman, Plemmons, Linear Multilinear Algebra 5, 1978, 249–256.)
#pragma once

#include <string>
#include <string_view>

#include <resdyn/core/types.hpp>

namespace resdyn {

enum class DissipativityStatus {
    Found,       ///< `p` proves it: negative definiteness is verified with a rounding bound.
    Impossible,  ///< proved that no such P exists; `proof` says how.
    NotFound,    ///< neither: the search ended at the boundary, or was not made (`proof` says so).
};
std::string_view to_string(DissipativityStatus status);

struct Dissipativity {
    DissipativityStatus status = DissipativityStatus::NotFound;
    Vector p;  ///< N, > 0, mean 1, where found.
    /// Found: a verified upper bound (< 0) of the largest eigenvalue of the form. NotFound after a
    /// search: the smallest largest eigenvalue reached, over P of mean 1 (≥ 0, to rounding).
    double largest_eigenvalue = 0.0;
    std::string proof;  ///< what was verified, or why there is none, or what was not done.
    Index steps = 0;    ///< Newton steps of the search.
};

struct DissipativityOptions {
    double coupling = 0.0;     ///< c ≥ 0: 0 for the flow, h max f'/2 for the layer map.
    Index search_up_to = 300;  ///< largest N for which P is searched, O(N³) a step; >= 0.
    Index max_steps = 300;     ///< Newton steps, >= 1.
};

/// Impossible if some w_ii ≥ 0, if a principal 2×2 minor of W is ≤ 0 (decided exactly), or by a
/// dual certificate: X positive semidefinite, X ≠ 0, with (WX)_ii > 0 for all i, since then
/// Σ p_i (WX)_ii = tr(X sym(PW)) cannot be negative. As WᵀPW ⪰ 0, the first two exclude the layer
/// map's P as well; the dual certificate is for its own form.
/// Method of the search: the interior-point method on min t, form(p) ⪯ tI, Σ p_i = N (Boyd and
/// Vandenberghe, Convex Optimization, 2004, §11.3). Every answer is verified apart from it:
/// Cholesky with a rounding bound (Rump, BIT 46, 2006, 433–452) for P; X = LLᵀ and a running error
/// bound for the certificate. What it can miss: forms whose best t lies within 1e-9 of 0.
Dissipativity find_dissipativity(const Matrix& W, const DissipativityOptions& options = {});

/// sym(PW) + c WᵀPW.
Matrix dissipation_form(const Matrix& W, const Vector& p, double coupling);

/// True if the symmetric matrix S is proved positive definite although each entry may be off by
/// what `entry_error` (Frobenius norm of the error) allows. Sufficient, not necessary.
bool is_verified_positive_definite(const Matrix& S, double entry_error);

}  // namespace resdyn
