// Interactions as one library call: with data and without, the same for any number of threads, and
// what is refused.
#include <boost/test/unit_test.hpp>

#include <resdyn/core/random.hpp>
#include <resdyn/studies/interactions.hpp>

#include "support/refusal.hpp"

using namespace resdyn;
using test::refusal;
using test::says;

BOOST_AUTO_TEST_SUITE(interactions_)

namespace {

ResidualNetwork network() {
    Random random(4);
    ResidualNetwork result;
    result.activation = Activation::Tanh;
    result.step = 0.3;
    result.depth = 5;
    result.blocks = {{random.normal_matrix(2, 2, 0.7), random.uniform_vector(2, -1, 1), {}}};
    return result;
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_study_says_of_what_it_is_and_keeps_its_laws) {
    const InteractionStudy study = study_interactions(network());
    BOOST_TEST((study.activation == Activation::Tanh));
    BOOST_TEST(study.step == 0.3);
    BOOST_TEST((study.W == network().blocks[0].W));
    BOOST_TEST(!study.interaction.effective.has_value());
    BOOST_TEST(!study.interaction.energy.has_value());
    BOOST_TEST(!study.interaction.failed());
}

BOOST_AUTO_TEST_CASE(data_bring_the_energy_by_layer_whatever_the_threads) {
    const Dataset data = builtin_dataset("moons", 60, 1);
    const InteractionStudy one = study_interactions(network(), &data, {.seed = 3, .threads = 1});
    const InteractionStudy two = study_interactions(network(), &data, {.seed = 3, .threads = 2});
    BOOST_REQUIRE(one.interaction.energy.has_value());
    BOOST_TEST(one.interaction.energy->samples == 60);
    BOOST_TEST(one.interaction.energy->work.size() == 5);
    BOOST_TEST((one.interaction.energy->work == two.interaction.energy->work));
    BOOST_REQUIRE(one.interaction.checks.size() == two.interaction.checks.size());
    for (std::size_t k = 0; k < one.interaction.checks.size(); ++k) {
        BOOST_TEST(one.interaction.checks[k].violation == two.interaction.checks[k].violation);
    }
}

BOOST_AUTO_TEST_CASE(what_does_not_fit_is_refused) {
    const auto refused = [](auto change) {
        InteractionStudyOptions options;
        change(options);
        return refusal([&] { study_interactions(network(), nullptr, options); });
    };
    using O = InteractionStudyOptions;
    BOOST_TEST(says(refused([](O& o) { o.checks.starts = 0; }), "starts"));
    BOOST_TEST(says(refused([](O& o) { o.frustration.exact_up_to = -1; }), "exact_up_to"));
    Dataset wide = builtin_dataset("moons", 20, 1);
    wide.inputs = Eigen::MatrixXf::Zero(3, 20);
    BOOST_TEST(says(refusal([&] { study_interactions(network(), &wide); }), "3"));
}

BOOST_AUTO_TEST_SUITE_END()
