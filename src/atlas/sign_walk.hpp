/// @file
/// All sign vectors s ∈ {−1, 1}^m with |B s + c| ≤ limit, by branch and bound over columns.
#pragma once

#include <cstdint>
#include <functional>

#include <resdyn/core/types.hpp>

namespace resdyn {

/// Calls `found(code)` for every s with |(B s + c)_i| ≤ limit_i as computed, bit j of `code` set
/// where s_j = 1, in an order that depends on the input only. B: k×m, k ≥ 1, m ≤ 32. The computed
/// sums differ from the exact ones by the rounding of at most m + 1 terms in some order; `limit`
/// must leave room for that (`slack`, also used in pruning): nothing within limit − slack is
/// missed.
void walk_signs(const Matrix& B, const Vector& c, const Vector& limit, const Vector& slack,
                const std::function<void(std::uint32_t)>& found);

}  // namespace resdyn
