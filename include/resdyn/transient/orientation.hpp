/// @file
/// Could the layers be the time-h map of a flow? The Jacobian of a flow's map has a positive
/// determinant everywhere (Liouville: det = exp ∫ div > 0); a layer has
///
///     det(I_N + h A D W) = det(I_M + h D W A),  D = diag f'(W x + b)
///
/// (Sylvester's identity; one matrix: A = I and M = N). Where that is negative the layer turns
/// orientation over and is no flow, however small the data make it look: so can a bare 2-D network
/// take apart what trajectories in the plane, which cannot cross, never could. A positive
/// determinant at the states met proves nothing: only not forbidden there (doc/theory.md §10.2).
///
/// Method: LU with partial pivoting on the smaller of the two sides; the product of the pivots is
/// kept as mantissa and exponent, so that signs and sizes hold where a double would overflow.
#pragma once

#include <string>

#include <resdyn/model/residual_network.hpp>

namespace resdyn {

struct Orientation {
    double smallest = 0.0;  ///< smallest determinant met; ±infinity or 0 beyond a double's range.
    int smallest_sign = 0;  ///< −1, 0, 1: its sign, whatever its size.
    double smallest_log10 = 0.0;  ///< log10 of its modulus; −infinity for 0.
    Index layer = 0;              ///< where: layer …
    Index sample = 0;             ///< … and column of x0.
    Index reversing = 0;          ///< states met whose determinant is negative …
    Index states = 0;             ///< … of so many: layers × samples.

    bool rules_out_a_flow() const { return reversing > 0; }
};

/// The verdict as a sentence: "no flow: det(I + hDW) < 0 at …" or "… orientation is kept there".
std::string describe(const Orientation& orientation);

/// The size of the determinants that layer_orientation takes: the largest min(N, M) of the layers.
Index orientation_size(const ResidualNetwork& network);
/// Up to this size a determinant a state is cheap beside the rest of an analysis.
inline constexpr Index cheap_orientation_size = 16;

/// x0: N×B, B ≥ 1; threads 0: all processors. Cost: one determinant of orientation_size a state.
/// The result does not depend on the threads.
Orientation layer_orientation(const ResidualNetwork& network, const Matrix& x0, int threads = 0);

}  // namespace resdyn
