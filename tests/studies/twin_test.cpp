// The twin experiment on a small set, and its verdicts against tables of Student's t.
#include <boost/test/unit_test.hpp>

#include <resdyn/studies/twin.hpp>

#include "support/refusal.hpp"

using namespace resdyn;
using test::refusal;
using test::says;

BOOST_AUTO_TEST_SUITE(twin_)

BOOST_AUTO_TEST_CASE(verdicts_are_students) {
    // t of two degrees of freedom: 4.3027 is the two-sided 5 % point.
    const Vector sure{{1.0, 1.1, 0.9}};
    const TwinClaim holds = paired_claim("a", sure);
    BOOST_TEST((holds.verdict == TwinVerdict::Holds));
    BOOST_TEST(holds.t == 1.0 / (0.1 / std::sqrt(3.0)), boost::test_tools::tolerance(1e-12));
    BOOST_TEST((paired_claim("a", -sure).verdict == TwinVerdict::Fails));
    const TwinClaim open = paired_claim("a", Vector{{1.0, -0.5, 0.3}});
    BOOST_TEST((open.verdict == TwinVerdict::Undecided));
    // At t = 4.3027 exactly, p = 0.05: differences m + s (−1, 0, 1) have t = √3 m/s.
    const double m = 4.302652729911275 / std::sqrt(3.0);
    BOOST_TEST(paired_claim("a", Vector{{m - 1, m, m + 1}}).p == 0.05,
               boost::test_tools::tolerance(1e-9));
    BOOST_TEST((paired_claim("a", Vector::Zero(3)).verdict == TwinVerdict::Undecided));
    BOOST_TEST(says(refusal([] { paired_claim("a", Vector::Zero(1)); }), "2", "1"));
}

BOOST_AUTO_TEST_CASE(twins_are_alike_but_for_their_kind) {
    const Dataset training = builtin_dataset("moons", 300, 1);
    const Dataset test = builtin_dataset("moons", 300, 2);
    TwinOptions options;
    options.width = 8;
    options.depth = 3;
    options.seeds = 2;
    options.epochs = 5;
    options.rate = 0.02;
    options.levels = {0.0, 0.3};
    options.linear.sample = 5;
    const TwinReport report = twin_experiment(training, test, options);
    BOOST_REQUIRE_EQUAL(report.budget.size(), 6U);
    BOOST_REQUIRE_EQUAL(report.matched.size(), 6U);
    for (std::size_t k = 0; k < 6; ++k) {
        const TwinRun& run = report.budget[k];
        BOOST_TEST((run.kind == twin_kinds[k % 3]));
        BOOST_TEST(run.seed == 1 + k / 3);
        BOOST_TEST(run.epoch == 5);
        BOOST_TEST(run.by_layer.size() == 4U);
        BOOST_TEST(run.robust[0] == run.clean, boost::test_tools::tolerance(1e-12));
        BOOST_TEST(report.matched[k].epoch >= 1);
        BOOST_TEST(report.matched[k].epoch <= 5);
    }
    // Two claims of the layers, then level 0.3 for two kinds in two comparisons.
    BOOST_TEST(report.claims.size() == 6U);
    const TwinReport again = twin_experiment(training, test, options);
    BOOST_TEST(report.claims[2].difference.mean == again.claims[2].difference.mean);
}

BOOST_AUTO_TEST_CASE(means_are_over_the_seeds_of_a_kind) {
    std::vector<TwinRun> runs;
    for (const double accuracy : {0.5, 0.9}) {
        for (const TwinKind kind : twin_kinds) {
            TwinRun run;
            run.kind = kind;
            run.robust = {accuracy, kind == twin_kinds[1] ? 0.25 : 0.75};
            run.by_layer = {accuracy, accuracy, 1.0};
            runs.push_back(run);
        }
    }
    const std::vector<TwinMeans> means = means_over_seeds(runs);
    BOOST_REQUIRE_EQUAL(means.size(), twin_kinds.size());
    for (std::size_t k = 0; k < means.size(); ++k) {
        BOOST_TEST((means[k].kind == twin_kinds[k]));
        BOOST_REQUIRE_EQUAL(means[k].robust.size(), 2U);
        BOOST_TEST(means[k].robust[0].mean == 0.7, boost::test_tools::tolerance(1e-15));
        BOOST_TEST(means[k].robust[0].standard_error == 0.2, boost::test_tools::tolerance(1e-12));
        BOOST_TEST(means[k].robust[1].mean == (k == 1 ? 0.25 : 0.75));
        BOOST_TEST(means[k].by_layer.size() == 3U);
        BOOST_TEST(means[k].noise_gain.empty());
    }
}

BOOST_AUTO_TEST_CASE(wrong_options_and_data_are_refused) {
    const Dataset moons = builtin_dataset("moons", 50, 1);
    TwinOptions options;
    options.seeds = 1;
    BOOST_TEST(
        says(refusal([&] { twin_experiment(moons, moons, options); }), "seeds", ">= 2", "1"));
    options = {};
    options.levels = {-1.0};
    BOOST_TEST(says(refusal([&] { twin_experiment(moons, moons, options); }), "noise level", "-1"));
    Dataset wide = moons;
    wide.inputs.conservativeResize(3, Eigen::NoChange);
    wide.inputs.row(2).setZero();
    BOOST_TEST(says(refusal([&] { twin_experiment(moons, wide, {}); }), "width 2", "3"));
}

BOOST_AUTO_TEST_SUITE_END()
