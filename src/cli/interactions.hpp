/// @file
/// What `interactions` and `analyze` print of cooperation, competition and structure.
#pragma once

#include <resdyn/studies/analysis.hpp>

namespace resdyn::cli {

/// Frustration, the seven verdicts, and the checks on trajectories, one line each.
void print_structure(const InteractionAnalysis& interaction);

}  // namespace resdyn::cli
