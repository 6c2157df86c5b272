/// @file
/// An analysis in words, as a terminal shows it.
#pragma once

#include <string>

#include <resdyn/studies/analysis.hpp>

namespace resdyn {

/// What the analysis found, part by part, and its notes; several lines.
std::string summary(const Analysis& analysis);

}  // namespace resdyn
