/// @file
/// Equilibria where enumeration is out of reach: follow many residuals to rest, in the flow or
/// under the layer map, then decide each resting place by its pattern, never by distance alone.
///
/// Method: all starts advance as one matrix (numerics/ensemble.hpp), in the pre-activations: the
/// layer map u ← u + h W f(u), or the flow u' = W f(u) with a step of its own for every start. Both
/// clocks have the same equilibria, for every h. From time to time each start is looked at. It has
/// settled
///  - at a vertex s, where convergence is proved: the signs that hold s in place hold on the whole
///    box between y and s. Then the box is forward invariant and drawn to s, in flow and network
///    for every h. Tested with N products, (Wy)_i against Σ_j min(0, ± w_ij (s_j − y_j)), for N <=
///    64, beyond against the weaker ‖w_i‖₁ |s − y|_inf and ‖w_i‖₂ |s − y|₂; with rounding allowed
///    for, rigorously;
///  - else, at the equilibrium of its pattern, where that is verified, attracts on the clock, and
///    lies within `settle_tol`;
///  - on a continuum of equilibria of its pattern that is within `settle_tol` and attracts across:
///    as many neutral directions as the continuum has dimensions, and all others attract.
/// Signs at a vertex are proved by a rigorous bound on the rounding of Wy, and in exact arithmetic
/// where the bound does not decide; equilibria with few free units in exact arithmetic; the others,
/// and continua's spectra, are verified in double precision and say so.
/// A start that stands at a level exactly (u_i = ±∞) stays there, as in exact arithmetic: those
/// units are held (held_units.hpp), and it settles at what attracts within their face.
/// Before any start is followed, what is proved of all of them is asked (global_attraction.hpp): an
/// origin that attracts the open cube is where they settle, however slowly.
/// What does not settle is kept apart by cause. A search is a sample: it can miss equilibria, and
/// in the flow the error control bounds the error of a step, not that of the path: next to a
/// basin's boundary a start may be told to the wrong side.
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <resdyn/atlas/atlas.hpp>
#include <resdyn/model/clock.hpp>

namespace resdyn {

class Farm;

/// How one start ended.
enum class SettleOutcome {
    Settled,      ///< drawn to a verified equilibrium: in a box proved to converge to it, or within
                  ///< settle_tol of it and it attracts on the clock.
    OnContinuum,  ///< within settle_tol of a continuum of equilibria that attracts across.
    Slow,         ///< still moving, by less than slow_speed: a slow passage (near a saddle or a
                  ///< degenerate equilibrium: see `passages`); more time may tell.
    Unsettled,    ///< still moving when t_end or max_layers was used: cycling, wandering, just far.
    StepLimit,    ///< flow: max_steps used, or the step underflowed, before t_end.
    NonFinite,    ///< the state overflowed.
    NotFollowed,  ///< skip_hopeless: it is proved that it cannot settle; see `proof`.
};
inline constexpr std::array settle_outcomes = {
    SettleOutcome::Settled,    SettleOutcome::OnContinuum, SettleOutcome::Slow,
    SettleOutcome::Unsettled,  SettleOutcome::StepLimit,   SettleOutcome::NonFinite,
    SettleOutcome::NotFollowed};
std::string_view to_string(SettleOutcome outcome);

struct SettleOptions {
    Clock clock = Clock::Map;
    Index max_layers = 2000;   ///< map: layers to run, >= 1.
    double t_end = 2000.0;     ///< flow: time to follow, finite, > 0.
    double rel_tol = 1e-7;     ///< flow: relative error per step in u, > 0.
    double abs_tol = 1e-9;     ///< flow: absolute error per step in u, > 0.
    Index max_steps = 100000;  ///< flow: steps a start may try, >= 1.
    double settle_tol = 1e-6;  ///< |y − y*|_inf that counts as arrived; in (0, 0.1).
    double slow_speed = 1e-4;  ///< |y_{n+1} − y_n|_inf a layer, or |y'|_inf in the flow, below
                               ///< which a mover counts as slow; > 0.
    /// Largest free block that is decided exactly; larger ones are verified in double precision
    /// and flagged `proved = false`.
    Index exact_free_units = 12;
    int threads = 0;  ///< 0: all processors. The result does not depend on it.
    /// Where a proof says where all starts of the open cube go, none is followed.
    bool prove_first = true;
    /// Where a proof says that no start can settle, none is followed: how they move is not seen.
    bool skip_hopeless = false;
};

/// One equilibrium and the starts that reached it.
struct SettledGroup {
    /// Of starts with held units: it attracts within their face, and may be unstable across it.
    Equilibrium equilibrium;
    std::vector<Index> members;  ///< columns of u0 that settled here, increasing.
};

/// One continuum and the starts that reached it, each at a point of its own.
struct ContinuumGroup {
    Continuum continuum;  ///< `point`: the nearest to where the first member came to rest.
    /// Flow eigenvalues at `point` less the `dimension` neutral ones: across the continuum.
    std::vector<Complex> transverse;
    double spread = 0.0;  ///< largest |y − y'|_inf between the first member and another.
    std::vector<Index> members;
};

/// A start that ended as Slow, and the equilibrium that it lingers near.
struct SlowPassage {
    Index start = 0;
    Equilibrium near;       ///< verified in double precision; any type.
    double distance = 0.0;  ///< |y − y*|_inf.
};

struct SettleResult {
    std::vector<SettledGroup> groups;      ///< by decreasing number of members, then pattern.
    std::vector<ContinuumGroup> continua;  ///< likewise.
    std::vector<SlowPassage> passages;     ///< slow starts with an equilibrium near, by start.
    std::vector<SettleOutcome> outcomes;   ///< one a start.
    std::vector<Index> steps;              ///< layers, or accepted steps of the flow.
    std::vector<double> t;                 ///< time at the end: h · layers for the map.
    Index certified = 0;  ///< of the settled: convergence proved, by an invariant box or `proof`.
    Vector final_speed;   ///< |y_{n+1} − y_n|_inf of the next layer, or |y'|_inf, at the end.
    Index by_proof = 0;   ///< starts not followed, because `proof` says how they end.
    std::string proof;    ///< one clause; empty where every start was followed.
    Index count(SettleOutcome outcome) const;
};

/// Follows starts batch by batch; what it decides of patterns and proves of all starts serves every
/// batch.
class Settler {
  public:
    /// Bounded activations only. Throws std::invalid_argument if options are wrong.
    Settler(const ResidualSystem& system, const SettleOptions& options);
    ~Settler();
    Settler(const Settler&) = delete;
    Settler& operator=(const Settler&) = delete;
    Settler(Settler&&) = delete;
    Settler& operator=(Settler&&) = delete;

    /// The pre-activations u0 (N×B, a start a column; ±∞: held at a level), to rest. Throws
    /// std::invalid_argument for another N, or NaN.
    SettleResult settle(const Matrix& u0);
    /// On a farm: see settle_farm.hpp.
    std::optional<SettleResult> settle(const Matrix& u0, Farm& farm, const std::string& job);

  private:
    class Faces;
    std::unique_ptr<Faces> faces_;
};

/// All starts at once, by a Settler of their own.
SettleResult settle(const ResidualSystem& system, const Matrix& u0,
                    const SettleOptions& options = {});

/// The equilibrium that y (size N) has come to rest at: isolated, verified, stable in the flow and,
/// if `in_map`, in the layer map, and within options.settle_tol of y. Empty if there is none: then
/// the motion has not settled. Bounded activations only.
std::optional<Equilibrium> resting_place(const ResidualSystem& system, const Vector& y, bool in_map,
                                         const SettleOptions& options = {});

}  // namespace resdyn
