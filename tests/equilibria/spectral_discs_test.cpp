// The discs are internal; what they decide shows in the counts of free blocks.
#include <boost/test/unit_test.hpp>
#include <cmath>

#include <resdyn/core/random.hpp>
#include <resdyn/equilibria/face.hpp>

#include "equilibria/exact_point.hpp"
#include "equilibria/free_eigenvalues.hpp"
#include "numerics/exact_polynomial.hpp"

using namespace resdyn;

BOOST_AUTO_TEST_SUITE(spectral_discs_)

namespace {

/// From the characteristic polynomial in integers, without any filter.
SpectralCounts by_polynomial(const ExactPoint& point) {
    const exact::RootCounts roots =
        exact::count_roots(exact::characteristic_polynomial(point.block));
    return {roots.right, roots.left, roots.imaginary, roots.zero, roots.real == point.block.rows()};
}

/// Multipliers by Schur–Cohn in integers, without any filter; all units free.
SpectralCounts multipliers_by_polynomial(const ExactPoint& point, const exact::Rational& step) {
    const exact::Polynomial characteristic = exact::characteristic_polynomial(point.block);
    exact::Polynomial w = disc_to_half_plane(characteristic, step * point.block_scale);
    Index at_minus_one = 0;
    while (!w.empty() && w.back() == 0) {
        w.pop_back();
        ++at_minus_one;
    }
    const exact::RootCounts roots = exact::count_roots(w);
    return {roots.right, roots.left, roots.imaginary + at_minus_one, roots.zero,
            exact::count_roots(characteristic).real == point.block.rows()};
}

void check_same_multipliers(const ExactPoint& point) {
    const Pattern pattern{
        std::vector<UnitState>(static_cast<std::size_t>(point.block.rows()), UnitState::Free)};
    for (const exact::Rational& step :
         {exact::Rational(1, 3), exact::Rational(1), exact::Rational(7, 2)}) {
        const SpectralCounts filtered = exact_map_counts(point, pattern, step);
        const SpectralCounts proved = multipliers_by_polynomial(point, step);
        BOOST_TEST(filtered.unstable == proved.unstable);
        BOOST_TEST(filtered.stable == proved.stable);
        BOOST_TEST(filtered.neutral == proved.neutral);
        BOOST_TEST(filtered.all_real == proved.all_real);
    }
}

void check_same(const ExactPoint& point) {
    check_same_multipliers(point);
    const SpectralCounts filtered = exact_free_counts(point);
    const SpectralCounts proved = by_polynomial(point);
    BOOST_TEST(filtered.unstable == proved.unstable);
    BOOST_TEST(filtered.stable == proved.stable);
    BOOST_TEST(filtered.neutral == proved.neutral);
    BOOST_TEST(filtered.zero == proved.zero);
    BOOST_TEST(filtered.all_real == proved.all_real);
}

/// tanh, y = 0: the free block is W itself.
ExactPoint at_zero(const Matrix& W) {
    const Pattern pattern{
        std::vector<UnitState>(static_cast<std::size_t>(W.rows()), UnitState::Free)};
    return exact_point(exact::binary_matrix(W), Activation::Tanh, pattern).value();
}

}  // namespace

BOOST_AUTO_TEST_CASE(random_blocks_agree_with_exact_arithmetic) {
    Random random(3);
    for (int trial = 0; trial < 60; ++trial) {
        const Index k = 1 + trial % 6;
        const Matrix W = random.normal_matrix(k, k, 1.0);
        check_same(at_zero(W));
        check_same(at_zero(Matrix(W * W.transpose())));  // real spectra
        check_same(at_zero(Matrix(W - W.transpose() - Matrix::Identity(k, k))));
    }
}

BOOST_AUTO_TEST_CASE(what_lies_on_an_axis_or_meets_is_left_to_exact_arithmetic) {
    const double tiny = std::ldexp(1.0, -40);
    const double below_rounding = std::ldexp(1.0, -60);
    for (const Matrix& W : {
             Matrix{{0.0, 1.0}, {-1.0, 0.0}},                          // centre
             Matrix{{tiny, 1.0}, {-1.0, tiny}},                        // nearly one
             Matrix{{below_rounding, 1.0}, {-1.0, below_rounding}},    // still unstable
             Matrix{{-below_rounding, 1.0}, {-1.0, -below_rounding}},  // still stable
             Matrix{{1.0, 1.0}, {0.0, 1.0}},                           // one block of Jordan
             Matrix{{1.0, 1.0}, {-below_rounding, 1.0}},               // a pair next to the axis
             Matrix{{1.0, 1.0}, {below_rounding, 1.0}},                // two real, nearly one
             Matrix{{1.0, 0.0}, {0.0, 1.0}},                           // twice the same
             Matrix{{2.0, 1.0, 0.0}, {0.0, 2.0, 1.0}, {0.0, 0.0, 2.0}},
             Matrix{{2.0, 1.0, 0.0}, {0.0, 2.0, 1.0}, {tiny, 0.0, 2.0}},
         }) {
        check_same(at_zero(W));
    }
}

BOOST_AUTO_TEST_CASE(zeros_that_are_known_may_touch_the_axis) {
    Random random(12);
    Index by_discs = 0;
    Index not_by_discs = 0;
    for (int trial = 0; trial < 200; ++trial) {
        const Index k = 4 + trial % 3;
        const Index corank = 1 + trial / 3 % 2;
        ExactPoint point;
        point.block =
            exact::multiply(exact::binary_matrix(random.normal_matrix(k, k - corank, 1.0)).entries,
                            exact::binary_matrix(random.normal_matrix(k - corank, k, 1.0)).entries);
        point.block_scale = 1;
        const FreeCounts counted = free_counts(point, corank);
        const SpectralCounts proved = by_polynomial(point);
        BOOST_TEST(counted.counts.unstable == proved.unstable);
        BOOST_TEST(counted.counts.stable == proved.stable);
        BOOST_TEST(counted.counts.neutral == proved.neutral);
        BOOST_TEST(counted.counts.zero == proved.zero);
        BOOST_TEST(counted.counts.all_real == proved.all_real);
        ++(counted.values.empty() ? not_by_discs : by_discs);
    }
    BOOST_TEST(by_discs > 100);
    BOOST_TEST_MESSAGE(not_by_discs << " of 200 in integers");
}

BOOST_AUTO_TEST_CASE(small_blocks_are_counted_in_integers) {
    // With entries this small every case occurs: pairs on the axis, zeros, multiple roots.
    Random random(8);
    Index neutral = 0;
    for (int k = 0; k < 6000; ++k) {
        const auto n = static_cast<Index>(1 + k % 3);
        ExactPoint point;
        point.block = exact::IntegerMatrix(n, n);
        for (Index i = 0; i < n; ++i) {
            for (Index j = 0; j < n; ++j) {
                point.block(i, j) = exact::Integer(random.below(5)) - 2;
            }
        }
        point.block_scale = 1;
        const SpectralCounts counted = exact_free_counts(point);
        const SpectralCounts proved = by_polynomial(point);
        BOOST_TEST(counted.unstable == proved.unstable);
        BOOST_TEST(counted.stable == proved.stable);
        BOOST_TEST(counted.neutral == proved.neutral);
        BOOST_TEST(counted.zero == proved.zero);
        BOOST_TEST(counted.all_real == proved.all_real);
        neutral += counted.neutral > counted.zero ? 1 : 0;
    }
    BOOST_TEST(neutral > 20);
}

BOOST_AUTO_TEST_CASE(entries_of_any_size_are_decided) {
    for (const int exponent : {-900, -300, 300, 900}) {
        const double s = std::ldexp(1.0, exponent);
        check_same(at_zero(s * Matrix{{-1.0, 2.0}, {-2.0, -1.0}}));
        check_same(at_zero(s * Matrix{{1.0, 0.5}, {0.25, -1.0}}));
    }
}

BOOST_AUTO_TEST_SUITE_END()
