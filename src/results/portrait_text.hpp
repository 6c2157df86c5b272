/// @file
/// A portrait in words, as a terminal shows it.
#pragma once

#include <string>
#include <vector>

#include <resdyn/studies/portrait.hpp>

namespace resdyn {

/// "  limit cycle of period 6.66: attracts (Floquet multiplier 0.001, mismatch 1e-12)", a line
/// each.
std::string cycle_lines(const std::vector<LimitCycle>& cycles);
/// How a curve without an end went on; `otherwise`: where it was not cut.
std::string cut_words(CurveCut cut, const std::string& otherwise);

/// The plane, what lies on it with its kind, and what was left out; several lines.
std::string summary(const PortraitStudy& study);

}  // namespace resdyn
