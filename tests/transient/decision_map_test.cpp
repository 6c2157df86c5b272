// The map of a network's decisions over two inputs, and the confusion of its classes.
#include <resdyn/transient/decision_map.hpp>

#include <boost/test/unit_test.hpp>

#include <resdyn/core/random.hpp>
#include <resdyn/transient/evidence.hpp>

#include "support/refusal.hpp"

using namespace resdyn;
using test::refusal;
using test::says;

BOOST_AUTO_TEST_SUITE(decision_map_)

namespace {

ResidualNetwork network(Index width, bool input) {
    Random random(7);
    ResidualNetwork result;
    result.activation = Activation::Tanh;
    result.step = 0.3;
    result.depth = 6;
    result.blocks = {
        {random.normal_matrix(width, width, 1.0), random.uniform_vector(width, -1, 1), {}}};
    result.readout = {random.normal_matrix(3, width, 1.0), Vector::Zero(3)};
    if (input) {
        result.input = LinearLayer{random.normal_matrix(width, 2, 1.0), Vector::Zero(width)};
    }
    return result;
}

}  // namespace

BOOST_AUTO_TEST_CASE(the_map_is_the_networks_own_answer_at_every_point) {
    const Matrix inputs = Random(3).normal_matrix(2, 40, 1.0);
    Eigen::VectorXi labels(40);
    for (Index s = 0; s < 40; ++s) {
        labels[s] = static_cast<int>(s % 3);
    }
    for (const auto& [width, input] : {std::pair<Index, bool>{2, false}, {2, true}, {5, true}}) {
        const ResidualNetwork net = network(width, input);
        const DecisionMap map = resdyn::decision_map(net, inputs, labels, {.points = 23});
        const auto answer = [&](const Matrix& d) {
            return predicted_classes(
                net.readout(run_layers(net, initial_activity(net, d)).x.back()));
        };
        Index pairs = 0;
        for (Index j = 0; j < 23; ++j) {
            for (Index i = 0; i < 23; ++i) {
                const Matrix d = Vector{{map.inputs.first[i], map.inputs.second[j]}};
                BOOST_TEST(map.inputs.predicted(i, j) == answer(d)[0]);
                const auto& p = map.inputs.predicted;
                pairs += i > 0 && p(i, j) != p(i - 1, j) ? 1 : 0;
                pairs += j > 0 && p(i, j) != p(i, j - 1) ? 1 : 0;
            }
        }
        BOOST_TEST(map.inputs.boundary_pairs() == pairs);
        BOOST_TEST(pairs > 0);
        BOOST_TEST((map.answers == answer(inputs)));
        // All samples lie in the window.
        BOOST_TEST(map.inputs.first[0] < inputs.row(0).minCoeff());
        BOOST_TEST(map.inputs.second[22] > inputs.row(1).maxCoeff());
        const LayerStates layers = run_layers(net, initial_activity(net, inputs));
        BOOST_TEST_REQUIRE(map.ways.size() == 40U);
        BOOST_TEST(map.projected == (width > 2));
        BOOST_TEST((map.read_out.predicted.size() > 0) == (width == 2));
        for (std::size_t n = 0; n < layers.x.size(); ++n) {
            for (const std::size_t s : {0U, 17U, 39U}) {
                const auto k = static_cast<Index>(n);
                const Vector at = map.ways[s].col(k);
                const Vector other = map.ways[0].col(0);
                const Vector x = layers.x[n].col(static_cast<Index>(s));
                const Vector x0 = layers.x[0].col(0);
                if (width == 2) {
                    BOOST_TEST((at - x).norm() == 0.0);
                } else {  // a projection shortens
                    BOOST_TEST((at - other).norm() <= (x - x0).norm() + 1e-12);
                }
            }
        }
        BOOST_TEST(map.variance_share > 0.0);
        BOOST_TEST(map.variance_share <= 1.0);
        BOOST_TEST((width > 2 || map.variance_share == 1.0));
    }
}

BOOST_AUTO_TEST_CASE(the_same_map_for_any_number_of_threads) {
    const Matrix inputs = Random(3).normal_matrix(2, 9, 1.0);
    const Eigen::VectorXi labels = Eigen::VectorXi::Zero(9);
    const DecisionMap one = resdyn::decision_map(network(5, true), inputs, labels, {.threads = 1});
    const DecisionMap two = resdyn::decision_map(network(5, true), inputs, labels, {.threads = 2});
    BOOST_TEST((one.inputs.predicted == two.inputs.predicted));
}

BOOST_AUTO_TEST_CASE(what_it_cannot_map_is_refused) {
    const Matrix inputs = Matrix::Zero(2, 3);
    const Eigen::VectorXi labels = Eigen::VectorXi::Zero(3);
    ResidualNetwork net = network(3, false);
    BOOST_TEST(says(refusal([&] { resdyn::decision_map(net, Matrix::Zero(3, 3), labels); }),
                    "width 2", "got 3"));
    net = network(2, false);
    BOOST_TEST(
        says(refusal([&] { resdyn::decision_map(net, inputs, labels, {.points = 1}); }), "points"));
    BOOST_TEST(
        says(refusal([&] { resdyn::decision_map(net, inputs, labels.head(2)); }), "3 labels"));
    net.readout = {};
    BOOST_TEST(says(refusal([&] { resdyn::decision_map(net, inputs, labels); }), "read-out"));
}

BOOST_AUTO_TEST_CASE(confusion_counts_every_sample_once_and_its_diagonal_is_the_accuracy) {
    const ResidualNetwork net = network(4, false);
    const Matrix x0 = Random(9).normal_matrix(4, 300, 1.0);
    Eigen::VectorXi labels(300);
    for (Index s = 0; s < 300; ++s) {
        labels[s] = static_cast<int>((s * s) % 3);
    }
    const EvidenceLedger ledger = evidence_ledger(net, x0, labels);
    BOOST_TEST_REQUIRE(ledger.confusion.rows() == 3);
    BOOST_TEST(ledger.confusion.sum() == 300);
    BOOST_TEST(ledger.confusion.trace() / 300.0 == ledger.accuracy_by_layer.back().value);
    for (int c = 0; c < 3; ++c) {
        BOOST_TEST(ledger.confusion.row(c).sum() == (labels.array() == c).count());
        BOOST_TEST(ledger.confusion.col(c).sum() ==
                   (predicted_classes(ledger.logits).array() == c).count());
    }
    BOOST_TEST(evidence_ledger(net, x0, {}).confusion.size() == 0);
}

BOOST_AUTO_TEST_SUITE_END()
