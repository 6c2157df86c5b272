/// @file
/// What a training asks of its options and data before it begins.
#pragma once

#include <resdyn/learning/trainer.hpp>

namespace resdyn {

/// Throws std::invalid_argument naming the option that is out of range, or what it lacks.
void validate(const TrainOptions& options, const NetworkShape& shape, const TrainingSets& sets);

/// Accuracy of always naming the most frequent class; 0 without samples.
double share_of_most_frequent_class(const Dataset* data);

}  // namespace resdyn
