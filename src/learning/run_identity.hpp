/// @file
/// What a training run is, as text by key.
#pragma once

#include <map>
#include <string>

#include <resdyn/learning/trainer.hpp>

namespace resdyn {

/// Everything that the bytes of the network and its record depend on.
std::map<std::string, std::string> run_identity(const NetworkShape& shape, const TrainingSets& sets,
                                                const TrainOptions& options);

}  // namespace resdyn
