/// @file
/// Cycles of the flow along a path of weights, by pseudo-arclength, from the Hopf points that give
/// birth to them.
///
/// On the face of a Hopf point a branch is a curve of solutions (x_0 … x_{m−1}, T, α) of multiple
/// shooting: each of m segments of length T/m ends where the next begins, and their phase is that
/// of the point before, Σ_k v_k·(x_k − r_k) = 0, v_k the velocity at its points r_k. Derivatives,
/// that by α among them, come from the variational equations. Along the branch are located, by
/// bisection in arclength, and labelled as AUTO's users know them: LPC, where it turns; PD, a
/// Floquet multiplier at −1; NS, a pair on the circle; BP, where another branch crosses. A period
/// that grows beyond a multiple of the first ends the branch and is said: it may be on its way to a
/// saddle. Across the face a cycle has the rates of the face's equilibrium, which change sign at
/// its TC. From a PD the branch of cycles that go round twice is followed (from the splitting of
/// the points along the eigenvector), until it merges with its parent again; from a BP the crossing
/// branch (from the plane of both tangents), to both sides unless these are images of each other;
/// and so on from the events of these. What it can miss: branches that are not connected to a Hopf
/// point in the range; two events within one step that cancel; what lies beyond `max_turns` and
/// `max_connected`. References: R. Seydel, Practical Bifurcation and Stability Analysis (2010), ch.
/// 7; Yu. A. Kuznetsov, Elements of Applied Bifurcation Theory (2004), 10.2.
#pragma once

#include <optional>
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
    Index max_turns = 4;      ///< of doubled cycles: turns of the cycle born at HB; 1 … 64.
    Index max_connected = 4;  ///< branches from one Hopf point, >= 1.
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
    double trivial_error = -1.0;  ///< largest |Φv − v'|/|v'| of a segment's derivative Φ from the
                                  ///< velocity v where it begins to v' where it ends.
    Index outside = 0;  ///< of the others outside the unit circle.
    CycleLabel label = CycleLabel::Regular;
};

struct FlowCycleBranch {
    Pattern face;
    std::optional<std::size_t> parent;   ///< the branch it left; none: the face's equilibrium.
    CycleLabel born = CycleLabel::Hopf;  ///< or PeriodDoubling, BranchPoint.
    Index turns = 1;         ///< of the cycle born at HB: 2, 4, … after as many doublings.
    double birth = 0.0;      ///< α at which it left.
    double frequency = 0.0;  ///< ω = 2π/T there.
    CycleBranchEnd end = CycleBranchEnd::Range;
    std::vector<FlowCyclePoint> points;  ///< from the birth on.
};

struct FlowCycleBranches {
    std::vector<FlowCycleBranch> branches;  ///< in the order of the Hopf points, then as found.
    /// Hopf points that are degenerate or beyond max_branches, PDs and BPs beyond max_turns or
    /// max_connected, and births beside which no cycle was found.
    Index not_followed = 0;
};

/// From every non-degenerate HB of `events`. Throws std::invalid_argument for options.
FlowCycleBranches follow_flow_cycles(const ParameterPath& path,
                                     const std::vector<Bifurcation>& events,
                                     const FlowCycleOptions& options, int threads = 0);

}  // namespace resdyn
