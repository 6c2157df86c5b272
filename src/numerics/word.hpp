/// @file
/// Whole numbers of one machine word. What does not fit is never wrong: it throws Overflow, and the
/// caller begins again with numbers of any length (exact.hpp). Small integers have minors that fit,
/// and a word costs a tenth of what a number of any length does.
#pragma once

#include <cstdint>
#include <limits>
#include <numeric>
#include <optional>

#include "exact.hpp"

namespace resdyn::exact {

/// A result does not fit a word.
struct Overflow {};

class Word {
  public:
    Word() = default;
    Word(std::int64_t value) : value_(value) {}  // NOLINT: as numbers of any length

    std::int64_t value() const { return value_; }

    friend Word operator+(Word a, Word b) {
        return checked(__builtin_add_overflow(a.value_, b.value_, &a.value_), a);
    }
    friend Word operator-(Word a, Word b) {
        return checked(__builtin_sub_overflow(a.value_, b.value_, &a.value_), a);
    }
    friend Word operator*(Word a, Word b) {
        return checked(__builtin_mul_overflow(a.value_, b.value_, &a.value_), a);
    }
    /// b divides a, b ≠ 0.
    friend Word operator/(Word a, Word b) {
        return b.value_ == -1 ? Word() - a : Word(a.value_ / b.value_);
    }
    friend Word operator-(Word a) { return Word() - a; }
    Word& operator+=(Word b) { return *this = *this + b; }
    Word& operator-=(Word b) { return *this = *this - b; }
    Word& operator*=(Word b) { return *this = *this * b; }
    Word& operator/=(Word b) { return *this = *this / b; }
    friend bool operator==(Word a, Word b) = default;
    friend auto operator<=>(Word a, Word b) = default;

    friend Word abs(Word a) { return a.value_ < 0 ? -a : a; }
    friend Word gcd(Word a, Word b) { return {std::gcd(abs(a).value_, abs(b).value_)}; }

  private:
    static Word checked(bool overflow, Word value) {
        if (overflow) {
            throw Overflow{};
        }
        return value;
    }

    std::int64_t value_ = 0;
};

/// The word that `a` is, where it has at most `bits` bits.
inline std::optional<Word> as_word(const Integer& a, unsigned bits) {
    if (a != 0 && msb(a.sign() < 0 ? Integer(-a) : a) >= bits) {
        return std::nullopt;
    }
    return Word(static_cast<std::int64_t>(a));
}

inline Integer as_integer(Word a) {
    return a.value();
}
inline const Integer& as_integer(const Integer& a) {
    return a;
}

/// (pivot · a − factor · b) / previous, an exact division: one step of a fraction-free elimination.
inline Integer eliminated(const Integer& pivot, const Integer& a, const Integer& factor,
                          const Integer& b, const Integer& previous) {
    return (pivot * a - factor * b) / previous;
}
/// The same; what is divided has twice the length of a word.
inline Word eliminated(Word pivot, Word a, Word factor, Word b, Word previous) {
    __extension__ using Double = __int128;
    // Products of two words are below 2^126 each: their difference fits.
    const Double difference = static_cast<Double>(pivot.value()) * a.value() -
                              static_cast<Double>(factor.value()) * b.value();
    constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();
    if (difference <= most && difference >= -most) {
        return Word(static_cast<std::int64_t>(difference)) / previous;
    }
    const Double quotient = difference / previous.value();
    if (quotient > most || quotient < -most) {
        throw Overflow{};
    }
    return {static_cast<std::int64_t>(quotient)};
}

}  // namespace resdyn::exact
