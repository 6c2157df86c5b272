/// @file
/// The options of training, a row each: name, group, field, range, help, where it is told. How a
/// row is read, written and checked is in training_options.cpp.
#pragma once

#include <vector>

#include <resdyn/learning/training_options.hpp>

namespace resdyn {

/// In the order in which they are listed.
std::vector<TrainingOption> training_option_rows();

}  // namespace resdyn
