// Depth: criteria on networks whose settling layer is known, and training that adjusts its depth.
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <optional>

#include <resdyn/core/error.hpp>
#include <resdyn/io/safetensors.hpp>
#include <resdyn/learning/coarsening.hpp>
#include <resdyn/learning/depth_criteria.hpp>
#include <resdyn/learning/trainer.hpp>
#include <resdyn/model/shortening.hpp>
#include <resdyn/model/systems.hpp>
#include <resdyn/transient/analytic_tail.hpp>
#include <resdyn/transient/decision.hpp>

#include "shapes.hpp"
#include "support/refusal.hpp"
#include "support/temporary_folder.hpp"

using namespace resdyn;
using test::refusal;
using test::says;
using test::TemporaryFolder;

namespace {

ResidualNetwork network_of(const Matrix& W, Index depth, double step = 1.0) {
    const Index N = W.rows();
    ResidualNetwork network;
    network.step = step;
    network.depth = depth;
    network.blocks = {{W, Vector::Zero(N), {}}};
    network.readout = {Matrix::Identity(std::max<Index>(N, 2), N),
                       Vector::Zero(std::max<Index>(N, 2))};
    return network;
}

DepthProfile profile_of(const Network& network, const Matrix& inputs) {
    const Eigen::VectorXi labels = Eigen::VectorXi::Zero(inputs.cols());
    return depth_profile(network, inputs.cast<float>(), labels);
}

/// The depth of the rule in the inf norm and max over one input.
Index rule_depth(const DepthProfile& profile, double tolerance) {
    const DepthCriteria criteria = depth_criteria(profile, {.norm = ChangeNorm::Inf,
                                                            .reduction = SampleReduction::Max,
                                                            .tolerance = tolerance,
                                                            .min_depth = 1});
    return criteria.by(DepthCriterion::LastTwoLayers).depth;
}

const NetworkShape small{.depth = 8, .width = 8, .input_width = 2, .classes = 2};

TrainOptions adjusting() {
    return {.epochs = 40,
            .batch = 64,
            .rate = {.rate = 0.02},
            .depth_rule = {.enabled = true, .tolerance = 0.2, .every = 5, .allowance = 0.02},
            .seed = 3};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(depth)

BOOST_AUTO_TEST_CASE(one_unit_settles_at_the_layer_that_its_recurrence_says) {
    // u ← u + h w f(u) by hand, in double: the first n with |y_{n−1} − y_{n−2}| < tol, for good.
    const double w = 1.0;
    const ResidualNetwork network = network_of(Matrix::Constant(1, 1, w), 60, 0.5);
    const DepthProfile profile = profile_of(network, Matrix::Constant(1, 1, -2.0));
    for (const double tolerance : {0.05, 0.01, 1e-3}) {
        double u = -2.0 * w;
        double y = activate(Activation::Logistic, u);
        Index last_above = 1;
        for (Index n = 2; n <= 60; ++n) {
            u += 0.5 * w * y;
            const double next = activate(Activation::Logistic, u);
            last_above = std::abs(next - y) >= tolerance ? n : last_above;
            y = next;
        }
        BOOST_TEST(rule_depth(profile, tolerance) == last_above);
    }
    // Near y = 1 the flow has λ = −w: the change falls by e^{−hw} a layer, so ten times less costs
    // log 10 / (h w) = 4.6 layers more.
    const Index coarse = rule_depth(profile, 1e-4);
    const Index fine = rule_depth(profile, 1e-5);
    BOOST_TEST(fine - coarse >= 4);
    BOOST_TEST(fine - coarse <= 5);
}

BOOST_AUTO_TEST_CASE(a_rank_one_network_settles_as_its_one_direction_does) {
    // W = 1 1ᵀ / 2 on two units of equal start is one unit with w = 1.
    const ResidualNetwork pair = network_of(Matrix::Constant(2, 2, 0.5), 40, 0.5);
    const ResidualNetwork one = network_of(Matrix::Constant(1, 1, 1.0), 40, 0.5);
    const DepthProfile of_pair = profile_of(pair, Matrix::Constant(2, 1, -1.5));
    const DepthProfile of_one = profile_of(one, Matrix::Constant(1, 1, -1.5));
    for (const double tolerance : {0.05, 0.01, 1e-3}) {
        BOOST_TEST(rule_depth(of_pair, tolerance) == rule_depth(of_one, tolerance));
    }
}

BOOST_AUTO_TEST_CASE(criteria_agree_on_a_winner_and_disagree_on_the_heteroclinic_cycle) {
    // Winner takes all: once it has settled, its class is final.
    const ResidualNetwork winner = network_of(named_system("winner-takes-all").W, 60, 0.5);
    const Matrix starts{{1.0, 0.3, 2.0}, {0.2, -1.0, 1.5}};
    const DepthProfile settled = profile_of(winner, starts);
    const DepthCriteria agree = depth_criteria(
        settled, {.norm = ChangeNorm::Inf, .reduction = SampleReduction::Max, .tolerance = 1e-3});
    BOOST_TEST(agree.by(DepthCriterion::FinalWorst).depth <=
               agree.by(DepthCriterion::LastTwoLayers).depth);
    BOOST_TEST(agree.by(DepthCriterion::LastTwoLayers).depth < 40);
    BOOST_TEST(agree.by(DepthCriterion::LastTwoLayers).agreement.value == 1.0);

    // The cycle: long dwells near saddles look settled. Take the network that ends in one.
    ResidualNetwork cycle = network_of(named_system("heteroclinic-cycle").W, 4000, 0.05);
    const Matrix start{{0.3}, {0.1}, {-0.2}};
    const DepthProfile slow = profile_of(cycle, start);
    Index end = 3999;
    while (slow.layers[static_cast<std::size_t>(end)].inf.max >= 1e-4) {
        --end;
    }
    cycle.depth = end;
    const DepthProfile dwelling = profile_of(cycle, start);
    const DepthCriteria disagree = depth_criteria(
        dwelling, {.norm = ChangeNorm::Inf, .reduction = SampleReduction::Max, .tolerance = 1e-3});
    // The rule cuts far into the passage, and calls settled what goes on to move.
    const Index cut = disagree.by(DepthCriterion::LastTwoLayers).depth;
    BOOST_TEST(cut < end - end / 20);
    cycle.depth = 3 * end;
    const DepthProfile later = profile_of(cycle, start);
    double moved = 0.0;
    for (Index n = cut; n <= cycle.depth; ++n) {
        moved = std::max(moved, later.layers[static_cast<std::size_t>(n)].inf.max);
    }
    BOOST_TEST(moved > 10 * 1e-3);
}

BOOST_AUTO_TEST_CASE(the_profile_is_what_the_cut_networks_themselves_give) {
    for (const auto& [name, shape] : test::all_shapes()) {
        const Network network = unflatten(shape, test::random_parameters(shape, 4));
        const Dataset data = test::random_data(shape.data_width(), 3, 300, 5);
        const DepthProfile profile = depth_profile(network, data.inputs, data.labels);
        for (Index n = 1; n <= shape.depth; ++n) {
            const Network cut = truncated(network, n);
            const Evaluation own =
                evaluate<float>(shape_of(cut), Eigen::VectorXf(flatten(cut).cast<float>()), data);
            const DepthLayer& layer = profile.layers[static_cast<std::size_t>(n)];
            BOOST_TEST(std::abs(layer.accuracy.value - own.accuracy) < 0.005, name);
            if (n >= 2) {
                BOOST_TEST(
                    std::abs(layer.two.mean - own.settle.mean) < 1e-4 * (1 + own.settle.mean),
                    name);
                BOOST_TEST(std::abs(layer.two.q95 - own.settle.q95) < 1e-3 * (1 + own.settle.q95),
                           name);
            }
        }
        BOOST_TEST(profile.layers.back().agreement.value == 1.0);
        // Dropping the last layer is cutting it.
        BOOST_TEST(profile.lesions.back().accuracy.value ==
                   profile.layers[static_cast<std::size_t>(shape.depth - 1)].accuracy.value);
    }
}

BOOST_AUTO_TEST_CASE(a_held_tail_is_the_network_it_says) {
    for (const bool two : {false, true}) {
        NetworkShape shape = small;
        shape.hidden_width = two ? 5 : 0;
        const auto network =
            std::get<ResidualNetwork>(unflatten(shape, test::random_parameters(shape, 9)));
        const Matrix inputs = Random(2).normal_matrix(2, 7, 1.0);
        const LayerStates states = run_layers(network, initial_activity(network, inputs));
        const ResidualNetwork held = with_held_tail(network, 5);
        const LayerStates short_states = run_layers(held, initial_activity(held, inputs));
        const Matrix expected = states.x[5] + 3.0 * (states.x[5] - states.x[4]);
        BOOST_TEST((short_states.x.back() - expected).norm() < 1e-10);
        const TailBounds bounds = AnalyticTail(network).bounds(
            {states.u[3], states.u[4], network.readout(states.x[5])}, 3);
        BOOST_TEST((held.readout(short_states.x.back()) - bounds.held_logits).norm() < 1e-9);
    }
}

BOOST_AUTO_TEST_CASE(coarsening_keeps_T_and_h_star_refuses_what_turns_unstable) {
    const ResidualNetwork network = network_of(Matrix{{-1, 2}, {-2, -1}}, 40, 0.05);
    const ResidualNetwork coarse = coarsened(network, 10);
    BOOST_TEST(std::abs(coarse.step * 10 - 2.0) < 1e-15);
    // tanh, −I + antisymmetric: y = 0 attracts; h* = 2/(1 + ω²) = 0.4 (theory, test systems).
    ResidualNetwork tanh = network;
    tanh.activation = Activation::Tanh;
    const StepLimit limit = step_limit(tanh, Matrix{{0.5, -0.2}, {0.1, 0.3}});
    BOOST_REQUIRE(limit.largest.has_value());
    BOOST_TEST(std::abs(*limit.largest - 0.4) < 1e-9);
    BOOST_TEST(limit.allows(0.39));
    BOOST_TEST(!limit.allows(0.4));
    BOOST_TEST(limit.settled == 2);
}

BOOST_AUTO_TEST_CASE(training_cuts_what_has_settled_and_keeps_the_held_out_accuracy) {
    const Dataset training = builtin_dataset("xor", 600, 1);
    const Dataset held_out = builtin_dataset("xor", 400, 2);
    for (const bool shared : {true, false}) {
        for (const NetworkKind kind : {NetworkKind::Residual, NetworkKind::Perceptron}) {
            NetworkShape shape = small;
            shape.shared_weights = shared;
            shape.kind = kind;
            TrainOptions options = adjusting();
            // Layers of own weights differ more when all is learnt.
            options.depth_rule.tolerance = kind == NetworkKind::Residual && shared ? 0.3 : 0.8;
            const TrainResult result = train(shape, {training, &held_out}, options);
            const Index depth = depth_of(result.network);
            Index cuts = 0;
            for (const EpochRecord& line : result.record) {
                cuts += line.depth_change == static_cast<double>(DepthChange::Cut) ? 1 : 0;
            }
            BOOST_TEST(cuts > 0, to_string(kind) << ", shared " << shared);
            BOOST_TEST(depth >= 2);
            BOOST_TEST((depth < 8 || !shared));
            double best = 0.0;
            for (const EpochRecord& line : result.record) {
                if (line.epoch % 5 == 0) {
                    best = std::max(best, line.held_out_accuracy);
                }
            }
            // The guarantee, on the network that is returned.
            const Evaluation now =
                evaluate<float>(shape_of(result.network),
                                Eigen::VectorXf(flatten(result.network).cast<float>()), held_out);
            BOOST_TEST(now.accuracy >= best - options.depth_rule.allowance - 1e-12);
            BOOST_TEST(now.accuracy == result.of_network().held_out_accuracy);
            BOOST_TEST(result.of_network().depth == static_cast<double>(depth));
        }
    }
}

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
    ResidualNetwork network = network_of(named_system("heteroclinic-cycle").W, 1200, 0.05);
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
    DepthRuleOptions options{.enabled = true, .tolerance = tolerance, .min_depth = 100};
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

BOOST_AUTO_TEST_CASE(a_checkpoint_whose_fallback_does_not_fit_is_refused) {
    const Dataset training = builtin_dataset("xor", 300, 1);
    const Dataset held_out = builtin_dataset("xor", 200, 2);
    TrainOptions options = adjusting();
    options.epochs = 40;
    options.depth_rule.tolerance = 1e3;
    options.depth_rule.allowance = 0.2;
    std::optional<Checkpoint> waiting;
    options.checkpoint_every = 1;
    options.on_checkpoint = [&](const Checkpoint& state) {
        if (state.depth.pending && !waiting) {
            waiting = state;
        }
    };
    train(small, {training, &held_out}, options);
    BOOST_REQUIRE(waiting.has_value());
    options.on_checkpoint = {};
    const auto refused = [&](auto change) {
        Checkpoint state = *waiting;
        change(state);
        options.resume = &state;
        return refusal<InputError>([&] { train(small, {training, &held_out}, options); });
    };
    BOOST_TEST(says(refused([](Checkpoint& c) { c.fallback.conservativeResize(3); }), "fallback"));
    BOOST_TEST(says(refused([](Checkpoint& c) { c.fallback_mean.conservativeResize(3); }),
                    "fallback_mean"));
    BOOST_TEST(
        says(refused([](Checkpoint& c) { c.fallback_squares.resize(0); }), "fallback_squares"));
    BOOST_TEST(says(refused([](Checkpoint& c) { c.depth.fallback_depth = 99; }), "depth"));
    BOOST_TEST(says(refused([](Checkpoint& c) { c.depth.fallback_epoch = 99; }), "fallback_epoch"));
    const TemporaryFolder folder;
    for (const double counter : {std::nan(""), 1e300, 0.5}) {
        Safetensors content = parse_safetensors(format_checkpoint(*waiting), "c");
        content.tensors["state"].values[0] = counter;
        const auto path = folder.write("c.safetensors", format_safetensors(content));
        BOOST_TEST(says(refusal<InputError>([&] { load_checkpoint(path); }), "whole numbers"));
    }
}

BOOST_AUTO_TEST_CASE(a_cut_that_costs_accuracy_is_undone_to_the_state_before_it) {
    const Dataset training = builtin_dataset("xor", 600, 1);
    const Dataset held_out = builtin_dataset("xor", 400, 2);
    NetworkShape shape = small;
    shape.step = 0.25;
    shape.depth = 16;
    TrainOptions options = adjusting();
    options.rate.schedule = RateSchedule::Constant;
    // Everything counts as settled: after 40 epochs a cut to one small step, next to nothing.
    options.depth_rule = {.enabled = true,
                          .tolerance = 1e3,
                          .patience = 40,
                          .min_depth = 1,
                          .cut_cost = 1.0,
                          .allowance = 0.01};
    options.epochs = 42;
    const TrainResult guarded = train(shape, {training, &held_out}, options);
    const auto change = [&](std::size_t epoch) { return guarded.record[epoch].depth_change; };
    BOOST_TEST(change(40) == static_cast<double>(DepthChange::Cut));
    BOOST_TEST(guarded.record[41].depth == 1.0);
    BOOST_TEST(guarded.record[41].held_out_accuracy < guarded.record[40].held_out_accuracy - 0.01);
    BOOST_TEST(change(41) == static_cast<double>(DepthChange::Undone));
    BOOST_TEST(guarded.record[41].depth_next == 16.0);
    BOOST_TEST(guarded.record[42].depth == 16.0);
    // Without the guard the cut stays.
    options.depth_rule.guard = false;
    const TrainResult bold = train(shape, {training}, options);
    BOOST_TEST(depth_of(bold.network) == 1);
    // Undone in the last epoch: the very network of epoch 40.
    options.depth_rule.guard = true;
    options.epochs = 41;
    const TrainResult ended = train(shape, {training, &held_out}, options);
    BOOST_TEST(ended.network_epoch == 40);
    BOOST_TEST(depth_of(ended.network) == 16);
    const Evaluation now =
        evaluate<float>(shape, Eigen::VectorXf(flatten(ended.network).cast<float>()), held_out);
    BOOST_TEST(now.accuracy == ended.record[40].held_out_accuracy);
}

BOOST_AUTO_TEST_CASE(a_network_in_motion_grows) {
    const Dataset training = builtin_dataset("xor", 300, 1);
    const Dataset held_out = builtin_dataset("xor", 300, 2);
    for (const bool shared : {true, false}) {
        NetworkShape shape = small;
        shape.depth = 2;
        shape.shared_weights = shared;
        TrainOptions options = adjusting();
        options.depth_rule.tolerance = 1e-4;
        options.depth_rule.max_depth = 5;
        options.depth_rule.allowance = 1.0;
        const TrainResult result = train(shape, {training, &held_out}, options);
        BOOST_TEST(depth_of(result.network) == 5);
    }
}

BOOST_AUTO_TEST_CASE(a_run_that_stops_while_a_cut_waits_goes_on_to_the_same_bits) {
    const Dataset training = builtin_dataset("xor", 300, 1);
    const Dataset held_out = builtin_dataset("xor", 200, 2);
    for (const bool shared : {true, false}) {
        NetworkShape shape = small;
        shape.shared_weights = shared;
        TrainOptions options = adjusting();
        options.epochs = 12;
        options.depth_rule.every = 2;
        options.depth_rule.allowance = 0.0;
        options.depth_rule.recovery = 3;
        options.regularizer.spectral_penalty = 0.01;
        options.patience = 100;
        const TrainingSets sets{training, &held_out};
        const TrainResult whole = train(shape, sets, options);
        for (const Index batches : {3, 12, 13, 24, 31, 47}) {
            const TemporaryFolder folder;
            Checkpoint saved;
            Index seen = 0;
            TrainOptions first = options;
            first.stop_requested = [&] { return ++seen == batches; };
            first.on_checkpoint = [&](const Checkpoint& state) {
                saved = load_checkpoint(folder.write("c.safetensors", format_checkpoint(state)));
            };
            train(shape, sets, first);
            TrainOptions second = options;
            second.resume = &saved;
            const TrainResult rest = train(shape, sets, second);
            BOOST_TEST(depth_of(rest.network) == depth_of(whole.network));
            BOOST_TEST((flatten(rest.network) == flatten(whole.network)));
            for (std::size_t k = 0; k < whole.record.size(); ++k) {
                BOOST_TEST(rest.record[k].depth == whole.record[k].depth);
                BOOST_TEST(rest.record[k].loss == whole.record[k].loss);
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(wrong_options_are_named) {
    const Dataset training = builtin_dataset("xor", 300, 1);
    const auto refused = [&](auto change, const Dataset* held_out) {
        TrainOptions options = adjusting();
        change(options.depth_rule);
        return refusal([&] { train(small, {training, held_out}, options); });
    };
    using Rule = DepthRuleOptions&;
    BOOST_TEST(says(refused([](Rule r) { r.tolerance = 0; }, &training), "tolerance", "> 0", "0"));
    BOOST_TEST(
        says(refused([](Rule r) { r.min_depth = 9; }, &training), "minimum depth", "1 to 8", "9"));
    BOOST_TEST(says(refused([](Rule) {}, nullptr), "held-out", "none"));
    BOOST_TEST(says(refused([](Rule r) { r.rise = -0.1; }, &training), "rise", "0 to 1", "-0.1"));
    BOOST_TEST(says(refused([](Rule r) { r.cut_cost = 2; }, &training), "cut", "0 to 1", "2"));
    BOOST_TEST(says(refused([](Rule r) { r.allowance = 2; }, &training), "allowance", "0 to 1"));
    BOOST_TEST(says(refused([](Rule r) { r.recovery = 0; }, &training), "recovery", ">= 1", "0"));
    BOOST_TEST(says(refused([](Rule r) { r.stride = -1; }, &training), "stride", ">= 0", "-1"));
    BOOST_TEST(says(refused([](Rule r) { r.every = 0; }, &training), "interval", ">= 1"));
    BOOST_TEST(says(refused([](Rule r) { r.max_depth = 7; }, &training), "maximum depth", "8"));
    BOOST_TEST(says(refused([](Rule r) { r.grow_factor = 1; }, &training), "growth factor", "> 1"));
    const DepthProfile profile =
        profile_of(network_of(Matrix::Identity(2, 2), 3), Matrix::Zero(2, 1));
    BOOST_TEST(
        says(refusal([&] { depth_criteria(profile, {.tolerance = -1}); }), "tolerance", "-1"));
    BOOST_TEST(says(refusal([&] { depth_criteria(profile, {.min_depth = 4}); }), "minimum depth",
                    "1 to 3", "4"));
    const Network network = network_of(Matrix::Identity(2, 2), 3);
    BOOST_TEST(says(refusal([&] { truncated(network, 4); }), "1 to 3", "4"));
}

BOOST_AUTO_TEST_SUITE_END()
