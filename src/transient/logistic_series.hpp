/// @file
/// Taylor coefficients of y = f(u(x)), f logistic, from those of u, by y' = y (1 − y) u': for
/// doubles and for intervals, one unit or all at once.
#pragma once

#include <vector>

#include <resdyn/numerics/interval.hpp>

namespace resdyn {

/// y and w = y (1 − y) = f'(u), order by order.
template <typename Number>
struct LogisticSeries {
    std::vector<Number> y;
    std::vector<Number> w;

    /// The next order; `u[1 … order]` must be known, `start` is f(u[0]). Products are by component
    /// where Number is an array.
    void extend(const std::vector<Number>& u, const Number& start) {
        if (y.empty()) {
            y.push_back(start);
            w.push_back(start - start * start);
            return;
        }
        const auto j = static_cast<int>(y.size());
        Number next = u[1] * w[static_cast<std::size_t>(j - 1)];
        for (int i = 2; i <= j; ++i) {
            next += (u[static_cast<std::size_t>(i)] * static_cast<double>(i)) *
                    w[static_cast<std::size_t>(j - i)];
        }
        next = next / static_cast<double>(j);
        y.push_back(next);
        Number square = y[0] * y[static_cast<std::size_t>(j)];
        for (int i = 1; i <= j; ++i) {
            square += y[static_cast<std::size_t>(i)] * y[static_cast<std::size_t>(j - i)];
        }
        w.push_back(y.back() - square);
    }
};

}  // namespace resdyn
