// Training that adjusts its depth: what it guarantees, undoes and resumes.
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <optional>

#include <resdyn/core/error.hpp>
#include <resdyn/depth/shortening.hpp>
#include <resdyn/formats/safetensors.hpp>
#include <resdyn/learning/trainer.hpp>

#include "support/refusal.hpp"
#include "support/temporary_folder.hpp"

using namespace resdyn;
using test::refusal;
using test::says;
using test::TemporaryFolder;

BOOST_AUTO_TEST_SUITE(depth_adjustment_)

namespace {

const NetworkShape small{.depth = 8, .width = 8, .input_width = 2, .classes = 2};

TrainOptions adjusting() {
    return {.epochs = 40,
            .batch = 64,
            .rate = {.rate = 0.02},
            .depth_rule = {.enabled = true, .tolerance = 0.2, .every = 5, .allowance = 0.02},
            .seed = 3};
}

}  // namespace

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
            // A perceptron's read-out knows the last of its own layers only: no cut is free at
            // once, so it must be made untried.
            options.depth_rule.cut_cost = kind == NetworkKind::Perceptron && !shared ? 1.0 : 0.01;
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
                          .stride = 0,
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

BOOST_AUTO_TEST_CASE(the_total_time_stays_where_that_is_asked_for) {
    const Dataset training = builtin_dataset("xor", 300, 1);
    const Dataset held_out = builtin_dataset("xor", 300, 2);
    for (const bool shared : {true, false}) {
        NetworkShape shape = small;
        shape.shared_weights = shared;
        TrainOptions options = adjusting();
        options.depth_rule.keep_time = true;
        options.depth_rule.tolerance = 10.0;  // the trial alone decides, and lets much pass
        options.depth_rule.cut_cost = 0.2;
        options.depth_rule.allowance = 0.2;
        Checkpoint last;
        options.on_checkpoint = [&](const Checkpoint& state) { last = state; };
        options.checkpoint_ends = true;
        const TrainResult result = train(shape, {training, &held_out}, options);
        const auto& network = std::get<ResidualNetwork>(result.network);
        BOOST_TEST(network.depth < shape.depth);
        BOOST_TEST(std::abs(network.step * static_cast<double>(network.depth) -
                            shape.step * static_cast<double>(shape.depth)) < 1e-12);
        NetworkShape now = shape;
        now.depth = network.depth;
        now.step = network.step;
        const Evaluation evaluation =
            evaluate<float>(now, Eigen::VectorXf(flatten(result.network).cast<float>()), held_out);
        BOOST_TEST(evaluation.accuracy == result.of_network().held_out_accuracy);
        const auto kept = std::get<ResidualNetwork>(network_of(last, "here"));
        BOOST_TEST(kept.depth == network.depth);
        BOOST_TEST(kept.step == network.step);
    }
    NetworkShape perceptron = small;
    perceptron.kind = NetworkKind::Perceptron;
    TrainOptions options = adjusting();
    options.depth_rule.keep_time = true;
    BOOST_TEST(says(refusal([&] {
                        train(perceptron, {training, &held_out}, options);
                    }),
                    "depth_keep_time", "perceptron"));
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
    for (const auto& [shared, keep_time] :
         {std::pair{true, false}, {false, false}, {true, true}, {false, true}}) {
        NetworkShape shape = small;
        shape.shared_weights = shared;
        TrainOptions options = adjusting();
        options.depth_rule.keep_time = keep_time;
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
        says(refused([](Rule r) { r.min_depth = 9; }, &training), "min_depth", "1 to 8", "9"));
    BOOST_TEST(says(refused([](Rule) {}, nullptr), "held-out", "none"));
    BOOST_TEST(says(refused([](Rule r) { r.rise = -0.1; }, &training), "rise", "0 to 1", "-0.1"));
    BOOST_TEST(says(refused([](Rule r) { r.cut_cost = 2; }, &training), "cut", "0 to 1", "2"));
    BOOST_TEST(says(refused([](Rule r) { r.allowance = 2; }, &training), "allowance", "0 to 1"));
    BOOST_TEST(says(refused([](Rule r) { r.recovery = 0; }, &training), "recovery", ">= 1", "0"));
    BOOST_TEST(says(refused([](Rule r) { r.stride = -1; }, &training), "stride", ">= 0", "-1"));
    BOOST_TEST(says(refused([](Rule r) { r.every = 0; }, &training), "depth_every", ">= 1"));
    BOOST_TEST(says(refused([](Rule r) { r.max_depth = 7; }, &training), "max_depth", "8"));
    BOOST_TEST(says(refused([](Rule r) { r.grow_factor = 1; }, &training), "grow_factor", "> 1"));
}

BOOST_AUTO_TEST_SUITE_END()
