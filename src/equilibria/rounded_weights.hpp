/// @file
/// W in doubles, where it is a product of stored factors: each entry is the nearest double to the
/// exact one.
#pragma once

#include <resdyn/model/residual_system.hpp>

namespace resdyn {

Matrix rounded_weights(const ResidualSystem& system);

}  // namespace resdyn
