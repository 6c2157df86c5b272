/// @file
/// What is proved of the rank of a matrix of stored doubles.
#pragma once

#include <resdyn/core/types.hpp>

namespace resdyn {

/// at_least ≤ rank ≤ at_most.
struct RankBounds {
    Index at_least = 0;
    Index at_most = 0;
    bool is_exact() const { return at_least == at_most; }
};

}  // namespace resdyn
