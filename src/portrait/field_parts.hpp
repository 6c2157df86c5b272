/// @file
/// What portraits and basins of any vector field share: the box, and the field as a space.
#pragma once

#include <string_view>

#include <resdyn/numerics/vector_field.hpp>

#include "plane_parts.hpp"
#include "timed_flow.hpp"

namespace resdyn {

/// Throws std::invalid_argument unless the box is finite, of size n, with lower < upper.
void check_box(std::string_view where, const Box& box, Index n);

/// `factor` times as wide about its centre.
Box enlarged(const Box& box, double factor);
double shortest_side(const Box& box);
bool contains(const Box& box, const Vector& x);

/// All of it; refers to the field.
PlaneSpace space_of(const VectorField& field);

}  // namespace resdyn
