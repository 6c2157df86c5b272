/// @file
/// Closed intervals of doubles whose arithmetic encloses: every result holds the exact result of
/// every choice of points in the operands.
///
/// Method: IEEE doubles in round to nearest; each bound is moved outward by 2^−52 of its size and
/// the smallest number, which exceeds the half unit in the last place that it can be wrong by. No
/// rounding mode is set, and no accuracy of the mathematical library is assumed: exp reduces its
/// argument and sums a Taylor polynomial in intervals. What it can miss: nothing within the range
/// of doubles; after overflow or an invalid operation bounds are infinite or NaN, and comparisons
/// with them prove nothing.
/// Reference: R. E. Moore, R. B. Kearfott, M. J. Cloud, Introduction to Interval Analysis, 2009.
#pragma once

#include <algorithm>
#include <cmath>
#include <limits>

namespace resdyn {

struct Interval {
    double low = 0.0;
    double high = 0.0;

    Interval() = default;
    Interval(double point) : low(point), high(point) {}  // a double is an interval
    Interval(double from, double to) : low(from), high(to) {}

    /// The largest |x|.
    double size() const { return std::max(std::abs(low), std::abs(high)); }
    bool contains(double x) const { return low <= x && x <= high; }
};

namespace outward {

inline constexpr double share = 0x1p-52;
inline constexpr double smallest = std::numeric_limits<double>::denorm_min();

/// A bound below the number that `x` is the nearest double to.
inline double below(double x) {
    return x - (std::abs(x) * share + smallest);
}
inline double above(double x) {
    return x + (std::abs(x) * share + smallest);
}

}  // namespace outward

inline Interval operator-(const Interval& a) {
    return {-a.high, -a.low};
}
inline Interval operator+(const Interval& a, const Interval& b) {
    return {outward::below(a.low + b.low), outward::above(a.high + b.high)};
}
inline Interval operator-(const Interval& a, const Interval& b) {
    return {outward::below(a.low - b.high), outward::above(a.high - b.low)};
}
inline Interval operator*(const Interval& a, double b) {
    const double first = a.low * b;
    const double second = a.high * b;
    return {outward::below(std::min(first, second)), outward::above(std::max(first, second))};
}
inline Interval operator*(double a, const Interval& b) {
    return b * a;
}
inline Interval operator*(const Interval& a, const Interval& b) {
    const double ll = a.low * b.low;
    const double lh = a.low * b.high;
    const double hl = a.high * b.low;
    const double hh = a.high * b.high;
    return {outward::below(std::min(std::min(ll, lh), std::min(hl, hh))),
            outward::above(std::max(std::max(ll, lh), std::max(hl, hh)))};
}
/// 0 not in b.
inline Interval operator/(const Interval& a, const Interval& b) {
    const double ll = a.low / b.low;
    const double lh = a.low / b.high;
    const double hl = a.high / b.low;
    const double hh = a.high / b.high;
    return {outward::below(std::min(std::min(ll, lh), std::min(hl, hh))),
            outward::above(std::max(std::max(ll, lh), std::max(hl, hh)))};
}
inline Interval& operator+=(Interval& a, const Interval& b) {
    return a = a + b;
}
inline Interval& operator-=(Interval& a, const Interval& b) {
    return a = a - b;
}

/// The smallest interval that holds both.
inline Interval hull(const Interval& a, const Interval& b) {
    return {std::min(a.low, b.low), std::max(a.high, b.high)};
}

Interval exp(const Interval& x);
/// x.low > 0.
Interval log(const Interval& x);
/// 1 / (1 + e^−x), to a few units in the last place at both ends, however small.
Interval logistic(const Interval& x);

}  // namespace resdyn
