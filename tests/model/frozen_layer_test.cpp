// One layer for all: its system, and the states that enter it.
#include <boost/test/unit_test.hpp>

#include <resdyn/model/frozen_layer.hpp>
#include <resdyn/model/residual_system.hpp>

#include "support/networks.hpp"
#include "support/refusal.hpp"

using namespace resdyn;
using test::refusal;
using test::says;

BOOST_AUTO_TEST_SUITE(frozen_layer_)

BOOST_AUTO_TEST_CASE(it_is_the_layer_everywhere) {
    for (const bool two : {false, true}) {
        const ResidualNetwork network =
            test::residual_network(Activation::Tanh, 4, two, false, true);
        const Matrix x0 = initial_activity(network, test::random_inputs(3, 6, 1).cast<double>());
        const LayerStates states = run_layers(network, x0);
        for (Index K = 0; K < network.depth; ++K) {
            const ResidualNetwork frozen = frozen_network(network, K);
            BOOST_TEST(frozen.has_shared_weights());
            BOOST_TEST(frozen.depth == network.depth);
            BOOST_TEST(!frozen.input.has_value());
            BOOST_TEST((residual_system(frozen).W().array() ==
                        frozen_residual_system(network, K).W().array())
                           .all());
            const Matrix x = activity_before(network, K, x0);
            BOOST_TEST((x - states.x[static_cast<std::size_t>(K)]).norm() < 1e-13);
            // Its first layer does what layer K does.
            const LayerStates from = run_layers(frozen, x);
            BOOST_TEST((from.x[1] - states.x[static_cast<std::size_t>(K + 1)]).norm() < 1e-12);
        }
        BOOST_TEST((activity_before(network, network.depth, x0) - states.x.back()).norm() < 1e-12);
        BOOST_TEST(
            says(refusal([&] { frozen_network(network, 5); }), "layer: expected 0 to 4, got 5"));
        BOOST_TEST(says(refusal([&] { activity_before(network, -1, x0); }), "0 to 5"));
    }
}

BOOST_AUTO_TEST_SUITE_END()
