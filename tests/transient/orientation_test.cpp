// The determinant of a layer against a central difference, and networks whose answer is known.
#include <Eigen/LU>
#include <boost/test/unit_test.hpp>
#include <cmath>

#include <resdyn/core/random.hpp>
#include <resdyn/transient/orientation.hpp>

#include "support/refusal.hpp"

using namespace resdyn;
using test::refusal;
using test::says;

namespace {

ResidualNetwork bare(const Matrix& W, double step, Index depth) {
    return {.activation = Activation::Tanh,
            .step = step,
            .depth = depth,
            .blocks = {{W, Vector::Zero(W.rows()), std::nullopt}},
            .readout = {},
            .input = std::nullopt};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(orientation)

BOOST_AUTO_TEST_CASE(one_unit_reverses_where_h_w_is_below_minus_one) {
    const Matrix rest = Matrix::Zero(1, 1);  // f' = 1 at rest: det = 1 + h w
    for (const double w : {-0.5, -0.99, -1.01, -3.0}) {
        const Orientation o = layer_orientation(bare(Matrix{{w}}, 1.0, 4), rest);
        BOOST_TEST(std::abs(o.smallest - (1.0 + w)) < 1e-14);
        BOOST_TEST(o.rules_out_a_flow() == (w < -1.0));
        BOOST_TEST(o.states == 4);
        BOOST_TEST(o.reversing == (w < -1.0 ? 4 : 0));
    }
}

BOOST_AUTO_TEST_CASE(is_the_determinant_of_the_layer_map) {
    Random random(3);
    for (const bool two_matrices : {false, true}) {
        ResidualNetwork network = bare(random.normal_matrix(3, 3, 1.5), 0.8, 2);
        if (two_matrices) {
            network.blocks[0] = {random.normal_matrix(5, 3, 1.0), random.normal_matrix(5, 1, 1.0),
                                 random.normal_matrix(3, 5, 1.0)};
        }
        const Matrix x0 = random.normal_matrix(3, 40, 1.0);
        const Orientation o = layer_orientation(network, x0);
        const Vector at =
            run_layers(network, x0).x[static_cast<std::size_t>(o.layer)].col(o.sample);
        ResidualNetwork layer = network;
        layer.depth = 1;
        Matrix J(3, 3);
        constexpr double step = 1e-6;
        for (Index i = 0; i < 3; ++i) {
            const Vector shift = step * Vector::Unit(3, i);
            J.col(i) = (run_layers(layer, at + shift).x[1] - run_layers(layer, at - shift).x[1]) /
                       (2 * step);
        }
        BOOST_TEST(std::abs(J.determinant() - o.smallest) < 1e-6 * (1 + std::abs(o.smallest)));
        BOOST_TEST(o.states == 80);
    }
}

BOOST_AUTO_TEST_CASE(small_steps_keep_orientation) {
    Random random(5);
    const Matrix W = random.normal_matrix(4, 4, 2.0);
    const Matrix x0 = random.normal_matrix(4, 50, 1.0);
    BOOST_TEST(!layer_orientation(bare(W, 1e-3, 10), x0).rules_out_a_flow());
}

BOOST_AUTO_TEST_CASE(no_samples_are_refused) {
    BOOST_TEST(says(refusal([] { layer_orientation(bare(Matrix{{1.0}}, 1.0, 1), Matrix(1, 0)); }),
                    "x0", "1 rows"));
}

BOOST_AUTO_TEST_SUITE_END()
