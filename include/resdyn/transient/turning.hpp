/// @file
/// How inputs move that never come to rest: those that turn told from those that are slow.
///
/// Method: an input that was not seen to settle is followed for `max_layers` layers more, and then
/// for two windows. |u| beyond 30 and larger than in the first quarter of all these layers: Grows;
/// of the last window, a range of the residuals below 1 % of the levels':
/// Creeps; back at its residual, to 1e-4 of the range, after at most 256 layers: Cycles; else it
/// Wanders, as on an invariant curve or in chaos. What it can miss: no proof; longer periods
/// wander, and transients longer than the run are told by what they look like. `resdyn cycles`
/// tells what the cycles are.
#pragma once

#include <array>
#include <string_view>
#include <vector>

#include <resdyn/settling/settle.hpp>

namespace resdyn {

enum class BeyondMotion {
    Rests,    ///< settled, or at rest on a continuum.
    Creeps,   ///< hardly moves: slow, near a saddle or a degenerate equilibrium.
    Cycles,   ///< comes back to its residual after `period` layers.
    Wanders,  ///< moves, bounded, without coming back.
    Grows,    ///< |u| grows: ever longer stays near saddles, by turns, or its residuals saturate.
    NotFollowed,  ///< beyond the first inputs that the work allows: see `turning`.
};
inline constexpr std::array beyond_motions = {BeyondMotion::Rests,  BeyondMotion::Creeps,
                                              BeyondMotion::Cycles, BeyondMotion::Wanders,
                                              BeyondMotion::Grows,  BeyondMotion::NotFollowed};
/// "rests", "creeps", "cycles", "wanders", "grows", "not_followed".
std::string_view to_string(BeyondMotion motion);

struct Turning {
    BeyondMotion motion = BeyondMotion::Rests;
    Index period = 0;  ///< layers, of Cycles; else 0.
};

/// u0: N×B, the starts of `settled`, which were followed by layers. Of those that came to no rest
/// the first are followed, as many as take some 1e10 multiplications, at least 8. threads: 0 for
/// all; the result does not depend on it.
std::vector<Turning> turning(const ResidualSystem& system, const Matrix& u0,
                             const SettleResult& settled, Index max_layers, int threads = 0);

}  // namespace resdyn
