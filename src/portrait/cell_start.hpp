/// @file
/// Where the cells of a basin map start (basins.cpp).
#pragma once

#include <resdyn/portrait/slice.hpp>

namespace resdyn {

/// The pre-activation of a point of the slice: ±∞ where a unit stands at a level. A slice that does
/// not move a unit at all holds it there, whatever its basis was rounded to.
Vector cell_start(const StateSpace& space, const Slice& slice, const Vector& q);

}  // namespace resdyn
