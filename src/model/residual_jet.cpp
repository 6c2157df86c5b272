#include "residual_jet.hpp"

#include <fmt/format.h>

#include <algorithm>

#include <resdyn/core/error.hpp>

namespace resdyn {

FieldJet residual_jet(const ResidualSystem& system, const Vector& y,
                      const std::vector<Index>& free) {
    if (!is_bounded(system.activation())) {
        reject_argument("residual_jet", "logistic or tanh", to_string(system.activation()));
    }
    const bool units = !free.empty() && std::all_of(free.begin(), free.end(), [&](Index i) {
        return i >= 0 && i < system.dimension();
    });
    if (y.size() != system.dimension() || !y.allFinite() || !units) {
        reject_argument(
            "residual_jet",
            fmt::format("a finite y of size {} and free units of it", system.dimension()),
            fmt::format("size {} and {} units", y.size(), free.size()));
    }
    constexpr double curvature = -2.0;  // g''
    const auto n = static_cast<Index>(free.size());
    const Vector rate = system.W() * y;
    FieldJet jet{Matrix(n, n), {}, {}};
    for (Index i = 0; i < n; ++i) {
        const Index unit = free[static_cast<std::size_t>(i)];
        const Eigen::RowVectorXd w = system.W()(unit, free);
        const double g = gain(system.activation(), y[unit]);
        const double slope = gain_slope(system.activation(), y[unit]);
        jet.jacobian.row(i) = g * w;
        jet.jacobian(i, i) += slope * rate[unit];
        // f_i = g(y_i) (Wy)_i: every derivative takes at most one from the linear factor.
        Matrix second = Matrix::Zero(n, n);
        second.row(i) += slope * w;
        second.col(i) += slope * w.transpose();
        second(i, i) += curvature * rate[unit];
        jet.second.push_back(std::move(second));
        for (Index j = 0; j < n; ++j) {
            Matrix third = Matrix::Zero(n, n);
            if (j == i) {
                third.row(i) += curvature * w;
                third.col(i) += curvature * w.transpose();
            }
            third(i, i) += curvature * w[j];
            jet.third.push_back(std::move(third));
        }
    }
    return jet;
}

}  // namespace resdyn
