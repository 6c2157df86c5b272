/// @file
/// What the page needs to draw a portrait itself and to integrate from a click.
#pragma once

#include <string>

#include <resdyn/portrait/phase_portrait.hpp>

namespace resdyn::plots {

/// JSON for the script of the report, safe inside a <script> element: W, activation, step, layers,
/// range, window, axes, equilibria with their spectra at full precision, and the figure's series.
/// N = 2 in y only.
std::string live_portrait_json(const PhasePortrait& portrait, Index layers);

}  // namespace resdyn::plots
