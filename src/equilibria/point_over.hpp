/// @file
/// The point of a face and its linearisation (ExactPoint), from numbers of any length or words.
#pragma once

#include <cstdlib>
#include <utility>
#include <vector>

#include "exact_point.hpp"
#include "numerics/word.hpp"

namespace resdyn {

/// `weights(i, j)` · 2^exponent are the weights; `values` over `denominator` > 0 the components of
/// the units `free`, strictly between the levels. Throws exact::Overflow where words do not hold
/// it.
template <typename Weights, typename Number>
ExactPoint point_over(const Weights& weights, int exponent, WholeLevels range,
                      const Pattern& pattern, const std::vector<Index>& free,
                      const std::vector<Number>& values, const Number& denominator) {
    using exact::as_integer;
    const Index n = pattern.size();
    std::vector<Number> y;
    y.reserve(static_cast<std::size_t>(n));
    std::size_t next_free = 0;
    for (Index i = 0; i < n; ++i) {
        if (pattern[i] == UnitState::Free) {
            y.push_back(values[next_free++]);
        } else {
            y.emplace_back(denominator * range.of(pattern[i]));
        }
    }
    ExactPoint point;
    point.denominator = as_integer(denominator);
    point.exponent = exponent;
    point.numerators.reserve(y.size());
    for (const Number& value : y) {
        point.numerators.emplace_back(as_integer(value));
    }
    point.rates.resize(y.size());
    for (Index i = 0; i < n; ++i) {
        if (pattern[i] == UnitState::Free) {
            continue;  // zero by construction
        }
        Number rate = 0;
        for (Index j = 0; j < n; ++j) {
            const Number& yj = y[static_cast<std::size_t>(j)];
            if (yj != 0) {
                rate += weights(i, j) * yj;
            }
        }
        point.rates[static_cast<std::size_t>(i)] = as_integer(rate);
    }
    // g_i = (y_i − a)(b − y_i), times d²; the common factor goes into the scale.
    std::vector<Number> g;
    g.reserve(values.size());
    Number common = 0;
    for (const Number& value : values) {
        g.emplace_back((value - denominator * range.low) * (denominator * range.high - value));
        common = gcd(common, g.back());  // found beside the number's type
    }
    const auto k = static_cast<Index>(free.size());
    point.block = exact::IntegerMatrix(k, k);
    for (Index i = 0; i < k; ++i) {
        const Index row = free[static_cast<std::size_t>(i)];
        const Number factor = g[static_cast<std::size_t>(i)] / common;
        for (Index j = 0; j < k; ++j) {
            const Number entry = weights(row, free[static_cast<std::size_t>(j)]) * factor;
            point.block(i, j) = as_integer(entry);
        }
    }
    const exact::Integer power = exact::Integer(1) << std::abs(exponent);
    exact::Integer up = exponent >= 0 ? power : exact::Integer(1);
    exact::Integer down = exponent >= 0 ? exact::Integer(1) : power;
    if (!values.empty()) {
        const Number square = denominator * denominator;
        up *= as_integer(common);
        down *= as_integer(square);
    }
    point.block_scale = exact::Rational(up, down);
    return point;
}

}  // namespace resdyn
