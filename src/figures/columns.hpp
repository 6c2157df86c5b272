/// @file
/// Columns of numbers that several figures draw.
#pragma once

#include <vector>

#include <resdyn/core/types.hpp>

namespace resdyn::figures {

/// from, from + 1, …: `count` numbers.
inline std::vector<double> counting(Index from, Index count) {
    std::vector<double> numbers;
    for (Index k = 0; k < count; ++k) {
        numbers.push_back(static_cast<double>(from + k));
    }
    return numbers;
}

inline std::vector<double> row(const Matrix& points, Index i) {
    return {points.row(i).begin(), points.row(i).end()};
}

}  // namespace resdyn::figures
