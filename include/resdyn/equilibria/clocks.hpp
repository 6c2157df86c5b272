/// @file
/// The two clocks at an equilibrium: what the flow promises, what the layer map of step h keeps of
/// it, up to which step h* it does, and which eigenvalue is to blame where it does not.
///
/// A saturated unit has the multiplier e^{hλ}: its stability is the same for every h. A free
/// eigenvalue μ has 1 + hμ. If the flow is stable, the network keeps the stability exactly for
/// 0 < h < h*,  h* = min over free μ of −2 Re μ / |μ|²  (infinite where no unit is free).
/// The counts on both clocks are decided exactly (Schur–Cohn at the rational number h) for blocks
/// of up to `exact_free_units`, the map's on request only near the unit circle. There h* is the
/// closed form in double precision if exact counts of multipliers bracket it, and found by such
/// counts where they do not (nearly defective or badly scaled blocks). Eigenvalues and the growth
/// are in double precision. Theory: doc/theory.md §3.2.
#pragma once

#include <limits>
#include <optional>
#include <vector>

#include <resdyn/equilibria/face.hpp>
#include <resdyn/numerics/transient_growth.hpp>

namespace resdyn {

struct ClockOptions {
    Index exact_free_units = 12;  ///< decide larger blocks in double precision; 0 … 16.
    /// Decide the map exactly only where some ||m| − 1| is below this; > 0. Infinite: always.
    double exact_margin = std::numeric_limits<double>::infinity();
    double zero_tol = 1e-9;  ///< then |Re λ| and ||m| − 1| below this count as neutral; > 0.
    Index growth_free_units = 64;  ///< transient growth of blocks up to this size; >= 0.
};

/// One eigenvalue on both clocks.
struct ClockPair {
    Complex eigenvalue;  ///< of the flow.
    Complex multiplier;  ///< of the layer map.
    Index unit = -1;     ///< the saturated unit it belongs to; −1: the free block.
};

struct TwoClocks {
    std::vector<ClockPair> pairs;  ///< all N, sorted as flow eigenvalues; double precision.
    SpectralCounts flow;           ///< `unstable`: Re λ > 0.
    SpectralCounts map;            ///< `unstable`: |m| > 1, `neutral`: |m| = 1, `zero`: m = 1.
    EquilibriumType flow_type = EquilibriumType::NonHyperbolic;
    /// The same names for the map: stable where every |m| < 1, focus where some m is not real.
    EquilibriumType map_type = EquilibriumType::NonHyperbolic;
    bool proved = false;      ///< both counts were decided exactly.
    double map_margin = 0.0;  ///< smallest ||m| − 1|, double precision.
    /// h*; infinite at stable vertices; absent where the flow itself is not stable.
    std::optional<double> largest_stable_step;
    /// Exact counts of the free multipliers are stable at h*(1 − 1e-9) and not at h*(1 + 1e-9);
    /// true also for h* = ∞.
    bool largest_stable_step_proved = false;
    /// What makes the equilibrium unstable or neutral in the flow, or, in a stable flow, what sets
    /// h*. Absent at stable vertices.
    std::optional<ClockPair> culprit;
    std::optional<TransientGrowth> growth;  ///< of the free block, where there is one.
};

/// Both clocks at an isolated equilibrium of `system` (as an atlas or a search gives it).
TwoClocks two_clocks(const ResidualSystem& system, const Equilibrium& equilibrium,
                     const ClockOptions& options = {});

/// Of a list that may hold thousands, one each: the map is decided exactly only where a multiplier
/// is within 1e-6 of the unit circle, and growth, which takes many matrix exponentials, is left
/// out. threads: 0 for all processors; the result does not depend on it.
std::vector<TwoClocks> listed_clocks(const ResidualSystem& system,
                                     const std::vector<Equilibrium>& equilibria, int threads = 0);

}  // namespace resdyn
