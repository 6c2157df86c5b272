/// @file
/// What the search for cycles says (`resdyn cycles`).
#pragma once

#include <resdyn/studies/cycles.hpp>

#include "account.hpp"

namespace resdyn {

/// Tables: cycle_results.hpp. Not sound where a measured mean lies beyond its bound.
Account account_of(const CycleStudy& study, const ResidualSystem& system);

}  // namespace resdyn
