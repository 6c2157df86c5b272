/// @file
/// The linear system of one face in integers, W_FF y_F = −W_FS y_S, and the point it leads to: the
/// arithmetic that every exact decision about a pattern starts from.
#pragma once

#include <vector>

#include "exact_point.hpp"
#include "numerics/exact_half_spaces.hpp"

namespace resdyn {

/// Rows and columns of the free units, in units of 2^(weights.exponent).
struct FaceSystem {
    std::vector<Index> free;
    exact::IntegerMatrix block;        ///< W_FF; |F|×|F|.
    std::vector<exact::Integer> load;  ///< −W_FS y_S; |F|.
};

exact::IntegerMatrix free_block(const exact::BinaryMatrix& weights, const std::vector<Index>& free);
FaceSystem face_system(const exact::BinaryMatrix& weights, WholeLevels range,
                       const Pattern& pattern);

/// Does every free component lie strictly between the levels?
bool is_inside(const exact::Solution& solution, WholeLevels range);

/// The whole point and its linearisation; `values` over `denominator` > 0 are the free components,
/// strictly between the levels.
ExactPoint point_on_face(const exact::BinaryMatrix& weights, WholeLevels range,
                         const Pattern& pattern, const FaceSystem& face,
                         const std::vector<exact::Integer>& values,
                         const exact::Integer& denominator);

/// Rationals over one common denominator > 0.
exact::Solution over_common_denominator(const std::vector<exact::Rational>& values);

/// +1 where the variational inequality asks (Wy)_i ≥ 0 of a saturated unit, −1 where it asks ≤ 0.
inline int asked_sign(UnitState state) {
    return state == UnitState::High ? 1 : -1;
}
/// What the saturated units ask, in the free components.
std::vector<exact::HalfSpace> half_spaces(const exact::BinaryMatrix& weights, WholeLevels range,
                                          const Pattern& pattern, const std::vector<Index>& free);

}  // namespace resdyn
