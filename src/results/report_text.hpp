/// @file
/// How people read numbers and names: in the report, and in tables described once (table.hpp).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <resdyn/core/proportion.hpp>
#include <resdyn/numerics/spectrum.hpp>

namespace resdyn::readable {

inline constexpr std::size_t table_rows = 100;  ///< of long tables; the rest is in the files.
inline constexpr Index widest_point = 6;        ///< N up to which y stands in a table.

/// "0.1235", "1.2e-15", "−3"; "–" for NaN.
std::string number(double value);
/// "0.5 − 1.2i".
std::string complex_number(const Complex& value);
/// The first six, and how many there are if more.
std::string complex_list(const std::vector<Complex>& values);
/// "(0.5, 1)".
std::string point(const Vector& y);
/// "93.2 % ± 0.4 %".
std::string percent(const Proportion& proportion);
std::string yes_no(bool holds);
/// "stable_node" as "stable node".
std::string words(std::string_view label);

}  // namespace resdyn::readable
