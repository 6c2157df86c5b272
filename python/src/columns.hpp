/// @file
/// The width of figures, as keyword arguments give it.
#pragma once

#include <resdyn/core/error.hpp>

#include "binding.hpp"
#include "figures/figures.hpp"

namespace resdyn::python {

/// Width of figures in columns of a page.
inline figures::Columns columns_of(int columns) {
    if (columns != 1 && columns != 2) {
        reject_argument("columns", "1 or 2", fmt::format("{}", columns));
    }
    return columns == 1 ? figures::Columns::One : figures::Columns::Two;
}

}  // namespace resdyn::python
