/// @file
/// Equilibria of any vector field: damped Newton from many seeds, then again with the roots found
/// so far deflated, each root with its spectrum and, where the field's bounds are known, a proof.
///
/// Method. Seeds are uniform in a box, one random stream a seed. Round 0 is plain Newton; each
/// further round runs every seed with all regular roots deflated (numerics/newton.hpp) and polishes
/// what it finds by plain Newton; rounds end when one brings nothing new. Seeds that find no root
/// in round 0 go on to the nearest minimum of q = ½‖f‖²: a *slow point* where the speed ‖f‖₂ is
/// below `slow_speed` but not zero (Sussillo, Barak 2013): a ghost, where motion lingers.
///
/// Rules. Two points are one if |a − b|_inf <= merge_tol (1 + |a|_inf); two singular roots also if
/// their midpoint is a root: one continuum, one representative. A point outside the box enlarged
/// `outlier_factor` times about its centre is an outlier: counted, not listed.
///
/// What it can miss: roots whose basin no seed hits. Nothing here is complete.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include <resdyn/equilibria/stability.hpp>
#include <resdyn/numerics/newton.hpp>

namespace resdyn {

struct RootSearchOptions {
    Index starts = 256;  ///< seeds, >= 1.
    std::uint64_t seed = 1;
    Index deflation_rounds = 4;   ///< most rounds with deflation, >= 0.
    double merge_tol = 1e-6;      ///< see the rules above; > 0.
    double outlier_factor = 3.0;  ///< >= 1.
    double slow_speed = 1e-2;     ///< ‖f‖₂ below which a minimum is a slow point; >= 0.
    /// J is flagged singular if σ_min <= this · max(1, σ_max); > 0. A double root is found to the
    /// root of residual_tol only, 1e-6, and its σ_min is of that size.
    double singular_tol = 1e-5;
    NewtonOptions newton = {};
    /// What is known of the field at x, for prove_root; empty: no proofs.
    std::function<FieldBounds(const Vector&)> bounds = {};
    int threads = 0;  ///< 0: all processors. The result does not depend on it.
};

struct Root {
    Vector x;
    double residual = -1.0;            ///< |f(x)|_inf.
    std::vector<Complex> eigenvalues;  ///< of J, decreasing real part.
    SpectralCounts spectrum;           ///< with tolerance singular_tol · max(1, σ_max).
    EquilibriumType type = EquilibriumType::NonHyperbolic;
    double smallest_singular_value = 0.0;
    bool singular = false;  ///< J numerically singular: a multiple root, or one of a continuum.
    RootProof proof;        ///< that one root, and only one, lies within a radius of x.
    Index round = 0;        ///< in which it was found first; 0: plain Newton.
    Index starts = 0;       ///< seeds that came here in round 0.
};

struct SlowPoint {
    Vector x;
    double q = 0.0;                    ///< ½‖f(x)‖₂².
    double gradient = -1.0;            ///< |Jᵀf|_inf: how nearly it is a minimum.
    std::vector<Complex> eigenvalues;  ///< of J.
    Index starts = 0;
};

struct RootSearchResult {
    std::vector<Root> roots;      ///< sorted by coordinates.
    std::vector<SlowPoint> slow;  ///< by increasing q.
    // What became of the seeds in round 0; they sum to `starts`.
    Index starts = 0;
    Index at_roots = 0;
    Index at_slow_points = 0;
    Index outliers = 0;         ///< converged outside the enlarged box.
    Index fast_minima = 0;      ///< ended where q is smallest nearby, but not slow.
    Index iteration_limit = 0;  ///< neither root nor minimum reached.
    Index non_finite = 0;
    Index rounds = 0;  ///< of deflation that were run.
};

/// Throws std::invalid_argument if the box or the options are wrong.
RootSearchResult find_roots(const VectorField& field, const Box& box,
                            const RootSearchOptions& options = {});

/// Bounds for y' = g(y) ∘ (Wy) with W as stored (two-matrix blocks: as rounded) near y, within a
/// reach of 1. Logistic and tanh only.
FieldBounds residual_flow_bounds(const ResidualSystem& system, const Vector& y);

}  // namespace resdyn
