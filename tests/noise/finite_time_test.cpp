// Exponents of the whole way against Jacobians by finite differences, and known cases.
#include <boost/test/unit_test.hpp>

#include <cmath>

#include <resdyn/noise/finite_time.hpp>
#include <resdyn/numerics/vector_field.hpp>

#include "numerics/decompositions.hpp"
#include "support/networks.hpp"
#include "support/refusal.hpp"

using namespace resdyn;
using test::refusal;
using test::says;

BOOST_AUTO_TEST_SUITE(finite_time_)

BOOST_AUTO_TEST_CASE(exponents_are_those_of_the_jacobian) {
    for (const Activation f : {Activation::Logistic, Activation::Tanh, Activation::Softplus}) {
        for (const bool two : {false, true}) {
            const ResidualNetwork network = test::residual_network(f, 5, two, false);
            const Matrix x0 = Random(3).normal_matrix(5, 4, 1.0);
            const FiniteTimeExponents found = finite_time_exponents(network, x0);
            const double T = network.step * static_cast<double>(network.depth);
            Matrix logs(5, 4);
            for (Index j = 0; j < 4; ++j) {
                const Matrix J = finite_difference_jacobian(
                    [&](const Vector& x) -> Vector {
                        return run_layers(network, x).x.back().col(0);
                    },
                    x0.col(j));
                logs.col(j) = singular_values(J).array().log() / T;
            }
            for (Index k = 0; k < 5; ++k) {
                BOOST_TEST(std::abs(found.exponents[static_cast<std::size_t>(k)].mean -
                                    logs.row(k).mean()) < 1e-5);
            }
            BOOST_TEST(found.resolved == 5);
            BOOST_TEST(std::abs(found.layers.back().exponent.mean - found.exponents[0].mean) <
                       1e-8);
            for (const LayerGrowth& layer : found.layers) {
                BOOST_TEST(layer.exponent.mean <= layer.bound.mean + 1e-9);
            }
            BOOST_TEST(std::abs(found.layers.front().exponent.mean -
                                found.layers.front().bound.mean) < 1e-8);
        }
    }
}

BOOST_AUTO_TEST_CASE(linear_units_by_hand) {
    // ReLU on its linear side: x grows by 1 + h w_n a layer.
    ResidualNetwork network;
    network.activation = Activation::ReLU;
    network.step = 0.5;
    network.depth = 2;
    network.blocks = {{Matrix::Constant(1, 1, 2.0), Vector::Zero(1), {}},
                      {Matrix::Constant(1, 1, 4.0), Vector::Zero(1), {}}};
    const FiniteTimeExponents found = finite_time_exponents(network, Matrix::Ones(1, 3));
    BOOST_TEST(std::abs(found.exponents[0].mean - std::log(6.0)) < 1e-12);  // T = 1
    BOOST_TEST(std::abs(found.layers[0].stretch.mean - 2.0) < 1e-12);
    BOOST_TEST(std::abs(found.layers[1].stretch.mean - 3.0) < 1e-12);
    BOOST_TEST(found.expanding.mean == 1.0);
    // A direction that a layer wipes out has no exponent.
    network.blocks[1].W(0, 0) = -2.0;
    network.blocks[1].b[0] = 100.0;
    const FiniteTimeExponents none = finite_time_exponents(network, Matrix::Ones(1, 3));
    BOOST_TEST(none.resolved == 0);
    BOOST_TEST(std::isnan(none.exponents[0].mean));
    BOOST_TEST(
        says(refusal([&] { finite_time_exponents(network, Matrix::Ones(2, 1)); }), "state of 1"));
}

BOOST_AUTO_TEST_SUITE_END()
