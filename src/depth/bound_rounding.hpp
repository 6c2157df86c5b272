/// @file
/// What the bounds of stop proofs share.
#pragma once

#include <limits>

namespace resdyn {

/// What rounding may add to a bound, relative to the numbers that it is computed from.
inline constexpr double rounding = 1e-11;
inline constexpr double infinity = std::numeric_limits<double>::infinity();

}  // namespace resdyn
