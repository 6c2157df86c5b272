/// @file
/// Networks made from another by changing its layers: some left out, the last ones cut, replaced by
/// a closed form, or all replaced by fewer and larger steps.
///
/// Returns the changed network, of the same kind, read-out and input layer.
/// Method: blocks are copied, left out or scaled; no number of W, b, V, c is fitted.
/// What it can miss: none of these trains anything; what the result is worth must be measured
/// (depth/depth_profile.hpp, `resdyn depth`).
/// Reference: layers left out: A. Veit, M. Wilber, S. Belongie, Residual networks behave like
/// ensembles of relatively shallow networks, NIPS 2016 (lesions); larger steps at equal T: Euler's
/// method for x' = A f(Wx + b).
#pragma once

#include <span>
#include <vector>

#include <resdyn/model/network.hpp>

namespace resdyn {

/// L.
Index depth_of(const Network& network);

/// The network of these layers (each in 0 … L−1, at least one), in this order. With shared weights
/// only their number matters.
Network with_layers(const Network& network, std::span<const Index> layers);

/// The first `depth` layers (1 … L) and the read-out.
Network truncated(const Network& network, Index depth);

/// The first `depth` layers (1 … L), the residual of the last held for the L − depth layers that
/// are left out: x_L ≈ x_depth + (L − depth) h A y_{depth−1}. Exact where the residuals have
/// settled; see depth/analytic_tail.hpp for a bound of its error. Its blocks have two matrices
/// of their own, A = identity but in the last, so that every verb can run it.
ResidualNetwork with_held_tail(const ResidualNetwork& network, Index depth);

/// Of `depth` equal steps over the time of `of` layers, for each the layer in whose step its middle
/// lies: ⌊(k + 1/2) of/depth⌋, k = 0 … depth − 1. Both >= 1.
std::vector<Index> evenly_spread(Index of, Index depth);

/// `depth` steps of h' = h L / depth, so that T = hL stays, with the same weights; those that
/// differ by layer are taken of evenly_spread layers. Meant for depth < L; any depth >= 1 is
/// allowed.
ResidualNetwork coarsened(const ResidualNetwork& network, Index depth);

}  // namespace resdyn
