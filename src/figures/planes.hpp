/// @file
/// What figures on a slice share: names of columns, axes, and room on the page.
#pragma once

#include <array>
#include <string>

#include "figures.hpp"

namespace resdyn::figures {

inline constexpr double window_margin = 0.045;  ///< room for markers on the boundary, of a side.

/// The names that the CSV gives the two coordinates: y_0, u_3, s_1.
std::array<std::string, 2> plane_columns(const Slice& slice);

/// Axis k of the slice with its name and the window, widened by `margin`.
Axis plane_axis(const Slice& slice, Index k, double margin = window_margin);

/// Size of the picture and place of its square panel, whose series stand, on one column of a page
/// (the legend below it) or on two (beside it).
void fit_plane(Figure& figure, Panel& panel, Columns columns);

}  // namespace resdyn::figures
