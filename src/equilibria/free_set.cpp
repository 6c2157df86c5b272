#include "free_set.hpp"

#include <bit>
#include <cmath>

namespace resdyn {

UnitList::UnitList(std::uint32_t mask) {
    for (; mask != 0; mask &= mask - 1) {
        at[count++] = static_cast<std::uint8_t>(std::countr_zero(mask));
    }
}

FreeSet exact_free_set(const FilterWeights& weights, const FaceSolver& solver, std::uint32_t mask) {
    const Index n = weights.dimension();
    const std::vector<Index> free = units_of(mask, n, true);
    const std::vector<Index> saturated = units_of(mask, n, false);
    const Matrix X = solver.affine_solution(free, saturated);
    FreeSet set;
    set.mask = mask;
    for (std::size_t i = 0; i < free.size(); ++i) {
        const auto unit = static_cast<std::size_t>(free[i]);
        for (std::size_t j = 0; j < saturated.size(); ++j) {
            const double b = X(static_cast<Index>(i), static_cast<Index>(j));
            set.B[unit][static_cast<std::size_t>(saturated[j])] = b;
            set.reach[unit] += std::abs(b);
        }
        set.error[unit] = rounding_gamma(n + 4) * set.reach[unit] * bound_slack + underflow_cover;
    }
    return set;
}

}  // namespace resdyn
