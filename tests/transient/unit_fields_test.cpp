// Fields of units against their meaning: finite differences of pre-activation, activity and logits.
#include <boost/test/unit_test.hpp>

#include <cmath>

#include <resdyn/transient/unit_fields.hpp>

#include "support/networks.hpp"
#include "support/refusal.hpp"

using namespace resdyn;
using test::refusal;
using test::says;

BOOST_AUTO_TEST_SUITE(unit_fields_)

BOOST_AUTO_TEST_CASE(fields_are_derivatives) {
    for (const auto& [name, network] : test::all_networks()) {
        const auto* residual = std::get_if<ResidualNetwork>(&network);
        if (residual == nullptr || !residual->has_readout()) {
            continue;
        }
        BOOST_TEST_CONTEXT(name) {
            const UnitFields fields = resdyn::unit_fields(*residual, nullptr);
            const Index D = residual->input_width();
            const Matrix d = test::random_inputs(D, 1, 5).cast<double>();
            const auto preactivation = [&](const Matrix& data) -> Vector {
                return run_layers(*residual, initial_activity(*residual, data)).u.front().col(0);
            };
            for (Index j = 0; j < D; ++j) {
                Matrix moved = d;
                moved(j, 0) += 1.0;  // the map is affine: no limit is needed
                BOOST_TEST((preactivation(moved) - preactivation(d) - fields.receptive.col(j))
                               .cwiseAbs()
                               .maxCoeff() < 1e-12);
            }
            // One unit of residual i moves x by h times its projective field, logits by its effect.
            ResidualNetwork single = *residual;
            single.depth = 1;
            single.blocks.resize(1);
            const LayerStates states = run_layers(single, initial_activity(single, d));
            const Vector step = states.x[1].col(0) - states.x[0].col(0);
            const Vector logits =
                single.readout(states.x[1]).col(0) - single.readout(states.x[0]).col(0);
            BOOST_TEST((step - single.step * fields.projective * states.y[0].col(0)).norm() <
                       1e-12);
            BOOST_TEST((logits - single.step * fields.effect * states.y[0].col(0)).norm() < 1e-12);
        }
    }
}

BOOST_AUTO_TEST_CASE(units_are_ordered_by_evidence) {
    for (const auto& [name, network] : test::all_networks()) {
        const auto* residual = std::get_if<ResidualNetwork>(&network);
        if (residual == nullptr || !residual->has_readout()) {
            continue;
        }
        BOOST_TEST_CONTEXT(name) {
            const Index B = 60;
            const Eigen::MatrixXf inputs = test::random_inputs(test::input_width(network), B, 3);
            const DecisionReport report =
                decisions(network, inputs, test::random_labels(B, residual->classes(), 4));
            const UnitFields fields = resdyn::unit_fields(*residual, &*report.evidence);
            BOOST_REQUIRE(static_cast<Index>(fields.order.size()) == residual->hidden_width());
            const Vector total = fields.evidence.rowwise().sum().cwiseAbs();
            for (std::size_t k = 1; k < fields.order.size(); ++k) {
                BOOST_TEST(total[fields.order[k - 1]] >= total[fields.order[k]]);
            }
        }
    }
    LayerEvidence wrong;
    wrong.by_unit = Matrix::Zero(1, 1);
    const auto networks = test::all_networks();
    for (const auto& [name, network] : networks) {
        if (const auto* residual = std::get_if<ResidualNetwork>(&network)) {
            BOOST_TEST(
                says(refusal([&] { resdyn::unit_fields(*residual, &wrong); }), "evidence of"));
        }
    }
}

BOOST_AUTO_TEST_CASE(means_and_deviations_by_class) {
    for (const auto& [name, network] : test::all_networks()) {
        const auto* residual = std::get_if<ResidualNetwork>(&network);
        if (residual == nullptr) {
            continue;
        }
        BOOST_TEST_CONTEXT(name) {
            const Index B = 40;
            const Matrix x0 = initial_activity(
                *residual, test::random_inputs(test::input_width(network), B, 8).cast<double>());
            Eigen::VectorXi labels = test::random_labels(B, 2, 4);
            const ClassResiduals result = class_residuals(*residual, x0, labels, 3);
            BOOST_TEST(result.samples[0] + result.samples[1] == B);
            BOOST_TEST(result.samples[2] == 0);
            const LayerStates states = run_layers(*residual, x0);
            for (std::size_t n = 0; n < states.y.size(); ++n) {
                const Vector all = states.y[n].rowwise().mean();
                const Vector pooled =
                    (static_cast<double>(result.samples[0]) * result.mean[n].col(0) +
                     static_cast<double>(result.samples[1]) * result.mean[n].col(1)) /
                    static_cast<double>(B);
                BOOST_TEST((all - pooled).norm() < 1e-12 * (1.0 + all.norm()));
                BOOST_TEST(std::isnan(result.mean[n](0, 2)));
                // Law of total variance, unit 0.
                double within = 0.0;
                double between = 0.0;
                for (Index c = 0; c < 2; ++c) {
                    const double share = static_cast<double>(result.samples[c]) / B;
                    within += share * std::pow(result.deviation[n](0, c), 2);
                    between += share * std::pow(result.mean[n](0, c) - all[0], 2);
                }
                const double total =
                    (states.y[n].row(0).array() - all[0]).square().sum() / static_cast<double>(B);
                BOOST_TEST(std::abs(within + between - total) < 1e-12 * (1.0 + total));
            }
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()
