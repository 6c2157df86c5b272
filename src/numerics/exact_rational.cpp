#include "exact_rational.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>

namespace resdyn::exact {

namespace {

Integer floor(const Rational& x) {
    Integer quotient;
    Integer rest;
    divide_qr(numerator(x), denominator(x), quotient, rest);
    return rest < 0 ? Integer(quotient - 1) : quotient;
}

}  // namespace

double nearest_quotient(const Integer& a, const Integer& b, int exponent) {
    if (a == 0) {
        return 0.0;
    }
    const Integer magnitude = abs(a);
    constexpr int digits = std::numeric_limits<double>::digits;
    constexpr int safe_exponent = 900;  // far from both ends of the range
    if (msb(magnitude) < digits && msb(b) < digits && std::abs(exponent) <= safe_exponent) {
        // Both are doubles, and the machine's division rounds once.
        const double ratio = static_cast<double>(static_cast<std::int64_t>(a)) /
                             static_cast<double>(static_cast<std::int64_t>(b));
        return exponent == 0 ? ratio : std::ldexp(ratio, exponent);
    }
    // Scaled so that the integer quotient has 63 bits or 64, more than a double holds, with a
    // sticky last bit for the rest: then rounded to what the double has at that size.
    const int shift = static_cast<int>(msb(b)) - static_cast<int>(msb(magnitude)) + 63;
    Integer numerator = magnitude;
    Integer denominator = b;
    if (shift > 0) {
        numerator <<= shift;
    } else {
        denominator <<= -shift;
    }
    Integer ratio;
    Integer remainder;
    divide_qr(numerator, denominator, ratio, remainder);
    auto bits = static_cast<std::uint64_t>(ratio);
    bits |= remainder != 0 ? 1U : 0U;
    const int width = std::bit_width(bits);
    const int lowest = exponent - shift;  // of the last bit
    constexpr int smallest =
        std::numeric_limits<double>::min_exponent - digits;  // 2^smallest: one denormal step
    const int kept_bits = std::min(digits, width + lowest - smallest);
    if (kept_bits < 0) {
        return 0.0;
    }
    const int dropped = width - kept_bits;
    std::uint64_t kept = kept_bits == 0 ? 0 : bits >> dropped;
    const std::uint64_t half = std::uint64_t{1} << (dropped - 1);
    const std::uint64_t rest = bits & (half - 1);
    const bool at_least_half = (bits & half) != 0;
    kept += at_least_half && (rest != 0 || kept % 2 == 1) ? 1U : 0U;
    const double value = std::ldexp(static_cast<double>(kept), lowest + dropped);
    return a < 0 ? -value : value;
}

double nearest(const Rational& value) {
    return quotient(numerator(value), denominator(value));
}

Rational rational(double value) {
    const BinaryMatrix binary = binary_matrix(Matrix::Constant(1, 1, value));
    const Integer power = Integer(1) << std::abs(binary.exponent);
    return binary.exponent >= 0 ? Rational(binary.entries(0, 0) * power)
                                : Rational(binary.entries(0, 0), power);
}

Rational power_of_two(int exponent) {
    const Integer power = Integer(1) << static_cast<unsigned>(std::abs(exponent));
    return exponent >= 0 ? Rational(power) : Rational(Integer(1), power);
}

std::string to_string(const Rational& value) {
    return value.str();
}

int order(const Rational& a, const Rational& b) {
    return Integer(numerator(a) * denominator(b) - numerator(b) * denominator(a)).sign();
}

Rational simplest_between(const Rational& lower, const Rational& upper) {
    const Integer whole = floor(lower);
    if (Rational(whole) == lower) {
        return lower;
    }
    if (Rational(whole + 1) <= upper) {
        return whole + 1;
    }
    const Rational inverse =
        simplest_between(1 / Rational(upper - whole), 1 / Rational(lower - whole));
    return whole + 1 / inverse;
}

Rational simple_between(const Rational& lower, const Rational& upper) {
    return simplest_between((3 * lower + upper) / 4, (lower + 3 * upper) / 4);
}

}  // namespace resdyn::exact
