/// @file
/// Spectra in words, as a terminal shows them; several lines each.
#pragma once

#include <string>

#include <resdyn/studies/spectra.hpp>

namespace resdyn {

/// Both clocks of each equilibrium; `step`: h of the layer map.
std::string summary(const EquilibriumSpectra& study, double step);
/// Every route at a point.
std::string summary(const PointSpectra& study);
/// Along a trajectory.
std::string summary(const PathSpectra& study);

}  // namespace resdyn
