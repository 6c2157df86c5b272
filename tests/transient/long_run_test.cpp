// The read-out beyond the last layer, against networks made so deep, and against two systems whose
// ends are known.
#include <boost/test/unit_test.hpp>

#include <cmath>

#include <resdyn/transient/long_run.hpp>

#include "support/networks.hpp"
#include "support/refusal.hpp"

using namespace resdyn;
using test::refusal;
using test::says;

BOOST_AUTO_TEST_SUITE(long_run_)

namespace {

ResidualNetwork two_units(const Matrix& W, const Matrix& V) {
    ResidualNetwork network;
    network.step = 0.5;
    network.depth = 4;
    network.blocks = {{W, Vector::Zero(2), {}}};
    network.readout = {V, Vector::Zero(2)};
    return network;
}

}  // namespace

BOOST_AUTO_TEST_CASE(each_depth_is_the_network_made_so_deep) {
    std::vector<ResidualNetwork> networks;
    for (const Activation f : {Activation::Logistic, Activation::Tanh}) {
        for (const bool two : {false, true}) {
            networks.push_back(test::residual_network(f, 4, two, true, two));
        }
    }
    for (const ResidualNetwork& network : networks) {
        BOOST_TEST_CONTEXT(to_string(network.activation) << ", " << network.hidden_width()) {
            const Matrix x0 = initial_activity(
                network, test::random_inputs(network.input_width(), 150, 3).cast<double>());
            const Eigen::VectorXi labels = test::random_labels(150, network.classes(), 4);
            const LongRun run =
                resdyn::long_run(network, x0, labels, {.layers = 100, .per_decade = 3});
            BOOST_TEST(run.depth.front() == 0);
            BOOST_TEST(run.depth.back() == 100);
            std::vector<Eigen::VectorXi> answers;
            for (const Index n : run.depth) {
                ResidualNetwork deep = network;
                deep.depth = std::max<Index>(n, 1);
                const LayerStates states = run_layers(deep, x0);
                answers.push_back(
                    predicted_classes(deep.readout(n == 0 ? states.x.front() : states.x.back())));
            }
            const auto own = static_cast<std::size_t>(
                std::find(run.depth.begin(), run.depth.end(), network.depth) - run.depth.begin());
            BOOST_REQUIRE(own < run.depth.size());
            for (std::size_t k = 0; k < run.depth.size(); ++k) {
                const Index right = (answers[k].array() == labels.array()).count();
                const Index kept = (answers[k].array() == answers[own].array()).count();
                BOOST_TEST(run.accuracy[k].value == static_cast<double>(right) / 150.0);
                BOOST_TEST(run.kept[k].value == static_cast<double>(kept) / 150.0);
                BOOST_TEST(run.size[k].low <= run.size[k].median);
                BOOST_TEST(run.size[k].median <= run.size[k].high);
            }
            for (std::size_t j = 0; j < run.inputs.size(); ++j) {
                const auto at = static_cast<Index>(j);
                const DecisionLife& life = run.inputs[j];
                BOOST_TEST(life.decided == answers[own][at]);
                BOOST_TEST(life.last == answers.back()[at]);
                for (std::size_t k = own; k < run.depth.size(); ++k) {
                    if (run.depth[k] <= life.kept_to) {
                        BOOST_TEST(answers[k][at] == life.decided);
                    }
                    if (run.depth[k] == life.changed_by) {
                        BOOST_TEST(answers[k][at] != life.decided);
                    }
                }
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(attractors_keep_the_decision_and_decay_forgets_it) {
    Matrix x0(2, 400);
    for (Index k = 0; k < 400; ++k) {
        x0(0, k) = std::cos(0.7 + static_cast<double>(k));
        x0(1, k) = std::sin(1.3 * static_cast<double>(k));
    }
    // Winner takes all: (1, 0) and (0, 1) attract, and each has its own class.
    const ResidualNetwork choice =
        two_units(Matrix{{1.0, -2.0}, {-2.0, 1.0}}, Matrix{{1.0, 0.0}, {0.0, 1.0}});
    const LongRun kept = resdyn::long_run(choice, x0, {}, {.layers = 3000});
    BOOST_TEST(kept.accuracy.empty());
    for (const DecisionLife& life : kept.inputs) {
        // Those near the separatrix turn over early; after a hundred layers nobody does.
        BOOST_TEST(life.changed_by <= 100);
    }
    BOOST_TEST(kept.size.back().median > 0.999);
    BOOST_TEST(kept.within_rounding == 0);

    // w = −1 apart: y_i ~ 1/(nh), so the evidence grows like V (1, 1)ᵀ log(nh): class 1 in the end.
    const ResidualNetwork decay =
        two_units(Matrix{{-1.0, 0.0}, {0.0, -1.0}}, Matrix{{1.0, 0.0}, {0.0, 2.0}});
    const LongRun lost = resdyn::long_run(decay, x0, {}, {.layers = 100000, .per_decade = 5});
    Index changed = 0;
    for (const DecisionLife& life : lost.inputs) {
        BOOST_TEST(life.last == 1);
        changed += life.decided == 0 ? 1 : 0;
        BOOST_TEST((life.changed_by > life.kept_to) == (life.decided == 0));
    }
    BOOST_TEST(changed > 20);
    BOOST_TEST(lost.kept.back().value == 1.0 - static_cast<double>(changed) / 400.0);
    // |y| ~ 1/(|w| t), t = nh (doc/theory.md §14).
    BOOST_TEST(lost.size.back().median * 100000.0 * 0.5 == 1.0, boost::test_tools::tolerance(0.01));
}

BOOST_AUTO_TEST_CASE(threads_do_not_matter_and_wrong_calls_are_refused) {
    const ResidualNetwork network =
        two_units(Matrix{{1.0, -2.0}, {-2.0, 1.0}}, Matrix{{1.0, 0.0}, {0.0, 1.0}});
    const Matrix x0 = test::random_inputs(2, 200, 9).cast<double>();
    const LongRun one = resdyn::long_run(network, x0, {}, {.layers = 50, .threads = 1});
    const LongRun two = resdyn::long_run(network, x0, {}, {.layers = 50, .threads = 2});
    BOOST_TEST(one.size.back().median == two.size.back().median);
    BOOST_TEST(one.size.back().low == two.size.back().low);
    BOOST_TEST(one.rounding_bound == two.rounding_bound);

    ResidualNetwork own = network;
    own.blocks.assign(4, network.blocks.front());
    BOOST_TEST(
        says(refusal([&] { resdyn::long_run(own, x0, {}); }), "weights shared by all layers"));
    BOOST_TEST(
        says(refusal([&] { resdyn::long_run(network, x0, {}, {.layers = 3}); }), "layers >= 4"));
    ResidualNetwork unbounded = network;
    unbounded.activation = Activation::ReLU;
    BOOST_TEST(says(refusal([&] { resdyn::long_run(unbounded, x0, {}); }), "a bounded activation"));
    ResidualNetwork silent = network;
    silent.readout = {};
    BOOST_TEST(says(refusal([&] { resdyn::long_run(silent, x0, {}); }), "read-out"));
    BOOST_TEST(says(refusal([&] { resdyn::long_run(network, x0, Eigen::VectorXi::Zero(3)); }),
                    "200 labels or none"));
}

BOOST_AUTO_TEST_SUITE_END()
