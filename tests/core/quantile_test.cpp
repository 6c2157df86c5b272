// Quantiles by their definition: between order statistics, and values that cover a share.
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <limits>
#include <numeric>

#include <resdyn/core/quantile.hpp>
#include <resdyn/core/random.hpp>

#include "support/refusal.hpp"

using namespace resdyn;
using test::refusal;
using test::says;

BOOST_AUTO_TEST_SUITE(quantile_)

BOOST_AUTO_TEST_CASE(the_median_of_an_even_number_is_the_mean_of_the_middle_two) {
    BOOST_TEST(median({4.0, 1.0, 3.0, 2.0}) == 2.5);
    BOOST_TEST(median({3.0, 1.0, 2.0}) == 2.0);
    BOOST_TEST(median({7.0}) == 7.0);
    BOOST_TEST(median({1.0, 85.0}) == 43.0);
    BOOST_TEST(std::isnan(median({})));
}

BOOST_AUTO_TEST_CASE(quantiles_lie_between_order_statistics) {
    // NumPy: quantile([1, 2, 4, 8, 16], [0.05, 0.3, 0.95]).
    const std::vector<double> values{16.0, 2.0, 8.0, 1.0, 4.0};
    const auto near = boost::test_tools::tolerance(1e-14);
    BOOST_TEST(quantile(values, 0.05) == 1.2, near);
    BOOST_TEST(quantile(values, 0.3) == 2.4, near);
    BOOST_TEST(quantile(values, 0.95) == 14.4, near);
    BOOST_TEST(quantile(values, 0.0) == 1.0);
    BOOST_TEST(quantile(values, 1.0) == 16.0);
    // The law behind it: q of 0 … n − 1 is q (n − 1); monotone in q; −x mirrors it.
    std::vector<double> ramp(101);
    std::iota(ramp.begin(), ramp.end(), 0.0);
    Random random(3);
    double before = 0.0;
    for (int k = 0; k <= 40; ++k) {
        const double q = k / 40.0;
        BOOST_TEST(std::abs(quantile(ramp, q) - 100.0 * q) < 1e-12);
        std::vector<double> drawn;
        std::vector<double> mirrored;
        for (int i = 0; i < 30; ++i) {
            drawn.push_back(Random(5, static_cast<std::uint64_t>(i)).normal());
            mirrored.push_back(-drawn.back());
        }
        const double here = quantile(drawn, q);
        BOOST_TEST((k == 0 || here >= before));
        BOOST_TEST(std::abs(here + quantile(mirrored, 1.0 - q)) < 1e-12);
        before = here;
    }
}

BOOST_AUTO_TEST_CASE(infinities_are_ordered_and_nan_is_not_hidden) {
    constexpr double inf = std::numeric_limits<double>::infinity();
    BOOST_TEST(median({inf, 1.0, inf}) == inf);
    BOOST_TEST(median({inf, inf, 1.0, inf}) == inf);
    BOOST_TEST(median({1.0, 2.0, inf}) == 2.0);
    BOOST_TEST(median({1.0, inf}) == inf);
    BOOST_TEST(std::isnan(median({1.0, std::nan(""), 2.0})));
    BOOST_TEST(std::isnan(spread({std::nan(""), 2.0}).most));
    BOOST_TEST(std::isnan(spread({}).median));
    BOOST_TEST(std::isnan(covering_value({}, 0.5)));
}

BOOST_AUTO_TEST_CASE(a_covering_value_is_one_of_the_values_and_covers_the_share) {
    Random random(8);
    for (int n = 1; n <= 60; ++n) {
        std::vector<double> values;
        for (int i = 0; i < n; ++i) {
            values.push_back(std::floor(random.uniform(0.0, 10.0)));
        }
        for (const double q : {0.05, 0.5, 0.95, 1.0}) {
            const double value = covering_value(values, q);
            const auto share = [&](double limit) {
                return static_cast<double>(std::count_if(values.begin(), values.end(),
                                                         [&](double v) { return v <= limit; })) /
                       n;
            };
            BOOST_TEST(std::count(values.begin(), values.end(), value) > 0);
            BOOST_TEST(share(value) >= q);
            BOOST_TEST(share(value - 0.5) < q);
        }
    }
}

BOOST_AUTO_TEST_CASE(a_spread_shows_what_the_median_hides) {
    std::vector<double> values(19, 1.0);
    values.push_back(85.0);
    const Spread s = spread(values);
    BOOST_TEST(s.median == 1.0);
    BOOST_TEST(s.low == 1.0);
    BOOST_TEST(s.least == 1.0);
    BOOST_TEST(s.most == 85.0);
    BOOST_TEST(s.high == quantile(values, 0.95));
}

BOOST_AUTO_TEST_CASE(shares_out_of_range_are_refused) {
    BOOST_TEST(says(refusal([] { quantile({1.0}, 1.5); }), "quantile", "0 to 1", "1.5"));
    BOOST_TEST(says(refusal([] { quantile({1.0}, std::nan("")); }), "nan"));
    BOOST_TEST(says(refusal([] { covering_value({1.0}, 0.0); }), "above 0", "0"));
}

BOOST_AUTO_TEST_SUITE_END()
