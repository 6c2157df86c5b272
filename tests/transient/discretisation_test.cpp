// The flow through layers of their own weights, the refined networks, and the verdict.
#include <boost/test/unit_test.hpp>

#include <cmath>

#include <resdyn/transient/discretisation.hpp>
#include <resdyn/transient/flow_fidelity.hpp>

#include "support/networks.hpp"
#include "support/refusal.hpp"

using namespace resdyn;
using test::refusal;
using test::says;

BOOST_AUTO_TEST_SUITE(discretisation_)

namespace {

/// F(t, x) as the header says it, straight from the weights.
Matrix field_at(const ResidualNetwork& network, double t, const Matrix& x) {
    const double place = t / network.step;
    const auto n = std::min<Index>(static_cast<Index>(place), network.depth - 1);
    const Index next = std::min(n + 1, network.depth - 1);
    const double s = place - static_cast<double>(n);
    const ResidualBlock& a = network.block(n);
    const ResidualBlock& b = network.block(next);
    const auto field = [&](const Matrix& W, const Vector& bias) {
        return activate(network.activation, Matrix((W * x).colwise() + bias));
    };
    if (a.A) {
        return (1 - s) * (*a.A * field(a.W, a.b)) + s * (*b.A * field(b.W, b.b));
    }
    return field((1 - s) * a.W + s * b.W, (1 - s) * a.b + s * b.b);
}

/// x(T) by the classical Runge–Kutta method, whose steps end at the layers.
Matrix runge_kutta(const ResidualNetwork& network, Matrix x, Index steps_a_layer) {
    const double h = network.step / static_cast<double>(steps_a_layer);
    for (Index m = 0; m < network.depth * steps_a_layer; ++m) {
        const double t = h * static_cast<double>(m);
        // The end of a layer belongs to it, not to the next one.
        const double end = t + h * (1.0 - 1e-12);
        const Matrix k1 = field_at(network, t + 1e-14, x);
        const Matrix k2 = field_at(network, t + h / 2, x + h / 2 * k1);
        const Matrix k3 = field_at(network, t + h / 2, x + h / 2 * k2);
        const Matrix k4 = field_at(network, end, x + h * k3);
        x += h / 6 * (k1 + 2 * k2 + 2 * k3 + k4);
    }
    return x;
}

ResidualNetwork own(Activation f, bool two_matrices) {
    return test::residual_network(f, 5, two_matrices, false);
}

}  // namespace

BOOST_AUTO_TEST_CASE(the_flow_is_that_of_the_interpolated_layers) {
    const Matrix x0 = Random(2).normal_matrix(5, 7, 1.0);
    for (const Activation f : {Activation::Logistic, Activation::Tanh, Activation::Softplus}) {
        for (const bool two : {false, true}) {
            BOOST_TEST_CONTEXT(to_string(f) << (two ? ", two matrices" : ", one matrix")) {
                const ResidualNetwork network = own(f, two);
                const DiscretisationReport report = compare_with_flow(network, x0, {.halvings = 6});
                BOOST_TEST((report.flow_end - runge_kutta(network, x0, 200)).norm() <
                           1e-7 * report.flow_end.norm());
                BOOST_TEST(std::abs(report.observed_order.back() - 1.0) < 0.02);
                BOOST_TEST((report.ends.front() - run_layers(network, x0).x.back()).norm() <
                           1e-12 * report.ends.front().norm());
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(halving_puts_the_mean_layer_between) {
    const Matrix x0 = Random(2).normal_matrix(5, 7, 1.0);
    for (const bool two : {false, true}) {
        const ResidualNetwork network = own(Activation::Logistic, two);
        const DiscretisationReport report = compare_with_flow(network, x0, {.halvings = 1});
        Matrix x = x0;
        const double h = network.step / 2;
        for (Index n = 0; n < network.depth; ++n) {
            const double t = network.step * static_cast<double>(n);
            x += h * field_at(network, t + 1e-14, x);
            x += h * field_at(network, t + h, x);
        }
        BOOST_TEST((report.ends[1] - x).norm() < 1e-11 * x.norm());
    }
}

BOOST_AUTO_TEST_CASE(equal_layers_and_shuffled_hidden_units) {
    const Matrix x0 = Random(2).normal_matrix(6, 5, 1.0);
    const ResidualNetwork shared = test::residual_network(Activation::Logistic, 6, true, true);
    ResidualNetwork equal = shared;
    equal.blocks.assign(static_cast<std::size_t>(equal.depth), shared.blocks.front());
    for (std::size_t n = 0; n < equal.blocks.size(); ++n) {
        ResidualBlock& block = equal.blocks[n];
        const std::vector<Index> order = Random(7, n).permutation(block.W.rows());
        block = {Matrix(block.W(order, Eigen::all)), Vector(block.b(order)),
                 Matrix((*block.A)(Eigen::all, order))};
    }
    const DiscretisationReport a = compare_with_flow(shared, x0);
    const DiscretisationReport b = compare_with_flow(equal, x0);
    BOOST_TEST((a.flow_end - b.flow_end).norm() < 1e-9);
    for (std::size_t k = 0; k < a.ends.size(); ++k) {
        BOOST_TEST((a.ends[k] - b.ends[k]).norm() < 1e-11);
        BOOST_TEST(std::abs(a.final_distance[k] - b.final_distance[k]) < 1e-9);
    }
}

BOOST_AUTO_TEST_CASE(threads_change_nothing) {
    const Matrix x0 = Random(2).normal_matrix(5, 150, 1.0);
    const ResidualNetwork network = own(Activation::Tanh, false);
    const DiscretisationReport a = compare_with_flow(network, x0, {.halvings = 3, .threads = 1});
    const DiscretisationReport b = compare_with_flow(network, x0, {.halvings = 3, .threads = 4});
    BOOST_TEST((a.flow_end.array() == b.flow_end.array()).all());
    BOOST_TEST((a.ends.back().array() == b.ends.back().array()).all());
    BOOST_TEST(says(refusal([&] { compare_with_flow(network, x0, {.halvings = 13}); }),
                    "halvings: expected 1 <= halvings <= 12, got 13"));
}

BOOST_AUTO_TEST_CASE(a_fine_sample_of_smooth_weights_is_a_discretisation) {
    ResidualNetwork network = test::residual_network(Activation::Tanh, 5, false, true);
    const Matrix W = network.blocks.front().W;
    const Matrix change = Random(8).normal_matrix(5, 5, 0.2);
    network.depth = 40;
    network.step = 0.025;
    network.blocks.clear();
    for (Index n = 0; n < network.depth; ++n) {
        network.blocks.push_back(
            {W + static_cast<double>(n) * network.step * change, Vector::Zero(5), {}});
    }
    const Matrix x0 = Random(2).normal_matrix(5, 400, 1.0);
    const Eigen::VectorXi labels =
        predicted_classes(network.readout(run_layers(network, x0).x.back()));
    const FlowFidelity found =
        flow_fidelity(network, compare_with_flow(network, x0, {.halvings = 3}), labels);
    BOOST_TEST(to_string(found.verdict) == "discretisation");
    BOOST_TEST(found.followed == 400);
    BOOST_TEST(found.network_accuracy->value == 1.0);
    BOOST_REQUIRE(found.criteria.size() == 3);
    BOOST_TEST(std::abs(found.criteria[2].value - 2.0) < 0.1);
    BOOST_TEST(found.flow_accuracy->value == found.criteria[1].value);
    BOOST_TEST(std::abs(found.accuracy_gain->mean - (found.flow_accuracy->value - 1.0)) < 1e-12);
    BOOST_TEST(found.refinements[0].agreement->value == 1.0);
}

BOOST_AUTO_TEST_CASE(layers_that_jump_are_none) {
    ResidualNetwork network = own(Activation::Tanh, false);
    network.step = 1.0;
    for (std::size_t n = 0; n < network.blocks.size(); ++n) {
        network.blocks[n].W = Random(n + 1).normal_matrix(5, 5, 4.0);
    }
    const Matrix x0 = Random(2).normal_matrix(5, 200, 1.0);
    const DiscretisationReport report = compare_with_flow(network, x0, {.halvings = 6});
    const FlowFidelity found = flow_fidelity(network, report, {});
    BOOST_TEST(to_string(found.verdict) == "no_discretisation");
    BOOST_TEST(found.firm);
    BOOST_TEST(!found.network_accuracy.has_value());
    BOOST_TEST(says(found.rule, "relative distance at most 0.05", "agreement at least 0.9"));
    // The relative distance by hand.
    const Vector apart = (report.ends.front() - report.flow_end).colwise().norm();
    const Vector way = (report.ends.front() - x0).colwise().norm();
    BOOST_TEST(std::abs(found.mean_relative.mean - apart.cwiseQuotient(way).mean()) < 1e-12);
    BOOST_TEST(
        says(refusal([&] { flow_fidelity(network, report, Eigen::VectorXi::Ones(3)); }), "labels"));
}

BOOST_AUTO_TEST_CASE(where_nothing_can_be_halved) {
    // W = 0: every layer adds f(b), and so does the flow.
    ResidualNetwork network = test::residual_network(Activation::Tanh, 3);
    network.blocks.front().W.setZero();
    network.blocks.front().b = Vector::Constant(3, 0.5);
    const Matrix x0 = Random(2).normal_matrix(3, 20, 1.0);
    const FlowFidelity found = flow_fidelity(network, compare_with_flow(network, x0), {});
    BOOST_TEST(std::isnan(found.criteria[2].value));
    BOOST_TEST(to_string(found.verdict) == "discretisation");
    // Nothing moves: nothing can be said.
    network.blocks.front().b.setZero();
    const FlowFidelity none = flow_fidelity(network, compare_with_flow(network, x0), {});
    BOOST_TEST(to_string(none.verdict) == "unknown");
    BOOST_TEST(none.followed == 0);
}

BOOST_AUTO_TEST_SUITE_END()
