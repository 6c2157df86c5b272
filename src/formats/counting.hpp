/// @file
/// The mark of an index: numbers that count.
#pragma once

#include <resdyn/core/types.hpp>

namespace resdyn {

/// Whether these are 0, 1, 2, … or 1, 2, 3, …; at least one number.
inline bool counts_up(const Vector& v) {
    for (Index i = 0; i < v.size(); ++i) {
        if (v[i] != v[0] + static_cast<double>(i)) {
            return false;
        }
    }
    return v.size() > 0 && (v[0] == 0.0 || v[0] == 1.0);
}

}  // namespace resdyn
