/// @file
/// What a network does, in pictures: the fields of its units, who helps whom among them, their
/// residuals by class, the decision beyond the last layer, and one input's story.
#pragma once

#include <vector>

#include <resdyn/transient/input_story.hpp>
#include <resdyn/transient/long_run.hpp>
#include <resdyn/transient/unit_fields.hpp>

#include "figure.hpp"
#include "vector_maps.hpp"

namespace resdyn::figures {

/// "units": a row of three pictures a unit (receptive field, projective field, effect on each
/// class), the units with most evidence first. `data` and `activity` are the shapes of the input
/// and of x; neither may be 0×0.
Figure unit_sheet_figure(const UnitFields& fields, ImageShape data, ImageShape activity);

/// "unit-effects": the effect of every unit (column) on every class (row) as one map.
Figure unit_effect_figure(const UnitFields& fields);

/// "unit-graph": W (N×N, N ≤ 32) as a graph on a circle, help and suppression by colour; links
/// weaker than a quarter of the strongest are left out, and counted in the caption.
Figure unit_graph_figure(const Matrix& W);

/// "class-residuals": mean residual of every class over the layers, a panel a unit in `order`.
Figure class_residual_figure(const ClassResiduals& residuals, const std::vector<Index>& order);

/// "long-run": accuracy and kept decisions against depth, and the size of the residuals. `L`: the
/// network's own depth.
Figure long_run_figure(const LongRun& run, Index L);

/// "story-NAME": the input (where it is an image), its logits and residuals layer by layer, and the
/// evidence by unit and layer.
Figure story_figure(const InputStory& story, const std::string& name, ImageShape data);

}  // namespace resdyn::figures
