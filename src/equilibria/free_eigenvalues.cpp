#include "free_eigenvalues.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include <resdyn/numerics/spectrum.hpp>

#include "numerics/exact_polynomial.hpp"
#include "numerics/polynomial_roots.hpp"
#include "spectral_discs.hpp"

namespace resdyn {

using exact::Integer;

namespace {

/// A real part that is proved zero becomes zero, a spectrum that is proved real real.
void apply_verdict(std::vector<Complex>& values, const SpectralCounts& counts) {
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
}

bool contradicts(const std::vector<Complex>& values, const SpectralCounts& counts) {
    const SpectralCounts seen = count_spectrum(values, 0.0);
    return seen.unstable != counts.unstable || seen.stable != counts.stable ||
           seen.all_real != counts.all_real;
}

SpectralCounts one_by_one(const Integer& value) {
    const int sign = value.sign();
    SpectralCounts counts;
    (sign > 0 ? counts.unstable : sign < 0 ? counts.stable : counts.neutral) = 1;
    counts.zero = counts.neutral;
    return counts;
}

/// From trace and determinant.
SpectralCounts two_by_two(const exact::IntegerMatrix& M) {
    const Integer trace = M(0, 0) + M(1, 1);
    const Integer determinant = M(0, 0) * M(1, 1) - M(0, 1) * M(1, 0);
    SpectralCounts counts;
    if (determinant < 0) {
        counts.unstable = counts.stable = 1;
        return counts;
    }
    const Index same = determinant == 0 ? 1 : 2;  // on the side that the trace says
    (trace > 0 ? counts.unstable : trace < 0 ? counts.stable : counts.neutral) = same;
    if (determinant == 0) {
        ++counts.neutral;
        counts.zero = counts.neutral;
    }
    counts.all_real = trace * trace >= 4 * determinant;
    return counts;
}

/// λ³ + aλ² + bλ + c by Hurwitz' criterion and its mirror, and by the discriminant.
SpectralCounts three_by_three(const exact::IntegerMatrix& M) {
    const auto minor = [&M](Index i, Index j) {
        return Integer(M(i, i) * M(j, j) - M(i, j) * M(j, i));
    };
    const Integer a = -(M(0, 0) + M(1, 1) + M(2, 2));
    const Integer b = minor(0, 1) + minor(0, 2) + minor(1, 2);
    const Integer c = -(M(0, 0) * minor(1, 2) - M(0, 1) * (M(1, 0) * M(2, 2) - M(1, 2) * M(2, 0)) +
                        M(0, 2) * (M(1, 0) * M(2, 1) - M(1, 1) * M(2, 0)));
    const Integer ab = a * b;
    SpectralCounts counts;
    counts.all_real = 18 * ab * c - 4 * a * a * a * c + ab * ab - 4 * b * b * b - 27 * c * c >= 0;
    if (c == 0) {  // λ (λ² + aλ + b)
        exact::IntegerMatrix companion(2, 2);
        companion(0, 1) = -b;
        companion(1, 0) = 1;
        companion(1, 1) = -a;
        counts = two_by_two(companion);
        ++counts.neutral;
        ++counts.zero;
        return counts;
    }
    if (ab == c && b > 0) {  // (λ + a)(λ² + b)
        counts.neutral = 2;
        (a > 0 ? counts.stable : counts.unstable) = 1;
        return counts;
    }
    // The product of the roots is −c: without a pair on the axis, c > 0 leaves 0 or 2 on the right.
    counts.unstable = c > 0 ? (a > 0 && ab > c ? 0 : 2) : (a < 0 && ab < c ? 3 : 1);
    counts.stable = 3 - counts.unstable;
    return counts;
}

/// Few enough bits that the discriminant costs less than a dense eigenvalue problem.
bool is_small(const exact::IntegerMatrix& M) {
    constexpr unsigned bits = 20;
    for (Index i = 0; i < M.rows(); ++i) {
        for (Index j = 0; j < M.cols(); ++j) {
            if (M(i, j) != 0 && msb(Integer(abs(M(i, j)))) >= bits) {
                return false;
            }
        }
    }
    return true;
}

/// Of the size of `matrix` near 1, Eigen's numbers are those of eigenvalues(matrix) to the bit.
bool is_of_middle_size(const Matrix& matrix) {
    constexpr int far = 300;
    const double largest = matrix.cwiseAbs().maxCoeff();
    return largest > 0.0 && std::abs(std::ilogb(largest)) < far;
}

std::vector<Complex> agreeing(std::vector<Complex> values, const ExactPoint& point,
                              const SpectralCounts& counts) {
    apply_verdict(values, counts);
    if (contradicts(values, counts)) {
        values = exact::polynomial_roots(exact::characteristic_polynomial(point.block),
                                         point.block_scale)
                     .values;
        apply_verdict(values, counts);
    }
    sort_flow_eigenvalues(values);
    return values;
}

}  // namespace

FreeCounts free_counts(const ExactPoint& point, Index zeros) {
    const Index k = point.block.rows();
    if (k == 0) {
        return {};
    }
    if (k == 1) {
        return {one_by_one(point.block(0, 0)), {}};
    }
    if (k == 2) {
        return {two_by_two(point.block), {}};
    }
    if (k == 3 && is_small(point.block)) {
        return {three_by_three(point.block), {}};
    }
    const Matrix J = point.free_jacobian();
    if (auto discs = spectral_discs(J, entry_rounding(J), zeros); discs && discs->all_real) {
        FreeCounts counted{
            {discs->unstable, k - zeros - discs->unstable, zeros, zeros, *discs->all_real}, {}};
        if (is_of_middle_size(J)) {
            counted.values = std::move(discs->centres);
            sort_flow_eigenvalues(counted.values);
        }
        return counted;
    }
    const exact::RootCounts roots =
        exact::count_roots(exact::characteristic_polynomial(point.block));
    return {{roots.right, roots.left, roots.imaginary, roots.zero, roots.real == k}, {}};
}

std::vector<Complex> free_eigenvalues(const ExactPoint& point, const SpectralCounts& counts) {
    return free_eigenvalues(point, FreeCounts{counts, {}});
}

std::vector<Complex> free_eigenvalues(const ExactPoint& point, FreeCounts counted) {
    if (point.block.rows() == 0) {
        return {};
    }
    if (counted.values.empty()) {
        counted.values = eigenvalues(point.free_jacobian());
    }
    return agreeing(std::move(counted.values), point, counted.counts);
}

}  // namespace resdyn
