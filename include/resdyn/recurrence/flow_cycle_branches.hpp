/// @file
/// Cycles of the flow along a path of weights, by pseudo-arclength, from the Hopf points that give
/// birth to them.
///
/// On the face of a Hopf point a branch is a curve of solutions (x_0 … x_{m−1}, T, α) of multiple
/// shooting: each of m segments of length T/m ends where the next begins, and the first point lies
/// on a hyperplane through the mean of all (phase). Derivatives, that by α among them, come from
/// the variational equations. Along the branch are located, by bisection in arclength, and labelled
/// as AUTO's users know them: LPC, where it turns; PD, a Floquet multiplier at −1; NS, a pair on
/// the circle; BP, where another branch crosses. A period that grows beyond a multiple of the first
/// ends the branch and is said: it may be on its way to a saddle. Across the face a cycle has the
/// rates of the face's equilibrium, which change sign at its TC.
/// What it can miss: branches that no Hopf point in the range begins; two events within one step
/// that cancel. From PD and BP no further branch is followed.
/// References: R. Seydel, Practical Bifurcation and Stability Analysis (2010), ch. 7;
/// Yu. A. Kuznetsov, Elements of Applied Bifurcation Theory (2004), 10.2.
#pragma once

#include <string>
#include <vector>

#include <resdyn/bifurcation/bifurcation.hpp>
#include <resdyn/recurrence/cycle_branches.hpp>

namespace resdyn {

struct FlowCycleOptions {
    double from = 0.0;       ///< α in [from, to].
    double to = 1.0;         ///< > from.
    Index max_points = 400;  ///< of a branch, >= 1.
    double max_step = 0.2;   ///< of arclength a point, a coordinate; > 0.
    double max_growth =
        50.0;                 ///< of the period, over the one at birth: the branch ends there; > 1.
    Index max_branches = 32;  ///< Hopf points followed, >= 1.
    std::vector<double> marks = {};  ///< values of α at which branches get a point (UZ).
};

struct FlowCyclePoint {
    double alpha = 0.0;
    double period = 0.0;
    Matrix u;                          ///< |F|×m: starts of the segments.
    Vector low;                        ///< of y over the segments' points, N,
    Vector high;                       ///< likewise.
    double residual = -1.0;            ///< largest mismatch, in u.
    std::vector<Complex> multipliers;  ///< Floquet, |F|, the trivial one among them.
    double trivial_error = -1.0;       ///< its distance to 1.
    Index outside = 0;                 ///< of the others outside the unit circle.
    CycleLabel label = CycleLabel::Regular;
};

enum class FlowBranchEnd {
    Range,          ///< α left its range.
    PeriodGrows,    ///< the period passed max_growth times the first.
    Shrinks,        ///< the cycle shrank to a point: another Hopf point.
    Grows,          ///< |u| left its bound: towards the levels.
    PointLimit,     ///< max_points.
    NoConvergence,  ///< the corrector failed (MX).
};
/// "range", "period_grows", "shrinks", "grows", "point_limit", "no_convergence".
std::string_view to_string(FlowBranchEnd end);

struct FlowCycleBranch {
    Pattern face;
    double birth = 0.0;      ///< α of the Hopf point.
    double frequency = 0.0;  ///< ω there.
    FlowBranchEnd end = FlowBranchEnd::Range;
    std::vector<FlowCyclePoint> points;  ///< from the birth on.
};

struct FlowCycleBranches {
    std::vector<FlowCycleBranch> branches;  ///< in the order of the events.
    Index not_followed = 0;  ///< Hopf points that are degenerate, or beyond max_branches.
};

/// From every non-degenerate HB of `events`. Throws std::invalid_argument for options.
FlowCycleBranches follow_flow_cycles(const ParameterPath& path,
                                     const std::vector<Bifurcation>& events,
                                     const FlowCycleOptions& options, int threads = 0);

}  // namespace resdyn
