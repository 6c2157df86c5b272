// The rule that adjusts a depth: when it cuts, how far, and what it takes back.
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cmath>

#include <resdyn/core/random.hpp>
#include <resdyn/depth/depth_rule.hpp>
#include <resdyn/model/systems.hpp>
#include <resdyn/transient/decision.hpp>

using namespace resdyn;

BOOST_AUTO_TEST_SUITE(depth_rule_)

BOOST_AUTO_TEST_CASE(the_rule_waits_cuts_judges_and_remembers) {
    DepthRule rule(
        {.enabled = true, .tolerance = 0.1, .patience = 2, .rise = 0.01, .allowance = 0.01}, 5);
    const double nan = std::nan("");
    const auto decide = [&](const std::vector<double>& changes, double accuracy, Index epoch) {
        return rule.decide({epoch, 12, changes, accuracy, {}});
    };
    const std::vector<double> settled{nan, nan, 0.05, 0.09, 0.05, 0.02};
    BOOST_TEST((decide(settled, 0.80, 1).change == DepthChange::Kept));   // patience
    BOOST_TEST((decide(settled, 0.90, 2).change == DepthChange::Kept));   // it rises
    BOOST_TEST((decide(settled, 0.911, 3).change == DepthChange::Kept));  // still
    const DepthDecision cut = decide(settled, 0.92, 4);
    BOOST_TEST((cut.change == DepthChange::Cut));
    BOOST_TEST(cut.depth == 2);  // all that the rule may drop are below the tolerance
    const std::vector<double> two{nan, nan, 0.5};
    const DepthDecision undone = decide(two, 0.909, 5);
    BOOST_TEST((undone.change == DepthChange::Undone));
    BOOST_TEST(undone.depth == 5);
    BOOST_TEST(rule.memory().fallback_epoch == 4);
    decide(settled, 0.92, 6);
    const DepthDecision again = decide(settled, 0.92, 7);
    BOOST_TEST(again.depth == 4);  // half of the three layers that were too many
    const std::vector<double> four{nan, nan, 0.5, 0.09, 0.05};
    const DepthDecision accepted = decide(four, 0.9101, 8);
    BOOST_TEST(accepted.accepted);
    BOOST_TEST((accepted.change == DepthChange::Kept));  // patience
    BOOST_TEST(decide(four, 0.92, 9).depth == 3);
    const std::vector<double> three{nan, nan, 0.05, 0.09};
    decide(three, 0.92, 10);
    // Two layers are not tried again.
    BOOST_TEST((decide(three, 0.92, 11).change == DepthChange::Kept));
    BOOST_TEST((decide(three, 0.92, 12).change == DepthChange::Kept));
}

BOOST_AUTO_TEST_CASE(a_cut_is_tried_before_it_is_made) {
    const double nan = std::nan("");
    const std::vector<double> slow{nan, nan, 0.01, 0.01, 0.01, 0.01};
    const DepthRuleOptions options{.enabled = true, .tolerance = 0.1, .cut_cost = 0.02};
    Index asked = 0;
    // The dip after layer 2 is no way through: layer 1 costs nothing, yet lies behind it.
    const auto cut_with = [&](DepthRuleOptions with, std::vector<double> by_depth, double r) {
        DepthRule rule(with, 5, 0.1);
        std::vector<double> changes = slow;
        changes.back() = r;
        DepthDecision last;
        for (Index epoch = 1; epoch <= 2; ++epoch) {
            last = rule.decide({epoch, 9, changes, 0.9, [&] {
                                    ++asked;
                                    return by_depth;
                                }});
        }
        return last.depth;
    };
    const std::vector<double> dip{0.1, 0.9, 0.7, 0.885, 0.88, 0.9};
    BOOST_TEST(cut_with(options, dip, 0.01) == 3);
    BOOST_TEST(asked == 1);  // not at the first check, when no cut is at stake
    DepthRuleOptions other = options;
    other.stride = 1;
    BOOST_TEST(cut_with(other, dip, 0.01) == 4);
    other = options;
    other.cut_cost = 0.01;
    BOOST_TEST(cut_with(other, dip, 0.01) == 5);
    other.cut_cost = 1.0;
    BOOST_TEST(cut_with(other, dip, 0.01) == 2);
    other.guard = false;
    asked = 0;
    BOOST_TEST(cut_with(other, dip, 0.01) == 2);
    BOOST_TEST(cut_with(options, dip, 0.2) == 5);  // in motion
    BOOST_TEST(asked == 0);
}

BOOST_AUTO_TEST_CASE(a_change_is_judged_after_its_recovery_and_none_is_made_too_late_for_it) {
    const double nan = std::nan("");
    const std::vector<double> slow{nan, nan, 0.01, 0.01, 0.01};
    const std::vector<double> three{nan, nan, 0.01, 0.01};
    const DepthRuleOptions options{
        .enabled = true, .tolerance = 0.1, .min_depth = 3, .allowance = 0.01, .recovery = 3};
    DepthRule rule(options, 4);
    rule.decide({1, 20, slow, 0.9, {}});
    BOOST_TEST((rule.decide({2, 20, slow, 0.9, {}}).change == DepthChange::Cut));
    // Far below its best, and no matter yet; nor does a high accuracy count that is not kept.
    BOOST_TEST((rule.decide({3, 20, three, 0.5, {}}).change == DepthChange::Kept));
    BOOST_TEST((rule.decide({4, 20, three, 0.99, {}}).change == DepthChange::Kept));
    BOOST_TEST(rule.memory().best_accuracy == 0.9);
    BOOST_TEST(rule.memory().pending);
    const DepthMemory before = rule.memory();
    BOOST_TEST(rule.decide({5, 20, three, 0.8901, {}}).accepted);
    rule.restore(before);
    BOOST_TEST((rule.decide({5, 20, three, 0.8899, {}}).change == DepthChange::Undone));

    DepthRule late(options, 4);
    late.decide({1, 20, slow, 0.9, {}});
    BOOST_TEST((late.decide({18, 20, slow, 0.9, {}}).change == DepthChange::Kept));
    BOOST_TEST((late.decide({17, 20, slow, 0.9, {}}).change == DepthChange::Cut));
}

BOOST_AUTO_TEST_CASE(the_guard_notices_that_a_slow_passage_of_the_heteroclinic_cycle_goes_on) {
    // Classes that the whole network gives: which unit has gathered most. While it dwells near a
    // saddle the residual hardly changes, and the leader does.
    ResidualNetwork network;
    network.step = 0.05;
    network.depth = 1200;
    network.blocks = {{named_system("heteroclinic-cycle").W, Vector::Zero(3), {}}};
    network.readout = {Matrix::Identity(3, 3), Vector::Zero(3)};
    const Matrix starts = Random(4).normal_matrix(3, 300, 0.5);
    Eigen::VectorXi labels = Eigen::VectorXi::Zero(starts.cols());
    const Eigen::MatrixXf inputs = starts.cast<float>();
    const DecisionReport report = decisions(network, inputs, labels);
    labels = report.predictions.bottomRows(1).transpose();
    std::vector<double> accuracies;
    for (const Proportion& accuracy : decisions(network, inputs, labels).accuracy) {
        accuracies.push_back(accuracy.value);
    }
    const std::vector<double> changes =
        residual_changes(network, inputs, ChangeNorm::Inf, SampleReduction::Max);
    const double tolerance = 2.0 * *std::max_element(changes.begin() + 2, changes.end());
    const auto left_by = [&](const DepthRuleOptions& options, double after) {
        DepthRule rule(options, network.depth, 0.4);
        Index kept = network.depth;
        for (Index epoch = 1; epoch <= 2; ++epoch) {
            kept = rule.decide({epoch, 9, changes, 1.0, [&] { return accuracies; }}).depth;
        }
        if (rule.memory().pending) {
            const std::vector<double> shorter(changes.begin(), changes.begin() + kept + 1);
            kept = rule.decide({3, 3, shorter, after, {}}).depth;
        }
        return kept;
    };
    DepthRuleOptions options{
        .enabled = true, .tolerance = tolerance, .min_depth = 100, .stride = 0};
    options.guard = false;
    BOOST_TEST(left_by(options, 1.0) == 100);  // slow passes for settled
    BOOST_TEST(accuracies[100] < 0.9);
    options.guard = true;
    const Index tried = left_by(options, 1.0);
    BOOST_TEST(tried > network.depth / 2);
    BOOST_TEST(accuracies[static_cast<std::size_t>(tried)] >= 1.0 - options.cut_cost);
    options.cut_cost = 1.0;  // untried, it is judged by what it then has
    BOOST_TEST(left_by(options, accuracies[100]) == network.depth);
}

BOOST_AUTO_TEST_CASE(no_cut_before_anything_is_learnt) {
    const double nan = std::nan("");
    const std::vector<double> slow{nan, nan, 0.01, 0.01, 0.01};  // slow, not settled
    DepthRule rule({.enabled = true, .tolerance = 0.1, .allowance = 0.01}, 4, 0.5);
    for (Index epoch = 1; epoch <= 5; ++epoch) {
        // A plateau at what the most frequent class alone gives.
        BOOST_TEST((rule.decide({epoch, 9, slow, 0.505, {}}).change == DepthChange::Kept));
    }
    rule.decide({6, 9, slow, 0.7, {}});
    BOOST_TEST((rule.decide({7, 9, slow, 0.7, {}}).change == DepthChange::Cut));
    // Without the guard it is the criterion alone.
    DepthRule bold({.enabled = true, .tolerance = 0.1, .guard = false}, 4, 0.5);
    BOOST_TEST((bold.decide({1, 9, slow, nan, {}}).change == DepthChange::Cut));
}

BOOST_AUTO_TEST_SUITE_END()
