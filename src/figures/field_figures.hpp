/// @file
/// The figures of any vector field: its portrait and its basins, in the marks that those of a
/// network have.
#pragma once

#include <resdyn/portrait/field_basins.hpp>
#include <resdyn/portrait/field_portrait.hpp>

#include "figures.hpp"

namespace resdyn::figures {

/// "portrait".
Figure field_portrait_figure(const FieldPortrait& portrait, Columns columns = Columns::Two);
/// "basins".
Figure field_basin_figure(const FieldBasins& map, Columns columns = Columns::Two);

}  // namespace resdyn::figures
