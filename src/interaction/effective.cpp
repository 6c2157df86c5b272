#include <resdyn/interaction/effective.hpp>

#include <fmt/format.h>

#include <algorithm>

#include <resdyn/core/error.hpp>

namespace resdyn {

EffectiveInteraction effective_interaction(const Matrix& W, Activation activation,
                                           const std::vector<double>& t,
                                           const std::vector<Matrix>& u) {
    const Index n = W.rows();
    const auto fits = [n](const Matrix& one) { return one.rows() == n && one.cols() >= 1; };
    if (t.empty() || t.size() != u.size() || !std::all_of(u.begin(), u.end(), fits)) {
        reject_argument("effective_interaction",
                        fmt::format("one matrix of {} rows and a column at least for each time", n),
                        fmt::format("{} times, {} matrices", t.size(), u.size()));
    }
    // Σ over the pairs of a type of (g_i|w_ij| + g_j|w_ji|)/2 = Σ_i g_i · (half row sum of |w_ij|).
    Matrix halves = Matrix::Zero(n, static_cast<Index>(pair_types.size()));
    Vector count = Vector::Zero(static_cast<Index>(pair_types.size()));
    Vector positive = Vector::Zero(n);
    Vector negative = Vector::Zero(n);
    for (Index j = 0; j < n; ++j) {
        for (Index i = 0; i < n; ++i) {
            if (i == j) {
                continue;
            }
            const auto type = static_cast<Index>(pair_type(W(i, j), W(j, i)));
            halves(i, type) += 0.5 * std::abs(W(i, j));
            count[type] += 0.5;
            (W(i, j) > 0 ? positive : negative)[i] += std::abs(W(i, j));
        }
    }
    const auto times = static_cast<Index>(t.size());
    EffectiveInteraction result{.t = t,
                                .strength = {},
                                .help = Vector(times),
                                .harm = Vector(times),
                                .gain = Matrix(n, times),
                                .start = {},
                                .end = {}};
    for (Index k = 0; k < times; ++k) {
        result.gain.col(k) = u[static_cast<std::size_t>(k)]
                                 .unaryExpr([activation](double v) { return slope(activation, v); })
                                 .rowwise()
                                 .mean();
    }
    result.strength = halves.transpose() * result.gain;
    result.strength.array().colwise() /= count.array().max(0.5);
    result.help = result.gain.transpose() * positive;
    result.harm = result.gain.transpose() * negative;
    result.start = interaction_report(result.gain.col(0).asDiagonal() * W).pairs;
    result.end = interaction_report(result.gain.col(times - 1).asDiagonal() * W).pairs;
    return result;
}

}  // namespace resdyn
