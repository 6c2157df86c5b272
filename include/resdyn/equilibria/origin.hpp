/// @file
/// The origin of a logistic system: its Jacobian is zero, so linear theory says nothing. Whether it
/// is stable and whether it attracts the open cube are two questions with separate answers.
///
/// Decided by, all in exact arithmetic on the stored weights:
///  - a diagonal P > 0 with yᵀPWy < 0 for all y ≥ 0, y ≠ 0 (−PW strictly copositive): then
///    V = Σ p_i log(1 + e^{u_i}) falls to 0: stable, and attracts the open cube. With ≤ for P = I:
///    stable;
///  - the quadratic field y' = y ∘ (Wy): a face K with W_KK v = 1, v > 0, carries a ray on which
///    the origin repels (w_ii > 0 is the smallest case): not stable;
///  - p ≥ 0, p ≠ 0 with pᵀW ≥ 0, decided by its alternative, a y > 0 with Wy < 0 (Ville): Σ p_i u_i
///    never falls, so no interior start goes to the origin;
///    or another vertex that is hyperbolically stable and keeps an open set for itself: does not
///    attract.
/// Otherwise "not decided": W = [[1,−2],[1,−1]] is unstable, yet attracts random interior starts.
/// Copositivity looks at the positive semidefinite principal submatrices only, rays at 2^N faces:
/// N ≤ max_dimension.
/// References: K. P. Hadeler, Linear Algebra Appl. 49 (1983) 79–89 (copositive matrices); H.
/// Väliaho, Linear Algebra Appl. 81 (1986) 19–34; R. W. Cottle, G. J. Habetler, C. E. Lemke, Linear
/// Algebra Appl. 3 (1970) 295–310.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <resdyn/model/residual_system.hpp>

namespace resdyn {

enum class Decision { Yes, No, NotDecided };
std::string_view to_string(Decision decision);

struct OriginOptions {
    Index max_dimension = 12;  ///< faces are enumerated up to this N; 1 … 16.
    Index max_cuts = 60;       ///< attempts to find P; >= 1.
};

struct OriginReport {
    Decision stable = Decision::NotDecided;
    std::string stable_reason;
    Decision attracts = Decision::NotDecided;  ///< attracts every start of the open cube.
    std::string attracts_reason;
    std::optional<Vector> P;  ///< the diagonal that proves both, where one was found; size N.
};

/// Logistic systems only (throws std::invalid_argument).
OriginReport origin_report(const ResidualSystem& system, const OriginOptions& options = {});

/// yᵀMy > 0 for all y ≥ 0, y ≠ 0 (or ≥ 0 with `strict` false): exact, for a symmetric matrix given
/// by its doubles. Returns a y ≥ 0 that breaks it, or nothing where it holds. N ≤ 20.
std::optional<Vector> copositivity_violation(const Matrix& M, bool strict);

}  // namespace resdyn
