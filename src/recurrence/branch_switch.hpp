/// @file
/// Branches of cycles: the first point of one that leaves a known point in a known direction, and
/// the names of events along it.
#pragma once

#include <optional>
#include <vector>

#include <resdyn/recurrence/cycle_branches.hpp>

#include "bifurcation/arclength.hpp"

namespace resdyn {

/// Newton on F(z) = 0 and t·(z − start) = amplitude from start + amplitude t, |t| = 1; nothing
/// where it does not come to |F|_inf <= residual_tol.
std::optional<Vector> switched(const ContinuationProblem& problem, const Vector& start,
                               const Vector& direction, double amplitude, double residual_tol);

/// At a point where the Jacobian by all coordinates but the last, the parameter, is singular:
/// another branch crosses there, and the curve does not turn. `jacobian`: n×(n+1).
bool is_crossed(const Matrix& jacobian);

/// The direction in which a cycle splits: δ_n of each of its points (n×p), along the eigenvector of
/// its multiplier nearest `multiplier` (real), |δ|_inf = 1 at the largest. `pieces`: derivatives of
/// the way from each point to the next, p of them.
Matrix splitting_direction(const std::vector<Matrix>& pieces, double multiplier);

/// What tells a cycle from one of half its period: u_n − u_{n + p/2}, n < p/2.
Matrix half_round_apart(const Matrix& points);

/// A run from one cycle to the other does not pass through one of half the period, nor come nearer
/// to it than `least`, |·|_inf of what tells them apart.
bool stays_apart(const Matrix& from, const Matrix& to, double least);

/// As a run along a curve calls it.
CycleLabel label_of(ContinuationLabel label);

/// Which event the multiplier next to the unit circle makes there.
ContinuationLabel event_on_circle(const std::vector<Complex>& multipliers);

/// The point as the curve has it, the parameter last.
Vector flat(const ContinuationPoint& point);

}  // namespace resdyn
