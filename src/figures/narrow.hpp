/// @file
/// The same figure for a narrow page: a telephone, or one column of print.
#pragma once

#include "figure.hpp"

namespace resdyn::figures {

inline constexpr Index narrow_width = 430;  ///< px, at which its text is read without enlarging.

/// The panels under each other instead of beside (images: up to three beside each other), each as
/// wide as the page, legends above or below instead of beside. The series, and so the numbers of
/// the CSV, are those of `figure`.
Figure narrowed(const Figure& figure);

}  // namespace resdyn::figures
