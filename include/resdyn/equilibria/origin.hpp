/// @file
/// The origin of a logistic system: its Jacobian is zero, so linear theory says nothing. Whether it
/// is stable and whether it attracts the open cube are two questions with separate answers.
///
/// Near it the system is the quadratic field y' = y ∘ (Wy). Decided by, in this order and all in
/// exact arithmetic on the stored weights:
///  - a face K with W_KK v = 1, v > 0, carries a ray on which the origin repels (w_ii > 0 is the
///    smallest case): not stable. Small K are looked at first; where all 2^N of them are and none
///    has a positive solution of W_KK v = 1 or of W_KK v = 0: asymptotically stable
///    (the source: src/equilibria/repelling_rays.hpp);
///  - without such a ray, a diagonal P > 0 with yᵀPWy < 0 for all y ≥ 0, y ≠ 0 (−PW strictly
///    copositive): then V = Σ p_i log(1 + e^{u_i}) falls to 0: stable, and attracts the open cube.
///    Sufficient conditions settle all weights negative and M-matrices for any N, cutting planes
///    the rest (src/equilibria/copositive_diagonal.hpp). With ≤ for P = I: stable;
///  - p ≥ 0, p ≠ 0 with pᵀW ≥ 0, decided by its alternative, a y > 0 with Wy < 0 (Ville; N <= 64):
///  Σ p_i u_i
///    never falls, so no interior start goes to the origin;
///    or another equilibrium that is hyperbolically stable and keeps an open set for itself
///    (stable_equilibria.hpp): does not attract.
/// Otherwise "not decided", with what was not looked at: W = [[1,−2],[1,−1]] is unstable, yet
/// attracts random interior starts.
/// What it can miss: rays on supports beyond `max_supports`, a P beyond the limits of the search;
/// never a false verdict.
/// References: K. P. Hadeler, Linear Algebra Appl. 49 (1983) 79–89 (copositive matrices); H.
/// Väliaho, Linear Algebra Appl. 81 (1986) 19–34; R. W. Cottle, G. J. Habetler, C. E. Lemke, Linear
/// Algebra Appl. 3 (1970) 295–310. Theory: doc/theory.md §6.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <resdyn/equilibria/pattern.hpp>
#include <resdyn/model/residual_system.hpp>

namespace resdyn {

enum class Decision { Yes, No, NotDecided };
std::string_view to_string(Decision decision);

/// Another hyperbolically stable equilibrium: where there is one, the origin does not attract every
/// start.
struct StableRival {
    std::optional<Pattern> found = {};
    bool all_searched = false;  ///< nothing found is a proof that there is none.
};

struct OriginOptions {
    Index max_supports = 65536;  ///< faces searched for rays, small ones first; all for N <= 16.
    Index max_cuts = 60;         ///< cutting planes in the search for P; >= 0.
    /// Asked once, after the cheaper criteria: what the caller knows, or stable_rival
    /// (stable_equilibria.hpp). May be empty: then no rival is looked for.
    std::function<StableRival()> rival = {};
    int threads = 0;  ///< 0: all processors. The result does not depend on it.
    /// Asked between parts of the work; true ends it with what is decided. May be empty.
    std::function<bool()> stop_requested = {};
};

struct OriginReport {
    Decision stable = Decision::NotDecided;
    std::string stable_reason;                 ///< units in it count from 0.
    Decision attracts = Decision::NotDecided;  ///< attracts every start of the open cube.
    std::string attracts_reason;
    std::optional<Vector> P;  ///< the diagonal that proves both, where one was found; size N.
    std::vector<Index> repelling_ray;  ///< its face K, where one was found.
    Index supports = 0;                ///< faces that were searched for rays, of 2^N − 1.
    bool all_supports = false;         ///< that was all of them.
};

/// Logistic systems only, N <= 1024 (throws std::invalid_argument).
OriginReport origin_report(const ResidualSystem& system, const OriginOptions& options = {});

/// yᵀMy > 0 for all y ≥ 0, y ≠ 0 (or ≥ 0 with `strict` false): exact, for a symmetric matrix given
/// by its doubles. Returns a y ≥ 0 that breaks it, or nothing where it holds. N ≤ 20.
std::optional<Vector> copositivity_violation(const Matrix& M, bool strict);

}  // namespace resdyn
