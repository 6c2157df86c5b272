// Decisions by layer against the model room in double, and the ledger's identities.
#include <boost/test/unit_test.hpp>

#include <resdyn/transient/decision.hpp>

#include "support/networks.hpp"
#include "support/refusal.hpp"

using namespace resdyn;
using test::refusal;
using test::says;

BOOST_AUTO_TEST_SUITE(decision_)

BOOST_AUTO_TEST_CASE(answers_by_layer_are_those_of_the_read_out) {
    for (const auto& [name, network] : test::all_networks()) {
        BOOST_TEST_CONTEXT(name) {
            const Index B = 1500;  // over several tasks
            const Eigen::MatrixXf inputs = test::random_inputs(test::input_width(network), B, 3);
            const Eigen::VectorXi labels = test::random_labels(B, 3, 4);
            const DecisionReport report = decisions(network, inputs, labels);
            const auto x = test::states(network, inputs.cast<double>());
            Index differ = 0;
            Index first_final = 0;
            for (std::size_t n = 0; n < x.size(); ++n) {
                const Matrix z = test::logits(network, x[n]);
                const Eigen::VectorXi answers = predicted_classes(z);
                differ += (answers.transpose().array() !=
                           report.predictions.row(static_cast<Index>(n)).array())
                              .count();
                double margin = 0.0;
                for (Index j = 0; j < B; ++j) {
                    Vector others = z.col(j);
                    others[labels[j]] = -1e300;
                    margin += (z(labels[j], j) - others.maxCoeff()) / static_cast<double>(B);
                }
                BOOST_TEST(std::abs(report.margin[n].mean - margin) <
                           1e-4 * (1.0 + z.cwiseAbs().maxCoeff()));
                BOOST_TEST(report.trajectories[n].rowwise().sum().isApproxToConstant(1.0));
                first_final += report.final_count[n];
            }
            BOOST_TEST(differ <= 3);  // ties within rounding
            BOOST_TEST(first_final == B);
            BOOST_TEST(report.evidence.has_value() ==
                       std::holds_alternative<ResidualNetwork>(network));
            // From final_from on the answer stays; one layer before it was another.
            for (Index j = 0; j < B; ++j) {
                const Index from = report.final_from[static_cast<std::size_t>(j)];
                const int answer = report.predictions(5, j);
                BOOST_REQUIRE((report.predictions.col(j).tail(6 - from).array() == answer).all());
                BOOST_REQUIRE((from == 0 || report.predictions(from - 1, j) != answer));
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(units_evidence_sums_to_the_lead_and_the_ledger_balances) {
    for (const auto& [name, any] : test::all_networks()) {
        const auto* network = std::get_if<ResidualNetwork>(&any);
        if (network == nullptr) {
            continue;
        }
        BOOST_TEST_CONTEXT(name) {
            const Eigen::MatrixXf inputs = test::random_inputs(network->input_width(), 1100, 3);
            const Eigen::VectorXi labels = test::random_labels(1100, 3, 4);
            const DecisionReport report = decisions(any, inputs, labels);
            const LayerEvidence& evidence = *report.evidence;
            BOOST_TEST(evidence.balances());
            BOOST_TEST(std::abs(evidence.start + evidence.by_unit.sum() - evidence.lead) <=
                       2.0 * evidence.rounding_bound);
            // The partial read-outs, by the double ledger.
            const EvidenceLedger exact = evidence_ledger(
                *network, initial_activity(*network, inputs.cast<double>()), labels);
            BOOST_TEST(std::abs(evidence.accuracy_from_sum.value - exact.accuracy_from_sum.value) <
                       3e-3);
            BOOST_TEST(std::abs(evidence.accuracy_from_last.value -
                                exact.accuracy_from_last.value) < 3e-3);
            BOOST_TEST(std::abs(report.accuracy.front().value - exact.accuracy_from_start.value) <
                       3e-3);
        }
    }
}

BOOST_AUTO_TEST_CASE(a_ledger_that_lost_a_term_would_not_balance) {
    const ResidualNetwork network = test::residual_network(Activation::Logistic);
    const Eigen::MatrixXf inputs = test::random_inputs(4, 50, 3);
    const DecisionReport report = decisions(network, inputs, test::random_labels(50, 3, 4));
    const double smallest_term = network.step * network.readout.M.cwiseAbs().minCoeff() * 0.05;
    BOOST_TEST(report.evidence->rounding_bound < smallest_term);
}

BOOST_AUTO_TEST_CASE(wrong_labels_are_refused) {
    const Network network = test::residual_network(Activation::Tanh);
    const Eigen::MatrixXf inputs = test::random_inputs(4, 6, 3);
    BOOST_TEST(says(refusal([&] { decisions(network, inputs, Eigen::VectorXi::Zero(5)); }),
                    "labels", "6", "5"));
    BOOST_TEST(says(refusal([&] { decisions(network, inputs, Eigen::VectorXi::Constant(6, 3)); }),
                    "0 to 2", "3"));
}

BOOST_AUTO_TEST_SUITE_END()
