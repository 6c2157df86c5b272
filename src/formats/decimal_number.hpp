/// @file
/// One number as people and their programs write it.
#pragma once

#include <string_view>

namespace resdyn {

enum class NumberKind {
    Finite,
    Underflow,   ///< nearer to 0 than to any other double: read as 0.
    NotFinite,   ///< NaN, infinity, or beyond the largest double.
    NotANumber,  ///< other text.
};

struct DecimalNumber {
    NumberKind kind = NumberKind::NotANumber;
    double value = 0.0;  ///< the nearest double, where it is finite.
};

/// The number in a cell without blanks around it: an optional sign (+, -, or the minus sign
/// U+2212), digits with at most one decimal `mark`, an optional exponent; quotes around it are
/// allowed. Correctly rounded, whatever the locale.
DecimalNumber parse_decimal(std::string_view cell, char mark = '.');

}  // namespace resdyn
