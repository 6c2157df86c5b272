// A run that is stopped and goes on ends at the same bits as one that is not.
#include <boost/test/unit_test.hpp>
#include <cmath>

#include <resdyn/core/error.hpp>
#include <resdyn/learning/trainer.hpp>

#include "support/refusal.hpp"
#include "support/shapes.hpp"
#include "support/temporary_folder.hpp"

using namespace resdyn;
using test::refusal;
using test::says;
using test::TemporaryFolder;

BOOST_AUTO_TEST_SUITE(checkpoint_)

namespace {

const NetworkShape shape{.depth = 4, .width = 9, .input_width = 2, .classes = 2};

struct Case {
    std::string name;
    TrainOptions options;
};

/// Everything that a run remembers, one kind after another.
std::vector<Case> cases() {
    const TrainOptions base{.epochs = 5, .batch = 64, .rate = {.rate = 0.02}, .seed = 3};
    std::vector<Case> all(5, {"adam", base});
    all[1].name = "sgd, float64, step";
    all[1].options.precision = Precision::Float64;
    all[1].options.optimizer.method = OptimizerMethod::Sgd;
    all[1].options.rate = {.rate = 0.1, .schedule = RateSchedule::Step, .step_epochs = 2};
    all[2].name = "spectral penalty, decay, clipping";
    all[2].options.regularizer = {.weight_decay = 0.1, .spectral_penalty = 0.01};
    all[2].options.clip = 0.1;
    all[4].name = "settling penalty";
    all[4].options.settling = {.weight = 0.5, .layers = 2};
    all[3].name = "patience";
    all[3].options.epochs = 40;
    all[3].options.patience = 2;
    all[3].options.rate = {.rate = 0.3, .schedule = RateSchedule::Constant};
    return all;
}

/// A stop after so many batches; what was saved then, by way of its file.
Checkpoint stopped_after(Index batches, const TrainingSets& sets, TrainOptions options) {
    const TemporaryFolder folder;
    Checkpoint saved;
    Index seen = 0;
    options.stop_requested = [&] { return ++seen == batches; };
    options.on_checkpoint = [&](const Checkpoint& state) {
        saved = load_checkpoint(folder.write("c.safetensors", format_checkpoint(state)));
    };
    const TrainResult result = train(shape, sets, options);
    BOOST_TEST((result.outcome == TrainOutcome::Interrupted));
    BOOST_TEST(result.steps == batches);
    return saved;
}

bool same(double a, double b) {
    return a == b || (std::isnan(a) && std::isnan(b));
}

void check_same_record(const std::vector<EpochRecord>& a, const std::vector<EpochRecord>& b) {
    BOOST_REQUIRE_EQUAL(a.size(), b.size());
    for (std::size_t k = 0; k < a.size(); ++k) {
        const std::vector<double> left = to_numbers(a[k]);
        const std::vector<double> right = to_numbers(b[k]);
        for (std::size_t i = 0; i + 1 < left.size(); ++i) {  // the last column is wall time
            BOOST_TEST(same(left[i], right[i]), "epoch " << k << ", " << record_columns()[i]);
        }
    }
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_resumed_run_ends_at_the_same_bits) {
    const Dataset training = builtin_dataset("xor", 300, 1);  // 5 batches an epoch
    const Dataset held_out = builtin_dataset("xor", 90, 2);
    for (const auto& [name, options] : cases()) {
        BOOST_TEST_CONTEXT(name) {
            const TrainingSets sets{training, &held_out, nullptr};
            const TrainResult whole = train(shape, sets, options);
            BOOST_TEST((whole.outcome == (options.patience > 0 ? TrainOutcome::EarlyStopped
                                                               : TrainOutcome::Finished)));
            for (const Index batches : {1, 5, 8}) {  // inside, at the end of, beyond an epoch
                const Checkpoint saved = stopped_after(batches, sets, options);
                TrainOptions go_on = options;
                go_on.resume = &saved;
                const TrainResult resumed = train(shape, sets, go_on);
                BOOST_TEST((resumed.outcome == whole.outcome));
                BOOST_TEST((flatten(resumed.network) == flatten(whole.network)));
                BOOST_TEST(resumed.network_epoch == whole.network_epoch);
                BOOST_TEST(resumed.steps == whole.steps);
                check_same_record(resumed.record, whole.record);
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(states_are_saved_as_often_as_asked) {
    const Dataset training = builtin_dataset("xor", 128, 1);
    std::vector<Index> epochs;
    TrainOptions options{.epochs = 7, .batch = 64};
    options.checkpoint_every = 2;
    options.on_checkpoint = [&](const Checkpoint& state) {
        BOOST_TEST(state.batch == 0);
        epochs.push_back(state.epoch);
    };
    train(shape, {training}, options);
    BOOST_TEST(epochs == (std::vector<Index>{2, 4, 6}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_checkpoint_of_another_run_is_refused_and_says_why) {
    const Dataset training = builtin_dataset("xor", 300, 1);
    const TrainOptions options = cases()[0].options;
    const Checkpoint saved = stopped_after(3, {training}, options);
    const auto refused = [&](const NetworkShape& other_shape, const Dataset& data, auto change) {
        TrainOptions other = options;
        change(other);
        other.resume = &saved;
        return refusal<InputError>([&] { train(other_shape, {data}, other); });
    };
    const auto nothing = [](TrainOptions&) {};
    NetworkShape deeper = shape;
    deeper.depth = 5;
    BOOST_TEST(
        says(refused(deeper, training, nothing), "checkpoint, depth", "expected 4", "got 5"));
    BOOST_TEST(
        says(refused(shape, builtin_dataset("xor", 300, 2), nothing), "training data", "SHA-256"));
    BOOST_TEST(says(refused(shape, training, [](auto& o) { o.seed = 4; }), "seed", "3", "4"));
    BOOST_TEST(says(refused(shape, training, [](auto& o) { o.epochs = 6; }), "epochs", "5", "6"));
    BOOST_TEST(says(refused(shape, training, [](auto& o) { o.precision = Precision::Float64; }),
                    "dtype", "float32", "float64"));
}

BOOST_AUTO_TEST_CASE(a_file_that_is_cut_off_or_something_else_is_refused) {
    const Dataset training = builtin_dataset("xor", 300, 1);
    const std::string bytes = format_checkpoint(stopped_after(3, {training}, cases()[0].options));
    const TemporaryFolder folder;
    for (const std::size_t length :
         {std::size_t{0}, std::size_t{7}, bytes.size() / 2, bytes.size() - 1}) {
        const auto path = folder.write("c", bytes.substr(0, length));
        BOOST_TEST(says(refusal<InputError>([&] { load_checkpoint(path); }), "expected", "got"));
    }
    const auto last_column = record_columns().size() - 1;
    const std::vector<std::pair<std::size_t, double>> lies = {
        {0, -5e303}, {0, 0.5}, {last_column - 1, 1e300}, {last_column - 1, 5.0}};
    for (const auto& [column, value] : lies) {
        Safetensors content = parse_safetensors(bytes, "c");
        content.tensors["record"].values[column] = value;
        const auto path = folder.write("r", format_safetensors(content));
        BOOST_TEST(says(refusal<InputError>([&] { load_checkpoint(path); }),
                        "line 1 of the record, " + record_columns()[column],
                        "a whole number from 0"));
    }
    Safetensors other;
    other.tensors["W"] = {TensorType::F64, {1, 1}, {1.0}};
    const auto path = folder.write("m", format_safetensors(other));
    BOOST_TEST(says(refusal<InputError>([&] { load_checkpoint(path); }), "training checkpoint"));
}

BOOST_AUTO_TEST_SUITE_END()
