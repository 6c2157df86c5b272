// Looks at the seeds: each verdict where it is due, the error rates under a simulated null and at
// the margin, and what cannot be tested by t.
#include <boost/test/unit_test.hpp>
#include <cmath>

#include <resdyn/core/random.hpp>
#include <resdyn/statistics/sequential_test.hpp>

#include "statistics/distributions.hpp"
#include "support/refusal.hpp"

using namespace resdyn;
using test::refusal;
using test::says;

BOOST_AUTO_TEST_SUITE(sequential_test_)

namespace {

using Effects = std::vector<std::optional<double>>;

Effects normal_effects(std::uint64_t seed, double mean, double deviation, Index count) {
    Random random(seed);
    Effects effects;
    for (Index k = 0; k < count; ++k) {
        effects.emplace_back(mean + deviation * random.normal());
    }
    return effects;
}

/// How often each verdict comes, over many runs of the whole design, and the seeds it took.
struct Rates {
    double holds = 0.0, fails = 0.0, negligible = 0.0, undecided = 0.0;
    double seeds = 0.0;
};

Rates rates(double mean, double margin) {
    constexpr int runs = 4000;
    Rates r;
    for (int k = 0; k < runs; ++k) {
        const SequentialResult result = sequential_test(
            normal_effects(static_cast<std::uint64_t>(k), mean, 1.0, 21), {.margin = margin});
        (result.verdict == EffectVerdict::Holds        ? r.holds
         : result.verdict == EffectVerdict::Fails      ? r.fails
         : result.verdict == EffectVerdict::Negligible ? r.negligible
                                                       : r.undecided) += 1.0 / runs;
        r.seeds += static_cast<double>(result.looks.back().seeds) / runs;
    }
    return r;
}

constexpr double three_errors = 3 * 0.0034;  // of a share of 0.05 of 4,000 runs

}  // namespace

BOOST_AUTO_TEST_CASE(under_the_null_verdicts_are_false_as_seldom_as_promised) {
    const Rates null = rates(0.0, 0.01);
    BOOST_TEST(null.holds + null.fails < 0.05 + three_errors);
    BOOST_TEST(null.holds + null.fails > 0.02);  // nor is it so cautious that it never speaks
    BOOST_TEST(null.negligible == 0.0);          // 21 seeds cannot see so little
}

BOOST_AUTO_TEST_CASE(an_effect_of_the_size_that_matters_is_seldom_called_negligible) {
    const Rates at_margin = rates(1.5, 1.5);
    BOOST_TEST(at_margin.negligible < 0.05 + three_errors);
    const Rates none = rates(0.0, 1.5);
    BOOST_TEST(none.negligible > 0.9);
}

BOOST_AUTO_TEST_CASE(an_effect_of_one_deviation_is_decided) {
    const Rates one = rates(1.0, 0.1);
    BOOST_TEST(one.holds > 0.93);
    BOOST_TEST(one.fails < 0.005);
    BOOST_TEST(one.seeds < 14.0);
}

BOOST_AUTO_TEST_CASE(the_interval_is_students_at_the_level_of_a_look) {
    const SequentialResult result = sequential_test({1.0, 2.0, 6.0}, {.margin = 0.1});
    BOOST_REQUIRE(result.looks.size() == 1U);
    const SequentialLook& look = result.looks.front();
    const auto near = boost::test_tools::tolerance(1e-12);
    BOOST_TEST(look.mean == 3.0, near);
    BOOST_TEST(look.deviation == std::sqrt(7.0), near);
    BOOST_TEST(
        look.high - look.mean == student_quantile(0.995, 2) * std::sqrt(7.0) / std::sqrt(3.0),
        near);
    BOOST_TEST((result.verdict == EffectVerdict::Undecided));
}

BOOST_AUTO_TEST_CASE(negligible_comes_before_holds_and_the_first_verdict_stands) {
    const Effects small{0.010, 0.011, 0.012, -5.0, -5.0};
    const SequentialResult result = sequential_test(small, {.margin = 0.05});
    BOOST_TEST((result.verdict == EffectVerdict::Negligible));
    BOOST_TEST(result.looks.size() == 1U);
    const SequentialResult matters = sequential_test(small, {.margin = 0.005});
    BOOST_TEST((matters.verdict == EffectVerdict::Holds));
    const SequentialResult against = sequential_test({-0.010, -0.011, -0.012}, {.margin = 0.005});
    BOOST_TEST((against.verdict == EffectVerdict::Fails));
}

BOOST_AUTO_TEST_CASE(seeds_that_would_settle_it_do) {
    Effects effects;
    for (int k = 0; k < 21; ++k) {
        effects.emplace_back(k % 2 == 0 ? 1.2 : -0.8);
    }
    const SequentialOptions options{.margin = 0.01};
    const SequentialResult result = sequential_test(effects, options);
    BOOST_REQUIRE((result.verdict == EffectVerdict::Undecided));
    const Index n = result.would_settle.value();
    const SequentialLook& last = result.looks.back();
    const auto half = [&](Index k) {
        const auto count = static_cast<double>(k);
        return student_quantile(0.995, count - 1) * last.deviation / std::sqrt(count);
    };
    BOOST_TEST(n > 21);
    BOOST_TEST(std::abs(last.mean) > half(n));
    BOOST_TEST(std::abs(last.mean) <= half(n - 1));
}

BOOST_AUTO_TEST_CASE(equal_values_are_judged_by_their_number) {
    const SequentialOptions options{.margin = 0.1};
    const SequentialResult five = sequential_test(Effects(5, 1.0), options);
    BOOST_TEST((five.verdict == EffectVerdict::Undecided));  // 2⁻⁴ > 0.01
    BOOST_TEST(!five.would_settle);
    const SequentialResult eight = sequential_test(Effects(8, 1.0), options);
    BOOST_TEST((eight.verdict == EffectVerdict::Holds));  // 2⁻⁷ < 0.01
    BOOST_TEST((sequential_test(Effects(8, 0.0), options).verdict == EffectVerdict::Negligible));
    BOOST_TEST((sequential_test(Effects(8, -1.0), options).verdict == EffectVerdict::Fails));
}

BOOST_AUTO_TEST_CASE(seeds_without_an_effect_are_counted_and_left_out) {
    Effects effects = normal_effects(3, 2.0, 0.1, 21);
    effects[0] = effects[1] = std::nullopt;
    const SequentialResult result = sequential_test(effects, {.margin = 0.5});
    BOOST_TEST(result.looks.front().seeds == 3);
    BOOST_TEST(result.looks.front().values == 1);
    BOOST_TEST((result.looks.front().verdict == EffectVerdict::Undecided));
    BOOST_TEST((result.verdict == EffectVerdict::Holds));
    const SequentialResult none = sequential_test(Effects(21), {.margin = 0.5});
    BOOST_TEST((none.verdict == EffectVerdict::Undecided));
    BOOST_TEST(std::isnan(none.looks.back().mean));
    BOOST_TEST(!none.would_settle);
}

BOOST_AUTO_TEST_CASE(a_look_without_its_seeds_is_not_taken) {
    BOOST_TEST(sequential_test({1.0, 2.0}, {.margin = 0.1}).looks.empty());
    BOOST_TEST(says(refusal([] { sequential_test({}, {}); }), "margin", "> 0"));
    BOOST_TEST(says(refusal([] {
                        sequential_test({}, {.margin = 1, .looks = {5, 3}});
                    }),
                    "looks", "increasing"));
    BOOST_TEST(says(refusal([] { sequential_test({}, {.margin = 1, .alpha = 0}); }), "alpha"));
}

BOOST_AUTO_TEST_SUITE_END()
