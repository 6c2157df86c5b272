// Training: it learns, it repeats, it stops with a reason; Adam against its definition.
#include <boost/test/unit_test.hpp>
#include <cmath>

#include <resdyn/core/error.hpp>
#include <resdyn/learning/trainer.hpp>

#include "shapes.hpp"
#include "support/refusal.hpp"

using namespace resdyn;
using test::refusal;
using test::says;

namespace {

const NetworkShape eight_units{.depth = 5, .width = 8, .input_width = 2, .classes = 2};

TrainOptions brief() {
    return {.epochs = 5, .batch = 100, .learning_rate = 0.02, .seed = 3};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(trainer)

BOOST_AUTO_TEST_CASE(adam_steps_as_defined) {
    const AdamOptions options{.beta1 = 0.8, .beta2 = 0.95, .epsilon = 1e-3};
    const Index size = 40000;  // over several chunks
    Adam<double> adam(size, options, 2);
    Random random(1);
    Vector p = random.normal_matrix(size, 1, 1.0);
    Vector expected = p;
    Vector m = Vector::Zero(size);
    Vector v = Vector::Zero(size);
    for (int t = 1; t <= 4; ++t) {
        const Vector g = random.normal_matrix(size, 1, 1.0);
        adam.step(p, g, 0.1);
        for (Index i = 0; i < size; ++i) {
            m[i] = 0.8 * m[i] + 0.2 * g[i];
            v[i] = 0.95 * v[i] + 0.05 * g[i] * g[i];
            const double m_hat = m[i] / (1 - std::pow(0.8, t));
            const double v_hat = v[i] / (1 - std::pow(0.95, t));
            expected[i] -= 0.1 * m_hat / (std::sqrt(v_hat) + 1e-3);
        }
    }
    BOOST_TEST((p - expected).cwiseAbs().maxCoeff() < 1e-12);
    BOOST_TEST(says(refusal([] { Adam<float>(1, {.beta1 = 1.0}); }), "beta1", "[0, 1)"));
    BOOST_TEST(says(refusal([] { Adam<float>(1, {.beta2 = -0.1}); }), "beta2"));
    BOOST_TEST(says(refusal([] { Adam<float>(1, {.epsilon = 0.0}); }), "epsilon"));
}

BOOST_AUTO_TEST_CASE(the_cosine_goes_from_the_full_rate_to_zero) {
    BOOST_TEST(rate_at(RateSchedule::Constant, 0.5, 99, 100) == 0.5);
    BOOST_TEST(rate_at(RateSchedule::Cosine, 0.5, 0, 100) == 0.5);
    BOOST_TEST(std::abs(rate_at(RateSchedule::Cosine, 0.5, 50, 100) - 0.25) < 1e-15);
    BOOST_TEST(rate_at(RateSchedule::Cosine, 0.5, 99, 100) < 1e-3);
}

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
        const TrainResult result = train(shape, training, &held_out, options);
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
    const TrainResult result = train(eight_units, training, nullptr, options);
    BOOST_REQUIRE_EQUAL(result.record.size(), 6U);
    BOOST_TEST(result.steps == 15);  // two batches of 100 and one of 50 an epoch
    BOOST_TEST(seen.size() == 15U);
    BOOST_TEST(std::is_sorted(seen.begin(), seen.end()));
    BOOST_TEST(std::abs(seen.back() - 5.0) < 1e-12);
    BOOST_TEST(std::abs(result.record[0].loss - std::log(2.0)) < 1e-6);  // V = 0: chance
    for (std::size_t k = 0; k < result.record.size(); ++k) {
        BOOST_TEST(result.record[k].epoch == static_cast<Index>(k));
        BOOST_TEST(result.record[k].test_accuracy == -1.0);
        BOOST_TEST((k == 0) == (result.record[k].gradient_norm == 0.0));
    }
    const EpochRecord& last = result.record.back();
    BOOST_TEST(std::abs(last.weight_norm - result.network.blocks[0].W.norm()) < 1e-12);
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
        const TrainResult one = train(shape, training, nullptr, options);
        options.threads = 4;
        const TrainResult four = train(shape, training, nullptr, options);
        BOOST_TEST((flatten(one.network) == flatten(four.network)));
        BOOST_TEST(one.record.back().loss == four.record.back().loss);
        BOOST_TEST(one.record.back().settle.q95 == four.record.back().settle.q95);
        options.seed = 4;
        const TrainResult other = train(shape, training, nullptr, options);
        BOOST_TEST((flatten(one.network) != flatten(other.network)));
    }
}

BOOST_AUTO_TEST_CASE(float32_weights_are_exact_in_the_result) {
    const TrainResult result = train(eight_units, builtin_dataset("xor", 200, 1), nullptr, brief());
    const Matrix& W = result.network.blocks[0].W;
    BOOST_TEST((W == W.cast<float>().cast<double>()));
}

BOOST_AUTO_TEST_CASE(numbers_that_run_away_stop_the_run_and_the_last_good_network_is_kept) {
    const Dataset training = builtin_dataset("xor", 400, 1);
    NetworkShape shape = eight_units;
    shape.activation = Activation::Softplus;
    shape.depth = 40;
    TrainOptions options = brief();
    options.learning_rate = 1e6;
    const TrainResult result = train(shape, training, nullptr, options);
    BOOST_TEST((result.outcome == TrainOutcome::NonFinite));
    BOOST_TEST(says(result.reason, "epoch 1", "finite loss"));
    BOOST_REQUIRE_EQUAL(result.record.size(), 1U);
    BOOST_TEST((flatten(result.network) ==
                flatten(initial_network(shape, options.seed)).cast<float>().cast<double>()));
}

BOOST_AUTO_TEST_CASE(a_loss_that_grows_is_divergence) {
    const Dataset training = builtin_dataset("xor", 400, 1);
    TrainOptions options = brief();
    options.learning_rate = 1000.0;
    const TrainResult result = train(eight_units, training, nullptr, options);
    BOOST_TEST((result.outcome == TrainOutcome::Diverged));
    BOOST_TEST(says(result.reason, "epoch 1", "at most 6.931"));
    BOOST_TEST(result.record.size() == 1U);
    BOOST_TEST(result.network.readout.M.isZero(0.0));
}

BOOST_AUTO_TEST_CASE(no_epochs_leave_the_start) {
    TrainOptions options = brief();
    options.epochs = 0;
    const Dataset training = builtin_dataset("xor", 400, 1);
    const TrainResult result = train(eight_units, training, nullptr, options);
    BOOST_TEST(result.steps == 0);
    BOOST_TEST(result.record.size() == 1U);
}

BOOST_AUTO_TEST_CASE(options_and_data_out_of_range_are_refused_before_any_work) {
    const Dataset training = builtin_dataset("xor", 50, 1);
    const auto refused = [&](auto change) {
        TrainOptions options{.epochs = 1, .batch = 50};
        change(options);
        return refusal([&] { train(eight_units, training, nullptr, options); });
    };
    BOOST_TEST(says(refused([](TrainOptions& o) { o.batch = 51; }), "batch", "1 to 50", "51"));
    BOOST_TEST(says(refused([](TrainOptions& o) { o.batch = 0; }), "batch", "0"));
    BOOST_TEST(says(refused([](TrainOptions& o) { o.epochs = -1; }), "epochs", "-1"));
    BOOST_TEST(says(refused([](TrainOptions& o) { o.learning_rate = 0; }), "learning rate", "0"));
    BOOST_TEST(says(refused([](TrainOptions& o) { o.learning_rate = -1; }), "learning rate", "-1"));
    BOOST_TEST(says(refused([](TrainOptions& o) { o.learning_rate = HUGE_VAL; }), "learning rate"));
    BOOST_TEST(says(refused([](TrainOptions& o) { o.train_sample = 0; }), "train_sample"));
    BOOST_TEST(
        says(refused([](TrainOptions& o) { o.divergence_factor = 1; }), "divergence_factor"));
    BOOST_TEST(says(refused([](TrainOptions& o) { o.adam.beta1 = 2; }), "beta1"));
    const Dataset wide = test::random_data(5, 2, 50, 1);
    BOOST_TEST(says(refusal<InputError>([&] { train(eight_units, wide, nullptr, {.batch = 50}); }),
                    "width 2", "5"));
    BOOST_TEST(
        says(refusal<InputError>([&] { train(eight_units, training, &wide, {.batch = 50}); }),
             "width 2", "5"));
}

BOOST_AUTO_TEST_SUITE_END()
