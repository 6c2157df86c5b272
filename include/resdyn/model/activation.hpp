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
/// Scalars are evaluated without overflow or cancellation on the whole line, ±∞ included: in
/// double precision a logistic y rounds to 1 at u ≈ 37 and has then lost u.
#pragma once

#include <cmath>
#include <limits>
#include <optional>
#include <string_view>

#include <resdyn/core/types.hpp>

namespace resdyn {

enum class Activation { Logistic, Tanh, Softplus, ReLU };

/// "logistic", "tanh", "softplus", "relu": the names in files and on the command line.
std::string_view to_string(Activation activation);

/// Inverse of to_string, capitals allowed; "sigmoid" is logistic. Empty if the name is unknown.
std::optional<Activation> activation_from_name(std::string_view name);

/// The names that activation_from_name accepts, for messages.
inline constexpr std::string_view activation_names = "logistic, tanh, softplus or relu";

/// The levels (a, b) of f: the infimum and supremum of its range; b may be infinity.
struct Levels {
    double low;
    double high;
};

constexpr Levels levels(Activation activation) {
    constexpr double infinity = std::numeric_limits<double>::infinity();
    switch (activation) {
        case Activation::Logistic:
            return {0.0, 1.0};
        case Activation::Tanh:
            return {-1.0, 1.0};
        default:
            return {0.0, infinity};
    }
}

/// Both levels finite: the residuals live in a cube, and saturated equilibria exist.
constexpr bool is_bounded(Activation activation) {
    return activation == Activation::Logistic || activation == Activation::Tanh;
}

/// f strictly increasing and smooth: the residual equation y' = g(y) ∘ (Wy) is closed.
constexpr bool is_strictly_increasing(Activation activation) {
    return activation != Activation::ReLU;
}

/// sup f'(u) over the line.
constexpr double max_slope(Activation activation) {
    return activation == Activation::Logistic ? 0.25 : 1.0;
}

/// f(u).
inline double activate(Activation activation, double u) {
    switch (activation) {
        case Activation::Logistic:
            if (u >= 0) {
                return 1.0 / (1.0 + std::exp(-u));
            } else {
                const double e = std::exp(u);
                return e / (1.0 + e);
            }
        case Activation::Tanh:
            return std::tanh(u);
        case Activation::Softplus:
            return std::fmax(u, 0.0) + std::log1p(std::exp(-std::abs(u)));
        case Activation::ReLU:
            return u > 0 ? u : 0.0;
    }
    return std::numeric_limits<double>::quiet_NaN();
}

/// f'(u). ReLU: 0 at u = 0.
inline double slope(Activation activation, double u) {
    switch (activation) {
        case Activation::Logistic: {
            // f'(u) = f(u) f(−u) keeps its relative accuracy far into saturation.
            const double e = std::exp(-std::abs(u));
            return e / ((1.0 + e) * (1.0 + e));
        }
        case Activation::Tanh: {
            // 1 − tanh² u = 4e^{−2|u|} / (1 + e^{−2|u|})²
            const double e = std::exp(-2.0 * std::abs(u));
            return 4.0 * e / ((1.0 + e) * (1.0 + e));
        }
        case Activation::Softplus:
            return activate(Activation::Logistic, u);
        case Activation::ReLU:
            return u > 0 ? 1.0 : 0.0;
    }
    return std::numeric_limits<double>::quiet_NaN();
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
