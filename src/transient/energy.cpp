#include <resdyn/transient/energy.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include <resdyn/core/error.hpp>

namespace resdyn {

namespace {

/// log((1 + e^{u+d})/(1 + e^u)) − f(u) d, logistic f, without overflow: the forms for ±(u, d) are
/// equal. Where the quotient is below 1/2, log1p would have lost it; the difference of the two
/// logarithms then loses no more than the rounding of the larger.
double logistic_excess(double u, double d) {
    if (d > 0) {
        return logistic_excess(-u, -d);
    }
    const double f = activate(Activation::Logistic, u);
    const double fall = f * std::expm1(d);
    if (fall < -0.5) {
        return activate(Activation::Softplus, u + d) - activate(Activation::Softplus, u) - f * d;
    }
    return std::log1p(fall) - f * d;
}

double relu_excess(double u, double d) {
    const auto half_square = [](double v) { return v > 0 ? 0.5 * v * v : 0.0; };
    if (u > 0 && u + d > 0) {
        return 0.5 * d * d;
    }
    return half_square(u + d) - half_square(u) - std::max(u, 0.0) * d;
}

/// Gauss–Legendre with ten nodes on panels of at most 2 inside [−40, 40]; outside softplus is
/// straight (to e^{−40}) and one panel is exact.
double softplus_excess(double u, double d) {
    constexpr std::array<double, 5> node = {0.1488743389816312, 0.4333953941292472,
                                            0.6794095682990244, 0.8650633666889845,
                                            0.9739065285171717};
    constexpr std::array<double, 5> weight = {0.2955242247147529, 0.2692667193099964,
                                              0.2190863625159820, 0.1494513491505806,
                                              0.0666713443086881};
    constexpr double bent = 40.0;
    constexpr double width = 2.0;
    const double level = activate(Activation::Softplus, u);
    const double low = std::min(u, u + d);
    const double high = std::max(u, u + d);
    double sum = 0.0;
    double from = low;
    while (from < high) {
        const double to = std::min(high, from < -bent  ? -bent
                                         : from < bent ? std::min(from + width, bent)
                                                       : high);
        const double half = 0.5 * (to - from);
        const double middle = 0.5 * (to + from);
        for (std::size_t k = 0; k < node.size(); ++k) {
            for (const double side : {-1.0, 1.0}) {
                sum += half * weight[k] *
                       (activate(Activation::Softplus, middle + side * half * node[k]) - level);
            }
        }
        from = to;
    }
    return d < 0 ? -sum : sum;
}

double excess(activations::Logistic, double u, double d) {
    return logistic_excess(u, d);
}
double excess(activations::Tanh, double u, double d) {
    return logistic_excess(2.0 * u, 2.0 * d);  // log cosh u = log(1 + e^{2u}) − u − log 2
}
double excess(activations::Softplus, double u, double d) {
    return softplus_excess(u, d);
}
double excess(activations::ReLU, double u, double d) {
    return relu_excess(u, d);
}

struct MeanAndError {
    double mean;
    double error;
};

MeanAndError mean_of(const Vector& values) {
    const auto n = static_cast<double>(values.size());
    const double mean = values.sum() / n;
    const double spread = (values.array() - mean).square().sum();
    return {mean, n > 1 ? std::sqrt(spread / (n * (n - 1))) : 0.0};
}

}  // namespace

double euler_excess(Activation activation, double u, double d) {
    return with_row(activation, [u, d](auto row) { return excess(row, u, d); });
}

EnergyBudget energy_budget(const ResidualNetwork& network, const Matrix& x0, const Vector& p) {
    validate(network);
    if (x0.rows() != network.width() || x0.cols() < 1) {
        reject_argument("x0", "a column of N numbers a sample, one sample at least",
                        fmt::format("{}x{}", x0.rows(), x0.cols()));
    }
    const Index m = network.hidden_width();
    if (p.size() != 0 && (p.size() != m || !(p.minCoeff() > 0) || !p.allFinite())) {
        reject_argument("p", fmt::format("{} finite weights > 0, or none", m),
                        fmt::format("{} numbers, smallest {}", p.size(), p.minCoeff()));
    }
    const Vector weights = p.size() == 0 ? Vector(Vector::Ones(m)) : p;
    const double h = network.step;
    const Activation f = network.activation;
    const Index depth = network.depth;
    EnergyBudget budget;
    for (Vector* series :
         {&budget.energy, &budget.change, &budget.work, &budget.injection, &budget.bound,
          &budget.change_error, &budget.work_error, &budget.injection_error}) {
        *series = Vector::Zero(depth);
    }
    budget.samples = x0.cols();
    budget.tolerance = static_cast<double>(m + 100) * std::numeric_limits<double>::epsilon();
    Matrix x = x0;
    for (Index n = 0; n < depth; ++n) {
        const ResidualBlock& block = network.block(n);
        const Matrix u = (block.W * x).colwise() + block.b;
        const Matrix y = activate(f, u);
        const Matrix dx = block.A ? Matrix(h * (*block.A * y)) : Matrix(h * y);
        const Matrix d = block.W * dx;
        Vector before = Vector::Zero(x.cols());
        Vector change = before;
        Vector work = before;
        Vector injection = before;
        Vector bound = before;
        for (Index j = 0; j < x.cols(); ++j) {
            double after = 0.0;
            double size = 0.0;
            for (Index i = 0; i < m; ++i) {
                const double w = weights[i];
                const double F = potential(f, u(i, j));
                const double F_next = potential(f, u(i, j) + d(i, j));
                before[j] += w * F;
                after += w * F_next;
                work[j] += w * y(i, j) * d(i, j);
                injection[j] += w * euler_excess(f, u(i, j), d(i, j));
                bound[j] += 0.5 * max_slope(f) * w * d(i, j) * d(i, j);
                size +=
                    w * (std::abs(F) + std::abs(F_next) +
                         (1.0 + std::abs(y(i, j))) * (std::abs(u(i, j)) + std::abs(d(i, j))) + 1.0);
            }
            change[j] = after - before[j];
            const double outside = std::max(-injection[j], injection[j] - bound[j]);
            const double scale =
                1.0 + std::abs(before[j]) + std::abs(change[j]) + std::abs(work[j]);
            budget.violation = std::max(budget.violation, outside / scale);
            budget.imbalance =
                std::max(budget.imbalance, std::abs(change[j] - work[j] - injection[j]) / size);
        }
        budget.energy[n] = before.mean();
        budget.bound[n] = bound.mean();
        const auto record = [n](const Vector& values, Vector& means, Vector& errors) {
            const MeanAndError one = mean_of(values);
            means[n] = one.mean;
            errors[n] = one.error;
        };
        record(change, budget.change, budget.change_error);
        record(work, budget.work, budget.work_error);
        record(injection, budget.injection, budget.injection_error);
        x += dx;
    }
    return budget;
}

}  // namespace resdyn
