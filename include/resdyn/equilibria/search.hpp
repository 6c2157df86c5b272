/// @file
/// Equilibria where enumeration is out of reach: follow many residuals under the layer map until
/// they rest, then decide each resting place by its pattern, never by distance alone.
///
/// Method: all starts advance as one matrix, u ← u + h W f(u) (the layer map; its fixed points are
/// the flow's equilibria for every h). At checkpoints a column counts as settled
///  - at a vertex s, where convergence is proved: with d = |y − s|, every unit has
///    |(Ws)_i| > Σ_j |w_ij| d_j and the stable sign, so that on the box between y and s every
///    (Wy)_i keeps its sign, and the box is forward invariant and drawn to s, in flow and network
///    for every h (the signs are tested with a margin for rounding);
///  - else, at the equilibrium of its pattern, where that is verified, attracts in the layer map,
///    and lies within `settle_tol`.
/// What does not settle is kept apart by cause. A search is a sample: it can miss equilibria.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include <resdyn/equilibria/atlas.hpp>

namespace resdyn {

/// How one start ended.
enum class SettleOutcome {
    Settled,    ///< drawn to a verified equilibrium: in a box proved to converge to it, or within
                ///< settle_tol of it and it attracts in the layer map.
    Slow,       ///< still moving, by less than slow_speed a layer: a slow passage (near a saddle or
                ///< a degenerate equilibrium); more layers may tell.
    Unsettled,  ///< still moving when max_layers was used: cycling, wandering or just far.
    NonFinite,  ///< the state overflowed.
};
std::string_view to_string(SettleOutcome outcome);

struct SettleOptions {
    Index max_layers = 2000;   ///< layers to run, >= 1.
    double settle_tol = 1e-6;  ///< |y − y*|_inf that counts as arrived; in (0, 0.1).
    double slow_speed = 1e-4;  ///< |y_{n+1} − y_n|_inf below which a mover counts as slow; > 0.
    /// Largest free block that is decided exactly; larger ones are verified in double precision
    /// and flagged `proved = false`.
    Index exact_free_units = 12;
    int threads = 0;  ///< 0: all processors. The result does not depend on it.
};

/// One equilibrium and the starts that reached it.
struct SettledGroup {
    Equilibrium equilibrium;
    std::vector<Index> members;  ///< columns of u0 that settled here, increasing.
};

struct SettleResult {
    std::vector<SettledGroup> groups;     ///< by decreasing number of members, then pattern.
    std::vector<SettleOutcome> outcomes;  ///< one a start.
    std::vector<Index> layers;            ///< layers used by each start.
    Index certified = 0;  ///< of the settled: convergence proved by an invariant box.
    Vector final_speed;   ///< |y_{n+1} − y_n|_inf at the end of each start.
    Index count(SettleOutcome outcome) const;
};

/// Follows the pre-activations u0 (N×B, a start a column) to rest. Bounded activations only.
SettleResult settle(const ResidualSystem& system, const Matrix& u0,
                    const SettleOptions& options = {});

/// The equilibrium that y (size N) has come to rest at: isolated, verified, stable in the flow and,
/// if `in_map`, in the layer map, and within options.settle_tol of y. Empty if there is none: then
/// the motion has not settled. Bounded activations only.
std::optional<Equilibrium> resting_place(const ResidualSystem& system, const Vector& y, bool in_map,
                                         const SettleOptions& options = {});

}  // namespace resdyn
