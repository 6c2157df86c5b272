// One input's evidence against the network's own logits.
#include <boost/test/unit_test.hpp>

#include <cmath>

#include <resdyn/transient/input_story.hpp>

#include "support/networks.hpp"
#include "support/refusal.hpp"

using namespace resdyn;
using test::refusal;
using test::says;

BOOST_AUTO_TEST_SUITE(input_story_)

BOOST_AUTO_TEST_CASE(the_parts_sum_to_the_lead) {
    for (const auto& [name, network] : test::all_networks()) {
        const auto* residual = std::get_if<ResidualNetwork>(&network);
        if (residual == nullptr) {
            continue;
        }
        BOOST_TEST_CONTEXT(name) {
            const Matrix data =
                test::random_inputs(test::input_width(network), 20, 3).cast<double>();
            const Matrix x0 = initial_activity(*residual, data);
            const Matrix logits = test::logits(network, run_layers(*residual, x0).x.back());
            for (Index k = 0; k < data.cols(); ++k) {
                const InputStory story = resdyn::input_story(*residual, data, k, 1);
                BOOST_TEST(story.balances());
                BOOST_TEST(story.rounding_bound < 1e-10 * (1.0 + logits.cwiseAbs().maxCoeff()));
                BOOST_TEST(story.decided == predicted_classes(logits)[k]);
                BOOST_TEST(story.decided != story.runner_up);
                BOOST_TEST((story.logits.rightCols(1) - logits.col(k)).norm() < 1e-12);
                Vector others = logits.col(k);
                others[story.decided] = -1e300;
                BOOST_TEST(others.maxCoeff() == others[story.runner_up]);
                BOOST_TEST(story.evidence.cols() == residual->depth);
                BOOST_TEST(story.evidence.rows() == residual->hidden_width());
            }
            BOOST_TEST(says(refusal([&] { resdyn::input_story(*residual, data, 20); }),
                            "a sample from 0 to 19"));
        }
    }
}

BOOST_AUTO_TEST_CASE(telling_samples_are_the_median_and_the_closest) {
    Matrix logits(2, 5);
    logits << 1.0, 0.0, 5.0, 2.0, 3.0,  //
        0.0, 0.1, 0.0, 0.0, 0.0;
    const Eigen::VectorXi labels = Eigen::VectorXi::Zero(5);  // leads 1, −0.1, 5, 2, 3
    const TellingSamples samples = telling_samples(logits, labels);
    BOOST_TEST(samples.typical == 3);
    BOOST_TEST(samples.closest == 1);
    BOOST_TEST(says(refusal([&] { telling_samples(logits, Eigen::VectorXi::Zero(4)); }),
                    "a label for each column"));
}

BOOST_AUTO_TEST_SUITE_END()
