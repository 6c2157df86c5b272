/// @file
/// The rank of a matrix of stored doubles, without rounding where that is affordable
/// (E. H. Bareiss, Math. Comp. 22 (1968) 565, for the elimination).
#pragma once

#include <vector>

#include <resdyn/numerics/rank_bounds.hpp>

#include "exact.hpp"

namespace resdyn::exact {

/// The product of integer matrices `factors` (one or two, of fitting shapes). Method: elimination
/// modulo the prime 2³¹ − 1 never finds more than the rank, so full rank there is proved; a smaller
/// one is settled by fraction-free elimination up to min(rows, cols) = `exact_up_to`, beyond which
/// only the bounds are known (the shapes of the factors bound from above).
RankBounds rank_bounds(const std::vector<IntegerMatrix>& factors, Index exact_up_to = 40);

}  // namespace resdyn::exact
