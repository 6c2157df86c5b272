/// @file
/// Closed orbits of x' = f(x): found where a long run returns to itself, refined by shooting, with
/// the Floquet multipliers that say whether they attract.
///
/// Finding: after a transient the run meets the plane through its last state, across the velocity
/// there (a Poincaré section); the first return that comes close enough to the start is the guess
/// of the period. Refining: multiple shooting, m segments with matching conditions and Poincaré's
/// phase condition f(x̂)·(x₀ − x̂) = 0, solved by damped Newton steps of least norm (orthogonal
/// decomposition, so that families of closed orbits, whose equations are singular, get one of
/// them); the derivatives come from the variational equations. One Floquet multiplier is 1 in exact
/// arithmetic: its distance to 1 as computed checks the others.
/// What it can miss: a run sees what attracts it; orbits that repel are found only from a guess.
/// Multipliers far smaller than the largest are lost to rounding.
/// References: J. Stoer, R. Bulirsch, Introduction to Numerical Analysis (2002), 7.3.5; R. Seydel,
/// Practical Bifurcation and Stability Analysis (2010), ch. 7.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include <resdyn/numerics/integrate.hpp>
#include <resdyn/numerics/spectrum.hpp>

namespace resdyn {

enum class ShootingStatus {
    Converged,       ///< residual <= residual_tol · max(1, |x|_inf).
    Collapsed,       ///< the orbit shrank to a point, or its period left (0, 10 × the guess).
    IterationLimit,  ///< max_iterations used; more segments, or a better guess.
    Failed,          ///< a segment could not be integrated.
};
/// "converged", "collapsed", "iteration_limit", "failed".
std::string_view to_string(ShootingStatus status);

/// What the multipliers other than the trivial one say, by `multiplier_tol`.
enum class OrbitStability {
    Attracting,     ///< all inside the unit circle: a limit cycle that attracts.
    Repelling,      ///< all outside.
    Saddle,         ///< some inside, some outside: a limit cycle of saddle type.
    NonHyperbolic,  ///< one more on the circle: a member of a family (a centre's orbit), or at a
                    ///< bifurcation.
};
/// "attracting", "repelling", "saddle", "non_hyperbolic".
std::string_view to_string(OrbitStability stability);

struct ShootingOptions {
    Index segments = 4;          ///< m >= 1.
    double rel_tol = 1e-11;      ///< of the integration, > 0.
    double abs_tol = 1e-13;      ///< likewise, in the units of x, > 0.
    double residual_tol = 1e-9;  ///< on the matching conditions, relative to max(1, |x|_inf); > 0.
    double multiplier_tol = 1e-5;  ///< ||m| − 1| up to which a multiplier counts as on the circle.
    Index max_iterations = 40;     ///< Newton steps, >= 1.
    Index max_steps = 200000;      ///< of the integration of a segment, >= 1.
};

struct PeriodicOrbit {
    ShootingStatus status = ShootingStatus::Failed;
    double period = 0.0;
    Matrix points;                     ///< n×m: x at times k period/m.
    double residual = -1.0;            ///< largest mismatch of the segments, |·|_inf.
    double amplitude = 0.0;            ///< largest range of a coordinate along the orbit.
    std::vector<Complex> multipliers;  ///< n, decreasing modulus; the trivial one is at `trivial`.
    std::size_t trivial = 0;           ///< the one nearest 1.
    double trivial_error = -1.0;       ///< its distance to 1: the check.
    OrbitStability stability = OrbitStability::NonHyperbolic;
    Index iterations = 0;

    bool converged() const { return status == ShootingStatus::Converged; }
};

/// From a point near the orbit and a guess of the period (> 0). Throws std::invalid_argument if
/// sizes or options are wrong.
PeriodicOrbit refine_periodic_orbit(const VectorField& field, const Vector& x0, double period,
                                    const ShootingOptions& options = {});

struct ReturnOptions {
    double transient = 500.0;   ///< time before the section is laid, finite, >= 0.
    double t_search = 500.0;    ///< time in which the run must return, finite, > 0.
    double close = 0.02;        ///< distance of a return from the start that counts, as a share of
                                ///< the run's extent; in (0, 1).
    double rel_tol = 1e-9;      ///< of the run, > 0.
    double abs_tol = 1e-12;     ///< likewise, > 0.
    Index max_steps = 1000000;  ///< of the run, >= 1.
    Index tries = 4;            ///< returns that are refined, nearest first; >= 1.
    ShootingOptions shooting = {};
};

/// A closed orbit that the run from x0 has come to: refined, and within `close` of the run. Empty
/// if the run rests, ends early, or does not return. The orbit may repel weakly (then the run came
/// by only): see its multipliers.
std::optional<PeriodicOrbit> find_periodic_orbit(const VectorField& field, const Vector& x0,
                                                 const ReturnOptions& options = {});

/// Points of the orbit at `count` equal steps of time, the first = points.col(0); n×count.
Matrix orbit_samples(const VectorField& field, const PeriodicOrbit& orbit, Index count);

}  // namespace resdyn
