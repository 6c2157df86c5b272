/// @file
/// What is proved of all starts of the open cube at once, before any of them is followed: that
/// every one goes to the same equilibrium, or that none can settle (doc/theory.md §6.1).
///
/// `proved_limit`: the logistic origin, whose Jacobian is zero so that runs approach it like 1/t
/// and never come near it in reasonable time. It attracts every start
///  - on either clock, for every h, if no weight is positive and every own weight w_ii is negative:
///    then every u_i falls for ever;
///  - in the flow, if origin_report (origin.hpp) proves it;
///  - under the layer map, if for a P > 0 that origin_report found −(PW + WᵀP) − (h/4) WᵀPW is
///    strictly copositive, rounding allowed for: Σ p_i log(1 + e^{u_i}) then falls by at least a
///    multiple of |y|² a layer (f' <= 1/4).
///
/// `no_settling`: no start can be found to settle at an equilibrium or a continuum in the sense of
/// settle.hpp (hyperbolically attracting, or attracting across),
///  - tanh, p_i w_ij = −p_j w_ji with p > 0 and w_ii = 0 (exactly): in the flow
///    E = Σ p_i log cosh u_i is constant with compact level sets, and an equilibrium is the only
///    least point of E on its leaf ℓ·u = const, ℓᵀW = 0: only a start that is one already is at
///    rest. Under the layer map E rises strictly, and Σ p_i y_i (Wy)_i = 0 leaves no boundary
///    equilibrium whose saturated units are all held strictly;
///  - else, for few units, the complete atlas lists no hyperbolically stable equilibrium and no
///    continuum. Starts can then still move for ever, or creep to an equilibrium that is not
///    hyperbolic: `can_end` lists the equilibria of the faces in which a trajectory of the open
///    cube can have an ω-limit set that lies in one open face (no saturated unit is driven off its
///    level); limit sets that meet several faces are not covered.
/// What it can miss: everything these criteria do not decide; an empty answer proves nothing.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <resdyn/equilibria/face.hpp>
#include <resdyn/model/clock.hpp>

namespace resdyn {

/// An equilibrium that attracts every start of the open cube, and why.
struct ProvedLimit {
    Equilibrium equilibrium;
    std::string proof;  ///< one clause.
};
std::optional<ProvedLimit> proved_limit(const ResidualSystem& system, Clock clock);

/// That no start of the open cube can settle, and why.
struct NoSettling {
    std::string proof;                 ///< one clause.
    std::vector<Equilibrium> can_end;  ///< see above; empty for the first criterion.
};
/// `face`: the units that move are Free, the others held (held_units.hpp); all Free: the open cube.
/// Bounded activations only; empty for others.
std::optional<NoSettling> no_settling(const ResidualSystem& system, Clock clock,
                                      const Pattern& face);

}  // namespace resdyn
