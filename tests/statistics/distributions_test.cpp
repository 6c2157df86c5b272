// Quantiles and tails against tables, and Holm's correction by its definition.
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <limits>

#include "statistics/distributions.hpp"

using namespace resdyn;

BOOST_AUTO_TEST_SUITE(distributions_)

BOOST_AUTO_TEST_CASE(quantiles_of_students_t_are_those_of_the_tables) {
    const auto near = boost::test_tools::tolerance(1e-4);
    BOOST_TEST(student_quantile(0.975, 2) == 4.30265, near);
    BOOST_TEST(student_quantile(0.995, 7) == 3.49948, near);
    BOOST_TEST(student_quantile(0.025, 12) == -2.17881, near);
}

BOOST_AUTO_TEST_CASE(tails_are_those_of_the_quantiles) {
    BOOST_TEST(std::abs(student_two_sided_p(-student_quantile(0.975, 5), 5) - 0.05) < 1e-12);
    BOOST_TEST(std::abs(fisher_upper_p(4.9646, 1, 10) - 0.05) < 1e-5);
    const double t = 1.7;  // F with one degree of freedom is t²
    BOOST_TEST(std::abs(fisher_upper_p(t * t, 1, 9) - student_two_sided_p(t, 9)) < 1e-12);
    constexpr double infinity = std::numeric_limits<double>::infinity();
    BOOST_TEST(student_two_sided_p(infinity, 3) == 0.0);
    BOOST_TEST(student_two_sided_p(std::nan(""), 3) == 1.0);
    BOOST_TEST(fisher_upper_p(infinity, 2, 3) == 0.0);
    BOOST_TEST(fisher_upper_p(std::nan(""), 2, 3) == 1.0);
}

BOOST_AUTO_TEST_CASE(holm_multiplies_by_the_tests_that_are_left_and_never_falls) {
    const auto near = boost::test_tools::tolerance(1e-12);
    const std::vector<double> adjusted = holm_adjusted({0.04, 0.01, 0.03, 0.5});
    BOOST_TEST(adjusted[1] == 0.04, near);
    BOOST_TEST(adjusted[2] == 0.09, near);
    BOOST_TEST(adjusted[0] == 0.09, near);  // 0.08 would be less than the one before
    BOOST_TEST(adjusted[3] == 0.5, near);
    BOOST_TEST(holm_adjusted({0.6, 0.7}).back() == 1.0);
    BOOST_TEST(holm_adjusted({}).empty());
}

BOOST_AUTO_TEST_SUITE_END()
