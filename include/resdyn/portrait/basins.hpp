/// @file
/// Basins of attraction: which attractor each start comes to, on a plane cell by cell, and what
/// share of the cube each one draws.
///
/// Where a proof says how all starts end (settling/global_attraction.hpp), none is followed: they
/// go to one equilibrium, or none of them can settle. A unit that a slice holds at a level stays
/// there exactly, and a cell then belongs to what attracts within that face.
///
/// Method: every other start is followed to rest and decided by the pattern of a verified attractor
/// (settling/settle.hpp, whose bounds and limits hold here: next to a boundary the error of a
/// path, which is not bounded, can tell a cell to the wrong side). Cells are followed band by band,
/// so that a long map can be stopped.
/// Cycles are labelled afterwards: cycle_basins.hpp, heteroclinic_basins.hpp. Boundary sharpness:
/// boundary_sharpness.hpp.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include <resdyn/core/proportion.hpp>
#include <resdyn/portrait/slice.hpp>
#include <resdyn/settling/settle.hpp>

namespace resdyn {

/// Labels of cells that came to no attractor; attractors are 0, 1, …
enum BasinLabel : int {
    SlowCell = -1,         ///< moving by less than slow_speed at the end: near a saddle or a
                           ///< degenerate equilibrium.
    UnsettledCell = -2,    ///< still moving: a cycle, wandering, or just far.
    StepLimitCell = -3,    ///< the integration gave up.
    NonFiniteCell = -4,    ///< overflowed.
    OutsideCell = -5,      ///< the cell lies outside the cube: not followed.
    NotFollowedCell = -6,  ///< proved unable to settle: not followed; see BasinMap::proof.
};
/// "slow", "unsettled", "step_limit", "non_finite", "out_of_range", "not_followed".
std::string_view to_string(BasinLabel label);
inline constexpr int lowest_label = NotFollowedCell;

struct BasinOptions {
    Index width = 256;   ///< cells along the first axis, 2 … 4096.
    Index height = 256;  ///< along the second.
    SettleOptions settle = {
        .clock = Clock::Flow, .t_end = 1000.0, .rel_tol = 1e-6, .skip_hopeless = true};
    std::function<bool()> stop_requested = {};     ///< asked between bands; true ends the map.
    std::function<void(double)> on_progress = {};  ///< share of the cells done.
};

/// One attractor, and the cells or starts that came to it.
struct BasinAttractor {
    Pattern pattern;
    bool is_continuum = false;
    bool proved = false;  ///< pattern, place and type decided exactly; of a continuum: false.
    Vector y;             ///< the equilibrium; of a continuum a point of it.
    EquilibriumType type = EquilibriumType::NonHyperbolic;  ///< of a continuum: NonHyperbolic.
    Index members = 0;
    Index cycle = -1;         ///< which limit cycle (cycle_basins.hpp), by period; -1: at rest.
    double period = 0.0;      ///< of a limit cycle, whose `pattern` is its face and `y` one point.
    double multiplier = 0.0;  ///< likewise: largest within the face, the trivial one left out.
    double residual = 0.0;    ///< likewise: largest mismatch of the shooting's segments, in u.

    Matrix orbit = {};  ///< likewise: N×samples along it, the last equal to the first.
    /// Likewise: false where some unit's rate across its face is not negative; it then attracts
    /// only starts of faces on which those units are held.
    bool attracts_in_cube = true;

    /// Of a heteroclinic cycle (heteroclinic_basins.hpp): its vertices in the order of the motion,
    /// the first of which is `y`, and the growth of the stays a round. Else empty.
    std::vector<Pattern> saddles = {};
    double growth = 0.0;

    bool is_cycle() const { return cycle >= 0; }
    bool is_heteroclinic() const { return !saddles.empty(); }
    /// "equilibrium", "continuum", "limit_cycle" or "heteroclinic_cycle".
    std::string_view kind() const;
    /// "HLF", "cycle 0, period 8.06", or "cycle 0, period 8.06, on FFH" for one that attracts only
    /// there; "HLL -> HHL -> HLL" of a heteroclinic cycle.
    std::string name() const;
};

struct BasinMap {
    Slice slice;
    Clock clock = Clock::Flow;
    bool complete = true;                    ///< every cell was followed; false if it was stopped.
    std::vector<BasinAttractor> attractors;  ///< by pattern; cycles last, by period.
    Eigen::MatrixXi labels;  ///< width×height; cell (i, j) is centred at cell_centre(i, j).
    Index certified = 0;     ///< cells whose convergence an invariant box or `proof` proves.
    Index by_proof = 0;      ///< cells not followed, because `proof` says how they end.
    std::string proof;       ///< one clause; empty where every cell was followed.

    Vector cell_centre(Index i, Index j) const;
    Index count(int label) const;
};

/// Bounded activations only, y or u. A map that was stopped has complete = false and the label
/// UnsettledCell where it did not come to. Throws std::invalid_argument for wrong options.
BasinMap basin_map(const StateSpace& space, const Slice& slice, const BasinOptions& options = {});

/// Shares of the open cube, by `samples` residuals uniform in it.
struct BasinShares {
    std::vector<BasinAttractor> attractors;  ///< by decreasing share.
    std::vector<Proportion> shares;          ///< parallel to attractors.
    std::vector<Proportion> outcomes;        ///< as settle_outcomes: how the starts ended.
    SettleResult settled;
};
BasinShares basin_shares(const ResidualSystem& system, Index samples, std::uint64_t seed,
                         const SettleOptions& options);

}  // namespace resdyn
