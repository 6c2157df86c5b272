/// @file
/// The search for limit cycles of a flow of two variables, by runs that return to themselves: what
/// limit_cycles.hpp does for planes of networks, for any flow whose states have a place on a plane.
#pragma once

#include <functional>
#include <vector>

#include <resdyn/numerics/vector_field.hpp>
#include <resdyn/portrait/limit_cycles.hpp>

namespace resdyn {

struct CyclePlane {
    std::function<Vector(const Vector&)> place;  ///< of a state on the plane, size 2.
    std::function<double(const Vector&)> speed;  ///< with which that place moves.
};

struct CycleRuns {
    double near = 1e-3;        ///< a run this near a known orbit, on the plane, is on it.
    double rest_speed = 1e-6;  ///< slower runs are not followed to a return.
    double look_time = 200.0;  ///< of the run that says whether to look on; its transient again
                               ///< is half of it, the search as long.
    Index most = 6;            ///< runs that are followed to a return.
    std::function<bool(const Vector&)> is_near = {};  ///< states to follow; empty: all.
};

/// Adds the cycles that runs from `starts` come to and that are not yet in the list. `flow` runs
/// forward (sign 1) or backward (−1).
void add_cycles(const VectorField& flow, double sign, const CyclePlane& plane,
                const std::vector<Vector>& starts, const CycleRuns& runs,
                std::vector<LimitCycle>& cycles);

}  // namespace resdyn
