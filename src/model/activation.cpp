#include <resdyn/model/activation.hpp>

#include <algorithm>
#include <numbers>
#include <string>

namespace resdyn {

namespace {

/// −Li₂(−z) for 0 ≤ z ≤ 1, by Landen's identity: −Li₂(−z) = Li₂(w) + ½ log²(1+z), w = z/(1+z),
/// where w ≤ 1/2 makes the power series Li₂(w) = Σ wᵏ/k² converge in some fifty terms.
/// Reference: Lewin, Polylogarithms and Associated Functions (1981), eq. 1.12.
double minus_dilogarithm_of_minus(double z) {
    const double w = z / (1.0 + z);
    double power = w;
    double sum = 0.0;
    for (int k = 1; power > sum * 1e-18 && k < 100; ++k) {
        sum += power / (static_cast<double>(k) * k);
        power *= w;
    }
    const double log1pz = std::log1p(z);
    return sum + 0.5 * log1pz * log1pz;
}

}  // namespace

std::string_view to_string(Activation activation) {
    switch (activation) {
        case Activation::Logistic:
            return "logistic";
        case Activation::Tanh:
            return "tanh";
        case Activation::Softplus:
            return "softplus";
        case Activation::ReLU:
            return "relu";
    }
    return "unknown";
}

std::optional<Activation> activation_from_name(std::string_view name) {
    std::string lower(name);
    std::transform(lower.begin(), lower.end(), lower.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    for (const Activation a :
         {Activation::Logistic, Activation::Tanh, Activation::Softplus, Activation::ReLU}) {
        if (lower == to_string(a)) {
            return a;
        }
    }
    if (lower == "sigmoid") {
        return Activation::Logistic;
    }
    return std::nullopt;
}

double inverse(Activation activation, double y) {
    constexpr double nan = std::numeric_limits<double>::quiet_NaN();
    switch (activation) {
        case Activation::Logistic:
            return y >= 0 && y <= 1 ? std::log(y) - std::log1p(-y) : nan;
        case Activation::Tanh:
            return std::abs(y) <= 1 ? std::atanh(y) : nan;
        case Activation::Softplus:
            // log(eʸ − 1) = y + log(1 − e^{−y})
            return y >= 0 ? y + std::log(-std::expm1(-y)) : nan;
        case Activation::ReLU:
            return y > 0 ? y : nan;
    }
    return nan;
}

double gain(Activation activation, double y) {
    switch (activation) {
        case Activation::Logistic:
            return y * (1.0 - y);
        case Activation::Tanh:
            return (1.0 - y) * (1.0 + y);
        case Activation::Softplus:
            return -std::expm1(-y);
        case Activation::ReLU:
            return y > 0 ? 1.0 : 0.0;
    }
    return std::numeric_limits<double>::quiet_NaN();
}

double gain_slope(Activation activation, double y) {
    switch (activation) {
        case Activation::Logistic:
            return 1.0 - 2.0 * y;
        case Activation::Tanh:
            return -2.0 * y;
        case Activation::Softplus:
            return std::exp(-y);
        case Activation::ReLU:
            return 0.0;
    }
    return std::numeric_limits<double>::quiet_NaN();
}

double potential(Activation activation, double u) {
    switch (activation) {
        case Activation::Logistic:
            return activate(Activation::Softplus, u);
        case Activation::Tanh:
            // log cosh u = |u| + log(1 + e^{−2|u|}) − log 2
            return std::abs(u) + std::log1p(std::exp(-2.0 * std::abs(u))) - std::numbers::ln2;
        case Activation::Softplus:
            // Inversion: −Li₂(−eᵘ) = π²/6 + u²/2 + Li₂(−e^{−u}) (Lewin 1981, eq. 1.7).
            return u <= 0 ? minus_dilogarithm_of_minus(std::exp(u))
                          : std::numbers::pi * std::numbers::pi / 6.0 + 0.5 * u * u -
                                minus_dilogarithm_of_minus(std::exp(-u));
        case Activation::ReLU:
            return u > 0 ? 0.5 * u * u : 0.0;
    }
    return std::numeric_limits<double>::quiet_NaN();
}

Matrix activate(Activation activation, const Matrix& u) {
    if (activation == Activation::Logistic) {
        // Batches run through Eigen's vectorised exponential; exp(−u) = ∞ rightly gives 0.
        return (1.0 + (-u.array()).exp()).inverse();
    }
    return u.unaryExpr([activation](double v) { return activate(activation, v); });
}

Vector activate(Activation activation, const Vector& u) {
    return u.unaryExpr([activation](double v) { return activate(activation, v); });
}

Vector slope(Activation activation, const Vector& u) {
    return u.unaryExpr([activation](double v) { return slope(activation, v); });
}

Vector inverse(Activation activation, const Vector& y) {
    return y.unaryExpr([activation](double v) { return inverse(activation, v); });
}

Vector gain(Activation activation, const Vector& y) {
    return y.unaryExpr([activation](double v) { return gain(activation, v); });
}

}  // namespace resdyn
