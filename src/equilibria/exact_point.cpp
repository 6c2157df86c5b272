#include "exact_point.hpp"

#include <algorithm>

#include "face_system.hpp"
#include "free_eigenvalues.hpp"
#include "free_multipliers.hpp"
#include "numerics/exact_roots.hpp"
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

SpectralCounts exact_free_counts(const ExactPoint& point) {
    return free_counts(point).counts;
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

FreeMultipliers::FreeMultipliers(const ExactPoint& point)
    : point_(point), J_(point.free_jacobian()) {}

const Polynomial& FreeMultipliers::characteristic() const {
    if (characteristic_.empty()) {
        characteristic_ = exact::characteristic_polynomial(point_.block);
    }
    return characteristic_;
}

Index FreeMultipliers::at_minus_one(const Rational& step) const {
    const Polynomial w = disc_to_half_plane(characteristic(), step * point_.block_scale);
    const auto last = std::find_if(w.rbegin(), w.rend(), [](const Integer& c) { return c != 0; });
    return static_cast<Index>(last - w.rbegin());
}

SpectralCounts FreeMultipliers::counts(const Rational& step) const {
    const Index n = J_.rows();
    if (n == 0) {
        return {};
    }
    const auto discs = multiplier_discs(J_, entry_rounding(J_), exact::nearest(step));
    if (discs && discs->all_real) {
        return {discs->unstable, n - discs->unstable, 0, 0, *discs->all_real};
    }
    SpectralCounts counts;
    Polynomial w = disc_to_half_plane(characteristic(), step * point_.block_scale);
    while (!w.empty() && w.back() == 0) {
        w.pop_back();
        counts.neutral += 1;  // m = −1
    }
    const exact::RootCounts roots = exact::count_roots(w);
    counts.unstable = roots.right;
    counts.stable = roots.left;
    counts.neutral += roots.imaginary;
    counts.zero = roots.zero;
    if (!all_real_) {
        all_real_ = exact::count_roots(characteristic()).real == n;
    }
    counts.all_real = *all_real_;
    return counts;
}

SpectralCounts exact_map_counts(const ExactPoint& point, const Pattern& pattern,
                                const Rational& step) {
    // e^{hλ} lies outside the unit circle exactly where λ > 0.
    SpectralCounts counts = exact_saturated_counts(point, pattern);
    const SpectralCounts free = FreeMultipliers(point).counts(step);
    counts.unstable += free.unstable;
    counts.stable += free.stable;
    counts.neutral += free.neutral;
    counts.zero += free.zero;
    counts.all_real = free.all_real;
    return counts;
}

}  // namespace resdyn
