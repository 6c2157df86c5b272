#include <resdyn/numerics/interval.hpp>

namespace resdyn {

namespace {

constexpr double largest_exponent = 708.0;  // e^708 is below the largest double
constexpr int degree = 14;
/// |r| ≤ 0.36: |r|^15 / 15! · e^0.36 < 3e-19.
constexpr double remainder = 3e-19;

/// ln 2 as a double of 33 bits, whose multiples up to 2^20 are exact, and an interval for the rest.
constexpr double ln2_head = 0x1.62e42fee00000p-1;
const Interval ln2_rest(0x1.a39ef35793c75p-33, 0x1.a39ef35793c77p-33);

Interval exp_of(double x) {
    if (!(x > -largest_exponent)) {
        return {0.0, std::isnan(x) ? x : 0x1p-1020};
    }
    if (x > largest_exponent) {
        return {0x1p1020, std::numeric_limits<double>::infinity()};
    }
    const double k = std::nearbyint(x / 0.69314718055994531);
    const Interval r = (Interval(x) - Interval(k * ln2_head)) - ln2_rest * k;
    Interval sum(1.0);
    for (int n = degree; n >= 1; --n) {
        sum = Interval(1.0) + r * sum / Interval(static_cast<double>(n));
    }
    sum += Interval(-remainder, remainder);
    const int shift = static_cast<int>(k);
    return {outward::below(std::ldexp(sum.low, shift)),
            outward::above(std::ldexp(sum.high, shift))};
}

Interval log_of(double x) {
    // log x = y + log(1 + d), d = x e^−y − 1, and d − d² ≤ log(1 + d) ≤ d for |d| ≤ 1/2.
    const double y = std::log(x);
    const Interval d = Interval(x) * exp_of(-y) - Interval(1.0);
    if (!(d.size() <= 0.5)) {
        return {-std::numeric_limits<double>::infinity(), std::numeric_limits<double>::infinity()};
    }
    return Interval(y) + hull(d - d * d, d);
}

Interval logistic_of(double x) {
    if (x > 0.0) {
        return Interval(1.0) / (Interval(1.0) + exp_of(-x));
    }
    const Interval power = exp_of(x);
    return power / (Interval(1.0) + power);
}

}  // namespace

Interval exp(const Interval& x) {
    return {std::max(0.0, exp_of(x.low).low), exp_of(x.high).high};
}

Interval log(const Interval& x) {
    return {log_of(x.low).low, log_of(x.high).high};
}

Interval logistic(const Interval& x) {
    return {std::max(0.0, logistic_of(x.low).low), std::min(1.0, logistic_of(x.high).high)};
}

}  // namespace resdyn
