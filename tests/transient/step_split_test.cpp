// The split of every step into interaction and drift: exact, symmetric, blind to the order of
// hidden units, and right in the limit of smooth weights.
#include <boost/test/unit_test.hpp>

#include <cmath>

#include <resdyn/transient/step_split.hpp>

#include "support/networks.hpp"
#include "support/refusal.hpp"

using namespace resdyn;
using test::refusal;
using test::says;

BOOST_AUTO_TEST_SUITE(step_split_)

namespace {

constexpr double exact = 1e-12;

/// What is split, layer by layer, by the model room.
std::vector<Matrix> values_of(const ResidualNetwork& network, const Matrix& x0) {
    const LayerStates states = run_layers(network, x0);
    std::vector<Matrix> values;
    for (Index n = 0; n < network.depth; ++n) {
        const auto at = static_cast<std::size_t>(n);
        const ResidualBlock& block = network.block(n);
        values.push_back(block.A ? Matrix(*block.A * states.y[at]) : states.u[at]);
    }
    return values;
}

/// The hidden units of every layer in an order of its own.
ResidualNetwork shuffled(ResidualNetwork network, std::uint64_t seed) {
    for (std::size_t n = 0; n < network.blocks.size(); ++n) {
        ResidualBlock& block = network.blocks[n];
        const std::vector<Index> order = Random(seed, n).permutation(block.W.rows());
        block.W = Matrix(block.W(order, Eigen::all));
        block.b = Vector(block.b(order));
        block.A = Matrix((*block.A)(Eigen::all, order));
    }
    return network;
}

/// A network that samples W(t) = P + sin(t) Q, b(t) = cos(t) c, at L layers of T = 1.
ResidualNetwork smooth(Activation f, Index L, bool two_matrices) {
    Random random(3);
    const Matrix P = random.normal_matrix(4, 4, 0.6);
    const Matrix Q = random.normal_matrix(4, 4, 0.8);
    const Vector c = random.uniform_vector(4, -1, 1);
    const Matrix A = random.normal_matrix(4, 4, 0.6);
    ResidualNetwork network;
    network.activation = f;
    network.depth = L;
    network.step = 1.0 / static_cast<double>(L);
    for (Index n = 0; n < L; ++n) {
        const double t = network.step * static_cast<double>(n);
        network.blocks.push_back({P + std::sin(t) * Q, std::cos(t) * c, {}});
        if (two_matrices) {
            network.blocks.back().A = A * (1.0 + t);
        }
    }
    return network;
}

void check_close(const MeanWithError& a, const MeanWithError& b, double tolerance) {
    BOOST_TEST(std::abs(a.mean - b.mean) <= tolerance * (1.0 + std::abs(b.mean)));
    BOOST_TEST(std::abs(a.standard_error - b.standard_error) <= tolerance * (1.0 + b.mean));
}

}  // namespace

BOOST_AUTO_TEST_CASE(parts_add_up_to_the_step) {
    for (const Activation f : all_activations) {
        for (const bool two : {false, true}) {
            for (const bool shared : {false, true}) {
                BOOST_TEST_CONTEXT(to_string(f) << (two ? ", two" : ", one")
                                                << (shared ? ", shared" : ", own")) {
                    const ResidualNetwork network = test::residual_network(f, 6, two, shared);
                    const Matrix x0 = Random(9).normal_matrix(6, 70, 1.0);
                    const StepSplit split = resdyn::step_split(network, x0);
                    const std::vector<Matrix> values = values_of(network, x0);
                    BOOST_REQUIRE(split.steps.size() == 4);
                    BOOST_TEST(split.closes());
                    for (std::size_t n = 0; n < 4; ++n) {
                        const auto column = static_cast<Index>(n);
                        const Matrix step = values[n + 1] - values[n];
                        BOOST_TEST(split.steps[n].largest_gap < exact);
                        const Vector mean = split.mean_interaction_by_unit.col(column) +
                                            split.mean_drift_by_unit.col(column);
                        BOOST_TEST((mean - step.rowwise().mean()).cwiseAbs().maxCoeff() < exact);
                        const Vector norms = step.colwise().norm();
                        BOOST_TEST(std::abs(split.steps[n].step.mean - norms.mean()) < exact);
                        BOOST_TEST(std::abs(split.steps[n].interaction_along.mean +
                                            split.steps[n].drift_along.mean - norms.mean()) <
                                   exact);
                        if (shared) {
                            BOOST_TEST(split.steps[n].drift.mean == 0.0);
                        } else {
                            BOOST_TEST(std::abs(split.steps[n].cosine.mean) <= 1.0);
                        }
                    }
                }
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(one_unit_by_hand) {
    // W: 1 then 3, b: 0 then 1, tanh, h = 1/2, x_0 = 2: y_0 = tanh 2, x_1 = 2 + y_0/2.
    ResidualNetwork network;
    network.activation = Activation::Tanh;
    network.step = 0.5;
    network.depth = 2;
    network.blocks = {{Matrix::Constant(1, 1, 1.0), Vector::Zero(1), {}},
                      {Matrix::Constant(1, 1, 3.0), Vector::Ones(1), {}}};
    const StepSplit split = resdyn::step_split(network, Matrix::Constant(1, 1, 2.0));
    const double y = std::tanh(2.0);
    const double interaction = 0.5 * 2.0 * y;
    const double drift = 2.0 * (2.0 + 0.25 * y) + 1.0;
    BOOST_REQUIRE(split.steps.size() == 1);
    BOOST_TEST(std::abs(split.mean_interaction_by_unit(0, 0) - interaction) < exact);
    BOOST_TEST(std::abs(split.mean_drift_by_unit(0, 0) - drift) < exact);
    BOOST_TEST(std::abs(split.steps[0].share.mean - drift / (interaction + drift)) < exact);
    BOOST_TEST(std::abs(split.steps[0].cosine.mean - 1.0) < exact);
    BOOST_TEST(std::abs(split.steps[0].weight_change - 1.0) < exact);  // 2 over the mean 2
    BOOST_TEST(std::abs(split.weight_variation - 1.0) < exact);
}

BOOST_AUTO_TEST_CASE(equal_layers_are_shared_weights) {
    for (const bool two : {false, true}) {
        const ResidualNetwork shared = test::residual_network(Activation::Logistic, 6, two, true);
        ResidualNetwork equal = shared;
        equal.blocks.assign(static_cast<std::size_t>(equal.depth), shared.blocks.front());
        const Matrix x0 = Random(9).normal_matrix(6, 20, 1.0);
        const StepSplit a = resdyn::step_split(shared, x0);
        const StepSplit b = resdyn::step_split(equal, x0);
        BOOST_TEST(a.share.mean == 0.0);
        BOOST_TEST(b.share.mean == 0.0);
        BOOST_TEST(b.field_variation == 0.0);
        BOOST_TEST((b.drift_by_unit.array() == 0.0).all());
        BOOST_TEST((a.interaction_by_unit.array() == b.interaction_by_unit.array()).all());
        for (std::size_t n = 0; n < a.steps.size(); ++n) {
            BOOST_TEST(a.steps[n].step.mean == b.steps[n].step.mean);
            BOOST_TEST(b.steps[n].drift.mean == 0.0);
        }
    }
}

BOOST_AUTO_TEST_CASE(the_order_of_hidden_units_does_not_matter) {
    for (const Activation f : all_activations) {
        const ResidualNetwork network = test::residual_network(f, 5, true, false);
        const ResidualNetwork other = shuffled(network, 4);
        const Matrix x0 = Random(9).normal_matrix(5, 30, 1.0);
        const StepSplit a = resdyn::step_split(network, x0);
        const StepSplit b = resdyn::step_split(other, x0);
        BOOST_TEST((a.interaction_by_unit - b.interaction_by_unit).cwiseAbs().maxCoeff() < exact);
        BOOST_TEST((a.drift_by_unit - b.drift_by_unit).cwiseAbs().maxCoeff() < exact);
        BOOST_TEST(std::abs(a.field_variation - b.field_variation) < exact);
        for (std::size_t n = 0; n < a.steps.size(); ++n) {
            check_close(a.steps[n].share, b.steps[n].share, exact);
            check_close(a.steps[n].cosine, b.steps[n].cosine, 1e-10);
            BOOST_TEST(std::abs(a.steps[n].field_change - b.steps[n].field_change) < exact);
        }
        // The matrices themselves are far apart: a split by matrices would depend on the order.
        BOOST_TEST((network.blocks[0].W - other.blocks[0].W).norm() > 0.1);
    }
}

BOOST_AUTO_TEST_CASE(smooth_weights_have_a_limit) {
    const Matrix x0 = Random(5).normal_matrix(4, 3, 1.0);
    for (const bool two : {false, true}) {
        std::vector<double> share;
        std::vector<double> drift;
        std::vector<double> interaction;
        for (const Index L : {64, 128, 256}) {
            const StepSplit split = resdyn::step_split(smooth(Activation::Tanh, L, two), x0);
            const SplitStep& step = split.steps[static_cast<std::size_t>(L / 2)];  // t = 1/2
            share.push_back(step.share.mean);
            drift.push_back(step.drift.mean);
            interaction.push_back(step.interaction.mean);
        }
        BOOST_TEST(std::abs(drift[1] / drift[2] - 2.0) < 0.05);
        BOOST_TEST(std::abs(interaction[1] / interaction[2] - 2.0) < 0.05);
        const double ratio = (share[0] - share[1]) / (share[1] - share[2]);
        BOOST_TEST(std::abs(ratio - 2.0) < 0.1);  // order 1
        if (!two) {
            // δ = |W'x + b'| / (|Wy| + |W'x + b'|) at t = 1/2 of the flow, by extrapolation.
            const ResidualNetwork fine = smooth(Activation::Tanh, 4096, false);
            const LayerStates states = run_layers(fine, x0);
            const ResidualBlock& block = fine.blocks[2048];
            const ResidualBlock& next = fine.blocks[2049];
            const Matrix rate =
                (((next.W - block.W) * states.x[2048]).colwise() + (next.b - block.b)) / fine.step;
            const Vector moved = rate.colwise().norm();
            const Vector helped = (block.W * states.y[2048]).colwise().norm();
            const double limit = moved.cwiseQuotient(moved + helped).mean();
            BOOST_TEST(std::abs(2.0 * share[2] - share[1] - limit) < 1e-3);
        }
    }
}

BOOST_AUTO_TEST_CASE(classes_make_up_the_whole) {
    const ResidualNetwork network = test::residual_network(Activation::Tanh, 6, false, false);
    const Matrix x0 = Random(9).normal_matrix(6, 130, 1.0);
    const Eigen::VectorXi labels = test::random_labels(130, 3, 2);
    const StepSplit split = resdyn::step_split(network, x0, labels, 4);
    BOOST_REQUIRE(split.classes.size() == 16);
    for (std::size_t n = 0; n < 4; ++n) {
        double drift = 0.0;
        Index samples = 0;
        for (std::size_t c = 0; c < 3; ++c) {
            const ClassSplit& one = split.classes[4 * n + c];
            BOOST_TEST(one.layer == static_cast<Index>(n));
            BOOST_TEST(one.label == static_cast<Index>(c));
            drift += static_cast<double>(one.samples) * one.drift.mean;
            samples += one.samples;
        }
        BOOST_TEST(samples == 130);
        BOOST_TEST(std::abs(drift / 130.0 - split.steps[n].drift.mean) < exact);
        BOOST_TEST(split.classes[4 * n + 3].samples == 0);
        BOOST_TEST(std::isnan(split.classes[4 * n + 3].drift.mean));
    }
    // As many threads as one likes.
    const StepSplit again = resdyn::step_split(network, x0, labels, 4, 3);
    BOOST_TEST(again.steps[2].share.mean == split.steps[2].share.mean);
    BOOST_TEST((again.drift_by_unit.array() == split.drift_by_unit.array()).all());
}

BOOST_AUTO_TEST_CASE(one_layer_and_refusals) {
    ResidualNetwork network = test::residual_network(Activation::Tanh, 3);
    network.depth = 1;
    const StepSplit split = resdyn::step_split(network, Matrix::Ones(3, 2));
    BOOST_TEST(split.steps.empty());
    BOOST_TEST(split.closes());
    BOOST_TEST(
        says(refusal([&] { resdyn::step_split(network, Matrix::Ones(2, 2)); }), "state of 3"));
    BOOST_TEST(says(refusal([&] {
                        resdyn::step_split(network, Matrix::Ones(3, 2), Eigen::VectorXi::Ones(2),
                                           1);
                    }),
                    "labels"));
}

BOOST_AUTO_TEST_SUITE_END()
