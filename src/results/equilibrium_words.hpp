/// @file
/// Equilibria in the words of the terminal: patterns, points, the origin, how the weights were
/// read, and which verdicts hang on rounding. The same words for every verb.
#pragma once

#include <optional>
#include <string>

#include "results.hpp"

namespace resdyn {

/// How the name of equilibrium or group k stands in legends, ticks and tables: its pattern for
/// N ≤ 10, else how many units are Low, High and Free ("300L 484H"), levels without units left out.
std::string short_name(const Pattern& pattern);
/// A pattern of up to 24 units; of a longer one how many units are Low, High and Free.
std::string pattern_text(const Pattern& pattern);
/// The first components of y.
std::string point_text(const Vector& y);

/// One line: pattern, type, residual, margin where known, and the first components of y.
std::string equilibrium_line(const Equilibrium& equilibrium, std::optional<double> margin = {});
/// One line: what is decided of the degenerate origin of a logistic system.
std::string origin_line(const OriginReport& origin);
/// One line where it is proved that the origin attracts the open cube, else nothing: counts of
/// isolated hyperbolic equilibria alone would let a reader think that nothing does.
std::string attraction_line(const std::optional<OriginReport>& origin);

/// One line: how the weights were read.
std::string reading_line(const WholeSystem& whole);
/// That, where they were not taken as stored, and what hangs on rounding; a line each.
std::string notes_text(const VerdictNotes& notes);

}  // namespace resdyn
