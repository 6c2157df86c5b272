/// @file
/// Cycles of the network on a phase plane in y: points that its layers visit in turn, p of them,
/// where the flow of the same weights may have nothing. The plane: two units, or a face of the cube
/// on which two are free.
///
/// Method: starts of the plane are followed by the layer map itself, in u, until their kind of
/// motion is known; those that come to a cycle are refined by Newton (recurrence/cycles.hpp). What
/// it can miss: cycles that none of the starts comes to, those that repel among them, and periods
/// above `max_period`. `resdyn cycles` says more, with proofs. Reference: Y. A. Kuznetsov, Elements
/// of Applied Bifurcation Theory, 2004, chapter 4 (cycles of maps).
#pragma once

#include <string>
#include <vector>

#include <resdyn/equilibria/pattern.hpp>
#include <resdyn/portrait/slice.hpp>

namespace resdyn {

/// A cycle of the layers that attracts on the plane.
struct LayerCycle {
    Matrix s;                 ///< 2×p in the plane's coordinates, in the order of the layers.
    Pattern face;             ///< the face that it lies in: the plane's, or one of its edges.
    double multiplier = 0.0;  ///< the largest |multiplier| over p layers within that face; < 1.
    double residual = 0.0;    ///< largest mismatch of a layer, in u.

    Index period() const { return s.cols(); }
};

struct LayerCycleOptions {
    Index starts = 24;      ///< of those given, followed at most; >= 1.
    Index max_period = 64;  ///< layers; 1 … 512.
    int threads = 0;        ///< the result does not depend on it.
};

/// The cycles of the layers that runs from the points `s` (2×B, on the plane) come to, each once,
/// by period. Empty for a plane that is no phase plane of a bounded f in y (slice.is_invariant()
/// and two units), and for B = 0. Throws std::invalid_argument for options.
std::vector<LayerCycle> layer_cycles(const StateSpace& space, const Slice& slice, const Matrix& s,
                                     const LayerCycleOptions& options = {});

}  // namespace resdyn
