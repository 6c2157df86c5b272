// The determinant of a layer against a central difference, and networks whose answer is known.
#include <boost/test/unit_test.hpp>
#include <cmath>

#include <resdyn/core/random.hpp>
#include <resdyn/transient/orientation.hpp>

#include "numerics/decompositions.hpp"
#include "support/refusal.hpp"

using namespace resdyn;
using test::refusal;
using test::says;

BOOST_AUTO_TEST_SUITE(orientation_)

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
    for (const Index hidden : {0, 2, 5}) {  // 0: one matrix; else fewer and more than N units
        ResidualNetwork network = bare(random.normal_matrix(3, 3, 1.5), 0.8, 2);
        if (hidden > 0) {
            network.blocks[0] = {random.normal_matrix(hidden, 3, 1.0),
                                 random.normal_matrix(hidden, 1, 1.0),
                                 random.normal_matrix(3, hidden, 1.0)};
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
        BOOST_TEST(std::abs(Lu(J).determinant() - o.smallest) < 1e-6 * (1 + std::abs(o.smallest)));
        BOOST_TEST(o.states == 80);
    }
}

BOOST_AUTO_TEST_CASE(small_steps_keep_orientation) {
    Random random(5);
    const Matrix W = random.normal_matrix(4, 4, 2.0);
    const Matrix x0 = random.normal_matrix(4, 50, 1.0);
    BOOST_TEST(!layer_orientation(bare(W, 1e-3, 10), x0).rules_out_a_flow());
}

BOOST_AUTO_TEST_CASE(signs_and_sizes_hold_beyond_the_range_of_doubles) {
    for (const Index n : {400, 401}) {
        const Matrix W = -999.0 * Matrix::Identity(n, n);
        const Orientation o = layer_orientation(bare(W, 1.0, 1), Matrix::Zero(n, 1));
        BOOST_TEST(o.smallest_sign == (n % 2 == 0 ? 1 : -1));  // (−998)^n
        BOOST_TEST(std::abs(o.smallest_log10 - static_cast<double>(n) * std::log10(998.0)) < 1e-9);
        BOOST_TEST(std::isinf(o.smallest));
        BOOST_TEST(o.rules_out_a_flow() == (n % 2 == 1));
        BOOST_TEST(says(describe(o), n % 2 == 0 ? "10^1199.7" : "least -10^1202.7", "states"));
    }
    // Of two states the deeper of two negative determinants, of two positive ones the smaller.
    const Matrix W{{-3.0, 0.0}, {0.0, 1.0}};
    const Matrix x0{{0.0, 2.0}, {0.0, 0.0}};
    BOOST_TEST(layer_orientation(bare(W, 1.0, 1), x0).sample == 0);
    BOOST_TEST(layer_orientation(bare(Matrix(W.cwiseAbs()), 1.0, 1), x0).sample == 1);
}

BOOST_AUTO_TEST_CASE(a_narrow_block_of_a_wide_network_takes_the_narrow_determinant) {
    Random random(8);
    ResidualNetwork network = bare(Matrix::Zero(300, 300), 0.3, 3);
    network.blocks[0] = {random.normal_matrix(4, 300, 0.2), random.normal_matrix(4, 1, 1.0),
                         random.normal_matrix(300, 4, 0.2)};
    BOOST_TEST(orientation_size(network) == 4);
    const Matrix x0 = random.normal_matrix(300, 40, 1.0);
    const Orientation o = layer_orientation(network, x0, 1);
    const LayerStates states = run_layers(network, x0);
    const Vector u = states.u[static_cast<std::size_t>(o.layer)].col(o.sample);
    const Matrix J = Matrix::Identity(300, 300) +
                     0.3 * *network.blocks[0].A *
                         (slope(Activation::Tanh, u).asDiagonal() * network.blocks[0].W);
    BOOST_TEST(std::abs(Lu(J).determinant() - o.smallest) < 1e-10 * std::abs(o.smallest));
    const Orientation two = layer_orientation(network, x0, 2);
    BOOST_TEST((o.smallest == two.smallest && o.layer == two.layer && o.sample == two.sample &&
                o.reversing == two.reversing));
}

BOOST_AUTO_TEST_CASE(no_samples_are_refused) {
    BOOST_TEST(says(refusal([] { layer_orientation(bare(Matrix{{1.0}}, 1.0, 1), Matrix(1, 0)); }),
                    "x0", "1 rows"));
}

BOOST_AUTO_TEST_SUITE_END()
