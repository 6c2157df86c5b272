/// @file
/// Where to start from when equilibria are sought: pre-activations u_0, a start a column. Starts
/// from data are u_0 = W x_0 + b of the network's block.
#pragma once

#include <cstdint>

#include <resdyn/model/residual_network.hpp>
#include <resdyn/model/residual_system.hpp>

namespace resdyn {

/// Residuals uniform in the open cube (levels of a bounded f), as pre-activations; N×count. Start k
/// depends on (seed, k) only. Throws std::invalid_argument for unbounded f.
Matrix random_seeds(const ResidualSystem& system, Index count, std::uint64_t seed);

/// Starts around the residual y (size N, in the closed cube): each component moved by a normal
/// number of standard deviation radius · (b − a), reflected at the levels into the open cube;
/// N×count. Throws std::invalid_argument for unbounded f, y outside the cube, or radius not > 0.
Matrix seeds_around(const ResidualSystem& system, const Vector& y, double radius, Index count,
                    std::uint64_t seed);

/// u_0 = W x_0 + b for activities x0 (N×B), by the block of layer 0; M×B.
Matrix initial_preactivation(const ResidualNetwork& network, const Matrix& x0);

/// f⁻¹ of residuals, with those at or beyond a level taken back inside by `inset` · (b − a), so
/// that they can leave it: for starts in the open cube next to a point of its boundary. Any shape.
Matrix open_preactivation(Activation activation, const Matrix& y, double inset = 1e-12);

}  // namespace resdyn
