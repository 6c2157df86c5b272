// The flat parameter vector: there and back for every kind of network; where training begins.
#include <boost/test/unit_test.hpp>
#include <cmath>

#include <resdyn/model/parameters.hpp>

#include "support/refusal.hpp"
#include "support/shapes.hpp"

using namespace resdyn;
using test::refusal;
using test::says;

BOOST_AUTO_TEST_SUITE(parameters_)

BOOST_AUTO_TEST_CASE(every_number_of_every_kind_of_network_comes_back) {
    for (const auto& [name, shape] : test::all_shapes()) {
        BOOST_TEST_CONTEXT(name) {
            const Vector flat = test::random_parameters(shape, 5);
            const Network any = unflatten(shape, flat);
            validate(any);
            BOOST_TEST((flatten(any) == flat));
            const NetworkShape back = shape_of(any);
            BOOST_TEST((back.kind == shape.kind));
            BOOST_TEST(back.width == shape.width);
            BOOST_TEST(back.hidden_width == shape.hidden_width);
            BOOST_TEST(back.shared_weights == shape.shared_weights);
            BOOST_TEST(back.input_width == shape.input_width);
            BOOST_TEST(back.classes == shape.classes);
            BOOST_TEST(back.depth == shape.depth);
            BOOST_TEST(back.step == shape.step);
            // The layout is where the tensors are.
            const ParameterLayout layout(shape);
            const auto& last = layout.blocks.back();
            if (const auto* network = std::get_if<ResidualNetwork>(&any)) {
                BOOST_TEST(flat[last.W] == network->blocks.back().W(0, 0));
                BOOST_TEST(flat[last.b] == network->blocks.back().b[0]);
            } else {
                BOOST_TEST(flat[last.W] == std::get<Perceptron>(any).layers.back().M(0, 0));
                BOOST_TEST(flat[last.b] == std::get<Perceptron>(any).layers.back().v[0]);
            }
            std::visit(
                [&](const auto& network) {
                    BOOST_TEST(flat[layout.V + 1] == network.readout.M(1, 0));  // by column
                    BOOST_TEST(flat[layout.c] == network.readout.v[0]);
                    if (network.input) {
                        BOOST_TEST(flat[layout.U] == network.input->M(0, 0));
                        BOOST_TEST(flat[layout.e] == network.input->v[0]);
                    }
                },
                any);
        }
    }
}

BOOST_AUTO_TEST_CASE(training_begins_at_chance_with_weights_of_the_stated_size) {
    const NetworkShape shape{.activation = Activation::Tanh,
                             .step = 0.5,
                             .depth = 8,
                             .width = 200,
                             .input_width = 50,
                             .classes = 10};
    const auto network = std::get<ResidualNetwork>(initial_network(shape, 1));
    BOOST_TEST(network.readout.M.isZero(0.0));
    BOOST_TEST(network.blocks[0].b.isZero(0.0));
    const double entries = 200.0 * 200.0;
    const double deviation = network.blocks[0].W.norm() / std::sqrt(entries);
    const double stated = 1.0 / (std::sqrt(200.0) * 4.0);  // hL max f' = 4
    BOOST_TEST(std::abs(deviation / stated - 1) < 5 / std::sqrt(2 * entries));
    const double input = network.input->M.norm() / std::sqrt(200.0 * 50.0);
    BOOST_TEST(std::abs(input * std::sqrt(50.0) - 1) < 5 / std::sqrt(2 * 200.0 * 50.0));
    BOOST_TEST((flatten(network) == flatten(initial_network(shape, 1))));
    BOOST_TEST((flatten(network) != flatten(initial_network(shape, 2))));
}

BOOST_AUTO_TEST_CASE(a_new_perceptron_neither_saturates_nor_fades) {
    // A difference of unsaturated units keeps its size through the layers at the start.
    for (const Activation activation : {Activation::Logistic, Activation::Tanh}) {
        const NetworkShape shape{.kind = NetworkKind::Perceptron,
                                 .activation = activation,
                                 .depth = 6,
                                 .width = 400,
                                 .shared_weights = false};
        const auto network = std::get<Perceptron>(initial_network(shape, 1));
        const Matrix inputs =
            Matrix::Constant(400, 1, activate(activation, 0.0)) * Matrix::Ones(1, 2) +
            0.01 * Matrix::Identity(400, 400).leftCols(2);
        const std::vector<Matrix> y = run_layers(network, inputs);
        const double before = (y.front().col(0) - y.front().col(1)).norm();
        const double after = (y.back().col(0) - y.back().col(1)).norm();
        BOOST_TEST(std::abs(std::log(after / before)) < 0.5);
    }
}

BOOST_AUTO_TEST_CASE(shapes_out_of_range_are_refused_by_field) {
    const auto refused = [](auto change) {
        NetworkShape shape;
        change(shape);
        return refusal([&] { initial_network(shape, 1); });
    };
    BOOST_TEST(says(refused([](NetworkShape& s) { s.step = -1; }), "step", "> 0", "-1"));
    BOOST_TEST(says(refused([](NetworkShape& s) { s.step = NAN; }), "step"));
    BOOST_TEST(says(refused([](NetworkShape& s) { s.depth = 0; }), "depth", ">= 1", "0"));
    BOOST_TEST(says(refused([](NetworkShape& s) { s.width = 0; }), "units"));
    BOOST_TEST(says(refused([](NetworkShape& s) { s.hidden_width = -1; }), "hidden_width"));
    BOOST_TEST(says(refused([](NetworkShape& s) { s.input_width = -1; }), "input_width"));
    BOOST_TEST(says(refused([](NetworkShape& s) { s.classes = 0; }), "classes"));
    BOOST_TEST(says(refused([](NetworkShape& s) {
                        s.kind = NetworkKind::Perceptron;
                        s.step = 0.5;
                    }),
                    "step", "perceptron", "0.5"));
    BOOST_TEST(says(refused([](NetworkShape& s) {
                        s.kind = NetworkKind::Perceptron;
                        s.hidden_width = 3;
                    }),
                    "hidden_width", "perceptron", "3"));
    BOOST_TEST(says(refusal([] { unflatten({}, Vector::Zero(3)); }), "12 numbers", "3"));
    auto bare = std::get<ResidualNetwork>(initial_network({}, 1));
    bare.readout = {};
    BOOST_TEST(says(refusal([&] { shape_of(bare); }), "read-out"));
}

BOOST_AUTO_TEST_SUITE_END()
