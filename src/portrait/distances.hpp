/// @file
/// Distances between points and curves of straight pieces, a point of the curve a column.
#pragma once

#include <resdyn/core/types.hpp>

namespace resdyn {

/// ‖·‖₂ from y to the piece from a to b.
double distance_to_piece(const Vector& y, const Vector& a, const Vector& b);

/// To the nearest piece.
double distance_to_curve(const Matrix& curve, const Vector& y);

/// From y to the two pieces at the nearest point of a closed curve (the last column equals the
/// first): at least the distance to the curve, in one pass.
double distance_near(const Matrix& closed, const Vector& y);

}  // namespace resdyn
