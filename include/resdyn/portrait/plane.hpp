/// @file
/// The phase plane of a residual system with two units: direction field, exact nullclines,
/// equilibria, trajectories. Coordinates are the residuals y in the square [a, b]².
#pragma once

#include <string>
#include <vector>

#include <resdyn/equilibria/atlas.hpp>
#include <resdyn/model/residual_system.hpp>
#include <resdyn/numerics/integrate.hpp>

namespace resdyn {

struct PortraitOptions {
    Index grid = 21;         ///< arrows a side, >= 2, placed inside the open square.
    double t_end = 40.0;     ///< length of trajectories, > 0.
    Index samples = 4000;    ///< times a trajectory is looked at, >= 2.
    double spacing = 0.004;  ///< of these points, those at least so far apart are kept, in units of
                             ///< the side of the square; >= 0.
    double rel_tol = 1e-8;
    double abs_tol = 1e-10;
    int threads = 0;
};

struct FieldArrow {
    Vector y;          ///< foot, size 2.
    Vector direction;  ///< unit vector, or zero where the field vanishes.
    double speed;      ///< |y'|₂.
};

/// A segment of y_unit' = 0. In y these are straight lines and edges of the square: exact.
struct Nullcline {
    Index unit;  ///< 0 or 1.
    bool edge;   ///< y_unit at one of its levels, where g vanishes; else a line of (Wy)_unit.
    std::string where;  ///< the equation it solves: "1 y_0 - 2 y_1 = 0", "y_0 = 0".
    Vector from;        ///< ends of the segment, size 2.
    Vector to;
};

struct PortraitTrajectory {
    std::vector<double> t;
    Matrix y;        ///< 2×samples, from the flow, integrated in u.
    Matrix layers;   ///< 2×(L+1): the layer map from the same start; may be empty.
    int label = -1;  ///< class, or −1.
    Outcome outcome = Outcome::ReachedEnd;
};

struct PhasePortrait {
    Levels range{0.0, 1.0};
    double step = 1.0;  ///< h of the layer map.
    std::vector<FieldArrow> field;
    std::vector<Nullcline> nullclines;
    Atlas atlas;
    std::vector<PortraitTrajectory> trajectories;
};

/// y' = g(y) ∘ (Wy) at options.grid² points, y1 running fastest. Throws as phase_portrait does.
std::vector<FieldArrow> direction_field(const ResidualSystem& system,
                                        const PortraitOptions& options = {});

/// The nullclines of unit 0, then of unit 1; of each the two edges, then the line
/// w_i1 y1 + w_i2 y2 = 0 clipped to the square: the coordinate in which it leaves the square is the
/// level itself, the other is right to a rounding. The line is left out where it meets the square
/// in a corner only (logistic, both weights of one sign), and where both weights are zero: then
/// y_i' = 0 everywhere. Throws as phase_portrait does.
std::vector<Nullcline> nullclines(const ResidualSystem& system);

/// The portrait of a two-unit system of bounded activation, with a trajectory from each column of
/// u0 (2×B pre-activations; B may be 0) and `layers` steps of the layer map beside it.
/// labels: B classes or empty. Throws std::invalid_argument for another dimension or activation.
PhasePortrait phase_portrait(const ResidualSystem& system, const Matrix& u0,
                             const Eigen::VectorXi& labels, Index layers,
                             const PortraitOptions& options = {});

}  // namespace resdyn
