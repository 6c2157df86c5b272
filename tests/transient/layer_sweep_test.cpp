// The bulk pass against the network as the model room runs it.
#include <boost/test/unit_test.hpp>

#include <resdyn/transient/layer_sweep.hpp>

#include "support/networks.hpp"
#include "support/refusal.hpp"

using namespace resdyn;
using test::refusal;
using test::says;

BOOST_AUTO_TEST_SUITE(layer_sweep_)

BOOST_AUTO_TEST_CASE(every_layer_is_the_model_rooms) {
    for (const auto& [name, network] : test::all_networks()) {
        BOOST_TEST_CONTEXT(name) {
            const Eigen::MatrixXf inputs = test::random_inputs(test::input_width(network), 300, 3);
            const auto expected = test::states(network, inputs.cast<double>());
            LayerSweep sweep(network, inputs);
            for (Index n = 0; n <= sweep.depth(); ++n) {
                BOOST_REQUIRE_EQUAL(sweep.layer(), n);
                const Matrix& x = expected[static_cast<std::size_t>(n)];
                const double scale = 1.0 + x.cwiseAbs().maxCoeff();
                BOOST_TEST((sweep.state().cast<double>() - x).cwiseAbs().maxCoeff() < 2e-5 * scale);
                const Matrix z = test::logits(network, x);
                BOOST_TEST((sweep.logits().cast<double>() - z).cwiseAbs().maxCoeff() <
                           1e-4 * (1.0 + z.cwiseAbs().maxCoeff()));
                if (n < sweep.depth()) {
                    sweep.advance();
                }
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(bits_do_not_depend_on_threads) {
    const Network network = test::residual_network(Activation::Tanh, 40);
    const Eigen::MatrixXf inputs = test::random_inputs(40, 1000, 3);
    LayerSweep one(network, inputs, 1);
    LayerSweep many(network, inputs, 5);
    while (one.layer() < one.depth()) {
        one.advance();
        many.advance();
    }
    BOOST_TEST((one.state() == many.state()));
    BOOST_TEST((one.logits() == many.logits()));
}

BOOST_AUTO_TEST_CASE(what_does_not_fit_is_refused) {
    Network network = test::residual_network(Activation::Tanh);
    BOOST_TEST(says(refusal([&] { LayerSweep(network, test::random_inputs(3, 5, 1)); }), "width 4",
                    "width 3"));
    BOOST_TEST(says(refusal([&] { LayerSweep(network, Eigen::MatrixXf(4, 0)); }), "0 of width 4"));
    LayerSweep sweep(network, test::random_inputs(4, 5, 1));
    for (Index n = 0; n < sweep.depth(); ++n) {
        sweep.advance();
    }
    BOOST_TEST(says(refusal([&] { sweep.advance(); }), "below 5", "5"));
    std::get<ResidualNetwork>(network).readout = {};
    BOOST_TEST(
        says(refusal([&] { LayerSweep(network, test::random_inputs(4, 5, 1)); }), "read-out"));
}

BOOST_AUTO_TEST_SUITE_END()
