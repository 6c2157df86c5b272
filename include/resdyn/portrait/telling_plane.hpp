/// @file
/// Which plane of two units to draw when none is named: of the planes tried, the one whose starts
/// come to the most different ends. On the plane of the first two units, the others held where most
/// starts come to rest, all may be one attractor.
///
/// Method: random starts of the cube are followed to rest. The units drawn are pairs of the
/// `most_units` that differ most between those ends; the others are held at the most frequent ends
/// (where their units are saturated the flow stays in the plane) and, if the flow may leave it, in
/// the middle of the cube. On each plane a coarse map of cells is followed, and the entropy of its
/// attractors decides; of equals the first, units 0 and 1 at the most frequent end before all
/// others. What it can miss: basins smaller than a cell, and every plane not tried.
#pragma once

#include <cstdint>
#include <string>

#include <resdyn/portrait/basins.hpp>

namespace resdyn {

struct TellingPlaneOptions {
    bool projections = false;  ///< also planes that the flow leaves (basin maps bear them).
    Index starts = 200;        ///< random starts followed, >= 1.
    Index most_units = 4;      ///< that are paired with each other, >= 2.
    Index most_ends = 4;       ///< that the other units are held at, >= 1.
    Index cells = 9;           ///< a side of the coarse map, 2 … 64.
    /// Beyond this N, units 0 and 1 at the most frequent end are taken untried: each plane costs
    /// cells² trajectories of N units.
    Index widest_tried = 24;
    std::uint64_t seed = 1;
    int threads = 0;
};

struct TellingPlane {
    Slice slice;
    std::vector<Equilibrium> ends;  ///< that the other units were held at, most frequent first.
    Index tried = 0;                ///< planes compared; 0: none, see widest_tried.
    Index attractors = 0;  ///< that cells of the coarse map came to; 0 where none was tried.
    double entropy = 0.0;  ///< of these, in bits, over all cells.
};

/// Bounded activations, more than two units, residuals (throws std::invalid_argument otherwise).
/// Where no start comes to rest the other units are held at their usual levels.
TellingPlane telling_plane(const StateSpace& space, const TellingPlaneOptions& options = {});

/// A vertex of the cube to hold units at where nothing comes to rest: motion that never ends may
/// live on a face, and a plane with the other units at the opposite level shows none of it.
struct UsualLevels {
    Vector y;          ///< N levels; of a tie the lower one.
    std::string name;  ///< what they are, for Slice::about.
};

/// For every unit the level nearer to its mean residual where `starts` (>= 1) random starts are
/// at times from 10 to 200 of the flow. Bounded activations. It is a guess by a sample, not a
/// proof.
UsualLevels usual_levels(const ResidualSystem& system, Index starts, std::uint64_t seed,
                         int threads);

}  // namespace resdyn
