/// @file
/// What basins say: a map on a plane, shares of the cube, data against attractors
/// (`resdyn basins`).
#pragma once

#include <resdyn/studies/basins.hpp>

#include "account.hpp"
#include "figures/figures.hpp"

namespace resdyn {

/// Tables "labels.csv", "sharpness.csv", and "shares.csv" and "groups.csv" where the study has
/// them. columns: width of the figures.
Account account_of(const BasinStudy& study, const ResidualSystem& system,
                   figures::Columns columns = figures::Columns::Two);

}  // namespace resdyn
