/// @file
/// Trajectories in words, as a terminal shows them.
#pragma once

#include <string>

#include <resdyn/studies/trajectories.hpp>

namespace resdyn {

/// Where each run ended and what it took, two lines a run; `settle_tol` as the runs had it.
std::string summary(const TrajectoryStudy& study, double settle_tol);

}  // namespace resdyn
