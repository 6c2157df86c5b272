/// @file
/// Checks of numbers given as options: that they are finite, and that nothing negative is given for
/// an unsigned one ("-1" would become a huge number).
#pragma once

#include <fmt/format.h>

#include <cmath>
#include <cstdlib>
#include <string>

#include "command_line.hpp"

namespace resdyn::cli {

/// A finite number, of which `holds` is true; `expected` says so in words.
template <class Condition>
Check number_check(const std::string& expected, Condition holds) {
    return {.refusal = [expected, holds](const std::string& text) {
        char* end = nullptr;
        const double value = std::strtod(text.c_str(), &end);
        // What is no number at all is named by the option's conversion.
        const bool refused =
            !text.empty() && *end == '\0' && !(std::isfinite(value) && holds(value));
        return refused ? fmt::format("expected {}, got {}", expected, text) : std::string();
    }};
}

inline Check finite() {
    return number_check("a finite number", [](double) { return true; });
}

inline Check positive() {
    return number_check("a finite number > 0", [](double value) { return value > 0; });
}

inline Check not_negative() {
    return number_check("a finite number >= 0", [](double value) { return value >= 0; });
}

/// A number from `low` to `high`, both included.
inline Check between(double low, double high) {
    return number_check(fmt::format("a number from {:g} to {:g}", low, high),
                        [low, high](double value) { return value >= low && value <= high; });
}

/// A whole number from `low` on.
inline Check whole_from(long low) {
    return number_check(fmt::format("a whole number >= {}", low),
                        [low](double value) { return value >= static_cast<double>(low); });
}

/// A whole number from 0, for unsigned options.
inline Check unsigned_check() {
    return {.refusal = [](const std::string& text) {
        return text.starts_with('-') ? "expected a whole number from 0, got " + text
                                     : std::string();
    }};
}

}  // namespace resdyn::cli
