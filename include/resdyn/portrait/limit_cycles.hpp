/// @file
/// Limit cycles of a phase plane in y: two units, or a face of the cube on which two are free.
///
/// Method: from each point in turn the plane's own flow is followed, forward for cycles that
/// attract and backward for those that repel, until it returns to itself; multiple shooting closes
/// the orbit, and its Floquet multiplier must lie off the unit circle
/// (numerics/periodic_orbit.hpp). A flow of two free units has no other recurrent motion than
/// closed orbits (Poincaré, Bendixson). What it can miss: cycles that none of the points comes to,
/// and cycles longer than the runs. Closed orbits that fill a region (a centre's) are families, no
/// limit cycles: none is returned.
#pragma once

#include <vector>

#include <resdyn/numerics/periodic_orbit.hpp>
#include <resdyn/portrait/slice.hpp>

namespace resdyn {

/// A closed curve on a plane.
struct LimitCycle {
    Matrix s;             ///< 2×samples in the plane's coordinates, the last equal to the first.
    double period = 0.0;  ///< of the flow.
    double multiplier = 0.0;  ///< Floquet multiplier within the plane: < 1 attracts, > 1 repels.
    double residual = 0.0;    ///< largest mismatch of the shooting's segments, in u.

    bool attracts() const { return multiplier < 1.0; }
};

/// The limit cycles that runs from the points `s` (2×B, on the plane) come to, each once, by
/// period. Empty for a plane that is no phase plane of a bounded f in y (slice.is_invariant() and
/// two units), and for B = 0.
std::vector<LimitCycle> limit_cycles(const StateSpace& space, const Slice& slice, const Matrix& s);

}  // namespace resdyn
