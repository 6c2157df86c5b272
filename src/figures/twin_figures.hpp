/// @file
/// The figure of the twin experiment.
#pragma once

#include <resdyn/studies/twin.hpp>

#include "figure.hpp"

namespace resdyn::figures {

/// "twin": read-out by layer, noise by layer, accuracy against noise at equal budget and at equal
/// clean accuracy; mean ± standard error over seeds by kind.
Figure twin_figure(const TwinReport& report, const TwinOptions& options);

}  // namespace resdyn::figures
