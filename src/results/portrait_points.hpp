/// @file
/// Portraits as JSON with the points of what they hold, for pages that draw them (the explorer, the
/// live portrait of a report). results.json does without points; they stand in CSV there.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <vector>

#include <resdyn/portrait/phase_portrait.hpp>

namespace resdyn {

/// A row of numbers for each row of the matrix, [[…], …].
nlohmann::ordered_json json_rows(const Matrix& matrix);

/// [s_0, s_1, direction_0, direction_1, speed] of each arrow.
nlohmann::ordered_json to_json(const std::vector<FieldArrow>& field);

/// kind, from, end (null: none), eigenvalue, points: a row a coordinate of `points`.
nlohmann::ordered_json curve_with_points(const InvariantCurve& curve, const Matrix& points);

/// The portrait as results.json says it, with a member `drawn`: outline, field, nullclines,
/// continua, eigenvectors [s_0, s_1, direction_0, direction_1, eigenvalue], curves and cycles, with
/// their points in the coordinates of the slice. Trajectories are left out.
nlohmann::ordered_json portrait_with_points(const PhasePortrait& portrait);

}  // namespace resdyn
