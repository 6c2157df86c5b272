// Training: it learns, it repeats, it stops with a reason.
#include <boost/test/unit_test.hpp>
#include <cmath>

#include <resdyn/core/error.hpp>
#include <resdyn/learning/trainer.hpp>
#include <resdyn/model/residual_system.hpp>

#include "support/refusal.hpp"
#include "support/shapes.hpp"

using namespace resdyn;
using test::refusal;
using test::says;

BOOST_AUTO_TEST_SUITE(trainer_)

namespace {

const NetworkShape eight_units{.depth = 5, .width = 8, .input_width = 2, .classes = 2};

const ResidualNetwork& residual(const TrainResult& result) {
    return std::get<ResidualNetwork>(result.network);
}

TrainOptions brief() {
    return {.epochs = 5, .batch = 100, .rate = {.rate = 0.02}, .seed = 3};
}

}  // namespace

BOOST_AUTO_TEST_CASE(every_activation_learns_in_every_kind_of_network) {
    const Dataset training = builtin_dataset("xor", 1000, 1);
    const Dataset held_out = builtin_dataset("xor", 1000, 2);
    for (auto [name, shape] : test::all_shapes()) {
        if (!shape.has_input_layer()) {
            continue;
        }
        shape.width = 8;
        shape.input_width = 2;
        shape.classes = 2;
        TrainOptions options = brief();
        options.epochs = 150;
        const TrainResult result = train(shape, {training, nullptr, &held_out}, options);
        BOOST_TEST((result.outcome == TrainOutcome::Finished), name);
        BOOST_TEST(result.record.back().test_accuracy > 0.97,
                   name << ": " << result.record.back().test_accuracy);
        BOOST_TEST(result.record.back().loss < 0.3 * result.record.front().loss, name);
    }
}

BOOST_AUTO_TEST_CASE(the_record_says_what_happened) {
    const Dataset training = builtin_dataset("moons", 250, 1);
    std::vector<double> seen;
    TrainOptions options = brief();
    options.on_progress = [&](const TrainProgress& now) { seen.push_back(now.done); };
    const TrainResult result = train(eight_units, {training}, options);
    BOOST_REQUIRE_EQUAL(result.record.size(), 6U);
    BOOST_TEST(result.steps == 15);  // two batches of 100 and one of 50 an epoch
    BOOST_TEST(seen.size() == 15U);
    BOOST_TEST(std::is_sorted(seen.begin(), seen.end()));
    BOOST_TEST(std::abs(seen.back() - 5.0) < 1e-12);
    BOOST_TEST(std::abs(result.record[0].loss - std::log(2.0)) < 1e-6);  // V = 0: chance
    for (std::size_t k = 0; k < result.record.size(); ++k) {
        BOOST_TEST(result.record[k].epoch == static_cast<Index>(k));
        BOOST_TEST(std::isnan(result.record[k].test_accuracy));
        BOOST_TEST((k == 0) == (result.record[k].gradient_norm == 0.0));
    }
    const EpochRecord& last = result.record.back();
    BOOST_TEST(std::abs(last.weight_norm - residual(result).blocks[0].W.norm()) < 1e-12);
    const Evaluation now = evaluate<double>(eight_units, flatten(result.network), training);
    BOOST_TEST(std::abs(now.settle.mean - last.settle.mean) < 1e-4);
    BOOST_TEST(std::abs(now.accuracy - last.train_accuracy) < 0.01);
}

BOOST_AUTO_TEST_CASE(the_same_seed_gives_the_same_bits_for_any_number_of_threads) {
    const Dataset training = test::random_data(30, 4, 1000, 1);
    const NetworkShape shape{.depth = 4, .width = 200, .input_width = 30, .classes = 4};
    for (const Precision precision : {Precision::Float32, Precision::Float64}) {
        TrainOptions options = brief();
        options.epochs = 2;
        options.batch = 300;
        options.precision = precision;
        options.threads = 1;
        const TrainResult one = train(shape, {training}, options);
        options.threads = 4;
        const TrainResult four = train(shape, {training}, options);
        BOOST_TEST((flatten(one.network) == flatten(four.network)));
        BOOST_TEST(one.record.back().loss == four.record.back().loss);
        BOOST_TEST(one.record.back().settle.q95 == four.record.back().settle.q95);
        options.seed = 4;
        const TrainResult other = train(shape, {training}, options);
        BOOST_TEST((flatten(one.network) != flatten(other.network)));
    }
}

BOOST_AUTO_TEST_CASE(float32_weights_are_exact_in_the_result) {
    const Dataset training = builtin_dataset("xor", 200, 1);
    const TrainResult result = train(eight_units, {training}, brief());
    const Matrix& W = residual(result).blocks[0].W;
    BOOST_TEST((W == W.cast<float>().cast<double>()));
}

BOOST_AUTO_TEST_CASE(numbers_that_run_away_stop_the_run_and_the_last_good_network_is_kept) {
    const Dataset training = builtin_dataset("xor", 400, 1);
    NetworkShape shape = eight_units;
    shape.activation = Activation::Softplus;
    shape.depth = 40;
    TrainOptions options = brief();
    options.rate.rate = 1e6;
    const TrainResult result = train(shape, {training}, options);
    BOOST_TEST((result.outcome == TrainOutcome::NonFinite));
    BOOST_TEST(says(result.reason, "epoch 1", "finite loss"));
    BOOST_REQUIRE_EQUAL(result.record.size(), 1U);
    BOOST_TEST((flatten(result.network) ==
                flatten(initial_network(shape, options.seed)).cast<float>().cast<double>()));
}

BOOST_AUTO_TEST_CASE(a_loss_that_grows_is_divergence) {
    const Dataset training = builtin_dataset("xor", 400, 1);
    TrainOptions options = brief();
    options.rate.rate = 1000.0;
    const TrainResult result = train(eight_units, {training}, options);
    BOOST_TEST((result.outcome == TrainOutcome::Diverged));
    BOOST_TEST(says(result.reason, "epoch 1", "at most 6.931"));
    BOOST_TEST(result.record.size() == 1U);
    BOOST_TEST(residual(result).readout.M.isZero(0.0));
}

BOOST_AUTO_TEST_CASE(patience_ends_the_run_at_the_network_of_the_smallest_held_out_loss) {
    // Few samples with wrong labels among them: the held-out loss soon grows again.
    Dataset training = builtin_dataset("moons", 60, 1);
    for (Index i = 0; i < 15; ++i) {
        training.labels[i] = 1 - training.labels[i];
    }
    const Dataset held_out = builtin_dataset("moons", 500, 2);
    TrainOptions options = brief();
    options.batch = 20;
    options.epochs = 400;
    options.patience = 10;
    const TrainResult result = train(eight_units, {training, &held_out}, options);
    BOOST_REQUIRE((result.outcome == TrainOutcome::EarlyStopped));
    BOOST_TEST(says(result.reason, "held-out loss", "10 epochs"));
    BOOST_TEST(result.record.back().epoch == result.network_epoch + 10);
    for (const EpochRecord& line : result.record) {
        BOOST_TEST(line.held_out_loss >= result.of_network().held_out_loss);
    }
    const Evaluation of_network =
        evaluate<float>(eight_units, flatten(result.network).cast<float>(), held_out);
    BOOST_TEST(of_network.loss == result.of_network().held_out_loss);
    BOOST_TEST(of_network.accuracy == result.of_network().held_out_accuracy);
}

BOOST_AUTO_TEST_CASE(clipping_bounds_the_step_and_decay_shrinks_the_weights) {
    const Dataset training = builtin_dataset("xor", 400, 1);
    TrainOptions options = brief();
    options.optimizer = {.method = OptimizerMethod::Sgd, .momentum = 0.0};
    options.epochs = 1;
    options.batch = 400;
    options.rate = {.rate = 1.0, .schedule = RateSchedule::Constant};
    options.precision = Precision::Float64;
    options.clip = 1e-3;
    const Vector start = flatten(initial_network(eight_units, options.seed));
    const TrainResult clipped = train(eight_units, {training}, options);
    BOOST_TEST(std::abs((flatten(clipped.network) - start).norm() - 1e-3) < 1e-12);
    BOOST_TEST(clipped.record.back().gradient_norm > 1e-3);  // what it was before
    options.clip = 1e-300;
    options.regularizer.weight_decay = 0.25;
    const TrainResult decayed = train(eight_units, {training}, options);
    const Matrix W =
        std::get<ResidualNetwork>(initial_network(eight_units, options.seed)).blocks[0].W;
    BOOST_TEST((residual(decayed).blocks[0].W - 0.75 * W).norm() < 1e-12);
}

BOOST_AUTO_TEST_CASE(the_energy_in_the_record_is_that_of_the_layers) {
    const Dataset training = builtin_dataset("moons", 250, 1);
    const TrainResult result = train(eight_units, {training}, brief());
    const ResidualNetwork& network = residual(result);
    const Matrix data = training.draw(energy_samples, brief().seed).inputs.cast<double>();
    const LayerStates states = run_layers(network, initial_activity(network, data));
    const ResidualSystem system(network.blocks[0].W, network.activation, network.step);
    double change = 0.0;
    for (Index j = 0; j < data.cols(); ++j) {
        const auto energy = [&](const Vector& u) {
            return potential_energy(system, Vector::Ones(network.width()), u);
        };
        const Vector last =
            states.u.back().col(j) + network.step * network.blocks[0].W * states.y.back().col(j);
        change += energy(last) - energy(states.u.front().col(j));
    }
    change /= static_cast<double>(data.cols());
    const EpochRecord& line = result.record.back();
    BOOST_TEST(std::abs(line.energy_work + line.energy_injection - change) <
               1e-10 * (1 + std::abs(change)));
    BOOST_TEST(line.energy_injection >= 0.0);
}

BOOST_AUTO_TEST_CASE(no_epochs_leave_the_start) {
    TrainOptions options = brief();
    options.epochs = 0;
    const Dataset training = builtin_dataset("xor", 400, 1);
    const TrainResult result = train(eight_units, {training}, options);
    BOOST_TEST(result.steps == 0);
    BOOST_TEST(result.record.size() == 1U);
}

BOOST_AUTO_TEST_CASE(options_and_data_out_of_range_are_refused_before_any_work) {
    const Dataset training = builtin_dataset("xor", 50, 1);
    const auto refused = [&](auto change) {
        TrainOptions options{.epochs = 1, .batch = 50};
        change(options);
        return refusal([&] { train(eight_units, {training}, options); });
    };
    BOOST_TEST(says(refused([](TrainOptions& o) { o.batch = 51; }), "batch", "1 to 50", "51"));
    BOOST_TEST(says(refused([](TrainOptions& o) { o.batch = 0; }), "batch", "0"));
    BOOST_TEST(says(refused([](TrainOptions& o) { o.epochs = -1; }), "epochs", "-1"));
    BOOST_TEST(says(refused([](TrainOptions& o) { o.rate.rate = 0; }), "learning_rate", "0"));
    BOOST_TEST(says(refused([](TrainOptions& o) { o.rate.rate = -1; }), "learning_rate", "-1"));
    BOOST_TEST(says(refused([](TrainOptions& o) { o.rate.rate = HUGE_VAL; }), "learning_rate"));
    BOOST_TEST(says(refused([](TrainOptions& o) { o.train_sample = 0; }), "train_sample"));
    BOOST_TEST(
        says(refused([](TrainOptions& o) { o.divergence_factor = 1; }), "divergence_factor"));
    BOOST_TEST(says(refused([](TrainOptions& o) { o.optimizer.beta1 = 2; }), "beta1"));
    const Dataset wide = test::random_data(5, 2, 50, 1);
    BOOST_TEST(says(refusal<InputError>([&] { train(eight_units, {wide}, {.batch = 50}); }),
                    "width 2", "5"));
    BOOST_TEST(says(refusal<InputError>([&] {
                        train(eight_units, {training, nullptr, &wide}, {.batch = 50});
                    }),
                    "width 2", "5"));
    BOOST_TEST(says(refused([](TrainOptions& o) { o.clip = -1; }), "clip", "-1"));
    BOOST_TEST(says(refused([](TrainOptions& o) { o.patience = 2; }), "patience", "held-out"));
    BOOST_TEST(
        says(refused([](TrainOptions& o) { o.regularizer.weight_decay = NAN; }), "weight_decay"));
}

BOOST_AUTO_TEST_SUITE_END()
