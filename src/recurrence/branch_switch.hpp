/// @file
/// Branches of cycles: the first point of one that leaves a known point in a known direction, and
/// the names of events along it.
#pragma once

#include <optional>

#include <resdyn/recurrence/cycle_branches.hpp>

#include "bifurcation/arclength.hpp"

namespace resdyn {

/// Newton on F(z) = 0 and t·(z − start) = amplitude from start + amplitude t, |t| = 1; nothing
/// where it does not come to |F|_inf <= residual_tol.
std::optional<Vector> switched(const ContinuationProblem& problem, const Vector& start,
                               const Vector& direction, double amplitude, double residual_tol);

/// As a run along a curve calls it.
CycleLabel label_of(ContinuationLabel label);

}  // namespace resdyn
