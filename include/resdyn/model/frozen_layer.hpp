/// @file
/// One layer of a network taken for all of them: the autonomous stand-in for a network whose
/// weights differ by layer. Its residual system is what the layer, repeated, would do; data enter
/// it as the network brings them there. What it can miss: the network leaves the layer after one
/// step.
#pragma once

#include <resdyn/model/residual_network.hpp>

namespace resdyn {

/// The network with the block of layer K in every layer, 0 ≤ K < L; step, depth and read-out stay.
/// It has no input layer: what it starts from are activities x_K. Throws std::invalid_argument.
ResidualNetwork frozen_network(const ResidualNetwork& network, Index layer);

/// x_K (N×B) from x_0 (N×B), 0 ≤ K ≤ L. Throws std::invalid_argument.
Matrix activity_before(const ResidualNetwork& network, Index layer, const Matrix& x0);

}  // namespace resdyn
