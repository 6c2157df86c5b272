#include <resdyn/equilibria/exact_point.hpp>

#include <cmath>

#include <resdyn/core/error.hpp>
#include <resdyn/numerics/exact_polynomial.hpp>

namespace resdyn {

using exact::Integer;
using exact::IntegerMatrix;
using exact::Polynomial;
using exact::Rational;

namespace {

Rational power_of_two(int exponent) {
    const Integer power = Integer(1) << std::abs(exponent);
    return exponent >= 0 ? Rational(power) : Rational(Integer(1), power);
}

double nearest(const Rational& value) {
    return exact::quotient(numerator(value), denominator(value));
}

/// g'(level) is positive at Low and negative at High: the sign that (Wy)_i takes as eigenvalue.
int eigenvalue_sign(const ExactPoint& point, const Pattern& pattern, Index i) {
    const int sign = point.rates[static_cast<std::size_t>(i)].sign();
    return pattern[i] == UnitState::Low ? sign : -sign;
}

SpectralCounts saturated_counts(const ExactPoint& point, const Pattern& pattern) {
    SpectralCounts counts;
    for (Index i = 0; i < pattern.size(); ++i) {
        if (pattern[i] != UnitState::Free) {
            const int sign = eigenvalue_sign(point, pattern, i);
            (sign > 0 ? counts.unstable : sign < 0 ? counts.stable : counts.neutral) += 1;
            counts.zero += sign == 0 ? 1 : 0;
        }
    }
    return counts;
}

}  // namespace

Vector ExactPoint::y() const {
    Vector y(static_cast<Index>(numerators.size()));
    for (Index i = 0; i < y.size(); ++i) {
        y[i] = exact::quotient(numerators[static_cast<std::size_t>(i)], denominator);
    }
    return y;
}

Matrix ExactPoint::free_jacobian() const {
    Matrix J(block.rows(), block.cols());
    for (Index i = 0; i < J.rows(); ++i) {
        for (Index j = 0; j < J.cols(); ++j) {
            J(i, j) = nearest(Rational(block(i, j)) * block_scale);
        }
    }
    return J;
}

std::optional<ExactPoint> exact_point(const exact::BinaryMatrix& weights, Activation activation,
                                      const Pattern& pattern) {
    if (!is_bounded(activation)) {
        reject_argument("exact_point", "a bounded activation (logistic or tanh)",
                        to_string(activation));
    }
    const int low = static_cast<int>(levels(activation).low);
    const int high = static_cast<int>(levels(activation).high);
    const Rational scale = power_of_two(weights.exponent);
    const std::vector<Index> free = pattern.free_units();
    const auto n = static_cast<Index>(free.size());
    const auto level = [&](Index j) { return pattern[j] == UnitState::Low ? low : high; };
    IntegerMatrix block(n, n);
    std::vector<Integer> load(free.size());
    for (Index i = 0; i < n; ++i) {
        const Index row = free[static_cast<std::size_t>(i)];
        for (Index j = 0; j < n; ++j) {
            block(i, j) = weights.entries(row, free[static_cast<std::size_t>(j)]);
        }
        for (Index j = 0; j < pattern.size(); ++j) {
            if (pattern[j] != UnitState::Free) {
                load[static_cast<std::size_t>(i)] -= weights.entries(row, j) * level(j);
            }
        }
    }
    const auto solution = exact::solve(block, load);
    if (!solution) {
        return std::nullopt;
    }
    const Integer& d = solution->determinant;
    ExactPoint point;
    point.denominator = d;
    point.scale = scale;
    std::size_t next_free = 0;
    for (Index i = 0; i < pattern.size(); ++i) {
        if (pattern[i] == UnitState::Free) {
            const Integer& value = solution->numerators[next_free++];
            if (value <= low * d || value >= high * d) {
                return std::nullopt;
            }
            point.numerators.push_back(value);
        } else {
            point.numerators.emplace_back(d * level(i));
        }
    }
    point.rates.resize(point.numerators.size());
    for (Index i = 0; i < pattern.size(); ++i) {
        for (Index j = 0; pattern[i] != UnitState::Free && j < pattern.size(); ++j) {
            point.rates[static_cast<std::size_t>(i)] +=
                weights.entries(i, j) * point.numerators[static_cast<std::size_t>(j)];
        }
    }
    // g_i = (y_i − a)(b − y_i), times d²; the common factor goes into the scale.
    std::vector<Integer> g;
    Integer common = 0;
    for (const Integer& value : solution->numerators) {
        g.emplace_back((value - low * d) * (high * d - value));
        common = gcd(common, g.back());
    }
    for (Index i = 0; i < n; ++i) {
        const Integer factor = g[static_cast<std::size_t>(i)] / common;
        for (Index j = 0; j < n; ++j) {
            block(i, j) *= factor;
        }
    }
    point.block = std::move(block);
    point.block_scale = n == 0 ? scale : Rational(scale * Rational(common, Integer(d * d)));
    return point;
}

SpectralCounts exact_flow_counts(const ExactPoint& point, const Pattern& pattern) {
    SpectralCounts counts = saturated_counts(point, pattern);
    if (point.block.rows() > 0) {
        const exact::RootCounts roots =
            exact::count_roots(exact::characteristic_polynomial(point.block));
        counts.unstable += roots.right;
        counts.stable += roots.left;
        counts.neutral += roots.imaginary;
        counts.zero += roots.zero;
        counts.all_real = roots.real == point.block.rows();
    }
    return counts;
}

std::vector<Integer> disc_to_half_plane(const std::vector<Integer>& characteristic,
                                        const Rational& step_times_scale) {
    // hsμ = m − 1 = 2w/(1 − w), so with hs = p/q:  Σ c_k (2 q w)^k (p (1 − w))^{n−k}.
    const std::size_t n = characteristic.size() - 1;
    const Integer p = numerator(step_times_scale);
    const Integer q = denominator(step_times_scale);
    std::vector<Integer> result(n + 1);
    for (std::size_t k = 0; k <= n; ++k) {
        Integer term = characteristic[k] * pow(Integer(2 * q), static_cast<unsigned>(k)) *
                       pow(p, static_cast<unsigned>(n - k));
        // times w^k (1 − w)^{n−k}
        for (std::size_t j = 0; j <= n - k; ++j) {
            result[k + j] += term;
            term = -term * static_cast<long long>(n - k - j) / static_cast<long long>(j + 1);
        }
    }
    return result;
}

SpectralCounts exact_map_counts(const ExactPoint& point, const Pattern& pattern,
                                const Rational& step) {
    // e^{hλ} lies outside the unit circle exactly where λ > 0.
    SpectralCounts counts = saturated_counts(point, pattern);
    const Index n = point.block.rows();
    if (n > 0) {
        const Polynomial characteristic = exact::characteristic_polynomial(point.block);
        Polynomial w = disc_to_half_plane(characteristic, step * point.block_scale);
        while (!w.empty() && w.back() == 0) {
            w.pop_back();
            counts.neutral += 1;  // m = −1
        }
        const exact::RootCounts roots = exact::count_roots(w);
        counts.unstable += roots.right;
        counts.stable += roots.left;
        counts.neutral += roots.imaginary;
        counts.zero += roots.zero;
        counts.all_real = exact::count_roots(characteristic).real == n;
    }
    return counts;
}

}  // namespace resdyn
