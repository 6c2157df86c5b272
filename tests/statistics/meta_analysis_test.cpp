// Pooling against a published worked example, against its own formulas, and the coverage of its
// intervals under simulation.
#include <boost/test/unit_test.hpp>
#include <cmath>

#include <resdyn/core/random.hpp>
#include <resdyn/statistics/meta_analysis.hpp>

#include "bcg_trials.hpp"
#include "statistics/distributions.hpp"
#include "support/refusal.hpp"

using namespace resdyn;
using test::bcg_estimates;
using test::refusal;
using test::says;

BOOST_AUTO_TEST_SUITE(meta_analysis_)

namespace {

bool rounds_to(double value, double printed) {
    return std::abs(value - printed) < 0.51e-4;
}

}  // namespace

BOOST_AUTO_TEST_CASE(the_vaccine_trials_give_the_published_numbers) {
    // W. Viechtbauer 2010, section 3.2: REML τ² = 0.3132, μ = −0.7145 with error 0.1798,
    // I² = 92.22 %, Q(12) = 152.2330.
    const PooledEffect pooled =
        pool(bcg_estimates(), {.tau = TauEstimator::RestrictedLikelihood, .modified = false});
    BOOST_TEST(rounds_to(pooled.tau * pooled.tau, 0.3132));
    BOOST_TEST(rounds_to(pooled.mean, -0.7145));
    BOOST_TEST(rounds_to(pooled.i_squared, 0.9222));
    BOOST_TEST(rounds_to(pooled.q, 152.2330));
    BOOST_TEST(pooled.degrees == 12.0);
    // The usual error, without Hartung and Knapp's factor.
    double weight = 0.0;
    double squares = 0.0;
    for (const EffectEstimate& one : bcg_estimates()) {
        const double w = 1 / (one.variance + pooled.tau * pooled.tau);
        weight += w;
        squares += w * std::pow(one.effect - pooled.mean, 2);
    }
    BOOST_TEST(rounds_to(std::sqrt(1 / weight), 0.1798));
    BOOST_TEST(std::abs(pooled.standard_error - std::sqrt(squares / 12 / weight)) < 1e-12);
}

BOOST_AUTO_TEST_CASE(moments_and_paule_mandel_solve_their_equations) {
    // R. DerSimonian, N. Laird: τ² = (Q − (k − 1))/(Σw − Σw²/Σw), of these trials 0.3088
    // (Viechtbauer).
    const auto of = [](TauEstimator tau) { return pool(bcg_estimates(), {.tau = tau}); };
    BOOST_TEST(rounds_to(std::pow(of(TauEstimator::DerSimonianLaird).tau, 2), 0.3088));
    const PooledEffect pm = of(TauEstimator::PauleMandel);
    double q = 0.0;
    for (const EffectEstimate& one : bcg_estimates()) {
        q += std::pow(one.effect - pm.mean, 2) / (one.variance + pm.tau * pm.tau);
    }
    BOOST_TEST(std::abs(q - 12.0) < 1e-9);
}

BOOST_AUTO_TEST_CASE(estimates_alike_have_no_heterogeneity_and_are_not_overconfident) {
    const std::vector<EffectEstimate> alike(6, {0.2, 0.04, ""});
    const PooledEffect pooled = pool(alike);
    const auto near = boost::test_tools::tolerance(1e-12);
    BOOST_TEST(pooled.tau == 0.0);
    BOOST_TEST(pooled.i_squared == 0.0);
    BOOST_TEST(pooled.mean == 0.2, near);
    BOOST_TEST(pooled.standard_error == std::sqrt(0.04 / 6), near);  // q = 0 counts as 1
    BOOST_TEST(pooled.prediction_low == pooled.low, near);
    BOOST_TEST(pool(alike, {.modified = false}).standard_error == 0.0);
}

BOOST_AUTO_TEST_CASE(settings_of_a_cluster_count_as_what_they_share) {
    // Two clusters of three that disagree: six settings say little more than two.
    std::vector<EffectEstimate> two;
    for (int k = 0; k < 3; ++k) {
        two.push_back({0.1 + 0.001 * k, 1e-4, "rings"});
        two.push_back({0.3 + 0.001 * k, 1e-4, "moons"});
    }
    const PooledEffect clustered = pool(two);
    BOOST_TEST(clustered.clusters == 2);
    BOOST_TEST(clustered.degrees == 1.0);
    BOOST_TEST(std::abs(clustered.standard_error - 0.1) < 0.005);
    BOOST_TEST(clustered.low < 0.0);
    for (EffectEstimate& one : two) {
        one.cluster.clear();
    }
    BOOST_TEST(pool(two).low > 0.0);
}

BOOST_AUTO_TEST_CASE(intervals_cover_what_they_say) {
    // Eight settings in four clusters, effects 0.5 + cluster + setting, eight seeds each.
    constexpr int runs = 2000;
    int covered = 0;
    int predicted = 0;
    for (int run = 0; run < runs; ++run) {
        Random random(static_cast<std::uint64_t>(run), 17);
        std::vector<EffectEstimate> settings;
        for (int c = 0; c < 4; ++c) {
            const double cluster = 0.1 * random.normal();
            for (int s = 0; s < 2; ++s) {
                const double effect = 0.5 + cluster + 0.1 * random.normal();
                Vector seeds(8);
                for (double& seed : seeds) {
                    seed = effect + 0.2 * random.normal();
                }
                const double variance = (seeds.array() - seeds.mean()).square().sum() / 7 / 8;
                settings.push_back({seeds.mean(), variance, std::string(1, "abcd"[c])});
            }
        }
        const PooledEffect pooled = pool(settings);
        covered += pooled.low < 0.5 && 0.5 < pooled.high ? 1 : 0;
        const double next = 0.5 + 0.1 * random.normal() + 0.1 * random.normal();
        predicted += pooled.prediction_low < next && next < pooled.prediction_high ? 1 : 0;
    }
    BOOST_TEST(covered > 0.93 * runs);
    BOOST_TEST(predicted > 0.92 * runs);
    BOOST_TEST(covered < 0.995 * runs);
}

BOOST_AUTO_TEST_CASE(what_cannot_be_pooled_is_refused) {
    BOOST_TEST(says(refusal([] { pool({{1.0, 1.0, ""}}); }), "estimates", "two"));
    BOOST_TEST(says(refusal([] { pool({{1.0, 0.0, ""}, {1.0, 1.0, ""}}); }), "variance", "> 0"));
    BOOST_TEST(says(refusal([] {
                        pool({{std::nan(""), 1.0, ""}, {1.0, 1.0, ""}});
                    }),
                    "effect", "finite"));
    BOOST_TEST(says(refusal([] { pool({{1.0, 1.0, "a"}, {2.0, 1.0, "a"}}); }), "clusters", "two"));
}

BOOST_AUTO_TEST_SUITE_END()
