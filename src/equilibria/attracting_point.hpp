/// @file
/// The point by which a face can attract (attracting_face.hpp), exactly.
#pragma once

#include <optional>

#include "exact_point.hpp"

namespace resdyn {

struct AttractingPoint {
    ExactPoint point;
    Index dimension = 0;  ///< of the face's solutions: 0 where the point is the only one.
};

/// A point of the open face with W_FF y_F = −W_FS y_S and no saturated unit that leaves its level;
/// empty if there is none.
std::optional<AttractingPoint> attracting_point(const exact::BinaryMatrix& weights,
                                                WholeLevels range, const Pattern& pattern);

}  // namespace resdyn
