/// @file
/// What runs of the flow or of the layer map say (`resdyn trajectory`).
#pragma once

#include <string>

#include <resdyn/studies/trajectories.hpp>

#include "account.hpp"

namespace resdyn {

/// `starts` and `options` as the study was given them; start: what the starts are, for people
/// ("y0"). Table "trajectory.csv"; not sound where a run left the finite numbers or its steps.
Account account_of(const TrajectoryStudy& study, Activation activation, const Matrix& starts,
                   const SimulationOptions& options, const std::string& start);

}  // namespace resdyn
