// Is a network an ODE, as one library call: with data and without, and what is refused.
#include <boost/test/unit_test.hpp>

#include <resdyn/studies/discretisation_study.hpp>

#include "support/networks.hpp"
#include "support/refusal.hpp"

using namespace resdyn;
using test::refusal;
using test::says;

BOOST_AUTO_TEST_SUITE(discretisation_study_)

namespace {

Dataset data_of(Index width, Index count) {
    Dataset data;
    data.name = "test";
    data.inputs = test::random_inputs(width, count, 4);
    data.labels = test::random_labels(count, 3, 5);
    data.classes = 3;
    return data;
}

}  // namespace

BOOST_AUTO_TEST_CASE(data_are_drawn_and_named) {
    const ResidualNetwork network =
        test::residual_network(Activation::Logistic, 5, false, false, true);
    const Dataset data = data_of(3, 90);
    const DiscretisationStudy study =
        study_discretisation(network, &data, {.samples = 40, .halvings = 3, .seed = 2});
    BOOST_TEST(study.has_data);
    BOOST_TEST(study.notes.empty());
    BOOST_REQUIRE(study.samples.size() == 40);
    const Matrix x0 = initial_activity(network, data.inputs.cast<double>());
    for (Index k = 0; k < 40; ++k) {
        BOOST_TEST(
            (study.flow.start.col(k) - x0.col(study.samples[static_cast<std::size_t>(k)])).norm() <
            1e-12);
    }
    BOOST_TEST(study.fidelity.refinements.size() == 4);
    BOOST_TEST(study.fidelity.followed == 40);
    BOOST_TEST(study.fidelity.flow_accuracy.has_value());
    BOOST_TEST(study.split.inputs == 40);
    BOOST_TEST(study.split.classes.size() == 12);  // 4 steps, 3 classes
    BOOST_TEST(study.split.closes());
}

BOOST_AUTO_TEST_CASE(without_data_and_without_a_read_out) {
    ResidualNetwork network = test::residual_network(Activation::Tanh, 4);
    const DiscretisationStudy study = study_discretisation(network, nullptr, {.samples = 20});
    BOOST_TEST(!study.has_data);
    BOOST_REQUIRE(study.notes.size() == 1);
    BOOST_TEST(says(study.notes[0], "standard normal"));
    BOOST_TEST(study.fidelity.refinements[1].agreement.has_value());
    BOOST_TEST(!study.fidelity.refinements[1].accuracy.has_value());
    BOOST_TEST(study.split.share.mean == 0.0);
    network.readout = {};
    const DiscretisationStudy bare = study_discretisation(network, nullptr, {.samples = 20});
    BOOST_REQUIRE(bare.notes.size() == 2);
    BOOST_TEST(says(bare.notes[1], "no classes"));
    BOOST_TEST(!bare.fidelity.refinements[1].agreement.has_value());
    // The same inputs for the same seed.
    BOOST_TEST((bare.flow.flow_end.array() == study.flow.flow_end.array()).all());
}

BOOST_AUTO_TEST_CASE(refusals) {
    const ResidualNetwork network = test::residual_network(Activation::Tanh, 4);
    const Dataset data = data_of(3, 10);
    BOOST_TEST(says(refusal([&] { study_discretisation(network, &data); }),
                    "test: expected samples of width 4, got 3"));
    BOOST_TEST(
        says(refusal([&] { study_discretisation(network, nullptr, {.samples = 0}); }), "samples"));
    BOOST_TEST(says(refusal([&] { study_discretisation(network, nullptr, {.rel_tol = 0.0}); }),
                    "rel_tol"));
    BOOST_TEST(says(refusal([&] { study_discretisation(network, nullptr, {.halvings = 0}); }),
                    "halvings"));
}

BOOST_AUTO_TEST_SUITE_END()
