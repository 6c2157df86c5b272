/// @file
/// A figure as a gnuplot script.
///
/// 860 px of a figure are 170 mm of a PDF, the width of two columns of a journal; 430 px are one.
/// Its text of 14 px is then 8 pt. A PNG has two pixels (300 dpi) for each of the figure's.
#pragma once

#include <string>

#include "figures/figure.hpp"

namespace resdyn::plots {

/// A gnuplot script, complete in itself, that reads ID.csv and writes ID.svg beside it, or ID.pdf,
/// ID.png where its variable `format` says so. picture: the name of what it writes, if not ID.
std::string gnuplot_script(const figures::Figure& figure, const std::string& picture = {});

}  // namespace resdyn::plots
