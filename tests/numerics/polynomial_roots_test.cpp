// Roots of integer polynomials: products of known factors, multiple, close, and far apart.
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cmath>

#include <resdyn/core/random.hpp>

#include "numerics/polynomial_arithmetic.hpp"
#include "numerics/polynomial_roots.hpp"

using namespace resdyn;
using exact::Integer;
using exact::Polynomial;
using Root = std::complex<double>;

BOOST_AUTO_TEST_SUITE(polynomial_roots_)

namespace {

exact::PolynomialRoots roots_of(const Polynomial& p, const exact::Rational& scale = 1) {
    return exact::polynomial_roots(p, scale);
}

std::vector<Root> sorted(std::vector<Root> roots) {
    std::sort(roots.begin(), roots.end(), [](Root a, Root b) {
        return a.real() != b.real() ? a.real() < b.real() : a.imag() < b.imag();
    });
    return roots;
}

}  // namespace

BOOST_AUTO_TEST_CASE(whole_roots_come_back_exactly_with_their_multiplicity) {
    Random random(7);
    for (int trial = 0; trial < 100; ++trial) {
        Polynomial p{1};
        std::vector<Root> expected;
        for (int k = 0; k < 5; ++k) {
            const int a = static_cast<int>(random.below(7)) - 3;
            const int b = static_cast<int>(random.below(4));
            if (b == 0) {
                p = exact::product(p, {Integer(-a), 1});
                expected.emplace_back(a, 0.0);
            } else {
                p = exact::product(p, {Integer(a * a + b * b), Integer(-2 * a), 1});
                expected.emplace_back(a, b);
                expected.emplace_back(a, -b);
            }
        }
        const exact::PolynomialRoots roots = roots_of(p);
        BOOST_TEST((sorted(roots.values) == sorted(expected)));
        BOOST_TEST(roots.largest_error < 1e-50);
    }
}

BOOST_AUTO_TEST_CASE(roots_that_doubles_cannot_hold_together) {
    // (x + 2^2000)(x + 1), roots scaled by 2^−1000: each beyond the other's last digit.
    const Integer huge = Integer(1) << 2000;
    const Polynomial apart = exact::product({huge, 1}, {Integer(1), 1});
    const auto far =
        sorted(roots_of(apart, exact::Rational(Integer(1), Integer(Integer(1) << 1000))).values);
    BOOST_TEST((far == std::vector<Root>{{-0x1p1000, 0.0}, {-0x1p-1000, 0.0}}));
    // x² + 2^−53 x + 3·2^−53: −2^−54 ± i √(3·2^−53 − 2^−108).
    const Polynomial nearly{Integer(3) << 53, Integer(1) << 53, Integer(1) << 106};
    const auto pair = sorted(roots_of(nearly).values);
    BOOST_TEST(pair[0].real() == -0x1p-54);
    BOOST_TEST(pair[1].imag() == std::sqrt(3 * 0x1p-53), boost::test_tools::tolerance(1e-15));
    // Two real roots 2^−80 apart are told apart: both round to 1.
    const Integer fine = Integer(1) << 80;
    const auto close = roots_of(exact::product({-fine, fine}, {-fine - 1, fine}));
    BOOST_TEST((close.values == std::vector<Root>{{1.0, 0.0}, {1.0, 0.0}}));
}

BOOST_AUTO_TEST_SUITE_END()
