/// @file
/// What spectra on both clocks say: at equilibria, at a point, along a run (`resdyn spectrum`).
#pragma once

#include <resdyn/studies/spectra.hpp>

#include "account.hpp"

namespace resdyn {

/// Tables "clocks.csv", "spectrum.csv" and, where patterns were named, "routes-PATTERN.csv".
Account account_of(EquilibriumSpectra study, const ResidualSystem& system);
/// "spectrum.csv", by route; not sound where a route did not converge.
Account account_of(const PointSpectra& study, const ResidualSystem& system);
/// "spectrum.csv", by time; likewise.
Account account_of(const PathSpectra& study, const ResidualSystem& system);

}  // namespace resdyn
