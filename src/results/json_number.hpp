/// @file
/// How a number that JSON does not have is written, everywhere one can occur: a number beyond
/// double, and true infinity, as the string "infinity" or "-infinity"; NaN, which means that there
/// is no value, as null. CSV: inf, -inf and an empty cell. doc/formats.md has all such rules.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include <resdyn/numerics/spectrum.hpp>

namespace resdyn {

nlohmann::ordered_json json_number(double value);
/// [real part, imaginary part].
nlohmann::ordered_json json_number(Complex value);

}  // namespace resdyn
