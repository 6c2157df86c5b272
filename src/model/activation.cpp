#include <resdyn/model/activation.hpp>

#include <algorithm>
#include <numbers>
#include <string>
#include <vector>

#include <resdyn/core/error.hpp>

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

/// "a, b or c".
std::string listed(const std::vector<std::string_view>& names) {
    std::string text;
    for (std::size_t k = 0; k < names.size(); ++k) {
        text += k == 0 ? "" : (k + 1 == names.size() ? " or " : ", ");
        text += names[k];
    }
    return text;
}

template <class Condition>
std::string names_where(Condition holds) {
    std::vector<std::string_view> names;
    for (const Activation activation : all_activations) {
        if (holds(activation)) {
            names.push_back(to_string(activation));
        }
    }
    return listed(names);
}

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

}  // namespace

namespace activations {

double Logistic::inverse(double y) {
    return y >= 0 && y <= 1 ? std::log(y) - std::log1p(-y) : nan;
}
double Logistic::gain(double y) {
    return y * (1.0 - y);
}
double Logistic::gain_slope(double y) {
    return 1.0 - 2.0 * y;
}
double Logistic::potential(double u) {
    return Softplus::value(u);
}

double Tanh::inverse(double y) {
    return std::abs(y) <= 1 ? std::atanh(y) : nan;
}
double Tanh::gain(double y) {
    return (1.0 - y) * (1.0 + y);
}
double Tanh::gain_slope(double y) {
    return -2.0 * y;
}
double Tanh::potential(double u) {
    // log cosh u = |u| + log(1 + e^{−2|u|}) − log 2
    return std::abs(u) + std::log1p(std::exp(-2.0 * std::abs(u))) - std::numbers::ln2;
}

double Softplus::inverse(double y) {
    // log(eʸ − 1) = y + log(1 − e^{−y})
    return y >= 0 ? y + std::log(-std::expm1(-y)) : nan;
}
double Softplus::gain(double y) {
    return -std::expm1(-y);
}
double Softplus::gain_slope(double y) {
    return std::exp(-y);
}
double Softplus::potential(double u) {
    // Inversion: −Li₂(−eᵘ) = π²/6 + u²/2 + Li₂(−e^{−u}) (Lewin 1981, eq. 1.7).
    return u <= 0 ? minus_dilogarithm_of_minus(std::exp(u))
                  : std::numbers::pi * std::numbers::pi / 6.0 + 0.5 * u * u -
                        minus_dilogarithm_of_minus(std::exp(-u));
}

double ReLU::inverse(double y) {
    return y > 0 ? y : nan;
}
double ReLU::gain(double y) {
    return y > 0 ? 1.0 : 0.0;
}
double ReLU::gain_slope(double /*y*/) {
    return 0.0;
}
double ReLU::potential(double u) {
    return u > 0 ? 0.5 * u * u : 0.0;
}

}  // namespace activations

void reject_activation(Activation activation) {
    reject_argument("activation", activation_names(), std::to_string(static_cast<int>(activation)));
}

std::string_view to_string(Activation activation) {
    return with_row(activation, [](auto row) { return row.name; });
}

const std::string& activation_names() {
    static const std::string names = names_where([](Activation) { return true; });
    return names;
}

void require_bounded(std::string_view where, Activation activation) {
    if (!is_bounded(activation)) {
        reject_argument(where, "a bounded activation (" + names_where(is_bounded) + ")",
                        to_string(activation));
    }
}

std::optional<Activation> activation_from_name(std::string_view name) {
    std::string lower(name);
    std::transform(lower.begin(), lower.end(), lower.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    for (const Activation a : all_activations) {
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
    return with_row(activation, [y](auto row) { return row.inverse(y); });
}

double gain(Activation activation, double y) {
    return with_row(activation, [y](auto row) { return row.gain(y); });
}

double gain_slope(Activation activation, double y) {
    return with_row(activation, [y](auto row) { return row.gain_slope(y); });
}

double potential(Activation activation, double u) {
    return with_row(activation, [u](auto row) { return row.potential(u); });
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
