/// @file
/// The simplex method in rationals with Bland's rule, for linear programs that ask for a margin.
#pragma once

#include <vector>

#include "exact.hpp"

namespace resdyn::exact {

struct Margin {
    Rational e;
    std::vector<Rational> x;
};

/// max e subject to T x + e·1 ≤ s, x ≥ 0, e ≥ 0 with s ≥ 0, on a dictionary; stops as soon as
/// e > goal. Rows that are `exempt` (empty: none) hold without the margin e; the others must bound
/// it. Returns (e, x). Reference: R. G. Bland, Math. Oper. Res. 2 (1977) 103–107.
Margin largest_margin(const std::vector<std::vector<Rational>>& T, const std::vector<Rational>& s,
                      const Rational& goal, const std::vector<bool>& exempt = {});

}  // namespace resdyn::exact
