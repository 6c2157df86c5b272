/// @file
/// Rational numbers and doubles: each turned into the other, compared, and the simplest one of an
/// interval.
#pragma once

#include <string>

#include "exact.hpp"

namespace resdyn::exact {

/// a / b · 2^exponent as the nearest double, b > 0, for integers of any length: one rounding, also
/// below the smallest normal number; infinite beyond the largest.
double nearest_quotient(const Integer& a, const Integer& b, int exponent);
/// The nearest double.
double nearest(const Rational& value);
/// The rational number that a double is.
Rational rational(double value);
/// 2^exponent.
Rational power_of_two(int exponent);
/// "3", "-1/3".
std::string to_string(const Rational& value);

/// The sign of a − b by cross products: boost::rational compares by continued fractions.
int order(const Rational& a, const Rational& b);

/// The rational number of smallest denominator in [lower, upper] (continued fractions).
Rational simplest_between(const Rational& lower, const Rational& upper);
/// The rational number of smallest denominator in the middle half of lower < upper.
Rational simple_between(const Rational& lower, const Rational& upper);

}  // namespace resdyn::exact
