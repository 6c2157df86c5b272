/// @file
/// The cube of three residuals in motion: one page of HTML that can be sent to a reader.
#pragma once

#include <string>

#include <resdyn/portrait/cube.hpp>

namespace resdyn::plots {

/// A self-contained page: the trajectories of the flow by class as points that move through the
/// cube with equilibria and separatrices in it, to be turned with the pointer. No external request.
std::string animation_html(const CubePortrait& cube, const CubeOptions& options,
                           const std::string& title);

}  // namespace resdyn::plots
