/// @file
/// The conclusions of structure.hpp held against sampled trajectories of the flow and of the layer
/// map: V falls, E is constant or falls, ℓ·u is constant, order is kept. A theorem cannot fail, so
/// a violation beyond the tolerance is a mistake of verdict or arithmetic (doc/theory.md §7).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <resdyn/interaction/structure.hpp>

namespace resdyn {

struct CheckOptions {
    Index starts = 6;        ///< trajectories (pairs of them where order is checked), >= 1.
    double spread = 2.0;     ///< starts: u_0 normal with this standard deviation, > 0.
    double horizon = 20.0;   ///< time followed, in units of 1/(‖W‖_∞ max f'), > 0.
    Index layers = 100;      ///< layers followed in the map, >= 1.
    double rel_tol = 1e-9;   ///< of the integration, relative error a step, > 0.
    double abs_tol = 1e-12;  ///< of the integration, absolute error a step, > 0.
    std::uint64_t seed = 1;  ///< of the starts.
    int threads = 0;
};

/// One law on one clock.
struct StructureCheck {
    std::string law;      ///< "V falls", "E is constant", "E falls", "l.u is constant",
                          ///< "order is kept", "order is kept backwards".
    std::string verdict;  ///< name of the verdict that it follows from.
    bool map = false;     ///< layer map, else flow.
    /// The theory claims it. Not claimed: the network's condition fails or nothing is known; what
    /// was seen is reported all the same and `passed` is no judgement on the theory.
    bool claimed = true;
    Index trajectories = 0;
    Index comparisons = 0;
    /// Largest violation relative to its tolerance, and the two: a violation is the amount by
    /// which the law is broken (≤ 0: kept), the tolerance what integration and rounding may do.
    double violation = 0.0;
    double tolerance = 0.0;
    bool passed = true;  ///< violation <= tolerance at every comparison.

    bool failed() const { return claimed && !passed; }
};

/// Checks every verdict of `report` that holds; starts at random, keyed by (seed, start).
/// Tolerances: per step of the flow the gradient of the law times the error that the integrator
/// allows (10 times, as it only estimates it); for the map the rounding of a layer; and for
/// verdicts that hold to rounding, what their asymmetry allows. Order is followed only while
/// e^{‖W‖_∞ max f' t} ≤ e⁵ in the flow and e¹² in the map, since errors may grow like that.
/// What it can miss: it samples; trajectories that were not sampled are not checked.
std::vector<StructureCheck> check_structure(const ResidualSystem& system,
                                            const StructureReport& report,
                                            const CheckOptions& options = {});

}  // namespace resdyn
