/// @file
/// What the pattern of a resting residual holds: decided once a pattern, shared by all tasks.
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <variant>

#include <resdyn/settling/settle.hpp>

namespace resdyn {

/// For every row i a bound on the error of (Wy)_i as computed in double precision, for every y in
/// the closed cube (levels within [−1, 1]) whose components are off by at most ε: n products of
/// |y_j| ≤ 1 in any order, and the rounding of W itself where it is a product of two matrices.
/// Twice as large as need be.
Vector rounding_bound(const ResidualSystem& system);

/// The equilibrium at a vertex whose signs (Wy)_i the bound above decides, all of them; empty if
/// one is too close to zero. Proved, not exact: eigenvalues are right to their rounding.
std::optional<Equilibrium> filtered_vertex(const ResidualSystem& system, const Vector& bound,
                                           const Pattern& pattern);

/// The equilibrium of a pattern in double precision: LU solve, strictly inside, signs by a margin
/// of rounding. Verified numerically, not proved. Empty if the solution leaves the face.
std::optional<Equilibrium> numerical_equilibrium(const ResidualSystem& system,
                                                 const Pattern& pattern);

/// A point of a continuum and how it attracts.
struct ContinuumPoint {
    Vector y;  ///< nearest point of the continuum, size N.
    std::vector<Complex> transverse;
};

/// The nearest point to y on the continuum of its face, if it lies strictly inside the face and
/// attracts across on the clock; in double precision.
std::optional<ContinuumPoint> attracting_point(const ResidualSystem& system,
                                               const Continuum& continuum, const Vector& y,
                                               Clock clock);

/// What attracts in a face: nothing, its equilibrium, or (to be looked at point by point) a
/// continuum.
using Attraction = std::variant<std::monostate, Equilibrium, Continuum>;

/// Attractions by pattern. What a pattern holds depends on the pattern only, so the order in which
/// tasks ask does not matter.
class Attractors {
  public:
    Attractors(const ResidualSystem& system, Clock clock, Index exact_free_units);

    /// Stays valid as long as this object lives.
    const Attraction& of(const Pattern& pattern);

    /// What the face of a pattern holds, attracting or not; not remembered.
    Attraction content(const Pattern& pattern);

  private:
    Attraction decide(const Pattern& pattern);

    const ResidualSystem& system_;
    Clock clock_;
    Index exact_free_units_;
    Vector bound_;
    std::optional<FaceSolver> solver_;  ///< made when first needed: it holds W as integers.
    std::once_flag solver_made_;
    std::mutex mutex_;
    std::map<Pattern, Attraction> known_;
};

/// A cheap look before the exact one: do the signs of Wy hold the saturated units where they are,
/// and do the free units rest (pre-activation speed below `rest_rate`)?
bool looks_at_rest(const Pattern& pattern, const Vector& Wy, double rest_rate);

/// The nearest equilibrium of any type within `radius` (a fraction of the level's width) of y whose
/// pattern y shows when more and more nearly saturated units are taken as saturated.
std::optional<SlowPassage> nearest_equilibrium(const ResidualSystem& system, const Vector& y,
                                               double settle_tol, double radius);

}  // namespace resdyn
