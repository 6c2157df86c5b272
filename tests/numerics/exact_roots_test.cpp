// Real roots as exact numbers: isolation, refinement, signs and order.
#include <boost/test/unit_test.hpp>
#include <cmath>

#include <resdyn/core/random.hpp>

#include "numerics/exact_roots.hpp"

using namespace resdyn;
using namespace resdyn::exact;

BOOST_AUTO_TEST_SUITE(exact_roots_)

namespace {

const Rational fine(1, Integer(1) << 44);

Polynomial from_roots(const std::vector<Rational>& roots) {
    Polynomial p = {1};
    for (const Rational& r : roots) {
        p = product(p, {Integer(-numerator(r)), denominator(r)});
    }
    return p;
}

}  // namespace

BOOST_AUTO_TEST_CASE(rational_roots_are_found_once_and_exactly) {
    Random random(3);
    for (int trial = 0; trial < 40; ++trial) {
        std::vector<Rational> roots;
        const std::uint64_t count = 1 + random.below(7);
        for (std::uint64_t k = 0; k < count; ++k) {
            roots.emplace_back(static_cast<long>(random.below(25)) - 12,
                               static_cast<long>(1 + random.below(6)));
        }
        const Polynomial p = product(from_roots(roots), {1, 1, 1});  // and a pair that is not real
        std::sort(roots.begin(), roots.end());
        roots.erase(std::unique(roots.begin(), roots.end()), roots.end());
        const auto found = real_roots(p, -12, 12, fine);
        BOOST_REQUIRE_EQUAL(found.size(), roots.size());
        for (std::size_t k = 0; k < roots.size(); ++k) {
            BOOST_TEST(found[k].is_exact());
            BOOST_TEST((found[k].lower == roots[k]));
        }
    }
}

BOOST_AUTO_TEST_CASE(irrational_roots_are_bracketed_and_compared_without_rounding) {
    // x² − 2 and x² − 2 − 2^−200: their roots agree to 60 digits and are told apart.
    const Integer big = Integer(1) << 200;
    auto a = real_roots({-2, 0, 1}, 0, 2, fine);
    auto b = real_roots({-2 * big - 1, 0, big}, 0, 2, fine);
    BOOST_REQUIRE_EQUAL(a.size(), 1U);
    BOOST_REQUIRE_EQUAL(b.size(), 1U);
    BOOST_TEST(!a[0].is_exact());
    BOOST_TEST(std::abs(a[0].value() - std::sqrt(2.0)) < 1e-13);
    BOOST_TEST(compare(a[0], b[0]) == -1);
    BOOST_TEST(compare(b[0], a[0]) == 1);
    // The same root of another polynomial: (x² − 2)(x − 3).
    auto c = real_roots({6, -2, -3, 1}, 0, 2, fine);
    BOOST_TEST(compare(a[0], c[0]) == 0);
    BOOST_TEST(sign_at({6, -2, -3, 1}, a[0]) == 0);
    BOOST_TEST(sign_at({-7, 5}, a[0]) == 1);  // 5√2 = 7.07…
    BOOST_TEST(compare(a[0], Rational(14143, 10000)) == -1);
}

BOOST_AUTO_TEST_CASE(multiple_roots_keep_or_change_the_sign) {
    const Polynomial square = product({-2, 0, 1}, {-2, 0, 1});  // (x² − 2)²
    auto roots = real_roots(square, 0, 2, fine);
    BOOST_REQUIRE_EQUAL(roots.size(), 1U);
    const SidedSigns even = sided_signs(square, roots[0]);
    BOOST_TEST(even.left == 1);
    BOOST_TEST(even.right == 1);
    const Polynomial cube = product(square, {-2, 0, 1});
    roots = real_roots(cube, 0, 2, fine);
    BOOST_REQUIRE_EQUAL(roots.size(), 1U);
    const SidedSigns odd = sided_signs(cube, roots[0]);
    BOOST_TEST(odd.left == -1);
    BOOST_TEST(odd.right == 1);
}

BOOST_AUTO_TEST_CASE(ends_of_the_interval_count) {
    const auto roots = real_roots({0, -1, 1}, 0, 1, fine);  // x² − x
    BOOST_REQUIRE_EQUAL(roots.size(), 2U);
    BOOST_TEST((roots[0].lower == 0 && roots[1].lower == 1));
}

BOOST_AUTO_TEST_CASE(interpolation_gives_the_polynomial_back) {
    Random random(9);
    for (std::size_t size = 1; size < 30; ++size) {
        Polynomial p;
        for (std::size_t k = 0; k < size; ++k) {
            p.emplace_back((Integer(random.next_u64()) << 70) - (Integer(random.next_u64()) << 69));
        }
        std::vector<Integer> values;
        const Integer first = -7;
        for (std::size_t k = 0; k <= size; ++k) {
            Integer value = 0;
            for (std::size_t i = p.size(); i-- > 0;) {
                value = value * (first + k) + p[i];
            }
            values.push_back(value);
        }
        BOOST_TEST((interpolate(values, first) == p));
    }
}

BOOST_AUTO_TEST_SUITE_END()
