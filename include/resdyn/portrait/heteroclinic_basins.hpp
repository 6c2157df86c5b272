/// @file
/// Heteroclinic cycles that attract as attractors of basin maps and of shares of the cube: starts
/// that go round saddles for ever, in stays that grow, come to no rest and are no slow passage.
///
/// Method: the cycles are those of the connection graph (recurrence/connections.hpp) that attract
/// in the cube by the product of their passages. A start of the open cube that came to no rest is
/// followed again in pre-activations, and the vertices that it stays at (every |u_i| beyond a
/// bound) are written down in order: it belongs to a cycle where its last stays, one more than the
/// cycle has saddles, go round it. What it can miss: starts that need longer than t_end for a round
/// and a stay, cycles through saddles that are no vertices, and cycles whose stability is not
/// decided.
#pragma once

#include <vector>

#include <resdyn/portrait/basins.hpp>

namespace resdyn {

struct AttractingHeteroclinicCycle {
    Pattern face;                  ///< of the units that turn.
    std::vector<Pattern> saddles;  ///< vertices, in the order of the motion.
    double growth = 0.0;           ///< stays grow by it a round.
};

/// Flow, N <= 10. Bounded activations (throws std::invalid_argument otherwise).
std::vector<AttractingHeteroclinicCycle> attracting_heteroclinic_cycles(
    const ResidualSystem& system, std::uint64_t seed = 1, int threads = 0);

/// Gives slow and unsettled cells of the open cube the label of the cycle they go round; the cycles
/// that have cells follow the attractors of the map. Only Clock::Flow and complete maps.
void label_heteroclinic_cycles(BasinMap& map, const StateSpace& space,
                               const std::vector<AttractingHeteroclinicCycle>& cycles,
                               const BasinOptions& options);

/// Likewise for shares made with this seed and these options; `outcomes` then counts such starts
/// neither as slow nor as unsettled.
void count_heteroclinic_cycles(BasinShares& shares, const ResidualSystem& system,
                               std::uint64_t seed,
                               const std::vector<AttractingHeteroclinicCycle>& cycles,
                               const SettleOptions& options);

}  // namespace resdyn
