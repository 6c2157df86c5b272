/// @file
/// Checks of numbers given as options that CLI11's own do not make: its ranges let nan pass, and
/// "-1" becomes a huge number where an option is unsigned.
#pragma once

#include <fmt/format.h>

#include <cmath>
#include <cstdlib>
#include <string>

#include "cli11.hpp"

namespace resdyn::cli {

/// A finite number, of which `holds` is true; `expected` says so in words.
template <class Condition>
CLI::Validator number_check(const std::string& expected, Condition holds) {
    return {[expected, holds](const std::string& text) {
                char* end = nullptr;
                const double value = std::strtod(text.c_str(), &end);
                // What is no number at all is named by the option's conversion.
                const bool refused =
                    !text.empty() && *end == '\0' && !(std::isfinite(value) && holds(value));
                return refused ? fmt::format("expected {}, got {}", expected, text) : std::string();
            },
            ""};
}

inline CLI::Validator finite() {
    return number_check("a finite number", [](double) { return true; });
}

inline CLI::Validator positive() {
    return number_check("a finite number > 0", [](double value) { return value > 0; });
}

inline CLI::Validator not_negative() {
    return number_check("a finite number >= 0", [](double value) { return value >= 0; });
}

/// A number from `low` to `high`, both included.
inline CLI::Validator between(double low, double high) {
    return number_check(fmt::format("a number from {:g} to {:g}", low, high),
                        [low, high](double value) { return value >= low && value <= high; });
}

/// A whole number from `low` on.
inline CLI::Validator whole_from(long low) {
    return number_check(fmt::format("a whole number >= {}", low),
                        [low](double value) { return value >= static_cast<double>(low); });
}

/// A whole number from 0, for unsigned options.
inline CLI::Validator unsigned_check() {
    return {[](const std::string& text) {
                return text.starts_with('-') ? "expected a whole number from 0, got " + text
                                             : std::string();
            },
            ""};
}

}  // namespace resdyn::cli
