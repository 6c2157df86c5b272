/// @file
/// A phase portrait told (`resdyn portrait`).
#pragma once

#include <resdyn/studies/portrait.hpp>

#include "account.hpp"
#include "figures/figures.hpp"

namespace resdyn {

/// The tables of portrait_tables. columns: width of the figures.
Account account_of(const PortraitStudy& study, const ResidualSystem& system,
                   figures::Columns columns = figures::Columns::Two);

}  // namespace resdyn
