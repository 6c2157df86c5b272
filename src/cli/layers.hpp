/// @file
/// The parts of `equilibria` and `bifurcations` that look at all layers of a network.
#pragma once

#include "bifurcations.hpp"

namespace resdyn::cli {

/// equilibria --layers.
int run_layer_history(SourceOptions source, const CommonOptions& common, Index starts);

/// bifurcations --layers.
int run_layer_branches(const BifurcationVerbOptions& options);

}  // namespace resdyn::cli
