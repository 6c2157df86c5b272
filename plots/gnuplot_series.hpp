/// @file
/// A series as what gnuplot's `plot` draws, and text in its notation.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "figures/figure.hpp"

namespace resdyn::plots {

/// A gnuplot string in enhanced notation; double quotes, so that "\n" breaks a line. The blank
/// after an index or exponent begins an element of its own in the SVG, where readers drop it
/// ("y₂up"): it is written as a no-break space.
std::string gnuplot_string(std::string_view text);

/// Where a series stands in the CSV: columns by number, rows by range.
struct Place {
    std::string data;              ///< "'ID.csv' skip 1 every ::0::9".
    std::vector<std::size_t> use;  ///< column numbers, from 1.
};

/// The elements of the plot command for one series, from the lowest layer up.
std::vector<std::string> plot_elements(const figures::Series& series, const Place& place);

}  // namespace resdyn::plots
