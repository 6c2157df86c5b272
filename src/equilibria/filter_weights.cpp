#include "filter_weights.hpp"

#include <cmath>

namespace resdyn {

namespace {

/// Entries below this share of the largest switch the filter off.
constexpr double smallest_entry = 0x1p-100;

}  // namespace

std::vector<Index> units_of(std::uint32_t mask, Index n, bool inside) {
    std::vector<Index> units;
    for (Index i = 0; i < n; ++i) {
        if (((mask >> i & 1U) != 0) == inside) {
            units.push_back(i);
        }
    }
    return units;
}

FilterWeights filter_weights(const FaceSolver& solver) {
    FilterWeights weights;
    weights.W = solver.nearest_weights();
    weights.entry_error = solver.system().factors() ? unit_roundoff : 0.0;
    weights.low = levels(solver.system().activation()).low;
    const double largest = weights.W.cwiseAbs().maxCoeff();
    if (largest > 0.0) {
        std::frexp(largest, &weights.exponent);
        for (double& w : weights.W.reshaped()) {
            const double scaled = std::ldexp(w, -weights.exponent);
            weights.usable = weights.usable && (w == 0.0 || std::abs(scaled) >= smallest_entry);
            w = scaled;
        }
    }
    for (Index i = 0; i < weights.dimension(); ++i) {
        const auto row = static_cast<std::size_t>(i);
        weights.row_sum[row] = weights.W.row(i).cwiseAbs().sum() * bound_slack;
        for (Index j = 0; j < weights.dimension(); ++j) {
            const auto column = static_cast<std::size_t>(j);
            weights.rows[row][column] = weights.W(i, j);
            weights.magnitude_columns[column][row] = std::abs(weights.W(i, j));
        }
    }
    return weights;
}

}  // namespace resdyn
