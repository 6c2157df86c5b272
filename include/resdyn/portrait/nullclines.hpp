/// @file
/// Where a component of the velocity on a slice is zero.
///
/// In y, on two units, these are straight lines and edges of the square, and are given exactly: the
/// coordinate in which a line leaves the window is the window's own, the other is right to a
/// rounding. On every other slice they are traced: sign changes along the edges of a grid
/// (marching squares), each crossing then bisected down to rounding, so that every listed point
/// solves its equation; a component that enters and leaves one grid cell through the same edge is
/// missed. Reference: W. E. Lorensen, H. E. Cline, Computer Graphics 21 (1987) 163–169 (in 3-D).
#pragma once

#include <string>
#include <vector>

#include <resdyn/portrait/slice.hpp>

namespace resdyn {

struct Nullcline {
    Index axis;         ///< 0 or 1: the component of the velocity along that axis is zero.
    bool edge;          ///< a unit at one of its levels, where g vanishes.
    bool exact;         ///< a straight segment given by its ends; else a traced curve.
    std::string where;  ///< the equation it solves: "1 y_0 - 2 y_1 = 0", "y_0 = 0".
    Matrix points;      ///< 2×m, m >= 2, in order, in the coordinates of the slice.
};

/// The nullclines of axis 0, then of axis 1. In y on two units: of each the edges within the
/// window, then the line; a line that meets the window in a corner only is left out, and so is the
/// line of a unit without any influence (then its component is zero everywhere). `grid`: cells a
/// side for tracing, >= 8.
std::vector<Nullcline> nullclines(const StateSpace& space, const Slice& slice, Index grid = 160);

}  // namespace resdyn
