// Regimes on systems whose resting places are known; steady residuals against shuffled copies.
#include <boost/test/unit_test.hpp>

#include <resdyn/transient/regime.hpp>
#include <resdyn/transient/steady_features.hpp>

#include "support/networks.hpp"
#include "support/refusal.hpp"

using namespace resdyn;
using test::refusal;
using test::says;

BOOST_AUTO_TEST_SUITE(regime_)

namespace {

ResidualNetwork winner_takes_all(Index depth) {
    ResidualNetwork network;
    network.step = 0.5;
    network.depth = depth;
    network.blocks = {{Matrix{{1, -2}, {-2, 1}}, Vector::Zero(2), {}}};
    return network;
}

}  // namespace

BOOST_AUTO_TEST_CASE(depth_makes_an_attractor_of_a_transient) {
    const Matrix inputs = Random(2).normal_matrix(2, 40, 1.0);
    const RegimeReport deep = regimes(winner_takes_all(60), inputs);
    BOOST_REQUIRE(deep.of_network.has_value());
    BOOST_TEST((*deep.of_network == Regime::Settled));
    const RegimeReport shallow = regimes(winner_takes_all(2), inputs);
    BOOST_REQUIRE(shallow.of_network.has_value());
    BOOST_TEST((*shallow.of_network == Regime::Unsettled));
    double total = 0.0;
    for (const Proportion& share : shallow.shares) {
        total += share.value;
    }
    BOOST_TEST(total == 1.0);
    // They end in the same places all the same.
    BOOST_TEST(shallow.settled.groups.size() == deep.settled.groups.size());
    for (Index j = 0; j < 40; ++j) {
        BOOST_TEST(deep.distance[j] < shallow.distance[j]);
    }
}

BOOST_AUTO_TEST_CASE(a_dwell_near_a_saddle_is_slow_and_not_settled) {
    ResidualNetwork network;
    network.step = 0.5;
    network.blocks = {{Matrix{{1, -3, 1}, {1, 1, -3}, {-3, 1, 1}}, Vector::Zero(3), {}}};
    network.depth = 2000;  // deep in a dwell of the heteroclinic cycle
    const RegimeReport report =
        regimes(network, Random(4).normal_matrix(3, 10, 0.2), {.settle = {.max_layers = 3000}});
    BOOST_TEST(report.shares[0].value == 0.0);
    BOOST_TEST(report.shares[1].value > 0.5);
    for (Index j = 0; j < 10; ++j) {
        BOOST_TEST(std::isnan(report.distance[j]));
    }
}

BOOST_AUTO_TEST_CASE(a_network_of_one_layer_has_a_speed) {
    const RegimeReport report = regimes(winner_takes_all(1), Random(2).normal_matrix(2, 5, 1.0));
    BOOST_TEST(report.last_speed.minCoeff() > 0.0);
}

BOOST_AUTO_TEST_CASE(what_has_no_verified_rest_is_refused) {
    const Matrix inputs = Matrix::Zero(4, 2);
    BOOST_TEST(says(refusal([&] { regimes(test::residual_network(Activation::ReLU), inputs); }),
                    "bounded", "relu"));
    BOOST_TEST(says(refusal([&] {
                        regimes(test::residual_network(Activation::Tanh, 4, false, false), inputs);
                    }),
                    "shared", "5"));
    BOOST_TEST(says(
        refusal([&] { regimes(winner_takes_all(1), Matrix::Zero(2, 1), {.arrival_tol = 1.0}); }),
        "arrival_tol"));
}

BOOST_AUTO_TEST_CASE(what_lies_along_the_inputs_is_told_from_what_does_not) {
    // Inputs vary along two smooth directions of 60 components; 4 more never vary.
    const Index D = 64;
    Random random(9);
    Matrix base = Matrix::Zero(D, 2);
    for (Index i = 0; i < 60; ++i) {
        base(i, 0) = std::sin(0.1 * static_cast<double>(i));
        base(i, 1) = std::cos(0.1 * static_cast<double>(i));
    }
    const Eigen::VectorXi labels = test::random_labels(300, 2, 3);
    Eigen::MatrixXf inputs(D, 300);
    for (Index j = 0; j < 300; ++j) {
        const Vector mix{{labels[j] == 0 ? 2.0 : -2.0, random.normal()}};
        inputs.col(j) = (base * mix).cast<float>();
    }
    Matrix steady(D, 2);
    steady.col(0) = base.col(0);
    steady.col(1) = random.normal_matrix(D, 1, 1.0);
    const SteadyFeatureReport report =
        steady_features(steady, inputs, labels, 2, {.directions = 2, .shuffles = 99});
    BOOST_TEST(report.varying == 60);
    BOOST_TEST(report.variance_share.sum() == 1.0, boost::test_tools::tolerance(1e-5));
    BOOST_TEST((report.directions.transpose() * report.directions - Matrix::Identity(2, 2)).norm() <
               1e-10);
    BOOST_TEST(report.features[0].to_class_means.p == 0.01);
    BOOST_TEST(report.features[0].to_class_means.value > 0.9);
    BOOST_TEST(report.features[0].to_directions.p == 0.01);
    BOOST_TEST(report.features[1].to_directions.p > 0.02);
    BOOST_TEST(report.features[1].to_directions.value <=
               report.features[1].to_directions.shuffled_largest);
}

BOOST_AUTO_TEST_CASE(steady_features_refuse_what_does_not_fit) {
    const Eigen::MatrixXf inputs = test::random_inputs(4, 6, 3);
    const Eigen::VectorXi labels = Eigen::VectorXi::Zero(6);
    BOOST_TEST(
        says(refusal([&] { steady_features(Matrix::Zero(3, 1), inputs, labels, 2); }), "4", "3"));
    BOOST_TEST(says(
        refusal([&] { steady_features(Matrix::Zero(4, 1), inputs, labels, 2, {.shuffles = 0}); }),
        "shuffles"));
    BOOST_TEST(says(refusal([&] {
                        steady_features(Matrix::Zero(4, 1), Eigen::MatrixXf::Ones(4, 6), labels, 2);
                    }),
                    "varies", "constant"));
}

BOOST_AUTO_TEST_SUITE_END()
