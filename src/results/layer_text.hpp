/// @file
/// How a network comes to its decision in words, as a terminal shows it.
#pragma once

#include <string>

#include <resdyn/studies/layer_study.hpp>

namespace resdyn {

/// Accuracies by layer, the evidence, separability, regime and gain; several lines.
std::string summary(const LayerStudy& study);

}  // namespace resdyn
