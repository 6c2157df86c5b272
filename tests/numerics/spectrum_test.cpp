#include <boost/test/unit_test.hpp>

#include <resdyn/core/random.hpp>
#include <resdyn/numerics/spectrum.hpp>

#include "numerics/decompositions.hpp"

using namespace resdyn;

BOOST_AUTO_TEST_SUITE(spectrum_)

BOOST_AUTO_TEST_CASE(eigenvalues_are_sorted_by_decreasing_real_then_imaginary_part) {
    const auto values = eigenvalues(Matrix{{0.0, 1.0, 0.0}, {-1.0, 0.0, 0.0}, {0.0, 0.0, -3.0}});
    BOOST_REQUIRE_EQUAL(values.size(), 3U);
    BOOST_TEST(std::abs(values[0] - Complex(0, 1)) < 1e-14);
    BOOST_TEST(std::abs(values[1] - Complex(0, -1)) < 1e-14);
    BOOST_TEST(std::abs(values[2] + 3.0) < 1e-14);
}

BOOST_AUTO_TEST_CASE(eigenvalues_do_not_depend_on_the_magnitude_of_the_matrix) {
    const Matrix W{{-3.0, 1.0}, {-5.0, 1.0}};  // −1 ± i
    for (const double scale : {1.0, 0x1p-1072, 0x1p1020}) {
        const auto values = eigenvalues(scale * W);
        BOOST_TEST(values[0].real() == -scale, boost::test_tools::tolerance(1e-14));
        BOOST_TEST(values[0].imag() == scale, boost::test_tools::tolerance(1e-14));
    }
    BOOST_TEST(eigenvalues(Matrix{{-5e-324}})[0].real() == -5e-324);
    BOOST_TEST((eigenvalues(Matrix::Zero(3, 3)) == std::vector<Complex>(3)));
}

BOOST_AUTO_TEST_CASE(krylov_agrees_with_dense_and_proves_every_pair) {
    for (const Index n : {100, 180}) {
        for (const Leading leading : {Leading::LargestReal, Leading::LargestModulus}) {
            const Matrix J = Random(5, static_cast<std::uint64_t>(n))
                                 .normal_matrix(n, n, 1.0 / std::sqrt(static_cast<double>(n)));
            const auto apply = [&J](const Vector& v) { return Vector(J * v); };
            const LeadingSpectrum krylov =
                leading_spectrum(n, apply, {.count = 6, .leading = leading});
            BOOST_TEST((krylov.status == SpectrumStatus::Converged));
            std::vector<Complex> dense = eigenvalues(J);
            if (leading == Leading::LargestModulus) {
                sort_multipliers(dense);
            }
            BOOST_REQUIRE(krylov.values.size() >= 6U);
            for (std::size_t k = 0; k < krylov.values.size(); ++k) {
                BOOST_TEST(std::abs(krylov.values[k] - dense[k]) < 1e-7);
                BOOST_TEST(krylov.residuals[k] < 1e-8);
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(small_and_degenerate_matrices_are_answered_densely) {
    for (const Index n : {1, 2, 3}) {
        const Matrix zero = Matrix::Zero(n, n);
        const LeadingSpectrum spectrum =
            leading_spectrum(n, [&](const Vector& v) { return Vector(zero * v); }, {.count = n});
        BOOST_TEST((spectrum.status == SpectrumStatus::Converged));
        for (const Complex value : spectrum.values) {
            BOOST_TEST(std::abs(value) == 0.0);
        }
    }
    const Matrix big_zero = Matrix::Zero(120, 120);
    const LeadingSpectrum spectrum =
        leading_spectrum(120, [&](const Vector& v) { return Vector(big_zero * v); }, {.count = 3});
    BOOST_TEST((spectrum.status != SpectrumStatus::NotConverged));
    BOOST_TEST(std::abs(spectrum.values.front()) < 1e-12);
}

BOOST_AUTO_TEST_CASE(krylov_singular_values_agree_with_dense_ones_and_prove_every_triplet) {
    for (const auto& [rows, cols] : {std::pair<Index, Index>{150, 90}, {90, 150}, {120, 120}}) {
        const Matrix J = Random(7, static_cast<std::uint64_t>(rows)).normal_matrix(rows, cols, 1.0);
        const LinearMap map{rows, cols, [&J](const Vector& v) { return Vector(J * v); },
                            [&J](const Vector& u) { return Vector(J.transpose() * u); }};
        const SingularTriplets krylov = leading_singular_values(map, {.count = 5});
        BOOST_TEST((krylov.status == SpectrumStatus::Converged));
        const Vector dense = singular_values(J);
        BOOST_REQUIRE_EQUAL(krylov.values.size(), 5);
        for (Index k = 0; k < 5; ++k) {
            BOOST_TEST(std::abs(krylov.values[k] - dense[k]) < 1e-9 * dense[0]);
            BOOST_TEST((J * krylov.right.col(k) - krylov.values[k] * krylov.left.col(k)).norm() <
                       1e-6 * dense[0]);
            BOOST_TEST(krylov.residuals[static_cast<std::size_t>(k)] < 1e-6 * dense[0]);
        }
        BOOST_TEST((krylov.right.transpose() * krylov.right).isIdentity(1e-10));
        BOOST_TEST((krylov.left.transpose() * krylov.left).isIdentity(1e-6));
        // The dense route, asked for by name, tells the same.
        const SingularTriplets small =
            leading_singular_values(map, {.count = 5, .dense_below = 1000});
        BOOST_TEST((small.values - krylov.values).norm() < 1e-9 * dense[0]);
    }
}

BOOST_AUTO_TEST_CASE(singular_values_of_a_map_of_low_rank_and_of_none) {
    const Matrix J = 3.0 * Vector::Unit(100, 4) * Vector::Unit(100, 9).transpose();
    for (const double scale : {1.0, 0.0}) {
        const LinearMap map{100, 100, [&](const Vector& v) { return Vector(scale * (J * v)); },
                            [&](const Vector& u) { return Vector(scale * (J.transpose() * u)); }};
        const SingularTriplets found = leading_singular_values(map, {.count = 3});
        BOOST_TEST((found.status != SpectrumStatus::NotConverged));
        BOOST_TEST(std::abs(found.values[0] - 3.0 * scale) < 1e-12);
        BOOST_TEST(found.values.tail(2).cwiseAbs().maxCoeff() < 1e-6);
    }
}

BOOST_AUTO_TEST_CASE(a_count_out_of_range_is_refused) {
    const auto apply = [](const Vector& v) { return v; };
    BOOST_CHECK_THROW(leading_spectrum(3, apply, {.count = 4}), std::invalid_argument);
    BOOST_CHECK_THROW(eigenvalues(Matrix(2, 3)), std::invalid_argument);
    BOOST_TEST(eigenvalues(Matrix(0, 0)).empty());
}

BOOST_AUTO_TEST_SUITE_END()
