/// @file
/// What `resdyn depth` measures beside the library's reports, and how it prints it all.
#pragma once

#include <resdyn/results/depth_results.hpp>

#include "labelled.hpp"

namespace resdyn::cli {

/// A network in place of the one in `input`: accuracy, and agreement with the classes `whole`.
Replacement measure(const std::string& kind, const Network& network, const Labelled& input,
                    const Eigen::VectorXi& whole, int threads);

/// The tail in its two forms after `depth` >= 2 layers, on inputs in double: logits with the error
/// they have and the bound that was proved.
std::vector<Replacement> tails(const ResidualNetwork& network, Index depth, const Matrix& inputs,
                               const Eigen::VectorXi& labels, int threads);

/// Early stop against all layers, three rounds of each in turn, medians.
EarlyStopTiming time_early_stop(const ResidualNetwork& network, const Matrix& inputs, int threads);

void print_study(const DepthStudy& study);

}  // namespace resdyn::cli
