/// @file
/// A phase portrait on a slice: direction field, nullclines, equilibria with their eigenvectors,
/// separatrices, invariant rays, trajectories of the flow and the layers of the network beside
/// them.
///
/// Everything is in the coordinates s of the slice. Where the flow leaves the slice (leakage > 0)
/// the field is the velocity's component in it, trajectories are projections, and separatrices are
/// left out.
///
/// Method: the field by its formula on a grid; equilibria from the complete atlas for N up to
/// complete_up_to, else those that are handed in; eigenvectors of the Jacobian restricted to the
/// slice, at hyperbolic equilibria with real eigenvalues; trajectories by Dormand–Prince in u (or
/// x), thinned to `spacing`, so that a turn shorter than that is cut. What it can miss: equilibria
/// on a slice when N > complete_up_to (`complete` is false then), continua of dimension two, motion
/// after t_end. `notes` say what was left out of this portrait. Reference: Guckenheimer, Holmes,
/// Nonlinear Oscillations (1983), chapter 1.
#pragma once

#include <string>
#include <vector>

#include <resdyn/atlas/atlas.hpp>
#include <resdyn/numerics/integrate.hpp>
#include <resdyn/portrait/layer_cycles.hpp>
#include <resdyn/portrait/limit_cycles.hpp>
#include <resdyn/portrait/nullclines.hpp>
#include <resdyn/portrait/separatrix.hpp>

namespace resdyn {

struct PortraitOptions {
    Index grid = 21;         ///< arrows a side, >= 2, placed inside the window.
    Index trace_grid = 160;  ///< cells a side for nullclines that are traced, >= 8.
    double t_end = 40.0;     ///< length of trajectories, > 0.
    Index samples = 0;       ///< times a trajectory is looked at, >= 2; 0: 4000, of more than 64
                             ///< units 500.
    double spacing = 0.004;  ///< of these points, those at least so far apart are kept, in units of
                             ///< the window's longer side; >= 0.
    double rel_tol = 1e-8;
    double abs_tol = 1e-10;
    Index complete_up_to = 10;   ///< every equilibrium is sought for N up to this; 0 … 12.
    double on_slice_tol = 1e-9;  ///< distance from the slice up to which a point lies on it, > 0.
    SeparatrixOptions separatrix = {};
    int threads = 0;
};

struct FieldArrow {
    Vector s;          ///< middle, size 2.
    Vector direction;  ///< unit vector in the slice, or zero where the field vanishes.
    double speed;      ///< |component of the velocity in the slice|₂.
};

struct PortraitEquilibrium {
    Equilibrium equilibrium;
    Vector at;              ///< size 2.
    double distance = 0.0;  ///< from the slice, ‖·‖₂; above on_slice_tol it is a projection.
};

/// A real eigenvector in the slice, at a hyperbolic equilibrium on it.
struct EigenDirection {
    Vector at;         ///< size 2.
    Vector direction;  ///< unit vector, size 2.
    double eigenvalue;
};

/// A separatrix or ray as it lies on the slice.
struct PortraitCurve {
    InvariantCurve curve;
    Matrix s;  ///< 2×m.
};

/// A one-dimensional continuum of equilibria on the slice.
struct PortraitContinuum {
    Pattern pattern;
    Matrix ends;  ///< 2×2.
};

struct PortraitTrajectory {
    std::vector<double> t;
    Matrix s;        ///< 2×samples, from the flow, integrated in u (or x).
    Matrix layers;   ///< 2×(L+1): the layer map from the same start; may be empty.
    int label = -1;  ///< class, or −1.
    Outcome outcome = Outcome::ReachedEnd;
};

struct PhasePortrait {
    Slice slice;
    Activation activation = Activation::Logistic;
    double step = 1.0;  ///< h of the layer map.
    Matrix W;           ///< the residual matrix.
    Matrix outline;     ///< 2×k, corners of the part inside the cube.
    std::vector<FieldArrow> field;
    std::vector<Nullcline> nullclines;
    std::vector<PortraitEquilibrium> equilibria;
    bool complete = false;  ///< every equilibrium on the slice is shown.
    std::vector<PortraitContinuum> continua;
    std::vector<EigenDirection> eigenvectors;
    std::vector<PortraitCurve> curves;
    std::vector<LimitCycle> cycles;  ///< that runs from the trajectories' starts come to.
    std::vector<PortraitTrajectory> trajectories;
    std::vector<LayerCycle> layer_cycles;  ///< of the network; for who draws two units to add.
    std::vector<std::string> notes;        ///< what is not shown, and why.
};

/// The field at options.grid² points of the window (those inside the cube), the first coordinate
/// running fastest. Throws as phase_portrait does.
std::vector<FieldArrow> direction_field(const StateSpace& space, const Slice& slice,
                                        const PortraitOptions& options = {});

/// The portrait on `slice`, with a trajectory from each column of `starts` (n×B pre-activations u,
/// or x where the space is x; B may be 0) and `layers` steps of the layer map beside it. labels: B
/// classes or empty. `known`: equilibria to show where N is beyond options.complete_up_to.
/// Throws std::invalid_argument for options or sizes that are wrong.
PhasePortrait phase_portrait(const StateSpace& space, const Slice& slice, const Matrix& starts,
                             const Eigen::VectorXi& labels, Index layers,
                             const PortraitOptions& options = {},
                             const std::vector<Equilibrium>& known = {});

/// The portrait of a two-unit system in y. Throws std::invalid_argument for another dimension or an
/// unbounded activation.
PhasePortrait phase_portrait(const ResidualSystem& system, const Matrix& u0,
                             const Eigen::VectorXi& labels, Index layers,
                             const PortraitOptions& options = {});

/// The points of the plane that the trajectories start from, 2×B: where limit_cycles and
/// layer_cycles start.
Matrix first_points(const PhasePortrait& portrait);

/// `count` starts spread evenly over the part of the slice inside the cube, in the trajectories'
/// own variable (u, or x), n×(at most count). Method: the additive recurrence of the plastic
/// number (M. Roberts, 2018), points outside the outline left out.
Matrix spread_starts(const StateSpace& space, const Slice& slice, Index count);

}  // namespace resdyn
