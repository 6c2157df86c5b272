/// @file
/// What the linear programs share.
#pragma once

#include <cstddef>
#include <limits>

#include <resdyn/core/types.hpp>

namespace resdyn {

inline constexpr double infinity = std::numeric_limits<double>::infinity();

/// An Index as a place in a standard container.
inline std::size_t place_of(Index k) {
    return static_cast<std::size_t>(k);
}

}  // namespace resdyn
