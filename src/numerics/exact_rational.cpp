#include <resdyn/numerics/exact_rational.hpp>

#include <cmath>

namespace resdyn::exact {

namespace {

Integer floor(const Rational& x) {
    Integer quotient;
    Integer rest;
    divide_qr(numerator(x), denominator(x), quotient, rest);
    return rest < 0 ? Integer(quotient - 1) : quotient;
}

}  // namespace

double nearest(const Rational& value) {
    return quotient(numerator(value), denominator(value));
}

Rational rational(double value) {
    const BinaryMatrix binary = binary_matrix(Matrix::Constant(1, 1, value));
    const Integer power = Integer(1) << std::abs(binary.exponent);
    return binary.exponent >= 0 ? Rational(binary.entries(0, 0) * power)
                                : Rational(binary.entries(0, 0), power);
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
