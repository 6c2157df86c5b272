// One battery for every activation.
#include <boost/test/unit_test.hpp>

#include <resdyn/model/activation.hpp>

#include "support/refusal.hpp"

using namespace resdyn;
using test::refusal;
using test::says;

BOOST_AUTO_TEST_SUITE(activation_)

namespace {

double central(double (*F)(Activation, double), Activation f, double u) {
    const double h = 1e-5 * std::max(1.0, std::abs(u));
    return (F(f, u + h) - F(f, u - h)) / (2 * h);
}

}  // namespace

BOOST_AUTO_TEST_CASE(derivatives_agree_with_central_differences) {
    for (const Activation f : all_activations) {
        for (const double u : {-6.0, -1.3, -0.1, 0.4, 2.0, 5.5}) {
            BOOST_TEST_CONTEXT(to_string(f) << " at u = " << u) {
                BOOST_TEST(std::abs(slope(f, u) - central(activate, f, u)) < 1e-8);
                BOOST_TEST(std::abs(activate(f, u) - central(potential, f, u)) < 1e-8);
                const double y = activate(f, u);
                BOOST_TEST(std::abs(gain(f, y) - slope(f, u)) < 1e-14);
                if (is_strictly_increasing(f)) {
                    BOOST_TEST(std::abs(gain_slope(f, y) - central(gain, f, y)) < 1e-8);
                    BOOST_TEST(std::abs(inverse(f, y) - u) < 1e-9);
                }
                BOOST_TEST(slope(f, u) <= max_slope(f));
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(saturation_keeps_relative_accuracy_and_never_overflows) {
    const double inf = std::numeric_limits<double>::infinity();
    for (const Activation f : {Activation::Logistic, Activation::Tanh}) {
        const Levels range = levels(f);
        BOOST_TEST(activate(f, -inf) == range.low);
        BOOST_TEST(activate(f, inf) == range.high);
        BOOST_TEST(activate(f, -1e4) == range.low);
        BOOST_TEST(activate(f, 1e4) == range.high);
        BOOST_TEST(slope(f, inf) == 0);
        BOOST_TEST(inverse(f, range.low) == -inf);
        BOOST_TEST(inverse(f, range.high) == inf);
        BOOST_TEST(std::isnan(inverse(f, range.high + 0.1)));
    }
    // f'(u) ~ e^{−u} far out, where y(1 − y) would be 0.
    BOOST_TEST(slope(Activation::Logistic, 100.0) == std::exp(-100.0),
               boost::test_tools::tolerance(1e-12));
    BOOST_TEST(slope(Activation::Tanh, 50.0) == 4 * std::exp(-100.0),
               boost::test_tools::tolerance(1e-12));
    BOOST_TEST(activate(Activation::Softplus, -100.0) == std::exp(-100.0),
               boost::test_tools::tolerance(1e-12));
    BOOST_TEST(activate(Activation::Softplus, 800.0) == 800.0);
    BOOST_TEST(potential(Activation::Tanh, 900.0) == 900.0 - std::log(2.0),
               boost::test_tools::tolerance(1e-14));
    BOOST_TEST(std::isnan(inverse(Activation::ReLU, 0.0)));
}

BOOST_AUTO_TEST_CASE(softplus_potential_is_minus_a_dilogarithm) {
    // −Li₂(−1) = π²/12; −Li₂(−eᵘ) ~ eᵘ for u → −∞, π²/6 + u²/2 for u → ∞.
    const double pi = 3.141592653589793;
    BOOST_TEST(potential(Activation::Softplus, 0.0) == pi * pi / 12,
               boost::test_tools::tolerance(1e-14));
    BOOST_TEST(potential(Activation::Softplus, -30.0) == std::exp(-30.0),
               boost::test_tools::tolerance(1e-12));
    BOOST_TEST(potential(Activation::Softplus, 50.0) == pi * pi / 6 + 1250,
               boost::test_tools::tolerance(1e-14));
}

BOOST_AUTO_TEST_CASE(batches_agree_with_scalars) {
    Matrix u(2, 3);
    u << -800, -2, 0, 0.5, 3, 900;
    for (const Activation f : all_activations) {
        const Matrix y = activate(f, u);
        for (Index k = 0; k < u.size(); ++k) {
            BOOST_TEST(std::abs(y(k) - activate(f, u(k))) <= 1e-15 * std::max(1.0, y(k)));
        }
    }
}

BOOST_AUTO_TEST_CASE(names_are_read_and_written) {
    for (const Activation f : all_activations) {
        BOOST_TEST((activation_from_name(to_string(f)) == f));
    }
    BOOST_TEST((activation_from_name("sigmoid") == Activation::Logistic));
    BOOST_TEST(!activation_from_name("gelu").has_value());
}

BOOST_AUTO_TEST_CASE(rows_say_what_their_functions_do) {
    for (std::size_t k = 0; k < all_activations.size(); ++k) {
        const Activation f = all_activations[k];
        BOOST_TEST_CONTEXT(to_string(f)) {
            BOOST_TEST(static_cast<std::size_t>(f) == k);
            const Levels range = levels(f);
            BOOST_TEST(std::abs(activate(f, -40.0) - range.low) < 1e-15);
            const double far = activate(f, 1e300);
            BOOST_TEST(is_bounded(f) == (far < 1e300));
            BOOST_TEST((!is_bounded(f) || far == range.high));
            double steepest = 0.0;
            for (double u = -4.0; u <= 4.0; u += 0.125) {
                steepest = std::max(steepest, slope(f, u));
            }
            // Softplus comes near its largest slope only far out.
            BOOST_TEST(steepest <= max_slope(f));
            BOOST_TEST(steepest > 0.98 * max_slope(f));
        }
    }
}

BOOST_AUTO_TEST_CASE(unbounded_ones_are_refused_in_one_wording) {
    for (const Activation f : all_activations) {
        const std::string text = refusal([f] { require_bounded("here", f); });
        BOOST_TEST(is_bounded(f) == (text == "(nothing was thrown)"));
        if (!is_bounded(f)) {
            BOOST_TEST(text == "here: expected a bounded activation (logistic or tanh), got " +
                                   std::string(to_string(f)));
        }
    }
}

BOOST_AUTO_TEST_CASE(a_number_that_is_no_activation_has_no_answer) {
    const auto none = static_cast<Activation>(99);
    BOOST_TEST(
        says(refusal([&] { (void)levels(none); }), "activation: ", activation_names(), "99"));
    BOOST_TEST(says(refusal([&] { (void)max_slope(none); }), "activation: "));
    BOOST_TEST(says(refusal([&] { (void)is_bounded(none); }), "activation: "));
}

BOOST_AUTO_TEST_SUITE_END()
