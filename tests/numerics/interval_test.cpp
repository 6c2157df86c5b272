// Interval arithmetic against 50 digits.
#include <boost/test/unit_test.hpp>

#include <boost/multiprecision/cpp_dec_float.hpp>

#include <resdyn/core/random.hpp>
#include <resdyn/numerics/interval.hpp>

using namespace resdyn;

BOOST_AUTO_TEST_SUITE(interval_)

namespace {

using Digits = boost::multiprecision::cpp_dec_float_50;

bool holds(const Interval& x, const Digits& value) {
    return Digits(x.low) <= value && value <= Digits(x.high);
}

double relative_width(const Interval& x) {
    return (x.high - x.low) / x.size();
}

}  // namespace

BOOST_AUTO_TEST_CASE(arithmetic_encloses_and_is_sharp) {
    Random random(1);
    for (int k = 0; k < 2000; ++k) {
        const Vector x = random.uniform_vector(2, -3.0, 3.0);
        const Digits a(x[0]);
        const Digits b(x[1]);
        BOOST_TEST(holds(Interval(x[0]) + Interval(x[1]), a + b));
        BOOST_TEST(holds(Interval(x[0]) - Interval(x[1]), a - b));
        BOOST_TEST(holds(Interval(x[0]) * Interval(x[1]), a * b));
        BOOST_TEST(holds(Interval(x[0]) / Interval(x[1]), a / b));
        BOOST_TEST(relative_width(Interval(x[0]) / Interval(x[1])) < 1e-15);
        // Wide operands: every corner is held.
        const Interval wide(-1.0, x[0] + 3.0);
        BOOST_TEST(holds(wide * Interval(x[1]), Digits(-1) * b));
        BOOST_TEST(holds(wide * Interval(x[1]), Digits(wide.high) * b));
    }
    BOOST_TEST(Interval(0.1).contains(0.1));
    BOOST_TEST(!Interval(0.0, 1.0).contains(1.5));
}

BOOST_AUTO_TEST_CASE(exponential_logarithm_and_logistic_enclose) {
    Random random(2);
    for (int k = 0; k < 2000; ++k) {
        const double x = random.uniform_vector(1, -700.0, 700.0)[0];
        BOOST_TEST(holds(exp(Interval(x)), exp(Digits(x))), x);
        BOOST_TEST(relative_width(exp(Interval(x))) < 1e-14);
        BOOST_TEST(holds(logistic(Interval(x)), 1 / (1 + exp(-Digits(x)))), x);
        const double small = x / 100.0;
        BOOST_TEST(relative_width(logistic(Interval(small))) < 1e-14);
        const double positive = std::exp(small * 10.0);
        BOOST_TEST(holds(log(Interval(positive)), log(Digits(positive))), positive);
    }
    const Interval wide = exp(Interval(-1.0, 2.0));
    BOOST_TEST(holds(wide, exp(Digits(-1))));
    BOOST_TEST(holds(wide, exp(Digits(2))));
    // Beyond the range of doubles nothing is claimed that is false.
    BOOST_TEST(exp(Interval(-1e6)).low == 0.0);
    BOOST_TEST(exp(Interval(-1e6)).high > 0.0);
    BOOST_TEST(std::isinf(exp(Interval(1e6)).high));
    BOOST_TEST(logistic(Interval(1e6)).high == 1.0);
}

BOOST_AUTO_TEST_SUITE_END()
