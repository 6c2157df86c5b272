#include <resdyn/equilibria/exact_point.hpp>

#include <algorithm>
#include <cmath>
#include <limits>

#include <resdyn/numerics/exact_roots.hpp>
#include <resdyn/numerics/spectrum.hpp>

#include "face_system.hpp"
#include "rounding.hpp"
#include "spectral_discs.hpp"

namespace resdyn {

using exact::Integer;
using exact::Polynomial;
using exact::Rational;

namespace {

/// g'(level) is positive at Low and negative at High: the sign that (Wy)_i takes as eigenvalue.
int eigenvalue_sign(const ExactPoint& point, const Pattern& pattern, Index i) {
    const int sign = point.rates[static_cast<std::size_t>(i)].sign();
    return pattern[i] == UnitState::Low ? sign : -sign;
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
    const Integer up = numerator(block_scale);
    const Integer down = boost::multiprecision::denominator(block_scale);
    Matrix J(block.rows(), block.cols());
    for (Index i = 0; i < J.rows(); ++i) {
        for (Index j = 0; j < J.cols(); ++j) {
            J(i, j) = exact::quotient(block(i, j) * up, down);
        }
    }
    return J;
}

std::optional<ExactPoint> exact_point(const exact::BinaryMatrix& weights, Activation activation,
                                      const Pattern& pattern) {
    const WholeLevels range = whole_levels(activation, "exact_point");
    const FaceSystem face = face_system(weights, range, pattern);
    const auto solution = exact::solve(face.block, face.load);
    if (!solution || !is_inside(*solution, range)) {
        return std::nullopt;
    }
    return point_on_face(weights, range, pattern, face, solution->numerators,
                         solution->determinant);
}

SpectralCounts exact_saturated_counts(const ExactPoint& point, const Pattern& pattern) {
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

namespace {

/// What one rounding an entry may have moved.
Matrix rounding_of(const Matrix& J) {
    return (unit_roundoff * bound_slack * J.cwiseAbs()).array() +
           std::numeric_limits<double>::denorm_min();
}

}  // namespace

SpectralCounts exact_free_counts(const ExactPoint& point) {
    const Index k = point.block.rows();
    if (k == 0) {
        return {};
    }
    const Matrix J = point.free_jacobian();
    const auto discs = spectral_discs(J, rounding_of(J));
    if (discs && discs->all_real) {
        return {discs->unstable, k - discs->unstable, 0, 0, *discs->all_real};
    }
    const exact::RootCounts roots =
        exact::count_roots(exact::characteristic_polynomial(point.block));
    return {roots.right, roots.left, roots.imaginary, roots.zero, roots.real == k};
}

std::vector<Complex> free_eigenvalues(const ExactPoint& point, const SpectralCounts& counts) {
    if (point.block.rows() == 0) {
        return {};
    }
    std::vector<Complex> values = eigenvalues(point.free_jacobian());
    if (counts.all_real) {
        for (Complex& value : values) {
            value = value.real();
        }
    }
    std::stable_sort(values.begin(), values.end(),
                     [](Complex a, Complex b) { return std::abs(a.real()) < std::abs(b.real()); });
    for (Index k = 0; k < counts.neutral; ++k) {
        Complex& value = values[static_cast<std::size_t>(k)];
        value = {0.0, value.imag()};
    }
    return values;
}

SpectralCounts exact_flow_counts(const ExactPoint& point, const Pattern& pattern) {
    return exact_flow_counts(point, pattern, exact_free_counts(point));
}

SpectralCounts exact_flow_counts(const ExactPoint& point, const Pattern& pattern,
                                 const SpectralCounts& free) {
    SpectralCounts counts = exact_saturated_counts(point, pattern);
    counts.unstable += free.unstable;
    counts.stable += free.stable;
    counts.neutral += free.neutral;
    counts.zero += free.zero;
    counts.all_real = free.all_real;
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
    SpectralCounts counts = exact_saturated_counts(point, pattern);
    const Index n = point.block.rows();
    if (n > 0) {
        const Matrix J = point.free_jacobian();
        const auto discs = multiplier_discs(J, rounding_of(J), exact::nearest(step));
        if (discs && discs->all_real) {
            counts.unstable += discs->unstable;
            counts.stable += n - discs->unstable;
            counts.all_real = *discs->all_real;
            return counts;
        }
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
