/// @file
/// What weights are, in a line: for journals, which must know the weights that they belong to.
#pragma once

#include <string>

#include <resdyn/model/network.hpp>
#include <resdyn/model/residual_system.hpp>

namespace resdyn {

/// SHA-256 of the numbers as stored, sizes included: of Matrix, Vector, Eigen::MatrixXf,
/// Eigen::VectorXi.
template <typename Numbers>
std::string numbers_hash(const Eigen::PlainObjectBase<Numbers>& numbers);
/// Of a network: its shape and all its parameters.
std::string network_hash(const Network& network);
/// Of the weights as given: of both factors where they came as a product.
std::string weights_hash(const ResidualSystem& system);

}  // namespace resdyn
