/// @file
/// Cycles of the network along the step h, or along a path of weights at a fixed step, by
/// pseudo-arclength, from the flips that give birth to them: period 2, 4, 8, …, with every event on
/// the way.
///
/// A branch is a curve of solutions (u_0 … u_{p−1}, λ) of the p equations of a face, λ the step h
/// or the path's α. Along it are located, by bisection in arclength, and labelled as AUTO's users
/// know them: PD, a multiplier at −1: the period doubles; NS, a pair on the unit circle; LPC, a
/// multiplier at 1 where the branch turns; BP, one at 1 where another branch of the same period
/// crosses (pitchforks of symmetric cycles). From a PD the branch of twice the period is followed,
/// from a BP the crossing one, to both sides unless these are images of each other.
/// Births. Along h the equilibrium does not move: its PDs are h = −2/μ, exact up to rounding. Along
/// a path they are the PDs of its diagram (bifurcation.hpp): bracketed by exact signs, exact where
/// α is rational. Everything further along a branch is in double precision, with its residual.
/// Across the face the multipliers are e^{hpλ_i} for every cycle, so that along h nothing happens
/// there; along a path all cycles of a face pass to other stability together, at the TC of its
/// equilibrium, and run off to the levels where the equilibrium leaves the face.
/// What it can miss: branches not connected to a flip of the face's equilibrium within the range;
/// cycles of a resonance p·angle = 2πq at or near an NS (an NS itself gives birth to an invariant
/// curve); two events within one step that cancel; events beyond `max_period` and `max_branches`.
/// References: Yu. A. Kuznetsov, Elements of Applied Bifurcation Theory (2004), 10.2–10.3;
/// M. J. Feigenbaum, J. Stat. Phys. 19 (1978) 25–52. Theory: doc/theory.md §5.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include <resdyn/bifurcation/bifurcation.hpp>
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
    Hopf,            ///< of an equilibrium, where a branch of the flow's cycles is born: "HB".
};
/// "", "EP", "PD", "NS", "LPC", "BP", "MX", "UZ", "HB".
std::string_view to_string(CycleLabel label);

/// How a branch of cycles ends, of the network or of the flow.
enum class CycleBranchEnd {
    Range,          ///< the parameter left its range.
    PeriodGrows,    ///< of the flow: the period passed max_growth times the first.
    Shrinks,        ///< of the flow: the cycle shrank to a point: another Hopf point.
    Merges,         ///< it came back to a cycle, or the equilibrium, of half the period: a PD.
    Grows,          ///< |u| left its bound: towards the levels.
    Family,         ///< a family of cycles at one value of the parameter: its first one only.
    PointLimit,     ///< max_points.
    NoConvergence,  ///< the corrector failed (MX).
};
/// "range", "period_grows", "shrinks", "merges", "grows", "family", "point_limit",
/// "no_convergence".
std::string_view to_string(CycleBranchEnd end);

struct CycleBranchOptions {
    double from = 0.0;               ///< h or α in [from, to]; of h: from >= 0.
    double to = 0.0;                 ///< > from.
    Index max_period = 64;           ///< 1 … 512.
    Index max_branches = 64;         ///< of a face; >= 1.
    Index max_points = 2000;         ///< of a branch; >= 1.
    double max_step = 0.05;          ///< of arclength a point, in u; > 0.
    std::vector<double> marks = {};  ///< of h or α, at which branches get a point (UZ).
};

struct CycleBranchPoint {
    double parameter = 0.0;            ///< h, or α.
    Matrix u;                          ///< |F|×p.
    Matrix y;                          ///< N×p.
    double residual = -1.0;            ///< largest mismatch of a layer, in u.
    std::vector<Complex> multipliers;  ///< inside the face.
    Index outside = 0;                 ///< of them outside the unit circle.
    Index leaving = 0;                 ///< multipliers across the face above 1, by λ_i > 0.
    double amplitude = 0.0;            ///< largest range of a residual y_i over the cycle.
    CycleLabel label = CycleLabel::Regular;
};

struct CycleBranch {
    Pattern face;
    Index period = 2;
    std::optional<std::size_t> parent;  ///< the branch it left; none: the face's equilibrium.
    CycleLabel born = CycleLabel::PeriodDoubling;
    double birth = 0.0;        ///< h or α at which it left.
    bool grows_upward = true;  ///< it exists above `birth` next to it (else below).
    CycleBranchEnd end = CycleBranchEnd::Range;
    std::vector<CycleBranchPoint> points;  ///< from its birth on.
};

/// A chain of PDs, each on the branch born at the one before.
struct DoublingCascade {
    std::vector<double> parameters;  ///< λ_k, h or α of the PDs, the equilibrium's first.
    std::vector<double> ratios;      ///< (λ_k − λ_{k−1})/(λ_{k+1} − λ_k): to 4.6692….
    std::optional<double> limit;     ///< where it accumulates, from the last two and that number.
};

struct CycleBranches {
    std::vector<CycleBranch> branches;      ///< by face, then in the order of their births found.
    std::vector<DoublingCascade> cascades;  ///< of at least three PDs, longest first.
    Index not_followed = 0;  ///< births beyond max_period or max_branches, or where none was found.
    /// Along weights: PDs of equilibria on branches that attract across their face nowhere.
    Index not_attracting = 0;
    std::optional<double> step;  ///< along weights: h of the layers. None: along h.
};

/// Along h: from every flip within [from, to] of the equilibria of `faces` (patterns with an
/// isolated equilibrium; others are passed over). Throws std::invalid_argument for options.
CycleBranches follow_cycles(const ResidualSystem& system, const std::vector<Pattern>& faces,
                            const CycleBranchOptions& options, int threads = 0);

/// Along a path of weights, at its step: from every PD within [from, to] of `diagram`, which is
/// that path's with its events of the map, on branches along which somewhere no unit leaves its
/// level.
CycleBranches follow_cycles(const ParameterPath& path, const BifurcationDiagram& diagram,
                            const CycleBranchOptions& options, int threads = 0);

}  // namespace resdyn
