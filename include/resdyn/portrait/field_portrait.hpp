/// @file
/// The phase portrait of any vector field x' = f(x) in a box, on the plane of two coordinates, the
/// others held: direction field, nullclines, equilibria with their eigenvectors, separatrices,
/// limit cycles, trajectories. phase_portrait.hpp draws the same of a network, with what is exact
/// and complete there.
///
/// The plane is a Slice of kind Units whose coordinate is x. Where the flow leaves it
/// (leakage > 0) the field is the velocity's component in it, trajectories are projections, and
/// eigenvectors, separatrices and cycles are left out.
///
/// Method: nullclines by marching squares with bisection (nullclines.hpp); equilibria by Newton's
/// method with deflation from starts in the box (settling/root_search.hpp), types by the
/// eigenvalues of the Jacobian in double arithmetic; separatrices by integration from a step along
/// the eigenvector (separatrix.hpp, whose lengths are shares of the box's shortest side here),
/// until they leave the box; cycles by runs that return, forward and backward, refined by shooting
/// (numerics/periodic_orbit.hpp). What it can miss: equilibria that no start finds, cycles that no
/// run comes to, everything outside the box. Nothing is proved, and no list claims to be complete.
/// Reference: Guckenheimer, Holmes, Nonlinear Oscillations (1983), chapter 1.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include <resdyn/portrait/phase_portrait.hpp>
#include <resdyn/settling/root_search.hpp>

namespace resdyn {

/// The plane of coordinates i ≠ j, the others held at `held` (size n; entries i and j unread), its
/// window the box's sides. names: of the two, for axes; empty: "x_i". Throws std::invalid_argument
/// for wrong indices, sizes, a box that is not finite with lower < upper, or held values outside
/// it.
Slice field_slice(const VectorField& field, const Box& box, Index i, Index j, const Vector& held,
                  const std::array<std::string, 2>& names = {});

struct FieldPortraitOptions {
    Index grid = 21;         ///< arrows a side, >= 2.
    Index trace_grid = 160;  ///< cells a side for nullclines, >= 8.
    double t_end = 40.0;     ///< length of trajectories, > 0.
    Index samples = 1000;    ///< times a trajectory is looked at, >= 2.
    double spacing = 0.004;  ///< of these points, those at least so far apart are kept, in units
                             ///< of the window's longer side; >= 0.
    double rel_tol = 1e-8;   ///< of trajectories, > 0.
    double abs_tol = 1e-10;  ///< likewise, in the units of x.
    double on_slice_tol = 1e-9;  ///< distance up to which an equilibrium lies on the plane, > 0.
    double cycle_time =
        100.0;  ///< of the runs that look for limit cycles, >= 0; 0: none is sought.
    RootSearchOptions roots = {};  ///< its threads are those below.
    SeparatrixOptions separatrix = {};
    int threads = 0;
};

/// An equilibrium whose place is in the window.
struct FieldEquilibrium {
    Index root = 0;         ///< which of the roots, from 0: its name.
    Vector at;              ///< size 2.
    double distance = 0.0;  ///< from the plane, ‖·‖₂; above on_slice_tol it is a projection.
};

/// A stable or unstable manifold of dimension one.
struct FieldCurve {
    CurveKind kind = CurveKind::Unstable;
    Index from = 0;  ///< the root.
    double eigenvalue = 0.0;
    Vector direction;               ///< size n, unit length.
    Matrix x;                       ///< n×m from the root on; a stable one runs against time.
    Matrix s;                       ///< 2×m, on the plane.
    std::optional<Index> end;       ///< the root that it ends at.
    double end_distance = -1.0;     ///< |x − x*|_inf there.
    CurveCut cut = CurveCut::None;  ///< why it was cut; None where there is an `end`.
    bool left_box = false;
};

struct FieldPortrait {
    Slice slice;
    Box box;
    std::vector<FieldArrow> field;
    std::vector<Nullcline> nullclines;
    RootSearchResult roots;  ///< of the box.
    std::vector<FieldEquilibrium> equilibria;
    std::vector<EigenDirection> eigenvectors;
    std::vector<FieldCurve> curves;
    std::vector<LimitCycle> cycles;
    std::vector<PortraitTrajectory> trajectories;  ///< without layers.
    std::vector<std::string> notes;                ///< what is not shown, and why.
};

/// The portrait on `slice`, with a trajectory from each column of `starts` (n×B; B may be 0).
/// Throws std::invalid_argument for options or sizes that are wrong.
FieldPortrait field_portrait(const VectorField& field, const Box& box, const Slice& slice,
                             const Matrix& starts, const FieldPortraitOptions& options = {});

/// `count` starts spread evenly over the window, n×count.
Matrix spread_starts(const Slice& slice, Index count);

}  // namespace resdyn
