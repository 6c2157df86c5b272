/// @file
/// The stays of a run near the vertices of the cube: which it visits, in which order, how long.
///
/// Method: a stay is a maximal time in one orthant of u_F, since y_i is nearer to its upper level
/// where u_i > 0; on a heteroclinic cycle stays lengthen geometrically (J. Hofbauer, K. Sigmund,
/// Evolutionary Games and Population Dynamics (1998), ch. 17). What it can miss: stays shorter than
/// the distance of the run's samples.
#pragma once

#include <vector>

#include <resdyn/equilibria/face_flow.hpp>
#include <resdyn/numerics/integrate.hpp>

namespace resdyn {

/// A stay in one orthant of u_F (all signs constant), named by the vertex it lies at.
struct Dwell {
    Pattern vertex;      ///< of the whole system; the face's saturated units as they are.
    double start = 0.0;  ///< time of entry: when a u_i changed sign, interpolated linearly.
    double duration = 0.0;
};

/// Complete stays in the order of the run: the first and last, cut by its ends, are left out.
/// `run`: states of `flow`, every step.
std::vector<Dwell> dwells(const FaceFlow& flow, const Trajectory& run);

/// The last `length` stays repeat the ones before them, vertex by vertex: the motion goes round.
bool repeats(const std::vector<Dwell>& stays, std::size_t length);

}  // namespace resdyn
