/// @file
/// A portrait in words, as a terminal shows it.
#pragma once

#include <string>

#include <resdyn/studies/portrait.hpp>

namespace resdyn {

/// The plane, what lies on it with its kind, and what was left out; several lines.
std::string summary(const PortraitStudy& study);

}  // namespace resdyn
