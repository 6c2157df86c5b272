#include "face_system.hpp"

#include <cmath>

#include <resdyn/core/error.hpp>

namespace resdyn {

using exact::Integer;
using exact::IntegerMatrix;
using exact::Rational;

WholeLevels whole_levels(Activation activation, const char* caller) {
    require_bounded(caller, activation);
    const Levels range = levels(activation);
    return {static_cast<int>(range.low), static_cast<int>(range.high)};
}

IntegerMatrix free_block(const exact::BinaryMatrix& weights, const std::vector<Index>& free) {
    const auto n = static_cast<Index>(free.size());
    IntegerMatrix block(n, n);
    for (Index i = 0; i < n; ++i) {
        for (Index j = 0; j < n; ++j) {
            block(i, j) = weights.entries(free[static_cast<std::size_t>(i)],
                                          free[static_cast<std::size_t>(j)]);
        }
    }
    return block;
}

FaceSystem face_system(const exact::BinaryMatrix& weights, WholeLevels range,
                       const Pattern& pattern) {
    FaceSystem face;
    face.free = pattern.free_units();
    face.block = free_block(weights, face.free);
    for (const Index i : face.free) {
        Integer sum = 0;
        for (Index j = 0; j < pattern.size(); ++j) {
            if (pattern[j] != UnitState::Free) {
                sum -= weights.entries(i, j) * range.of(pattern[j]);
            }
        }
        face.load.push_back(std::move(sum));
    }
    return face;
}

bool is_inside(const exact::Solution& solution, WholeLevels range) {
    for (const Integer& value : solution.numerators) {
        if (value <= range.low * solution.determinant ||
            value >= range.high * solution.determinant) {
            return false;
        }
    }
    return true;
}

ExactPoint point_on_face(const exact::BinaryMatrix& weights, WholeLevels range,
                         const Pattern& pattern, const FaceSystem& face,
                         const std::vector<Integer>& values, const Integer& denominator) {
    ExactPoint point;
    point.denominator = denominator;
    point.exponent = weights.exponent;
    std::size_t next_free = 0;
    for (Index i = 0; i < pattern.size(); ++i) {
        if (pattern[i] == UnitState::Free) {
            point.numerators.push_back(values[next_free++]);
        } else {
            point.numerators.emplace_back(denominator * range.of(pattern[i]));
        }
    }
    point.rates.resize(point.numerators.size());
    for (Index i = 0; i < pattern.size(); ++i) {
        if (pattern[i] == UnitState::Free) {
            continue;  // zero by construction
        }
        Integer& rate = point.rates[static_cast<std::size_t>(i)];
        for (Index j = 0; j < pattern.size(); ++j) {
            const Integer& y = point.numerators[static_cast<std::size_t>(j)];
            if (y != 0) {
                rate += weights.entries(i, j) * y;
            }
        }
    }
    // g_i = (y_i − a)(b − y_i), times d²; the common factor goes into the scale.
    std::vector<Integer> g;
    Integer common = 0;
    for (const Integer& value : values) {
        g.emplace_back((value - range.low * denominator) * (range.high * denominator - value));
        common = gcd(common, g.back());
    }
    point.block = face.block;
    for (Index i = 0; i < point.block.rows(); ++i) {
        const Integer factor = g[static_cast<std::size_t>(i)] / common;
        for (Index j = 0; j < point.block.cols(); ++j) {
            point.block(i, j) *= factor;
        }
    }
    const Integer power = Integer(1) << std::abs(weights.exponent);
    point.block_scale = weights.exponent >= 0 ? Rational(power) : Rational(Integer(1), power);
    if (!values.empty()) {
        point.block_scale *= Rational(common, Integer(denominator * denominator));
    }
    return point;
}

exact::Solution over_common_denominator(const std::vector<Rational>& values) {
    exact::Solution solution;
    solution.determinant = 1;
    for (const Rational& value : values) {
        solution.determinant = lcm(solution.determinant, denominator(value));
    }
    for (const Rational& value : values) {
        solution.numerators.push_back(numerator(value) *
                                      (solution.determinant / denominator(value)));
    }
    return solution;
}

}  // namespace resdyn
