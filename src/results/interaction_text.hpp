/// @file
/// Cooperation, competition and structure in words, as a terminal shows them; several lines each.
#pragma once

#include <string>

#include <resdyn/studies/interactions.hpp>

namespace resdyn {

/// Frustration, the verdicts of the structure theorems, and what sampled trajectories say of them.
std::string structure_text(const InteractionAnalysis& interaction);

/// The pairs by type, the components, structure_text, and the energy by layer where there are data.
std::string summary(const InteractionStudy& study);

}  // namespace resdyn
