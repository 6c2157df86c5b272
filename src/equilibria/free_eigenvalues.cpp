#include "free_eigenvalues.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include <resdyn/numerics/exact_polynomial.hpp>
#include <resdyn/numerics/polynomial_roots.hpp>
#include <resdyn/numerics/spectrum.hpp>

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
