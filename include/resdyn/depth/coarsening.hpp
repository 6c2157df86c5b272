/// @file
/// Fewer, larger layers at equal T = hL: allowed below the largest stable step h* of the equilibria
/// that the inputs visit.
///
/// h' < h* is necessary for the network to keep resting where it rested, not sufficient for it to
/// take the same way there: what accuracy is kept is measured.
/// What it can miss: equilibria that no input of the sample reached within the layers allowed.
/// Method: inputs are followed to rest in the flow, h* is the least over the equilibria found
/// (doc/theory.md §3.2, §11.4). Reference: linear stability of Euler's method, E. Hairer, G.
/// Wanner, Solving Ordinary Differential Equations II, 1996, section IV.2.
#pragma once

#include <optional>
#include <string>

#include <resdyn/model/residual_network.hpp>
#include <resdyn/settling/settle.hpp>

namespace resdyn {

/// The largest step that keeps the equilibria, visited by inputs, stable.
struct StepLimit {
    /// Smallest h* over the visited equilibria; infinite at vertices; absent if none was reached.
    std::optional<double> largest;
    std::string pattern;   ///< of the equilibrium that sets it; empty without one.
    Index equilibria = 0;  ///< isolated, verified ones that inputs came to rest at in the flow.
    Index settled = 0;     ///< inputs that did.
    Index inputs = 0;      ///< followed.

    /// h < h* at all that were visited (true if none was).
    bool allows(double step) const { return !largest || step < *largest; }
};

struct StepLimitOptions {
    SettleOptions settle{.clock = Clock::Flow, .t_end = 500.0};
    Index free_units =
        300;  ///< larger free blocks are not decomposed (their h* is left out); >= 0.
};

/// Follows the inputs (D×B) to rest in the flow, which no step has made unstable, and takes h* of
/// every equilibrium reached. Shared weights and a bounded activation: throws std::invalid_argument
/// otherwise.
StepLimit step_limit(const ResidualNetwork& network, const Matrix& inputs,
                     const StepLimitOptions& options = {});

}  // namespace resdyn
