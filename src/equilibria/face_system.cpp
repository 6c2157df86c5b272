#include "face_system.hpp"

#include <utility>

#include <resdyn/core/error.hpp>

#include "point_over.hpp"

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
    return point_over(weights.entries, weights.exponent, range, pattern, face.free, values,
                      denominator);
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

std::vector<exact::HalfSpace> half_spaces(const exact::BinaryMatrix& weights, WholeLevels range,
                                          const Pattern& pattern, const std::vector<Index>& free) {
    std::vector<exact::HalfSpace> result;
    for (Index i = 0; i < pattern.size(); ++i) {
        if (pattern[i] == UnitState::Free) {
            continue;
        }
        const int sign = asked_sign(pattern[i]);
        exact::HalfSpace half;
        for (const Index j : free) {
            half.normal.emplace_back(weights.entries(i, j) * sign);
        }
        for (Index j = 0; j < pattern.size(); ++j) {
            if (pattern[j] != UnitState::Free) {
                half.offset += weights.entries(i, j) * (range.of(pattern[j]) * sign);
            }
        }
        result.push_back(std::move(half));
    }
    return result;
}

}  // namespace resdyn
