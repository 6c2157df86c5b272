/// @file
/// Basins in words, as a terminal shows them.
#pragma once

#include <string>

#include <resdyn/studies/basins.hpp>

namespace resdyn {

/// The map, its boundary, shares of the cube and classes of the data, where there are any; several
/// lines.
std::string summary(const BasinStudy& study);

}  // namespace resdyn
