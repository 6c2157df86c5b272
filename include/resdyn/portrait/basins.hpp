/// @file
/// Basins of attraction: which attractor each start comes to, on a plane cell by cell, and what
/// share of the cube each one draws.
///
/// Method: every start is followed to rest and decided by the pattern of a verified attractor
/// (equilibria/search.hpp, whose bounds and limits hold here: next to a boundary the error of a
/// path, which is not bounded, can tell a cell to the wrong side). Cells are followed band by band,
/// so that a long map can be stopped.
///
/// Boundary sharpness: the share f(ε) of pairs of points at distance ε that come to different ends
/// grows like ε^α; α = 1 for a smooth boundary, less for a fractal one, of dimension D − α. Pairs
/// are the map's own cells, so ε is at least one cell and finer structure is not seen. A pair of
/// which one end came to no attractor counts one half: such a cell lies on the boundary. Reference:
/// S. W. McDonald, C. Grebogi, E. Ott, J. A. Yorke, Physica D 17 (1985) 125–153, section 2.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include <resdyn/core/proportion.hpp>
#include <resdyn/equilibria/search.hpp>
#include <resdyn/portrait/slice.hpp>

namespace resdyn {

/// Labels of cells that came to no attractor; attractors are 0, 1, …
enum BasinLabel : int {
    SlowCell = -1,       ///< moving by less than slow_speed at the end: near a saddle or a
                         ///< degenerate equilibrium.
    UnsettledCell = -2,  ///< still moving: a cycle, wandering, or just far.
    StepLimitCell = -3,  ///< the integration gave up.
    NonFiniteCell = -4,  ///< overflowed.
    OutsideCell = -5,    ///< the cell lies outside the cube: not followed.
};
/// "slow", "unsettled", "step_limit", "non_finite", "out_of_range".
std::string_view to_string(BasinLabel label);
inline constexpr int lowest_label = OutsideCell;

struct BasinOptions {
    Index width = 256;   ///< cells along the first axis, 2 … 4096.
    Index height = 256;  ///< along the second.
    SettleOptions settle = {.clock = Clock::Flow, .t_end = 1000.0, .rel_tol = 1e-6};
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
};

struct BasinMap {
    Slice slice;
    Clock clock = Clock::Flow;
    bool complete = true;                    ///< every cell was followed; false if it was stopped.
    std::vector<BasinAttractor> attractors;  ///< by pattern.
    Eigen::MatrixXi labels;  ///< width×height; cell (i, j) is centred at cell_centre(i, j).
    Index certified = 0;     ///< cells whose convergence an invariant box proves.

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

/// f(ε) over the map and the fitted exponent.
struct BoundarySharpness {
    std::vector<double> distance;  ///< ε in units of the slice, increasing; powers of two cells.
    std::vector<Proportion> uncertain;  ///< share of pairs with different ends.
    double exponent = 0.0;        ///< α, least squares of log f against log ε; NaN with less than
                                  ///< two distances at which f > 0: there is no boundary to see.
    double standard_error = 0.0;  ///< of the fit; NaN with two distances.
};
BoundarySharpness boundary_sharpness(const BasinMap& map);

}  // namespace resdyn
