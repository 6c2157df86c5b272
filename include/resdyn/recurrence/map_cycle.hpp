/// @file
/// Cycles of the network: p layers after which every residual is back where it was.
///
/// On an open face (free units F, saturated units S) the layer map is
///
///     u_F ← u_F + h (W_FF f(u_F) + W_FS y_S),
///
/// and a p-cycle solves the p equations u_{n+1} − u_n − h (W_FF f(u_n) + W_FS y_S) = 0, n mod p,
/// together. Three things hold of every cycle of the face, whatever h and p are:
///  - its mean (1/p) Σ y_n is the face's equilibrium y* (W_FF nonsingular): the u_n return;
///  - across the face it has the multipliers e^{hpλ_i}, λ_i = g'(level_i) (Wy*)_i, of the
///    equilibrium: exact, and the same for all cycles of the face;
///  - inside the face its multipliers are the eigenvalues of Π (I + h W_FF diag f'(u_n)).
/// Method: Newton with halved steps on all p equations (dense), from which the minimal period is
/// read off. What it can miss: Newton is local; multipliers far smaller than the largest are lost
/// to rounding.
/// Reference: Yu. A. Kuznetsov, Elements of Applied Bifurcation Theory (2004), ch. 4 and 10.
#pragma once

#include <optional>
#include <vector>

#include <resdyn/equilibria/face_flow.hpp>
#include <resdyn/numerics/periodic_orbit.hpp>

namespace resdyn {

struct MapCycle {
    Pattern face;
    double step = 1.0;       ///< h.
    Matrix u;                ///< |F|×p, a point a column, in the order of the motion.
    Matrix y;                ///< N×p.
    double residual = -1.0;  ///< largest |u_{n+1} − u_n − h (…)|_inf over the points.
    Vector mean;             ///< of y over the cycle, N.
    std::vector<Complex> multipliers;  ///< inside the face, |F| of them, decreasing modulus.
    OrbitStability stability = OrbitStability::NonHyperbolic;  ///< inside the face.

    // Where W_FF is nonsingular, of the face's equilibrium y*:
    double mean_error = -1.0;  ///< |mean − y*|_inf.
    /// What it is at most: ‖W_FF⁻¹‖_inf (|Σ residuals| + rounding)/(ph) + rounding of f.
    double mean_bound = -1.0;
    std::vector<double> transverse_multipliers;  ///< e^{hpλ_i}, increasing saturated unit.
    bool attracts_in_cube = false;  ///< all multipliers, inside and across, are below 1 in modulus.

    Index period() const { return u.cols(); }
};

struct MapCycleOptions {
    double residual_tol = 1e-11;  ///< on the residual, relative to max(1, |u|_inf, h |W|_inf); > 0.
    double same_point = 1e-7;     ///< relative distance below which two points are one; > 0.
    double multiplier_tol = 1e-7;  ///< ||m| − 1| up to which a multiplier counts as on the circle.
    Index max_iterations = 40;     ///< Newton steps, >= 1.
};

/// The cycle near `guess` (|F|×p), of minimal period (a divisor of p; 1: a fixed point), the point
/// of smallest first free unit first. Empty where Newton does not converge. `equilibrium`: y* of
/// the face (size N) where it is isolated. Throws std::invalid_argument if sizes or options are
/// wrong.
std::optional<MapCycle> refine_map_cycle(const ResidualSystem& system, const Pattern& face,
                                         const Matrix& guess,
                                         const std::optional<Vector>& equilibrium,
                                         const MapCycleOptions& options = {});

/// Do they have the same points, in whatever order they begin?
bool is_same_cycle(const MapCycle& a, const MapCycle& b, double tolerance = 1e-6);

/// One layer on the face, and its Jacobian I + h W_FF diag f'(u).
Vector face_layer(const FaceFlow& flow, double step, const Vector& u);
Matrix face_layer_jacobian(const FaceFlow& flow, double step, const Vector& u);

}  // namespace resdyn
