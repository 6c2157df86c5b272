/// @file
/// Attracting cycles as attractors of basin maps and of shares of the cube: limit cycles of the
/// flow, p-cycles of the network.
///
/// Method: the flow's are those that recurrence/recurrent_motion.hpp finds, the network's those of
/// recurrence/cycles.hpp, on the faces that can attract: they attract within their face, and across
/// it at every unit whose mean rate there is negative. A start that came to
/// no rest is followed again; it belongs to a cycle where its residual stays within `cycle_tol` of
/// the closed orbit (a curve of straight pieces) at every look during at least one period, or of
/// the network's points in every layer of one. That is
/// no proof: basins narrower than cycle_tol are not told apart. Starts on a face that the cycle
/// does not lie in are not followed, for they never leave their face; nor those that are free at a
/// unit whose rate would drive them away. What it can miss: cycles that the search misses, and
/// starts that need longer than t_end (max_layers). The layer map has closed curves near the flow's
/// cycles, which are no cycles of it: under that clock invariant curves are not labelled.
#pragma once

#include <vector>

#include <resdyn/portrait/basins.hpp>

namespace resdyn {

inline constexpr Index widest_cycle_search = 4;  ///< N up to which the program looks for cycles.
inline constexpr double cycle_tol = 1e-3;        ///< of the levels' width, Euclidean in y.

/// A cycle that attracts within its face.
struct AttractingCycle {
    Pattern face;             ///< that it lies in.
    Matrix y;                 ///< N×samples along it, the last equal to the first.
    double period = 0.0;      ///< time of the flow, layers of the network.
    double multiplier = 0.0;  ///< largest modulus within the face, the trivial one left out; < 1.
    double residual = 0.0;    ///< largest mismatch of the shooting's segments or layers, in u.
    /// Mean logarithmic rates across the face, one a saturated unit, in unit order; NaN: not known.
    std::vector<double> transverse_rates = {};

    /// All of them are negative: it attracts in the cube.
    bool attracts_in_cube() const;
};

/// Each once, by period. Bounded activations, N <= 10 (throws std::invalid_argument otherwise).
std::vector<AttractingCycle> attracting_cycles(const ResidualSystem& system, std::uint64_t seed = 1,
                                               int threads = 0, Clock clock = Clock::Flow);

/// Gives cells that came to no rest the label of the cycle they come to; the cycles that have
/// cells follow the attractors of the map. Cells that a proof had spared and that are followed here
/// leave BasinMap::by_proof. `options` as for the map; cycles of its clock. Only complete maps.
void label_cycles(BasinMap& map, const StateSpace& space,
                  const std::vector<AttractingCycle>& cycles, const BasinOptions& options);

/// Of each start (u0, N×B), the cycle that it comes to, by index, or −1. Only starts that
/// `settled`, the result of settle(system, u0, options), calls unsettled or not followed are looked
/// at.
std::vector<Index> cycles_reached(const ResidualSystem& system, const Matrix& u0,
                                  const SettleResult& settled,
                                  const std::vector<AttractingCycle>& cycles,
                                  const SettleOptions& options);

/// Likewise for shares made with this seed and these options; `outcomes` then counts starts on
/// cycles neither as unsettled nor as not followed.
void count_cycles(BasinShares& shares, const ResidualSystem& system, std::uint64_t seed,
                  const std::vector<AttractingCycle>& cycles, const SettleOptions& options);

}  // namespace resdyn
