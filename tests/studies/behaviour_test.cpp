// What a network does with its inputs, on data whose draw and fate are known.
#include <boost/test/unit_test.hpp>

#include <nlohmann/json.hpp>

#include <resdyn/core/random.hpp>
#include <resdyn/studies/behaviour.hpp>

#include "results/behaviour_results.hpp"
#include "support/refusal.hpp"

using namespace resdyn;
using test::refusal;
using test::says;

BOOST_AUTO_TEST_SUITE(behaviour_)

namespace {

ResidualNetwork network_on_the_plane(bool shared) {
    Random random(4);
    ResidualNetwork network;
    network.step = 0.4;
    network.depth = 4;
    for (int n = 0; n < (shared ? 1 : 4); ++n) {
        ResidualBlock block{random.normal_matrix(5, 2, 1.0), random.uniform_vector(5, -1, 1), {}};
        block.A = random.normal_matrix(2, 5, 0.7);
        network.blocks.push_back(block);
    }
    network.readout = {random.normal_matrix(2, 2, 1.0), random.uniform_vector(2, -1, 1)};
    return network;
}

}  // namespace

BOOST_AUTO_TEST_CASE(the_parts_speak_of_the_same_inputs) {
    const Dataset data = builtin_dataset("moons", 300, 3);
    const ResidualNetwork network = network_on_the_plane(true);
    const Behaviour found = resdyn::behaviour(
        network, data, {.samples = 100, .layers = 500, .per_decade = 4, .seed = 7});
    BOOST_REQUIRE(found.samples.size() == 100);
    BOOST_REQUIRE(found.beyond.has_value());
    BOOST_TEST(found.beyond->depth.back() == 500);
    BOOST_TEST(found.beyond->inputs.size() == 100);
    BOOST_TEST(found.classes.samples[0] + found.classes.samples[1] == 100);
    BOOST_REQUIRE(found.stories.size() == 2);
    for (const InputStory& story : found.stories) {
        BOOST_TEST(story.balances());
        // The sample is named by its column in the data.
        BOOST_TEST(story.data == data.inputs.col(story.sample).cast<double>());
        BOOST_TEST(story.label == data.labels[story.sample]);
    }
    BOOST_TEST(std::abs(found.stories[1].lead) <= std::abs(found.stories[0].lead));
    // The accuracy at the network's own depth is the network's.
    const LongRun& run = *found.beyond;
    const auto own = std::find(run.depth.begin(), run.depth.end(), 4) - run.depth.begin();
    Index right = 0;
    for (std::size_t k = 0; k < found.samples.size(); ++k) {
        const Matrix x0 = data.inputs.col(found.samples[k]).cast<double>();
        right += predicted_classes(network.readout(run_layers(network, x0).x.back()))[0] ==
                         data.labels[found.samples[k]]
                     ? 1
                     : 0;
    }
    BOOST_TEST(run.accuracy[static_cast<std::size_t>(own)].value ==
               static_cast<double>(right) / 100.0);

    const nlohmann::ordered_json json = to_json(found);
    BOOST_TEST(json["beyond_the_last_layer"]["depths"].size() == run.depth.size());
    BOOST_TEST(json["units_by_evidence"].size() == 5);
    BOOST_TEST(behaviour_tables(found).size() == 5);
}

BOOST_AUTO_TEST_CASE(work_is_limited_and_own_weights_have_no_beyond) {
    const Dataset data = builtin_dataset("moons", 60, 3);
    const Behaviour short_run = resdyn::behaviour(
        network_on_the_plane(true), data,
        {.samples = 60, .layers = 1000000, .multiplications = 60.0 * (25 + 100) * 50});
    BOOST_TEST(short_run.beyond->depth.back() == 50);
    const Behaviour own = resdyn::behaviour(network_on_the_plane(false), data, {.samples = 60});
    BOOST_TEST(!own.beyond.has_value());
    BOOST_TEST(own.stories.size() == 2);
    ResidualNetwork silent = network_on_the_plane(true);
    silent.readout = {};
    const Behaviour bare = resdyn::behaviour(silent, data, {.samples = 60});
    BOOST_TEST(bare.stories.empty());
    BOOST_TEST(!bare.beyond.has_value());
    BOOST_TEST(behaviour_tables(bare).size() == 2);
}

BOOST_AUTO_TEST_CASE(wrong_calls_are_refused) {
    const Dataset data = builtin_dataset("moons", 60, 3);
    ResidualNetwork wide = network_on_the_plane(true);
    wide.input = LinearLayer{Matrix::Zero(2, 7), Vector::Zero(2)};
    BOOST_TEST(says(refusal([&] { resdyn::behaviour(wide, data); }), "samples of width 7"));
    BOOST_TEST(
        says(refusal([&] { resdyn::behaviour(network_on_the_plane(true), data, {.samples = 0}); }),
             "samples >= 1"));
}

BOOST_AUTO_TEST_SUITE_END()
