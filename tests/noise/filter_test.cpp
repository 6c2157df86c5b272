// Linearisation, filter response, FTLE field: against differences and closed forms.
#include <boost/test/unit_test.hpp>

#include <resdyn/noise/filter.hpp>
#include <resdyn/noise/ftle.hpp>
#include <resdyn/noise/linearization.hpp>

#include "numerics/decompositions.hpp"
#include "support/networks.hpp"
#include "support/refusal.hpp"

using namespace resdyn;
using test::refusal;
using test::says;

BOOST_AUTO_TEST_SUITE(filter_)

BOOST_AUTO_TEST_CASE(jacobians_agree_with_central_differences_and_their_transposes) {
    constexpr double step = 1e-6;
    for (const auto& named : test::all_networks()) {
        BOOST_TEST_CONTEXT(named.name) {
            const Network& network = named.network;
            const Index D = test::input_width(network);
            const Vector d = Random(3).normal_matrix(D, 1, 1.0);
            const Linearization at(network, d);
            std::vector<Output> outputs = {Output::State, Output::Logits};
            if (std::holds_alternative<ResidualNetwork>(network)) {
                outputs.push_back(Output::Sum);
            } else {
                BOOST_TEST(says(refusal([&] { at.apply(Output::Sum, d); }), "perceptron"));
            }
            for (const Output output : outputs) {
                const auto value = [&](const Vector& input) -> Vector {
                    const auto x = test::states(network, input);
                    return output == Output::State ? Vector(x.back())
                           : output == Output::Sum ? Vector(x.back() - x.front())
                                                   : Vector(test::logits(network, x.back()));
                };
                const Matrix J = at.apply(output, Matrix::Identity(D, D));
                BOOST_REQUIRE_EQUAL(J.rows(), at.rows(output));
                for (Index i = 0; i < D; ++i) {
                    const Vector e = step * Vector::Unit(D, i);
                    const Vector difference = (value(d + e) - value(d - e)) / (2 * step);
                    BOOST_TEST((J.col(i) - difference).norm() < 1e-7 * (1 + J.norm()));
                }
                const Matrix Jt = at.apply_transposed(output, Matrix::Identity(J.rows(), J.rows()));
                BOOST_TEST((Jt - J.transpose()).norm() < 1e-13 * (1 + J.norm()));
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(the_filter_is_what_the_network_does) {
    for (const auto& [name, network] : test::all_networks()) {
        BOOST_TEST_CONTEXT(name) {
            const Index D = test::input_width(network);
            const Eigen::MatrixXf inputs = test::random_inputs(D, 60, 3);
            const Eigen::VectorXi labels = test::random_labels(60, 3, 4);
            const FilterReport report =
                filter_response(network, inputs, labels, {.gain_inputs = 5, .impulse = 1e-6});
            const Linearization at(network, report.mean);
            const bool residual = std::holds_alternative<ResidualNetwork>(network);
            const Matrix J =
                at.apply(residual ? Output::Sum : Output::State, Matrix::Identity(D, D));
            const Vector sigma = singular_values(J);
            BOOST_TEST((report.output.values - sigma.head(report.output.values.size())).norm() <
                       1e-9 * (1 + sigma[0]));
            BOOST_TEST(report.logits.values.size() == 3);
            // A tiny impulse is linear; class means are averages.
            BOOST_TEST((report.impulse_response - report.impulse_linear).norm() <
                       1e-4 * (1 + report.impulse_linear.norm()));
            BOOST_TEST((report.impulse_linear - J.colwise().norm().transpose()).norm() < 1e-12);
            BOOST_TEST(report.gain_inputs == 5);
            BOOST_TEST(report.unit_gain.cols() == at.depth() + 1);
        }
    }
}

BOOST_AUTO_TEST_CASE(without_weights_the_layers_pass_everything_unchanged) {
    ResidualNetwork network = test::residual_network(Activation::Logistic);
    network.blocks[0].W.setZero();
    const FilterReport report =
        filter_response(network, test::random_inputs(4, 30, 3), test::random_labels(30, 3, 4));
    BOOST_TEST(report.output.values.norm() == 0.0);
    BOOST_TEST((report.unit_gain - Matrix::Ones(4, 6)).norm() < 1e-14);
    BOOST_TEST(report.impulse_response.norm() < 1e-15);
}

BOOST_AUTO_TEST_CASE(the_exponent_of_a_scalar_gain_is_known) {
    // ReLU with W = wI, b large: every unit is active, so each layer multiplies by 1 + hw.
    ResidualNetwork network;
    network.activation = Activation::ReLU;
    network.step = 0.5;
    network.depth = 6;
    network.blocks = {{Matrix(0.8 * Matrix::Identity(2, 2)), Vector::Constant(2, 100.0), {}}};
    network.readout = {Matrix{{1.0, 0.0}, {-1.0, 0.0}}, Vector::Zero(2)};
    const FtleField field = ftle_field(network, {Vector{{-1, -1}}, Vector{{1, 1}}}, {.points = 5});
    const double exponent = std::log(1.4) / 0.5;
    BOOST_TEST((field.exponent.array() - exponent).abs().maxCoeff() < 1e-12);
    // The same by the Jacobian's singular value, on a network without symmetry.
    for (const bool residual : {true, false}) {
        const Network any = residual ? Network(test::residual_network(Activation::Tanh, 2))
                                     : Network(test::perceptron(Activation::Tanh, 2));
        const FtleField random = ftle_field(any, {Vector{{-1, -2}}, Vector{{1, 2}}}, {.points = 4});
        const Vector d{{random.first[3], random.second[1]}};
        const Matrix J = Linearization(any, d).apply(Output::State, Matrix::Identity(2, 2));
        const double T = residual ? 5 * 0.4 : 5;
        BOOST_TEST(random.exponent(3, 1) == std::log(singular_values(J)[0]) / T,
                   boost::test_tools::tolerance(1e-10));
        BOOST_TEST(random.predicted(3, 1) ==
                   predicted_classes(test::logits(any, test::states(any, d).back()))[0]);
    }
}

BOOST_AUTO_TEST_CASE(wrong_fields_and_filters_are_refused) {
    const Network wide = test::residual_network(Activation::Tanh);
    const Box square{Vector{{-1, -1}}, Vector{{1, 1}}};
    BOOST_TEST(says(refusal([&] { ftle_field(wide, square); }), "width 2", "4"));
    const Network plane = test::residual_network(Activation::Tanh, 2);
    BOOST_TEST(says(refusal([&] { ftle_field(plane, square, {.points = 1}); }), "points", "1"));
    BOOST_TEST(says(refusal([&] {
                        ftle_field(plane, {Vector{{1, 1}}, Vector{{1, 2}}});
                    }),
                    "rectangle"));
    const Eigen::MatrixXf inputs = test::random_inputs(4, 6, 3);
    BOOST_TEST(says(
        refusal([&] { filter_response(wide, inputs, Eigen::VectorXi::Zero(6), {.impulse = 0.0}); }),
        "impulse", "0"));
    BOOST_TEST(
        says(refusal([&] { filter_response(wide, inputs, Eigen::VectorXi::Zero(5)); }), "6 and 5"));
}

BOOST_AUTO_TEST_SUITE_END()
