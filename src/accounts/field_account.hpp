/// @file
/// The portrait and the basins of any vector field told (the Python module's `field_portrait` and
/// `field_basins`).
#pragma once

#include <resdyn/portrait/field_basins.hpp>
#include <resdyn/portrait/field_portrait.hpp>

#include "account.hpp"
#include "figures/figures.hpp"

namespace resdyn {

/// The tables of field_tables. columns: width of the figures.
Account account_of(const FieldPortrait& portrait, figures::Columns columns = figures::Columns::Two);
Account account_of(const FieldBasins& map, figures::Columns columns = figures::Columns::Two);

}  // namespace resdyn
