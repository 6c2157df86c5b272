/// @file
/// The parts of a portrait that need no network: of the space of states only a velocity, and which
/// points belong to it. Portraits of networks and of any vector field are put together from them.
#pragma once

#include <functional>
#include <vector>

#include <resdyn/portrait/phase_portrait.hpp>

namespace resdyn {

struct PlaneSpace {
    std::function<Vector(const Vector&)> velocity;  ///< at a point of the space.
    std::function<bool(const Vector&)> contains;
};

/// The plane of coordinates i and j, the others held; without window, names and leakage.
Slice coordinate_plane(Index i, Index j, const Vector& held);

/// Largest share of the speed that points out of the plane, on a grid of its window.
double leakage(const Slice& slice, const PlaneSpace& space);

/// The field at grid² points of the window, those that the space contains, the first coordinate
/// running fastest.
std::vector<FieldArrow> arrows(const Slice& slice, const PlaneSpace& space, Index grid);

/// Real eigenvectors of Bᵀ J B, B the basis of the plane, at its point `at`.
std::vector<EigenDirection> eigen_directions(const Slice& slice, const Vector& at, const Matrix& J);

/// s lies in the window, up to rounding.
bool in_window(const Slice& slice, const Vector& s);

/// How the run of a flow is drawn.
struct PathOptions {
    double t_end = 40.0;
    Index samples = 4000;    ///< times at which it is looked at, >= 2.
    double spacing = 0.004;  ///< of the window's longer side, between points kept.
    double rel_tol = 1e-8;
    double abs_tol = 1e-10;
};

/// The run from `start`, thinned; state: where a state of the flow is in the space.
PortraitTrajectory flow_path(const VectorField& flow, const Slice& slice, const Vector& start,
                             const std::function<Vector(const Vector&)>& state,
                             const PathOptions& options);

/// Point k of those spread evenly over the window, in the coordinates of the slice: the additive
/// recurrence of the plastic number (M. Roberts, 2018).
Vector spread_point(const Slice& slice, Index k);

}  // namespace resdyn
