// pᵀW ≥ 0 or Wy < 0: never both, always one, each with a witness that is checked here.
#include <resdyn/equilibria/growth_form.hpp>

#include <boost/test/unit_test.hpp>

#include <resdyn/core/random.hpp>
#include <resdyn/model/systems.hpp>

#include "support/tied_weights.hpp"

using namespace resdyn;

BOOST_AUTO_TEST_SUITE(growth_form_)

namespace {

/// The verdict, its witness checked in double.
bool has_form(const Matrix& W) {
    const GrowthForm form = growth_form(ResidualSystem(W, Activation::Logistic));
    BOOST_REQUIRE(form.exists.has_value());
    if (*form.exists) {
        BOOST_TEST(std::abs(form.p.sum() - 1.0) < 1e-12);
        BOOST_TEST(form.p.minCoeff() >= 0.0);
        BOOST_TEST((form.p.transpose() * W).minCoeff() > -1e-12);
    } else if (form.y.size() > 0) {
        BOOST_TEST(form.y.minCoeff() >= 0.0);
        BOOST_TEST((W * form.y).maxCoeff() < 0.0);
    }
    return *form.exists;
}

}  // namespace

BOOST_AUTO_TEST_CASE(systems_whose_answer_is_known) {
    BOOST_TEST(!has_form(named_system("winner-takes-all").W));    // W(1, 1) < 0
    BOOST_TEST(!has_form(named_system("heteroclinic-cycle").W));  // W(1, 1, 1) < 0
    BOOST_TEST(!has_form(named_system("false-repeller").W));      // W(0, 1) < 0
    BOOST_TEST(has_form(named_system("mutual-help").W));
    BOOST_TEST(has_form(Matrix{{0.0, 1.0}, {-1.0, 0.0}}));  // p = (1, 0): p'W = (0, 1), a tie
    BOOST_TEST(has_form(Matrix::Zero(3, 3)));
    BOOST_TEST(!has_form(-Matrix::Identity(4, 4)));
    BOOST_TEST(has_form(Matrix{{0.0, -1.0}, {0.0, 1.0}}));  // p = (1, 1)/2: the value is 0
    BOOST_TEST(!has_form(Matrix{{0.0, -1.0}, {-1.0, 0.0}}));
    BOOST_TEST(has_form(Matrix{{1.0, -1.0}, {-1.0, 1.0}}));  // p = (1, 1)/2, exactly 0 in both
}

BOOST_AUTO_TEST_CASE(every_matrix_has_one_of_the_two_witnesses) {
    Random random(71);
    int with = 0;
    for (int k = 0; k < 200; ++k) {
        const Index n = 1 + static_cast<Index>(random.below(8));
        with += has_form(k % 2 == 0 ? tied_weights(random, n) : random.normal_matrix(n, n, 1.0));
    }
    BOOST_TEST((with > 40 && with < 160));
    const GrowthForm wide = resdyn::growth_form(
        ResidualSystem(random.normal_matrix(60, 60, 1.0), Activation::Logistic));
    BOOST_TEST(wide.exists.has_value());
}

BOOST_AUTO_TEST_CASE(two_matrices_are_multiplied_exactly) {
    // Row 1 of BA is minus row 0 of it: p = (1, 1)/2 has p'W = 0 exactly.
    const Matrix B{{0.1, 0.7}, {-0.1, -0.7}};
    const Matrix A{{0.3, 1.1}, {-2.3, 0.9}};
    const GrowthForm form =
        resdyn::growth_form(ResidualSystem(ResidualSystem::Factors{B, A}, Activation::Logistic));
    BOOST_TEST((form.exists && *form.exists));
    BOOST_CHECK_THROW(resdyn::growth_form(ResidualSystem(B * A, Activation::Tanh)),
                      std::invalid_argument);
}

BOOST_AUTO_TEST_SUITE_END()
