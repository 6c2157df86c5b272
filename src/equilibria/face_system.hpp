/// @file
/// The linear system of one face in integers, W_FF y_F = −W_FS y_S, and the point it leads to: the
/// arithmetic that every exact decision about a pattern starts from.
#pragma once

#include <vector>

#include <resdyn/equilibria/exact_point.hpp>

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

/// Eigenvalues of the free block in double, overruled by its exact counts: a real part that is
/// proved zero is zero, a spectrum that is proved real is real. In no particular order.
std::vector<Complex> free_eigenvalues(const ExactPoint& point, const SpectralCounts& counts);

/// Rationals over one common denominator > 0.
exact::Solution over_common_denominator(const std::vector<exact::Rational>& values);

}  // namespace resdyn
