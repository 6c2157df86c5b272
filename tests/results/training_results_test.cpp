// A training told: every option of the table where its row says, the run read back from what was
// told, and the words.
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <nlohmann/json.hpp>

#include <resdyn/core/error.hpp>
#include <resdyn/learning/training_options.hpp>

#include "results/training_results.hpp"
#include "support/refusal.hpp"

using namespace resdyn;
using test::refusal;
using test::says;
using Json = nlohmann::ordered_json;

BOOST_AUTO_TEST_SUITE(training_results_)

namespace {

/// With a depth that adjusts itself, so that all rows are told.
TrainingStudy study() {
    TrainingStudyOptions options;
    options.network = {.depth = 3, .units = 4};
    options.train = usual_training(true, 100);
    options.train.epochs = 2;
    options.train.depth_rule.enabled = true;
    return study_training(training_data(builtin_dataset("moons", 120, 1),
                                        builtin_dataset("moons", 50, 2), options.train),
                          options);
}

}  // namespace

BOOST_AUTO_TEST_CASE(every_option_is_told_where_its_row_says) {
    const TrainingStudy one = study();
    const Json json = to_json(one);
    for (const TrainingOption& row : training_options()) {
        if (row.told.empty()) {
            BOOST_TEST((row.group.empty() || !row.shapes_result), row.name);
            continue;
        }
        const Json::json_pointer place(std::string(row.told));
        BOOST_REQUIRE_MESSAGE(json.contains(place), row.name << " at " << std::string(row.told));
        if (!row.told_by_result) {
            const Json& value = json.at(place);
            const std::string text = value.is_string()    ? value.get<std::string>()
                                     : value.is_boolean() ? (value.get<bool>() ? "true" : "false")
                                                          : "";
            if (value.is_number()) {
                BOOST_TEST(value.get<double>() == std::stod(text_of(row, one.train)), row.name);
            } else {
                BOOST_TEST(text == text_of(row, one.train), row.name);
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(a_run_is_read_back_from_what_was_told) {
    const TrainingStudy one = study();
    const TrainedRun run = run_of(one);
    const TrainedRun back = trained_run(Json::parse(to_json(one).dump()), "results.json");
    BOOST_TEST(back.seed == run.seed);
    BOOST_TEST((back.outcome == run.outcome));
    BOOST_TEST(back.seconds == run.seconds);
    EpochRecord last = run.last;
    last.seconds = back.last.seconds;
    const std::vector<double> a = to_numbers(last);
    const std::vector<double> b = to_numbers(back.last);
    for (std::size_t i = 0; i < a.size(); ++i) {
        BOOST_TEST((a[i] == b[i] || (std::isnan(a[i]) && std::isnan(b[i]))), record_columns()[i]);
    }
    BOOST_TEST((to_json(compare_runs({run, run})) == to_json(compare_runs({back, back}))));
    BOOST_TEST(says(refusal<InputError>([&] { trained_run(Json::object(), "x.json"); }), "x.json"));
}

BOOST_AUTO_TEST_CASE(words_and_metadata_name_what_was_trained) {
    const TrainingStudy one = study();
    const std::string text = summary(one);
    for (const char* part : {"loss ", "held out", "moons", "finished after 2 epochs", "depth 3"}) {
        BOOST_TEST(text.find(part) != std::string::npos, part);
    }
    const ModelFile model =
        model_of(one, builtin_dataset("moons", 120, 1), "resdyn train", {{"a.csv", "00"}});
    BOOST_TEST(model.metadata.at("command") == "resdyn train");
    BOOST_TEST(model.metadata.at("sha256 a.csv") == "00");
    BOOST_TEST(model.metadata.contains("lineage rule"));
    BOOST_TEST((model.type == TensorType::F32));
    BOOST_TEST(remedy(one).starts_with("try --learning-rate"));
}

BOOST_AUTO_TEST_SUITE_END()
