#include "free_eigenvalues.hpp"

#include <algorithm>
#include <cmath>

#include <resdyn/numerics/exact_polynomial.hpp>
#include <resdyn/numerics/polynomial_roots.hpp>

namespace resdyn {

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

}  // namespace

std::vector<Complex> free_eigenvalues(const ExactPoint& point, const SpectralCounts& counts) {
    if (point.block.rows() == 0) {
        return {};
    }
    std::vector<Complex> values = eigenvalues(point.free_jacobian());
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

}  // namespace resdyn
