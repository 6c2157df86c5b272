// The jet of a face against central differences of the field, and the conservative pair's Hopf
// point.
#include <boost/test/unit_test.hpp>

#include <resdyn/core/random.hpp>
#include <resdyn/model/systems.hpp>

#include "model/residual_jet.hpp"
#include "numerics/decompositions.hpp"
#include "support/refusal.hpp"

using namespace resdyn;
using resdyn::test::refusal;
using resdyn::test::says;

BOOST_AUTO_TEST_SUITE(residual_jet_)

BOOST_AUTO_TEST_CASE(each_order_is_the_difference_of_the_one_below) {
    Random random(2);
    for (const Activation f : {Activation::Logistic, Activation::Tanh}) {
        const ResidualSystem system(random.normal_matrix(4, 4, 1.0), f);
        const std::vector<Index> free = {0, 2, 3};
        Vector y = random.uniform_vector(4, 0.1, 0.9);
        y[1] = levels(f).high;
        const FieldJet jet = resdyn::residual_jet(system, y, free);
        BOOST_TEST((jet.jacobian - Matrix(system.residual_jacobian(y)(free, free))).norm() < 1e-14);
        const double d =
            1e-4;  // the field is cubic: central differences are exact but for rounding
        for (Index j = 0; j < 3; ++j) {
            Vector ahead = y;
            Vector behind = y;
            ahead[free[static_cast<std::size_t>(j)]] += d;
            behind[free[static_cast<std::size_t>(j)]] -= d;
            const FieldJet a = resdyn::residual_jet(system, ahead, free);
            const FieldJet b = resdyn::residual_jet(system, behind, free);
            const Matrix A = (a.jacobian - b.jacobian) / (2 * d);
            for (Index i = 0; i < 3; ++i) {
                const auto at = static_cast<std::size_t>(i);
                BOOST_TEST((A.row(i) - jet.second[at].row(j)).norm() < 1e-6);
                const Matrix B = (a.second[at] - b.second[at]) / (2 * d);
                BOOST_TEST((B - jet.third[static_cast<std::size_t>(i * 3 + j)]).norm() < 1e-9);
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(the_conservative_pair_has_a_degenerate_hopf_point) {
    const NamedSystem& pair = named_system("conservative-pair");
    const ResidualSystem system(pair.W, pair.activation);
    const auto l1 =
        first_lyapunov_coefficient(resdyn::residual_jet(system, Vector::Zero(2), {0, 1}));
    BOOST_TEST((l1.criticality == HopfCriticality::Degenerate));
    BOOST_TEST(l1.frequency == 1.0, boost::test_tools::tolerance(1e-15));
}

BOOST_AUTO_TEST_CASE(on_a_planar_face_the_sign_is_that_of_the_couplings) {
    // sign l₁ = −sign(w₁₁ (w₁₂² − w₂₁²)), whatever the equilibrium; zero where w₁₂ = −w₂₁.
    Random random(21);
    Index seen = 0;
    for (int trial = 0; trial < 400; ++trial) {
        const Activation f = trial % 2 == 0 ? Activation::Logistic : Activation::Tanh;
        const Vector y = random.uniform_vector(2, levels(f).low + 0.1, levels(f).high - 0.1);
        const Vector g = gain(f, y);
        Matrix block = random.normal_matrix(2, 2, 1.0);
        block(1, 1) = -block(0, 0) * g[0] / g[1];
        const bool alike = trial % 5 == 0;
        if (alike) {
            block(1, 0) = -block(0, 1);
        }
        if (Lu(block).determinant() < 0.1) {
            continue;
        }
        Matrix W = Matrix::Zero(3, 3);
        W.topLeftCorner(2, 2) = block;
        W.topRightCorner(2, 1) = -block * y;
        const Vector whole{{y[0], y[1], 1.0}};
        const auto l1 =
            first_lyapunov_coefficient(resdyn::residual_jet(ResidualSystem(W, f), whole, {0, 1}));
        if (alike) {
            BOOST_TEST((l1.criticality == HopfCriticality::Degenerate));
        } else {
            const double predicted =
                -block(0, 0) * (block(0, 1) * block(0, 1) - block(1, 0) * block(1, 0));
            BOOST_TEST((l1.value > 0) == (predicted > 0));
            ++seen;
        }
    }
    BOOST_TEST(seen > 50);
}

BOOST_AUTO_TEST_CASE(refusals) {
    const ResidualSystem relu(Matrix{{0, 1}, {-1, 0}}, Activation::ReLU);
    BOOST_TEST(says(refusal([&] { resdyn::residual_jet(relu, Vector::Zero(2), {0, 1}); }), "tanh"));
    const ResidualSystem tanh(Matrix{{0, 1}, {-1, 0}}, Activation::Tanh);
    BOOST_TEST(says(refusal([&] {
                        resdyn::residual_jet(tanh, Vector::Zero(3), {0, 1});
                    }),
                    "size 2"));
}

BOOST_AUTO_TEST_SUITE_END()
