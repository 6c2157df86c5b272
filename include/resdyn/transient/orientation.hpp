/// @file
/// Could the layers be the time-h map of a flow? The Jacobian of a flow's map has a positive
/// determinant everywhere (Liouville: det = exp ∫ div > 0); a layer has
///
///     det(I + h A D W),  D = diag f'(W x + b).
///
/// Where that is negative the layer turns orientation over and is no flow, however small the data
/// make it look: so can a bare 2-D network take apart what trajectories in the plane, which cannot
/// cross, never could. A positive determinant at the states met proves nothing: it is only not
/// forbidden there.
#pragma once

#include <string>

#include <resdyn/model/residual_network.hpp>

namespace resdyn {

struct Orientation {
    double smallest = 0.0;  ///< smallest determinant met.
    Index layer = 0;        ///< where: layer …
    Index sample = 0;       ///< … and column of x0.
    Index reversing = 0;    ///< states met whose determinant is negative …
    Index states = 0;       ///< … of so many: layers × samples.

    bool rules_out_a_flow() const { return reversing > 0; }
};

/// The verdict as a sentence: "no flow: det(I + hDW) < 0 at …" or "… orientation is kept there".
std::string describe(const Orientation& orientation);

/// x0: N×B, B ≥ 1. Cost: one N×N determinant a state.
Orientation layer_orientation(const ResidualNetwork& network, const Matrix& x0);

}  // namespace resdyn
