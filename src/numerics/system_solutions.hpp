/// @file
/// The solutions of M z = r, M square, by one elimination: none, one, or a space of them.
#pragma once

#include <variant>
#include <vector>

#include "exact.hpp"

namespace resdyn::exact {

/// Nothing: there is no solution. Solution: M is not singular.
using SystemSolutions = std::variant<std::monostate, Solution, AffineSpace>;

SystemSolutions all_solutions(const IntegerMatrix& M, const std::vector<Integer>& r);

}  // namespace resdyn::exact
