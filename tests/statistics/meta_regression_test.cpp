// Slopes against a published worked example, against plain least squares where errors are alike,
// and under simulation; factors of words, and what cannot be told apart.
#include <boost/test/unit_test.hpp>
#include <cmath>

#include <resdyn/core/random.hpp>
#include <resdyn/statistics/meta_regression.hpp>

#include "bcg_trials.hpp"
#include "statistics/distributions.hpp"
#include "support/refusal.hpp"

using namespace resdyn;
using test::bcg_estimates;
using test::refusal;
using test::says;

BOOST_AUTO_TEST_SUITE(meta_regression_)

namespace {

bool rounds_to(double value, double printed) {
    return std::abs(value - printed) < 0.51e-4;
}

Factor latitude() {
    Factor factor{.name = "latitude", .scale = FactorScale::Linear};
    for (const test::BcgTrial& trial : test::bcg_trials) {
        factor.numbers.push_back(trial.latitude);
    }
    return factor;
}

Factor year() {
    Factor factor{.name = "year", .scale = FactorScale::Linear};
    for (const test::BcgTrial& trial : test::bcg_trials) {
        factor.numbers.push_back(trial.year);
    }
    return factor;
}

}  // namespace

BOOST_AUTO_TEST_CASE(latitude_and_year_give_the_published_numbers) {
    // W. Viechtbauer 2010, section 3.3: τ² = 0.1108, R² = 64.63 %, QE(10) = 28.3251, intercept
    // −3.5455, latitude −0.0280, year 0.0019.
    const auto both =
        meta_regression(bcg_estimates(), {latitude(), year()},
                        {.tau = TauEstimator::RestrictedLikelihood, .modified = false});
    BOOST_REQUIRE(both);
    BOOST_TEST(rounds_to(both->tau * both->tau, 0.1108));
    BOOST_TEST(rounds_to(both->explained, 0.6463));
    BOOST_TEST(rounds_to(both->q_residual, 28.3251));
    // Far from the data, so the published iteration's stop at 1e-5 shows in it.
    BOOST_TEST(std::abs(both->intercept - -3.5455) < 2e-4);
    BOOST_TEST(rounds_to(both->slopes[0].value, -0.0280));
    BOOST_TEST(rounds_to(both->slopes[1].value, 0.0019));
    BOOST_TEST(both->degrees == 10.0);
    BOOST_TEST(both->slopes[1].p > 0.5);
}

BOOST_AUTO_TEST_CASE(the_error_of_a_slope_is_knapp_and_hartungs) {
    const auto fit = meta_regression(bcg_estimates(), {latitude()}, {.modified = false});
    BOOST_REQUIRE(fit);
    // By hand, of one factor: Var β = s²/Σ w (x − x̄)², s² the mean weighted square of residuals.
    double weight = 0.0;
    double centre = 0.0;
    const auto trials = bcg_estimates();
    const std::vector<double> x = latitude().numbers;
    const auto w = [&](std::size_t k) { return 1 / (trials[k].variance + fit->tau * fit->tau); };
    for (std::size_t k = 0; k < x.size(); ++k) {
        weight += w(k);
        centre += w(k) * x[k];
    }
    centre /= weight;
    double spread = 0.0;
    double squares = 0.0;
    for (std::size_t k = 0; k < x.size(); ++k) {
        spread += w(k) * std::pow(x[k] - centre, 2);
        squares += w(k) * std::pow(trials[k].effect - fit->at(x[k], FactorScale::Linear), 2);
    }
    BOOST_TEST(std::abs(squares / 11 - 1.0) < 1e-9);  // Paule and Mandel's equation
    BOOST_TEST(std::abs(fit->slopes[0].standard_error - std::sqrt(squares / 11 / spread)) < 1e-9);
    BOOST_TEST(std::abs(fit->f - std::pow(fit->slopes[0].t, 2)) < 1e-9);
    BOOST_TEST(std::abs(fit->p - fit->slopes[0].p) < 1e-9);
    BOOST_TEST(fit->explained > 0.5);
}

BOOST_AUTO_TEST_CASE(a_doubling_and_a_word_are_found_where_they_are) {
    Random random(5);
    std::vector<EffectEstimate> settings;
    Factor epochs{.name = "epochs", .scale = FactorScale::Doubling};
    Factor activation{.name = "activation", .scale = FactorScale::Words};
    for (int k = 0; k < 24; ++k) {
        const double at = std::exp2(k % 4);
        const bool tanh = (k / 4) % 2 == 1;
        epochs.numbers.push_back(10 * at);
        activation.words.emplace_back(tanh ? "tanh" : "logistic");
        settings.push_back(
            {0.2 - 0.03 * std::log2(at) + (tanh ? 0.1 : 0.0) + 0.01 * random.normal(), 1e-4, ""});
    }
    const auto fit = meta_regression(settings, {epochs, activation});
    BOOST_REQUIRE(fit);
    BOOST_TEST(fit->slopes[0].low < -0.03);
    BOOST_TEST(fit->slopes[0].high > -0.03);
    BOOST_TEST(fit->slopes[0].p < 1e-6);
    BOOST_TEST(fit->slopes[1].level == "tanh");
    BOOST_TEST(std::abs(fit->slopes[1].value - 0.1) < 0.02);
    const auto alone = meta_regression(settings, {epochs});
    BOOST_TEST(std::abs(alone->at(10, FactorScale::Doubling) - 0.25) < 0.03);
}

BOOST_AUTO_TEST_CASE(factors_without_an_effect_are_found_as_seldom_as_promised) {
    constexpr int runs = 1500;
    int found = 0;
    for (int run = 0; run < runs; ++run) {
        Random random(static_cast<std::uint64_t>(run), 23);
        std::vector<EffectEstimate> settings;
        Factor factor{.name = "x", .scale = FactorScale::Linear};
        for (int k = 0; k < 12; ++k) {
            factor.numbers.push_back(k % 3);
            settings.push_back({0.1 * random.normal() + 0.05 * random.normal(), 0.0025, ""});
        }
        found += meta_regression(settings, {factor})->p < 0.05 ? 1 : 0;
    }
    BOOST_TEST(found < 0.067 * runs);
}

BOOST_AUTO_TEST_CASE(what_cannot_be_told_apart_is_said) {
    const Factor twice = [] {
        Factor f = latitude();
        f.name = "latitude again";
        return f;
    }();
    BOOST_TEST(!meta_regression(bcg_estimates(), {latitude(), twice}));
    std::vector<EffectEstimate> three(3, {1.0, 1.0, ""});
    three[1].effect = 2.0;
    Factor two{.name = "two", .scale = FactorScale::Linear, .numbers = {0, 1, 1}};
    BOOST_TEST(!meta_regression(three, {two}));  // one degree of freedom is too few
    Factor same{.name = "same", .scale = FactorScale::Words, .words = {"a", "a", "a"}};
    BOOST_TEST(says(refusal([&] { meta_regression(three, {same}); }), "same", "two different"));
    Factor zero{.name = "decay", .scale = FactorScale::Doubling, .numbers = {0, 1, 2}};
    BOOST_TEST(says(refusal([&] { meta_regression(three, {zero}); }), "decay", "> 0"));
    BOOST_TEST(says(refusal([&] { meta_regression(three, {latitude()}); }), "latitude",
                    "a level a setting"));
}

BOOST_AUTO_TEST_SUITE_END()
