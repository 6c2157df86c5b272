/// @file
/// Where a function on a window of the plane is zero: marching squares, each crossing of a grid's
/// edge bisected down to rounding. A curve that enters and leaves one cell through the same edge is
/// missed. Reference: W. E. Lorensen, H. E. Cline, Computer Graphics 21 (1987) 163–169 (in 3-D).
#pragma once

#include <functional>
#include <vector>

#include <resdyn/core/types.hpp>

namespace resdyn {

/// Of a point of size 2; NaN where there is no value, and then no curve.
using PlaneFunction = std::function<double(const Vector&)>;

/// Curves as 2×m, m >= 2, points in order; a closed one ends where it began. grid: cells a side.
std::vector<Matrix> zero_curves(const PlaneFunction& f, const Box& window, Index grid);

}  // namespace resdyn
