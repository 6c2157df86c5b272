// A training as one library call: what of the data it learns from, the same bits for any number of
// threads, stopped and gone on with, and what it refuses.
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <optional>

#include <resdyn/core/error.hpp>
#include <resdyn/core/random.hpp>
#include <resdyn/model/parameters.hpp>
#include <resdyn/studies/training.hpp>

#include "support/refusal.hpp"

using namespace resdyn;
using test::refusal;
using test::says;

BOOST_AUTO_TEST_SUITE(training_)

namespace {

TrainingStudyOptions brief(int threads = 1) {
    TrainingStudyOptions options;
    options.network = {.depth = 4, .units = 6};
    options.train = usual_training(true, 200);
    options.train.epochs = 6;
    options.train.seed = 5;
    options.train.threads = threads;
    return options;
}

TrainingData moons(const TrainOptions& train = {}) {
    return training_data(builtin_dataset("moons", 200, 1), builtin_dataset("moons", 300, 2), train);
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_study_is_what_training_by_hand_gives) {
    const TrainingStudyOptions options = brief();
    const TrainingData data = moons();
    const TrainingStudy study = study_training(data, options);
    const NetworkShape shape{.depth = 4, .width = 6, .input_width = 2, .classes = 2};
    TrainOptions by_hand = options.train;
    by_hand.depth_rule.min_depth = 2;
    const TrainResult result = train(shape, data.view(), by_hand);
    BOOST_TEST((flatten(study.result.network) == flatten(result.network)));
    BOOST_TEST(study.result.record.size() == 7U);
    BOOST_TEST(study.samples == 200);
    BOOST_TEST(study.held_out_samples == 0);
    BOOST_TEST(study.test_samples == 300);
    BOOST_TEST(study.data == "moons");
    BOOST_REQUIRE(study.orientation.has_value());
    BOOST_TEST(study.orientation->states > 0);
    BOOST_TEST(study.train.depth_rule.min_depth == 2);
}

BOOST_AUTO_TEST_CASE(the_same_bits_for_any_number_of_threads) {
    const TrainingData data = moons();
    const TrainingStudy one = study_training(data, brief(1));
    const TrainingStudy two = study_training(data, brief(2));
    BOOST_TEST((flatten(one.result.network) == flatten(two.result.network)));
    BOOST_TEST(one.orientation->smallest == two.orientation->smallest);
    for (std::size_t k = 0; k < one.result.record.size(); ++k) {
        EpochRecord a = one.result.record[k];
        a.seconds = two.result.record[k].seconds;
        const std::vector<double> left = to_numbers(a);
        const std::vector<double> right = to_numbers(two.result.record[k]);
        for (std::size_t i = 0; i < left.size(); ++i) {
            BOOST_TEST((left[i] == right[i] || (std::isnan(left[i]) && std::isnan(right[i]))));
        }
    }
}

BOOST_AUTO_TEST_CASE(an_interrupted_study_goes_on_to_the_same_bits) {
    const TrainingData data = moons();
    const TrainingStudy whole = study_training(data, brief());
    TrainingStudyOptions options = brief();
    std::optional<Checkpoint> state;
    Index batches = 0;
    options.train.stop_requested = [&] { return ++batches == 5; };
    options.train.on_checkpoint = [&](const Checkpoint& checkpoint) { state = checkpoint; };
    const TrainingStudy stopped = study_training(data, options);
    BOOST_TEST((stopped.result.outcome == TrainOutcome::Interrupted));
    BOOST_TEST(!stopped.orientation.has_value());
    BOOST_REQUIRE(state.has_value());
    TrainingStudyOptions go_on = brief();
    go_on.train.resume = &*state;
    const TrainingStudy resumed = study_training(data, go_on);
    BOOST_TEST((resumed.result.outcome == TrainOutcome::Finished));
    BOOST_TEST((flatten(resumed.result.network) == flatten(whole.result.network)));
    BOOST_TEST(resumed.train.resume == nullptr);
    go_on.train.epochs = 7;
    BOOST_TEST(says(refusal<InputError>([&] { study_training(data, go_on); }), "epochs", "6", "7"));
}

BOOST_AUTO_TEST_CASE(a_tenth_is_held_out_where_nothing_else_judges) {
    const Dataset points = builtin_dataset("rings", 200, 1);
    const Dataset test = builtin_dataset("rings", 100, 2);
    TrainOptions patient;
    patient.patience = 3;
    TrainOptions adjusting;
    adjusting.depth_rule.enabled = true;
    BOOST_TEST(training_data(points, {}, {}).held_out->size() == 20);
    BOOST_TEST(!training_data(points, test, {}).held_out.has_value());
    BOOST_TEST(training_data(points, test, patient).held_out->size() == 20);
    BOOST_TEST(training_data(points, test, adjusting).held_out->size() == 20);
    adjusting.depth_rule.guard = false;
    BOOST_TEST(!training_data(points, test, adjusting).held_out.has_value());
    BOOST_TEST(training_data(points, test, {}, 0.25).held_out->size() == 50);
    BOOST_TEST(training_data(points, {}, {}, 0.0).training.size() == 200);
}

BOOST_AUTO_TEST_CASE(what_cannot_be_is_refused_by_the_name_of_the_field) {
    const Dataset points = builtin_dataset("rings", 200, 1);
    for (const double share : {-0.1, 1.0, std::nan("")}) {
        BOOST_TEST(says(refusal([&] { training_data(points, {}, {}, share); }), "held_out: "));
    }
    Dataset single = points;
    single.labels.setZero();
    BOOST_TEST(says(refusal<InputError>([&] { training_data(single, {}, {}); }), "two classes"));
    Dataset third = builtin_dataset("rings", 50, 2);
    third.classes = 3;
    third.labels[0] = 2;
    BOOST_TEST(says(refusal<InputError>([&] { training_data(points, third, {}); }), "class 2"));
    const TrainingData data = moons();
    const auto refused = [&](auto change) {
        TrainingStudyOptions options = brief();
        change(options);
        return refusal([&] { study_training(data, options); });
    };
    using O = TrainingStudyOptions;
    BOOST_TEST(says(refused([](O& o) { o.network.units = -1; }), "units: "));
    BOOST_TEST(says(refused([](O& o) { o.network.hidden_units = -1; }), "hidden_units: "));
    BOOST_TEST(says(refused([](O& o) { o.network.depth = 0; }), "depth: "));
    BOOST_TEST(says(refused([](O& o) { o.network.step = 0; }), "step: "));
    BOOST_TEST(says(refused([](O& o) { o.train.clip = -1; }), "clip: "));
    BOOST_TEST(says(refused([](O& o) { o.train.batch = 201; }), "batch: ", "1 to 200"));
    BOOST_TEST(says(refused([](O& o) { o.train.patience = 2; }), "patience: "));
    BOOST_TEST(says(refused([](O& o) { o.train.depth_rule.enabled = true; }), "adapt_depth: "));
}

BOOST_AUTO_TEST_CASE(runs_are_compared_by_mean_and_standard_error) {
    std::vector<TrainedRun> runs(3);
    const double loss[] = {0.1, 0.2, 0.6};
    for (std::size_t k = 0; k < 3; ++k) {
        runs[k].seed = k;
        runs[k].last.loss = loss[k];
        runs[k].last.test_accuracy = k == 1 ? not_recorded : 0.5;
    }
    const TrainingRuns all = compare_runs(runs);
    BOOST_TEST(all.figures[0].name == "loss");
    BOOST_TEST(std::abs(*all.figures[0].mean - 0.3) < 1e-15);
    BOOST_TEST(std::abs(*all.figures[0].error - std::sqrt(0.14 / 6)) < 1e-15);
    for (const RunFigure& figure : all.figures) {
        BOOST_TEST(figure.values.size() == 3U);
        BOOST_TEST((figure.name != "test_accuracy" || !figure.mean));
    }
    BOOST_TEST(!compare_runs({runs[0]}).figures[0].error.has_value());
}

BOOST_AUTO_TEST_SUITE_END()
