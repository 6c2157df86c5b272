/// @file
/// What the live portrait of a page draws and starts from. The view itself is the explorer's
/// (explorer/page/portrait.js, with this library as WebAssembly): script/explorer builds it.
#pragma once

#include <string>

#include <resdyn/portrait/phase_portrait.hpp>

namespace resdyn::plots {

/// JSON for the view, safe inside a <script> element: `system` (W, activation, step, as the view's
/// engine takes it), `layers` and `t_end` of the trajectories that a reader starts, `plane` (as
/// portrait_with_points) and `trajectories` (label, colour, points of flow and network).
std::string live_portrait_json(const PhasePortrait& portrait, Index layers);

}  // namespace resdyn::plots
