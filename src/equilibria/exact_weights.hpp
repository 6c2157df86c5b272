/// @file
/// The weights of a system as whole numbers times a power of two, and back.
#pragma once

#include <optional>

#include <resdyn/model/residual_system.hpp>

#include "numerics/exact.hpp"

namespace resdyn {

/// The product BA of a two-matrix block formed exactly.
exact::BinaryMatrix exact_weights(const ResidualSystem& system);

/// W = high + low, not rounded: as one matrix, or as the product (high + low) · I of two (see
/// ResidualSystem::Factors) where `low` is not zero.
ResidualSystem unrounded_system(const Matrix& high, const Matrix& low, Activation activation,
                                double step);

/// The system of these weights, not rounded: two doubles an entry. Nothing where that is not
/// enough.
std::optional<ResidualSystem> system_of(const exact::BinaryMatrix& weights, Activation activation,
                                        double step = 1.0);

}  // namespace resdyn
