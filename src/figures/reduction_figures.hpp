/// @file
/// The figures of `reduce`.
#pragma once

#include <vector>

#include <resdyn/studies/reduction.hpp>

#include "figure.hpp"

namespace resdyn::figures {

/// "imitations": agreement, accuracy and distance over M; "ranks": over r, with ‖W‖_F² kept;
/// "distances": of the streams by layer; "portrait-rank-2", "portrait-rank-3-z0-z1" and the other
/// two planes: portraits of z. Those that there are numbers for.
std::vector<Figure> reduction_figures(const Reduction& reduction);

}  // namespace resdyn::figures
