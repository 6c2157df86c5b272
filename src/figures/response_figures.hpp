/// @file
/// The figures of `transient` on what a network does to small changes of its input: the response as
/// a filter, and the FTLE field. As figures.hpp: all numbers come from the result structs.
#pragma once

#include <vector>

#include <resdyn/noise/filter.hpp>
#include <resdyn/noise/ftle.hpp>

#include "vector_maps.hpp"

namespace resdyn::figures {

/// "filter-directions", "filter-logits": leading right singular vectors; "unit-gain" by depth;
/// "impulse": response to single components; "class-response".
std::vector<Figure> filter_figures(const FilterReport& report, ImageShape input, ImageShape state);
/// "ftle": the field with the class boundaries.
Figure ftle_figure(const FtleField& field);

}  // namespace resdyn::figures
