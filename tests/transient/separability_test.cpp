// Separability against closed forms and against the definitions computed densely.
#include <boost/test/unit_test.hpp>

#include <resdyn/transient/separability.hpp>

#include "numerics/decompositions.hpp"
#include "support/networks.hpp"
#include "support/refusal.hpp"

using namespace resdyn;
using test::refusal;
using test::says;

BOOST_AUTO_TEST_SUITE(separability_)

namespace {

/// Three Gaussian clouds about 3 e_c in `width` dimensions.
struct Clouds {
    Eigen::MatrixXf inputs;
    Eigen::VectorXi labels;
};
Clouds clouds(Index width, Index count, double distance) {
    Clouds result{test::random_inputs(width, count, 7), test::random_labels(count, 3, 8)};
    for (Index j = 0; j < count; ++j) {
        result.inputs(result.labels[j], j) += static_cast<float>(distance);
    }
    return result;
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_network_without_weights_keeps_the_inputs_separability) {
    // W = 0: y is constant, Σ is constant, the start alone separates.
    ResidualNetwork network = test::residual_network(Activation::Logistic);
    network.blocks[0].W.setZero();
    const Clouds data = clouds(4, 900, 6.0);
    const SeparabilityReport report = resdyn::separability(network, data.inputs, data.labels);
    BOOST_REQUIRE_EQUAL(report.layers.size(), 11U);
    BOOST_TEST(report.fit_samples == 720);
    BOOST_TEST(report.held_out_samples == 180);
    BOOST_TEST(report.layers[0].probe.value > 0.98);
    BOOST_TEST(report.layers[0].nearest_mean.value > 0.98);
    BOOST_TEST(report.layers[0].directions == 4);
    for (std::size_t k = 1; k < report.layers.size(); ++k) {
        BOOST_TEST(report.layers[k].within < 1e-5);
        BOOST_TEST(report.layers[k].between < 1e-5);
        BOOST_TEST(report.layers[k].probe.value < 0.6);
    }
}

BOOST_AUTO_TEST_CASE(numbers_are_those_of_the_definitions) {
    const Network network = test::residual_network(Activation::Tanh, 5);
    const Clouds data = clouds(5, 400, 1.5);
    const SeparabilityOptions options{.seed = 3};
    const SeparabilityReport report =
        resdyn::separability(network, data.inputs, data.labels, options);
    const FitOrder order = fit_order(data.labels, 3, options);
    const std::vector<Index> fit(order.order.begin(), order.order.begin() + order.fit_samples);
    const Matrix fitted = data.inputs(Eigen::all, fit).cast<double>();
    const auto x = test::states(network, fitted);
    for (const LayerSeparability& layer : report.layers) {
        if (layer.variable == LayerVariable::Residual) {
            continue;
        }
        const Matrix X = layer.variable == LayerVariable::Start
                             ? x[0]
                             : Matrix(x[static_cast<std::size_t>(layer.layer)] - x[0]);
        Matrix within = Matrix::Zero(5, 5);
        Matrix between = Matrix::Zero(5, 5);
        std::vector<Vector> means;
        for (int c = 0; c < 3; ++c) {
            std::vector<Index> mine;
            for (std::size_t j = 0; j < fit.size(); ++j) {
                if (data.labels[fit[j]] == c) {
                    mine.push_back(static_cast<Index>(j));
                }
            }
            const Matrix C = X(Eigen::all, mine);
            const Vector m = C.rowwise().mean();
            const Matrix D = C.colwise() - m;
            within += D * D.transpose();
            const Vector d = m - X.rowwise().mean();
            between += static_cast<double>(mine.size()) * d * d.transpose();
            means.push_back(m);
        }
        const double squares = (means[0] - means[1]).squaredNorm() +
                               (means[0] - means[2]).squaredNorm() +
                               (means[1] - means[2]).squaredNorm();
        double fisher = 0.0;  // the trace of within⁺ · between
        for (Index i = 0; i < within.cols(); ++i) {
            fisher += least_norm_solution(within, between.col(i))[i];
        }
        BOOST_TEST(layer.fisher == fisher, boost::test_tools::tolerance(1e-3));
        BOOST_TEST(layer.between == std::sqrt(squares / 3), boost::test_tools::tolerance(1e-4));
        BOOST_TEST(layer.within == std::sqrt(within.trace() / static_cast<double>(fit.size())),
                   boost::test_tools::tolerance(1e-4));
    }
}

BOOST_AUTO_TEST_CASE(a_direction_that_never_varies_is_left_out) {
    ResidualNetwork network = test::residual_network(Activation::Tanh, 4);
    Clouds data = clouds(4, 300, 2.0);
    data.inputs.row(3).setConstant(0.25F);
    const SeparabilityReport report = resdyn::separability(network, data.inputs, data.labels);
    BOOST_TEST(report.layers[0].directions == 3);
    BOOST_TEST(std::isfinite(report.layers[0].fisher));
    BOOST_TEST(report.layers[0].fisher < 10.0);
}

BOOST_AUTO_TEST_CASE(a_perceptron_has_no_sum_and_threads_change_nothing) {
    const Network network = test::perceptron(Activation::Logistic, 30);
    const Clouds data = clouds(30, 700, 3.0);
    const SeparabilityReport one = resdyn::separability(network, data.inputs, data.labels, {}, 1);
    const SeparabilityReport many = resdyn::separability(network, data.inputs, data.labels, {}, 4);
    BOOST_REQUIRE_EQUAL(one.layers.size(), 6U);
    for (std::size_t k = 0; k < one.layers.size(); ++k) {
        BOOST_TEST((one.layers[k].variable != LayerVariable::Sum));
        BOOST_TEST(one.layers[k].fisher == many.layers[k].fisher);
        BOOST_TEST(one.layers[k].probe.value == many.layers[k].probe.value);
    }
}

BOOST_AUTO_TEST_CASE(too_few_samples_and_wrong_options_are_refused) {
    const Network network = test::residual_network(Activation::Tanh);
    const Eigen::MatrixXf inputs = test::random_inputs(4, 2, 3);
    BOOST_TEST(
        says(refusal([&] { resdyn::separability(network, inputs, Eigen::VectorXi::Zero(2)); }),
             "as many samples as classes (3)", "2"));
    const Eigen::MatrixXf more = test::random_inputs(4, 40, 3);
    BOOST_TEST(
        says(refusal([&] { resdyn::separability(network, more, Eigen::VectorXi::Zero(40)); }),
             "every class", "none of class 1"));
    const Eigen::VectorXi labels = test::random_labels(40, 3, 1);
    BOOST_TEST(
        says(refusal([&] { resdyn::separability(network, more, labels, {.held_out = 1.0}); }),
             "held_out", "(0, 1)"));
    BOOST_TEST(says(refusal([&] { resdyn::separability(network, more, labels, {.ridge = 0.0}); }),
                    "ridge"));
    BOOST_TEST(
        says(refusal([&] { resdyn::separability(network, more, labels.head(3)); }), "40", "3"));
}

BOOST_AUTO_TEST_SUITE_END()
