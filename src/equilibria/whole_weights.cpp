#include <resdyn/equilibria/whole_weights.hpp>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

#include <resdyn/core/error.hpp>

#include "exact_weights.hpp"
#include "numerics/exact_rational.hpp"

namespace resdyn {

using exact::Integer;
using exact::power_of_two;
using exact::Rational;

namespace {

constexpr unsigned most_bits = 106;  // two doubles

/// The shortest decimal that is read back as `value`.
Rational decimal(double value) {
    char text[64];
    const auto [end, error] =
        std::to_chars(text, text + sizeof text, value, std::chars_format::scientific);
    const std::string_view word(text, static_cast<std::size_t>(end - text));
    const std::size_t mark = word.find('e');
    std::string digits;
    int exponent = std::stoi(std::string(word.substr(mark + 1)));
    bool fraction = false;
    for (const char c : word.substr(0, mark)) {
        if (c == '.') {
            fraction = true;
        } else {
            digits += c;
            exponent -= fraction ? 1 : 0;
        }
    }
    const Integer power = pow(Integer(10), static_cast<unsigned>(std::abs(exponent)));
    return exponent >= 0 ? Rational(Integer(digits) * power) : Rational(Integer(digits), power);
}

/// The rational of smallest denominator within `distance`.
Rational simplest_near(double value, double distance) {
    const Rational at = exact::rational(value);
    const Rational around = exact::rational(distance);
    if (at == 0 || abs(at) <= around) {
        return 0;
    }
    const Rational simple = exact::simplest_between(abs(at) - around, abs(at) + around);
    return at < 0 ? Rational(-simple) : simple;
}

/// A matrix of whole numbers over a common denominator, in two doubles an entry.
struct WholeMatrix {
    Matrix high;
    Matrix low;
    Integer denominator = 1;
    Index changed = 0;
    double largest_change = 0.0;
};

using Reading = std::function<std::optional<Rational>(double)>;

std::optional<WholeMatrix> whole_matrix(const Matrix& M, const Reading& reading) {
    WholeMatrix whole{Matrix::Zero(M.rows(), M.cols()), Matrix::Zero(M.rows(), M.cols())};
    std::vector<Rational> entries;
    for (const double stored : M.reshaped()) {
        const auto value = reading(stored);
        if (!value) {
            return std::nullopt;
        }
        const Rational change = abs(Rational(*value - exact::rational(stored)));
        whole.changed += change != 0 ? 1 : 0;
        whole.largest_change = std::max(whole.largest_change, exact::nearest(change));
        whole.denominator = lcm(whole.denominator, denominator(*value));
        if (msb(whole.denominator) >= most_bits) {
            return std::nullopt;
        }
        entries.push_back(*value);
    }
    for (std::size_t k = 0; k < entries.size(); ++k) {
        const Rational scaled = entries[k] * whole.denominator;
        const Integer number = numerator(scaled);
        const double high = exact::quotient(number, 1);
        const Rational rest = scaled - exact::rational(high);
        const double low = exact::nearest(rest);
        if (exact::rational(low) != rest) {
            return std::nullopt;
        }
        whole.high.reshaped()[static_cast<Index>(k)] = high;
        whole.low.reshaped()[static_cast<Index>(k)] = low;
    }
    return whole;
}

std::optional<WholeSystem> whole_system(const ResidualSystem& system, const Reading& reading) {
    if (system.factors()) {
        const auto B = whole_matrix(system.factors()->B, reading);
        const auto A = whole_matrix(system.factors()->A, reading);
        if (!A || !B || !A->low.isZero(0.0) || !B->low.isZero(0.0)) {
            return std::nullopt;
        }
        const Integer denominator = A->denominator * B->denominator;
        const double factor = exact::quotient(denominator, 1);
        return WholeSystem{ResidualSystem(ResidualSystem::Factors{B->high, A->high},
                                          system.activation(), system.step() / factor),
                           factor,
                           system.step(),
                           A->changed + B->changed,
                           std::max(A->largest_change, B->largest_change),
                           denominator.str()};
    }
    const auto W = whole_matrix(system.W(), reading);
    if (!W) {
        return std::nullopt;
    }
    const double factor = exact::quotient(W->denominator, 1);
    const double step = system.step() / factor;
    return WholeSystem{unrounded_system(W->high, W->low, system.activation(), step),
                       factor,
                       system.step(),
                       W->changed,
                       W->largest_change,
                       W->denominator.str()};
}

}  // namespace

WholeSystem as_stored(const ResidualSystem& system) {
    return {system, 1.0, system.step()};
}

std::optional<WholeSystem> as_decimals(const ResidualSystem& system) {
    return whole_system(system, [](double value) { return decimal(value); });
}

std::optional<WholeSystem> as_rationals(const ResidualSystem& system, double distance,
                                        long max_denominator) {
    if (!(distance >= 0) || !std::isfinite(distance) || max_denominator < 1) {
        reject_argument("as_rationals", "a finite distance >= 0 and max_denominator >= 1",
                        std::to_string(distance) + " and " + std::to_string(max_denominator));
    }
    if (system.factors()) {
        return std::nullopt;
    }
    return whole_system(system, [&](double value) -> std::optional<Rational> {
        const Rational simple = simplest_near(value, distance);
        if (denominator(simple) > max_denominator) {
            return std::nullopt;
        }
        return simple;
    });
}

void in_units_of(const WholeSystem& whole, Equilibrium& equilibrium) {
    for (Complex& value : equilibrium.flow_eigenvalues) {
        value /= whole.factor;
    }
    equilibrium.residual /= whole.factor;
}

void in_units_of(const WholeSystem& whole, Continuum& continuum) {
    for (Complex& value : continuum.flow_eigenvalues) {
        value /= whole.factor;
    }
}

void in_units_of(const WholeSystem& whole, TwoClocks& clocks) {
    for (ClockPair& pair : clocks.pairs) {
        pair.eigenvalue /= whole.factor;
    }
    if (clocks.largest_stable_step) {
        *clocks.largest_stable_step *= whole.factor;
    }
    if (clocks.culprit) {
        clocks.culprit->eigenvalue /= whole.factor;
    }
    if (clocks.growth) {
        clocks.growth->numerical_abscissa /= whole.factor;
        clocks.growth->spectral_abscissa /= whole.factor;
        clocks.growth->peak_time *= whole.factor;
    }
}

}  // namespace resdyn
