/// @file
/// Curves that the flow keeps and that divide what it does: one-dimensional stable and unstable
/// manifolds of saddles, and the invariant rays of the degenerate logistic origin.
///
/// Method: a step of `offset` from the equilibrium along the eigenvector of J(y) = ∂(g ∘ Wy)/∂y,
/// then integration in y, forward for unstable and backward for stable ones, until the motion has
/// stopped; a unit at its level stays there exactly, so that curves on edges and faces are exact.
/// The distance of such a curve from the true manifold is O(offset²) at its start. A curve that
/// comes to no equilibrium is cut where drawing it on would only blacken the picture: as soon as
/// it is within `winding` of a closed orbit that is known, after one whole turn within `winding` of
/// where it has already been (it winds onto a closed orbit, or past a focus too weak to tell from
/// one), and after `max_turns` turns. Manifolds of dimension two and more are not followed.
///
/// At the logistic origin y' = y ∘ (Wy) to second order. A ray v >= 0 with support K and
/// W_KK v = κ 1 is kept by that field: along it the origin repels (κ > 0) or attracts (κ < 0). The
/// curve of the full flow that is tangent to it divides basins where no saddle does, as y_1 = y_2
/// of winner-takes-all. Supports with a singular W_KK carry no isolated ray and are left out.
/// Reference: Guckenheimer, Holmes, Nonlinear Oscillations (1983), sections 1.3 and 1.5; for rays
/// of homogeneous fields: Hadeler, Linear Algebra Appl. 49 (1983) 79–89.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include <resdyn/equilibria/face.hpp>

namespace resdyn {

enum class CurveKind { Unstable, Stable, Ray };
std::string_view to_string(CurveKind kind);

/// Why a curve without an end was cut.
enum class CurveCut {
    None,    ///< it was not: it ends at an equilibrium, or where its time or steps ended.
    Cycle,   ///< it came within `winding` of a known closed orbit.
    Itself,  ///< it ran a turn within `winding` of itself: a closed orbit, or a weak focus.
    Turns,   ///< it turned max_turns times; where it goes is not said.
};
/// "none", "cycle", "itself", "turns".
std::string_view to_string(CurveCut cut);

struct SeparatrixOptions {
    double offset = 1e-5;    ///< first step from the equilibrium, of the cube's side; (0, 0.01].
    double t_end = 1e5;      ///< time followed at most, > 0.
    Index max_steps = 4000;  ///< integration steps at most, >= 1.
    double rel_tol = 1e-10;
    double abs_tol = 1e-13;
    double rest_speed = 1e-9;  ///< |y'|_inf at which the motion counts as stopped, > 0.
    double end_radius = 1e-3;  ///< |y − y*|_inf, of the side, at which the end is named; > 0.
    double spacing = 0.002;    ///< between points kept, of the side; >= 0.
    /// From a cycle or between turns, of the side, where a curve without an end is cut; 0: never.
    double winding = 0.02;
    /// Turns (2π of the angle by which its tangent turns) after which such a curve is cut; 0:
    /// never.
    double max_turns = 4.0;
    /// Closed orbits that are known, N×samples, the last equal to the first.
    std::vector<Matrix> cycles = {};
    int threads = 0;
};

struct InvariantCurve {
    CurveKind kind = CurveKind::Unstable;
    Pattern from;             ///< the saddle, or the origin of a ray.
    double eigenvalue = 0.0;  ///< of the direction; κ for a ray, at max v = 1.
    Vector direction;         ///< size N, unit length.
    Matrix y;  ///< N×m from the equilibrium on; Ray with κ < 0 and Stable run against
               ///< time.
    std::optional<Pattern> end;     ///< equilibrium of the list that it ends at; none: cut short, a
                                    ///< cycle, a continuum, or not in the list.
    double end_distance = -1.0;     ///< |y − y*|_inf there.
    CurveCut cut = CurveCut::None;  ///< None where there is an `end`.

    /// It winds onto a closed orbit, or past a weak focus.
    bool winds() const { return cut == CurveCut::Cycle || cut == CurveCut::Itself; }
};

/// Of the hyperbolic saddles in `equilibria`, the manifolds of dimension one within the invariant
/// plane or space y_0 + span(basis) (N×m, orthonormal; empty: the whole space), both ways.
std::vector<InvariantCurve> separatrices(const ResidualSystem& system,
                                         const std::vector<Equilibrium>& equilibria,
                                         const Matrix& basis = {},
                                         const SeparatrixOptions& options = {});

/// The rays of the logistic origin supported by `units` (at most 12 of them) and the curves tangent
/// to them; none for other activations. `equilibria` name the ends.
std::vector<InvariantCurve> origin_rays(const ResidualSystem& system,
                                        const std::vector<Index>& units,
                                        const std::vector<Equilibrium>& equilibria,
                                        const SeparatrixOptions& options = {});

}  // namespace resdyn
