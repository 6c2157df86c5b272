// Layers that double in training: the interpolation, when, what a resumed run does, what is
// refused.
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <optional>
#include <vector>

#include <resdyn/core/error.hpp>
#include <resdyn/learning/trainer.hpp>

#include "support/refusal.hpp"
#include "support/shapes.hpp"

using namespace resdyn;
using test::refusal;
using test::says;

BOOST_AUTO_TEST_SUITE(growth_)

namespace {

const NetworkShape own{.activation = Activation::Tanh,
                       .step = 0.5,
                       .depth = 2,
                       .width = 6,
                       .shared_weights = false,
                       .input_width = 2,
                       .classes = 2};

TrainOptions growing() {
    return {.epochs = 9,
            .batch = 64,
            .rate = {.rate = 0.02},
            .regularizer = {.smoothness = 1e-3},
            .equal_layers = true,
            .growth = {.doublings = 2},
            .precision = Precision::Float64,
            .seed = 3};
}

std::vector<Index> doubling_epochs(const DoublingOptions& options, Index epochs) {
    std::vector<Index> all;
    for (Index epoch = 1; epoch <= epochs; ++epoch) {
        if (doubles_after(options, epoch, epochs)) {
            all.push_back(epoch);
        }
    }
    return all;
}

const ResidualNetwork& residual(const TrainResult& result) {
    return std::get<ResidualNetwork>(result.network);
}

}  // namespace

BOOST_AUTO_TEST_CASE(mean_layers_are_put_between_and_the_last_is_held_of_two_matrices_all) {
    for (const auto& [name, shape] : test::all_shapes()) {
        if (shape.kind != NetworkKind::Residual) {
            continue;
        }
        BOOST_TEST_CONTEXT(name) {
            const Vector coarse = test::random_parameters(shape, 4);
            const NetworkShape fine_shape = with_twice_the_layers(shape);
            BOOST_TEST(fine_shape.depth == 8);
            BOOST_TEST(fine_shape.step == 0.35);
            const auto before = std::get<ResidualNetwork>(unflatten(shape, coarse));
            const auto after = std::get<ResidualNetwork>(
                unflatten(fine_shape, with_twice_the_layers(shape, coarse)));
            for (Index n = 0; n < 8; ++n) {
                const ResidualBlock& left = before.block(n / 2);
                const ResidualBlock& right = before.block(
                    shape.has_two_matrices() ? n / 2 : std::min<Index>((n + 1) / 2, 3));
                BOOST_TEST((after.block(n).W - 0.5 * (left.W + right.W)).norm() < 1e-14);
                BOOST_TEST((after.block(n).b - 0.5 * (left.b + right.b)).norm() < 1e-14);
                if (left.A) {
                    BOOST_TEST((*after.block(n).A - 0.5 * (*left.A + *right.A)).norm() < 1e-14);
                }
            }
            BOOST_TEST((after.readout.M == before.readout.M));
            if (shape.has_two_matrices() && !shape.shared_weights) {
                // The hidden units of each layer in another order: the same fields.
                ResidualNetwork turned = before;
                for (Index n = 0; n < shape.depth; ++n) {
                    ResidualBlock& block = turned.blocks[static_cast<std::size_t>(n)];
                    Eigen::PermutationMatrix<Eigen::Dynamic> order(shape.hidden_width);
                    order.setIdentity();
                    std::rotate(order.indices().data(), order.indices().data() + 1 + n % 2,
                                order.indices().data() + shape.hidden_width);
                    block.W = order * block.W;
                    block.b = order * block.b;
                    block.A = *block.A * order.transpose();
                }
                const auto fine = std::get<ResidualNetwork>(
                    unflatten(fine_shape, with_twice_the_layers(shape, flatten(turned))));
                for (Index n = 0; n < 8; ++n) {
                    BOOST_TEST(
                        (*fine.block(n).A * fine.block(n).W - *after.block(n).A * after.block(n).W)
                            .norm() < 1e-12);
                }
            }
            BOOST_TEST(after.input.has_value() == before.input.has_value());
            if (after.input) {
                BOOST_TEST((after.input->M == before.input->M));
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(doublings_cut_the_run_into_equal_parts_or_come_every_so_often) {
    BOOST_TEST((doubling_epochs({.doublings = 2}, 9) == std::vector<Index>{3, 6}));
    BOOST_TEST((doubling_epochs({.doublings = 3}, 10) == std::vector<Index>{2, 5, 7}));
    BOOST_TEST((doubling_epochs({.doublings = 2, .every = 1}, 9) == std::vector<Index>{1, 2}));
    BOOST_TEST(doubling_epochs({}, 9).empty());
}

BOOST_AUTO_TEST_CASE(a_training_that_doubles_says_so_and_keeps_the_total_time) {
    const Dataset training = builtin_dataset("moons", 300, 1);
    const TrainResult result = train(own, {training}, growing());
    BOOST_TEST((result.outcome == TrainOutcome::Finished));
    BOOST_TEST(residual(result).depth == 8);
    BOOST_TEST(residual(result).step == 0.125);
    std::vector<double> depths;
    for (const EpochRecord& line : result.record) {
        depths.push_back(line.depth);
        const bool doubles = line.epoch == 3 || line.epoch == 6;
        BOOST_TEST((line.depth_change == static_cast<double>(DepthChange::Doubled)) == doubles);
        if (doubles) {
            BOOST_TEST(line.depth_next == 2 * line.depth);
        }
    }
    BOOST_TEST((depths == std::vector<double>{2, 2, 2, 2, 4, 4, 4, 8, 8, 8}));
    // It goes on learning across the doublings.
    BOOST_TEST(result.record.back().loss < result.record[3].loss);
}

BOOST_AUTO_TEST_CASE(layers_that_begin_equal_and_are_smooth_hardly_notice_the_doubling) {
    const Dataset training = builtin_dataset("moons", 400, 1);
    TrainOptions options = growing();
    options.epochs = 40;
    options.growth = {.doublings = 1, .every = 39};
    options.rate.schedule = RateSchedule::Cosine;  // the last epoch moves little
    NetworkShape shape = own;
    shape.depth = 16;
    shape.step = 0.1;
    const TrainResult result = train(shape, {training}, options);
    const auto& record = result.record;
    BOOST_TEST(record[39].loss < 0.8 * record[0].loss);  // there is something to lose
    BOOST_TEST(std::abs(record[40].loss - record[39].loss) < 0.01 * record[0].loss);
    TrainOptions same = options;
    same.growth = {};
    const TrainResult without = train(shape, {training}, same);
    BOOST_TEST(std::abs(record[40].loss - without.record[40].loss) < 0.01 * record[0].loss);
}

BOOST_AUTO_TEST_CASE(a_run_that_was_stopped_goes_on_to_the_same_bytes) {
    const Dataset training = builtin_dataset("moons", 300, 1);
    for (const OptimizerMethod method : {OptimizerMethod::Adam, OptimizerMethod::Sgd}) {
        TrainOptions options = growing();
        options.optimizer.method = method;
        options.precision = Precision::Float32;
        std::vector<Checkpoint> states;
        options.checkpoint_every = 1;
        options.on_checkpoint = [&](const Checkpoint& state) { states.push_back(state); };
        const TrainResult whole = train(own, {training}, options);
        options.on_checkpoint = {};
        for (const std::size_t k : {1U, 2U, 4U, 6U}) {  // before, at and between the doublings
            options.resume = &states[k];
            const TrainResult rest = train(own, {training}, options);
            BOOST_TEST((flatten(rest.network) == flatten(whole.network)), "from epoch " << k + 1);
            BOOST_TEST(residual(rest).step == residual(whole).step);
            // What a kept checkpoint holds is the network of then.
            const auto then = std::get<ResidualNetwork>(network_of(states[k], "checkpoint"));
            BOOST_TEST(then.step * static_cast<double>(then.depth) == 1.0);
        }
        Checkpoint wrong = states[4];
        wrong.depth.depth = 3;  // no doubling leads there
        options.resume = &wrong;
        BOOST_TEST(says(refusal<InputError>([&] { train(own, {training}, options); }), "depth"));
    }
}

BOOST_AUTO_TEST_CASE(the_best_network_of_early_stopping_has_its_own_depth_and_step) {
    const Dataset training = builtin_dataset("moons", 300, 1);
    const Dataset held_out = builtin_dataset("moons", 200, 2);
    TrainOptions options = growing();
    options.patience = 9;
    options.rate.rate = 0.1;  // rough: the best need not be the last
    const TrainResult result = train(own, {training, &held_out}, options);
    const ResidualNetwork& network = residual(result);
    BOOST_TEST(network.step * static_cast<double>(network.depth) == 1.0);
    BOOST_TEST(static_cast<double>(network.depth) == result.of_network().depth);
    const Evaluation now =
        evaluate<double>(shape_of(result.network), flatten(result.network), held_out);
    BOOST_TEST(now.accuracy == result.of_network().held_out_accuracy);
}

BOOST_AUTO_TEST_CASE(shared_weights_double_by_their_step_alone) {
    const Dataset training = builtin_dataset("moons", 300, 1);
    NetworkShape shape = own;
    shape.shared_weights = true;
    TrainOptions options = growing();
    options.regularizer.smoothness = 0.0;
    options.equal_layers = false;
    const TrainResult result = train(shape, {training}, options);
    BOOST_TEST(residual(result).depth == 8);
    BOOST_TEST(residual(result).step == 0.125);
    BOOST_TEST(residual(result).blocks.size() == 1U);
}

BOOST_AUTO_TEST_CASE(what_cannot_be_asked_is_refused) {
    const Dataset training = builtin_dataset("moons", 300, 1);
    const Dataset held_out = builtin_dataset("moons", 100, 2);
    const auto refused = [&](auto change) {
        NetworkShape shape = own;
        TrainOptions options = growing();
        change(shape, options);
        return refusal([&] { train(shape, {training, &held_out}, options); });
    };
    BOOST_TEST(says(refused([](auto&, auto& o) { o.epochs = 2; }), "doublings", "2 epochs", "2"));
    BOOST_TEST(
        says(refused([](auto&, auto& o) { o.growth.every = 5; }), "doubling_every", "9 epochs"));
    BOOST_TEST(says(refused([](auto&, auto& o) { o.depth_rule.enabled = true; }), "doublings",
                    "adapt_depth"));
    BOOST_TEST(says(refused([](auto& s, auto& o) {
                        s.kind = NetworkKind::Perceptron;
                        s.step = 1.0;
                        o.equal_layers = false;
                    }),
                    "doublings", "perceptron"));
    BOOST_TEST(says(refused([](auto& s, auto& o) {
                        s.shared_weights = true;
                        o.regularizer.smoothness = 0;
                    }),
                    "equal_layers", "own weights"));
    BOOST_TEST(says(refused([](auto& s, auto& o) {
                        s.shared_weights = true;
                        o.equal_layers = false;
                    }),
                    "smoothness", "share their weights"));
}

BOOST_AUTO_TEST_SUITE_END()
