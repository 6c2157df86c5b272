/// @file
/// The activation functions of a residual network and what the residual theory needs of them.
///
/// | f        | range (a, b) | g(y) = f'(f⁻¹(y)) | F with F' = f    | max f' |
/// |----------|--------------|-------------------|------------------|--------|
/// | logistic | (0, 1)       | y(1 − y)          | log(1 + eᵘ)      | 1/4    |
/// | tanh     | (−1, 1)      | 1 − y²            | log cosh u       | 1      |
/// | softplus | (0, ∞)       | 1 − e^{−y}        | −Li₂(−eᵘ)        | 1      |
/// | ReLU     | [0, ∞)       | not a function of y | u²/2 · 1[u>0]  | 1      |
///
/// Each activation is one row, a struct of `activations`, which holds all of the above; what it
/// does to whole arrays stands in src/model/activation_arrays.hpp, by row too. Scalars are
/// evaluated without overflow or cancellation on the whole line, ±∞ included: in double precision a
/// logistic y rounds to 1 at u ≈ 37 and has then lost u.
#pragma once

#include <array>
#include <cmath>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <resdyn/core/types.hpp>

namespace resdyn {

enum class Activation { Logistic, Tanh, Softplus, ReLU };

/// All of them, in the order of the enumeration.
inline constexpr std::array all_activations = {Activation::Logistic, Activation::Tanh,
                                               Activation::Softplus, Activation::ReLU};

/// The levels (a, b) of f: the infimum and supremum of its range; b may be infinity.
struct Levels {
    double low;
    double high;
};

/// A row an activation. `name` is that of files and of the command line; the functions are those
/// of the same names below.
namespace activations {

struct Logistic {
    static constexpr std::string_view name = "logistic";
    static constexpr Levels levels = {0.0, 1.0};
    static constexpr double max_slope = 0.25;
    static constexpr bool is_strictly_increasing = true;

    static double value(double u) {
        if (u >= 0) {
            return 1.0 / (1.0 + std::exp(-u));
        }
        const double e = std::exp(u);
        return e / (1.0 + e);
    }
    static double slope(double u) {
        // f'(u) = f(u) f(−u) keeps its relative accuracy far into saturation.
        const double e = std::exp(-std::abs(u));
        return e / ((1.0 + e) * (1.0 + e));
    }
    static double inverse(double y);
    static double gain(double y);
    static double gain_slope(double y);
    static double potential(double u);
};

struct Tanh {
    static constexpr std::string_view name = "tanh";
    static constexpr Levels levels = {-1.0, 1.0};
    static constexpr double max_slope = 1.0;
    static constexpr bool is_strictly_increasing = true;

    static double value(double u) { return std::tanh(u); }
    static double slope(double u) {
        // 1 − tanh² u = 4e^{−2|u|} / (1 + e^{−2|u|})²
        const double e = std::exp(-2.0 * std::abs(u));
        return 4.0 * e / ((1.0 + e) * (1.0 + e));
    }
    static double inverse(double y);
    static double gain(double y);
    static double gain_slope(double y);
    static double potential(double u);
};

struct Softplus {
    static constexpr std::string_view name = "softplus";
    static constexpr Levels levels = {0.0, std::numeric_limits<double>::infinity()};
    static constexpr double max_slope = 1.0;
    static constexpr bool is_strictly_increasing = true;

    static double value(double u) { return std::fmax(u, 0.0) + std::log1p(std::exp(-std::abs(u))); }
    static double slope(double u) { return Logistic::value(u); }
    static double inverse(double y);
    static double gain(double y);
    static double gain_slope(double y);
    static double potential(double u);
};

struct ReLU {
    static constexpr std::string_view name = "relu";
    static constexpr Levels levels = {0.0, std::numeric_limits<double>::infinity()};
    static constexpr double max_slope = 1.0;
    static constexpr bool is_strictly_increasing = false;

    static double value(double u) { return u > 0 ? u : 0.0; }
    static double slope(double u) { return u > 0 ? 1.0 : 0.0; }
    static double inverse(double y);
    static double gain(double y);
    static double gain_slope(double y);
    static double potential(double u);
};

}  // namespace activations

/// Throws std::invalid_argument: the number is none of the enumeration's.
[[noreturn]] void reject_activation(Activation activation);

/// body(row): whatever is done by activation goes through here, so that one without its row, or
/// without what the body asks of a row, does not compile.
template <class Body>
constexpr decltype(auto) with_row(Activation activation, Body&& body) {
    switch (activation) {
        case Activation::Logistic:
            return body(activations::Logistic{});
        case Activation::Tanh:
            return body(activations::Tanh{});
        case Activation::Softplus:
            return body(activations::Softplus{});
        case Activation::ReLU:
            return body(activations::ReLU{});
    }
    reject_activation(activation);
}

/// "logistic", "tanh", "softplus", "relu": the names in files and on the command line.
std::string_view to_string(Activation activation);

/// Inverse of to_string, capitals allowed; "sigmoid" is logistic. Empty if the name is unknown.
std::optional<Activation> activation_from_name(std::string_view name);

/// "logistic, tanh, softplus or relu", for messages.
const std::string& activation_names();

constexpr Levels levels(Activation activation) {
    return with_row(activation, [](auto row) { return row.levels; });
}

/// Both levels finite: the residuals live in a cube, and saturated equilibria exist.
constexpr bool is_bounded(Activation activation) {
    const Levels range = levels(activation);
    constexpr double infinity = std::numeric_limits<double>::infinity();
    return -infinity < range.low && range.high < infinity;
}

/// Throws std::invalid_argument("WHERE: expected a bounded activation (logistic or tanh), got …")
/// for another.
void require_bounded(std::string_view where, Activation activation);

/// f strictly increasing and smooth: the residual equation y' = g(y) ∘ (Wy) is closed.
constexpr bool is_strictly_increasing(Activation activation) {
    return with_row(activation, [](auto row) { return row.is_strictly_increasing; });
}

/// sup f'(u) over the line.
constexpr double max_slope(Activation activation) {
    return with_row(activation, [](auto row) { return row.max_slope; });
}

/// f(u).
inline double activate(Activation activation, double u) {
    return with_row(activation, [u](auto row) { return row.value(u); });
}

/// f'(u). ReLU: 0 at u = 0.
inline double slope(Activation activation, double u) {
    return with_row(activation, [u](auto row) { return row.slope(u); });
}

/// f⁻¹(y) for y in the closed range; the levels map to ∓∞. NaN outside, and for ReLU at y = 0,
/// where f is not invertible.
double inverse(Activation activation, double y);

/// g(y) = f'(f⁻¹(y)); for ReLU 1 for y > 0 and 0 at 0 (the y-equation is not closed there).
double gain(Activation activation, double y);

/// g'(y), the derivative of `gain`. The spectrum at a saturated unit is g'(level) · (Wy)_i.
double gain_slope(Activation activation, double y);

/// F(u), an antiderivative of f. Softplus: −Li₂(−eᵘ), with F(−∞) = 0.
double potential(Activation activation, double u);

/// f applied to every component; any shape.
Matrix activate(Activation activation, const Matrix& u);
Vector activate(Activation activation, const Vector& u);
/// f' applied to every component.
Vector slope(Activation activation, const Vector& u);
/// f⁻¹ applied to every component.
Vector inverse(Activation activation, const Vector& y);
/// g applied to every component.
Vector gain(Activation activation, const Vector& y);

}  // namespace resdyn
