/// @file
/// What weights are, in a line: for journals, which must know the weights that they belong to.
#pragma once

#include <string>

#include <resdyn/model/residual_system.hpp>

namespace resdyn {

/// SHA-256 of the numbers as stored, sizes included.
std::string numbers_hash(const Matrix& matrix);
/// Of the weights as given: of both factors where they came as a product.
std::string weights_hash(const ResidualSystem& system);

}  // namespace resdyn
