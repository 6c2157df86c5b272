/// @file
/// Weights on which nothing is generic: what decides in them are exact ties.
#pragma once

#include <resdyn/core/random.hpp>
#include <resdyn/core/types.hpp>

namespace resdyn {

/// n×n, small integers with many ties and zero rows.
inline Matrix tied_weights(Random& random, Index n) {
    Matrix W(n, n);
    for (Index i = 0; i < n; ++i) {
        const bool zero_row = random.below(6) == 0;
        for (Index j = 0; j < n; ++j) {
            W(i, j) = zero_row ? 0.0 : static_cast<double>(random.below(5)) - 2.0;
        }
    }
    return W;
}

}  // namespace resdyn
