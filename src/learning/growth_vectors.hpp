/// @file
/// The flat vectors of a training when its layers double.
#pragma once

#include <resdyn/learning/growth.hpp>

#include "depth_adjustment.hpp"

namespace resdyn {

/// Parameters and the optimiser's memory for twice the layers (growth.hpp).
template <class Scalar>
TrainingVectors<Scalar> with_twice_the_layers(const NetworkShape& shape,
                                              const TrainingVectors<Scalar>& vectors);

}  // namespace resdyn
