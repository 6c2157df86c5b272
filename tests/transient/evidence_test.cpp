#include <boost/test/unit_test.hpp>

#include <resdyn/core/random.hpp>
#include <resdyn/transient/discretisation.hpp>
#include <resdyn/transient/evidence.hpp>

using namespace resdyn;

BOOST_AUTO_TEST_SUITE(evidence_)

namespace {

ResidualNetwork random_network(Activation f, bool two_matrices, std::uint64_t seed = 5) {
    Random random(seed);
    const Index n = 4;
    const Index m = two_matrices ? 6 : n;
    ResidualNetwork network{
        .activation = f,
        .step = 0.25,
        .depth = 8,
        .blocks = {{random.normal_matrix(m, n, 0.6), random.uniform_vector(m, -1, 1), {}}},
        .readout = {random.normal_matrix(3, n, 1.0), random.uniform_vector(3, -1, 1)},
        .input = {}};
    if (two_matrices) {
        network.blocks[0].A = random.normal_matrix(n, m, 0.6);
    }
    return network;
}

}  // namespace

BOOST_AUTO_TEST_CASE(the_network_is_a_first_order_method_for_its_flow) {
    for (const Activation f : {Activation::Logistic, Activation::Tanh, Activation::Softplus}) {
        for (const bool two : {false, true}) {
            const ResidualNetwork network = random_network(f, two);
            const Matrix x0 = Random(2).normal_matrix(4, 5, 1.0);
            const DiscretisationReport report = compare_with_flow(network, x0, {.halvings = 7});
            BOOST_REQUIRE_EQUAL(report.t.size(), 9U);
            BOOST_TEST(report.t.back() == 2.0);
            BOOST_TEST(report.distance.row(0).norm() == 0);
            BOOST_TEST(report.distance.allFinite());
            BOOST_TEST(std::abs(report.observed_order.back() - 1.0) < 0.05);
            BOOST_TEST(report.final_distance.back() < report.final_distance.front() / 60);
            // The first entry is the network itself.
            const double rms = report.distance.bottomRows(1).norm() / std::sqrt(5.0);
            BOOST_TEST(rms == report.final_distance.front(), boost::test_tools::tolerance(1e-6));
        }
    }
}

BOOST_AUTO_TEST_CASE(the_ledger_sums_to_the_logits) {
    for (const Activation f : all_activations) {
        for (const bool two : {false, true}) {
            const ResidualNetwork network = random_network(f, two);
            const Matrix x0 = Random(2).normal_matrix(4, 300, 1.0);  // more than one task
            const EvidenceLedger ledger = evidence_ledger(network, x0, {});
            BOOST_REQUIRE_EQUAL(ledger.terms.size(), 9U);
            Matrix sum = Matrix::Zero(3, 300);
            for (const Matrix& term : ledger.terms) {
                sum += term;
            }
            const LayerStates states = run_layers(network, x0);
            BOOST_TEST((sum - network.readout(states.x.back())).cwiseAbs().maxCoeff() <=
                       ledger.rounding_bound);
            BOOST_TEST(ledger.balances());
            BOOST_TEST(ledger.rounding_bound < 1e-11);
            BOOST_TEST(ledger.accuracy_by_layer.empty());
        }
    }
}

BOOST_AUTO_TEST_CASE(accuracies_by_layer_are_those_of_the_read_out_of_each_layer) {
    const ResidualNetwork network = random_network(Activation::Logistic, false);
    const Matrix x0 = Random(3).normal_matrix(4, 200, 1.0);
    const LayerStates states = run_layers(network, x0);
    // Labels that the network gets right exactly at the end.
    const Eigen::VectorXi labels = predicted_classes(network.readout(states.x.back()));
    const EvidenceLedger ledger = evidence_ledger(network, x0, labels);
    BOOST_REQUIRE_EQUAL(ledger.accuracy_by_layer.size(), 9U);
    BOOST_TEST(ledger.accuracy_by_layer.back().value == 1.0);
    BOOST_TEST(ledger.mean_margin_by_layer.back() > 0);
    for (std::size_t n = 0; n < 9; ++n) {
        const auto predicted = predicted_classes(network.readout(states.x[n]));
        const double expected =
            static_cast<double>((predicted.array() == labels.array()).count()) / 200.0;
        BOOST_TEST(ledger.accuracy_by_layer[n].value == expected);
        BOOST_TEST(ledger.accuracy_by_layer[n].standard_error ==
                   std::sqrt(expected * (1 - expected) / 200));
    }
    BOOST_TEST(ledger.accuracy_from_start.value == ledger.accuracy_by_layer.front().value);
}

BOOST_AUTO_TEST_CASE(wrong_shapes_are_refused) {
    ResidualNetwork network = random_network(Activation::Tanh, false);
    BOOST_CHECK_THROW(evidence_ledger(network, Matrix::Zero(4, 3), Eigen::VectorXi::Zero(2)),
                      std::invalid_argument);
    network.readout = {};
    BOOST_CHECK_THROW(evidence_ledger(network, Matrix::Zero(4, 3), {}), std::invalid_argument);
    BOOST_CHECK_THROW(compare_with_flow(network, Matrix::Zero(4, 1), {.halvings = 0}),
                      std::invalid_argument);
}

BOOST_AUTO_TEST_CASE(the_evidence_rate_is_what_a_layer_adds_at_these_residuals) {
    for (const bool two : {false, true}) {
        const ResidualNetwork network = random_network(Activation::Logistic, two);
        const Matrix x0 = Random(4).normal_matrix(4, 6, 1.0);
        const EvidenceLedger ledger = evidence_ledger(network, x0, {});
        const LayerStates states = run_layers(network, x0);
        for (Index s = 0; s < x0.cols(); ++s) {
            const EvidenceRate rate = evidence_rate(network, states.y.back().col(s));
            const Vector term = ledger.terms.back().col(s);
            BOOST_TEST((rate.rate - term).norm() < 1e-14 * (1 + term.norm()));
            Index best = 0;
            BOOST_TEST(term.maxCoeff(&best) - rate.rate.maxCoeff() < 1e-14);
            BOOST_TEST(rate.best == best);
            BOOST_TEST(rate.is_decided());
            BOOST_TEST((rate.margin > 0 && rate.margin_error < 1e-12));
        }
        BOOST_TEST(!evidence_rate(network, Vector::Zero(network.hidden_width())).is_decided());
        BOOST_CHECK_THROW(evidence_rate(network, Vector::Zero(3)), std::invalid_argument);
        ResidualNetwork bare = network;
        bare.readout = {};
        BOOST_CHECK_THROW(evidence_rate(bare, Vector::Zero(network.hidden_width())),
                          std::invalid_argument);
    }
    // Two classes with the same row of V: no argmax.
    ResidualNetwork twins = random_network(Activation::Logistic, false);
    twins.readout.M.row(1) = twins.readout.M.row(0);
    twins.readout.M.row(2).setConstant(-1000.0);
    BOOST_TEST(!evidence_rate(twins, Vector::Ones(4)).is_decided());
}

BOOST_AUTO_TEST_SUITE_END()
