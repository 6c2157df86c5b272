/// @file
/// Cycles of the network along the step h, by pseudo-arclength, from the flips that give birth to
/// them: period 2, 4, 8, …, with every event on the way.
///
/// A branch is a curve of solutions (u_0 … u_{p−1}, h) of the p equations of a face. Along it are
/// located, by bisection in arclength, and labelled as AUTO's users know them: PD, a multiplier at
/// −1: the period doubles; NS, a pair on the unit circle; LPC, a multiplier at 1 where the branch
/// turns; BP, one at 1 where another branch of the same period crosses (pitchforks of symmetric
/// cycles). From a PD the branch of twice the period is followed, from a BP the crossing one. The
/// equilibrium does not move with h: its PDs are h = −2/μ, exact up to rounding. Across the face
/// nothing happens: the multipliers there are e^{hpλ_i} for every cycle.
/// What it can miss: branches not connected to a flip of the face's equilibrium; two events within
/// one step that cancel; events beyond `max_period` and `max_branches`.
/// References: Yu. A. Kuznetsov, Elements of Applied Bifurcation Theory (2004), 10.2–10.3;
/// M. J. Feigenbaum, J. Stat. Phys. 19 (1978) 25–52.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include <resdyn/recurrence/map_cycle.hpp>

namespace resdyn {

enum class CycleLabel {
    Regular,
    EndPoint,        ///< of the range of h, or where the branch began: "EP".
    PeriodDoubling,  ///< "PD".
    NeimarkSacker,   ///< "NS".
    LimitPoint,      ///< "LPC".
    BranchPoint,     ///< "BP".
    NoConvergence,   ///< the corrector failed at the smallest step: "MX".
    UserValue,       ///< a value of the parameter that was asked for: "UZ".
};
/// "", "EP", "PD", "NS", "LPC", "BP", "MX", "UZ".
std::string_view to_string(CycleLabel label);

struct CycleBranchOptions {
    double from = 0.0;               ///< h in [from, to]; from >= 0.
    double to = 0.0;                 ///< > from.
    Index max_period = 64;           ///< 1 … 512.
    Index max_branches = 64;         ///< of a face; >= 1.
    Index max_points = 2000;         ///< of a branch; >= 1.
    double max_step = 0.05;          ///< of arclength a point, in u; > 0.
    std::vector<double> marks = {};  ///< values of h at which branches get a point (UZ).
};

struct CycleBranchPoint {
    double step = 0.0;  ///< h.
    Matrix u;           ///< |F|×p.
    Matrix y;           ///< N×p.
    double residual = -1.0;
    std::vector<Complex> multipliers;  ///< inside the face.
    Index outside = 0;                 ///< of them outside the unit circle.
    double amplitude = 0.0;            ///< largest range of a residual y_i over the cycle.
    CycleLabel label = CycleLabel::Regular;
};

struct CycleBranch {
    Pattern face;
    Index period = 2;
    std::optional<std::size_t> parent;  ///< the branch it left; none: the face's equilibrium.
    CycleLabel born = CycleLabel::PeriodDoubling;
    double birth = 0.0;                    ///< h at which it left.
    bool grows_upward = true;              ///< it exists above `birth` next to it (else below).
    std::vector<CycleBranchPoint> points;  ///< from its birth on.
};

/// A chain of PDs, each on the branch born at the one before.
struct DoublingCascade {
    std::vector<double> steps;   ///< h of the PDs, the equilibrium's first.
    std::vector<double> ratios;  ///< (h_k − h_{k−1})/(h_{k+1} − h_k): to 4.6692….
    double limit = 0.0;  ///< where it accumulates, from the last two and that number; 0: unknown.
};

struct CycleBranches {
    std::vector<CycleBranch> branches;      ///< by face, then in the order of their births found.
    std::vector<DoublingCascade> cascades;  ///< of at least three PDs, longest first.
    Index not_followed = 0;                 ///< births beyond max_period or max_branches.
};

/// From every flip within [from, to] of the equilibria of `faces` (patterns with an isolated
/// equilibrium; others are passed over). Throws std::invalid_argument for options.
CycleBranches follow_cycles(const ResidualSystem& system, const std::vector<Pattern>& faces,
                            const CycleBranchOptions& options, int threads = 0);

}  // namespace resdyn
