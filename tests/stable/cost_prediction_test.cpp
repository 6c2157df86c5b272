// The predicted size of a search tree against the nodes that the search looks at.
#include <boost/test/unit_test.hpp>
#include <cmath>

#include <resdyn/core/random.hpp>
#include <resdyn/stable/attracting_faces.hpp>
#include <resdyn/stable/stable_equilibria.hpp>

#include "support/refusal.hpp"

using namespace resdyn;

BOOST_AUTO_TEST_SUITE(cost_prediction_)

namespace {

ResidualSystem gaussian(Index n, Activation f, std::uint64_t seed) {
    return {Random(seed).normal_matrix(n, n, 1.0) - Matrix::Identity(n, n), f};
}

}  // namespace

BOOST_AUTO_TEST_CASE(the_interval_holds_the_nodes_of_nearly_all_trees) {
    int made = 0;
    int held = 0;
    int counted = 0;
    double widest = 0.0;
    for (const Activation f : {Activation::Logistic, Activation::Tanh}) {
        for (const std::uint64_t seed : {1, 2, 3}) {
            for (const NodeBound bound : {NodeBound::Rows, NodeBound::LinearPrograms}) {
                const ResidualSystem system = gaussian(21, f, 300 + seed);
                const auto nodes = static_cast<double>(
                    attracting_faces(system, {.max_listed = 0, .bound = bound}).work.nodes);
                const CostPrediction prediction =
                    predict_attracting_faces(system, {.seed = seed, .bound = bound});
                BOOST_TEST(prediction.low <= prediction.nodes);
                BOOST_TEST(prediction.nodes <= prediction.high);
                ++made;
                held += prediction.low <= nodes && nodes <= prediction.high ? 1 : 0;
                counted += prediction.low == prediction.high ? 1 : 0;
                widest = std::max(widest, prediction.high / prediction.low);
            }
        }
    }
    BOOST_TEST(held >= made - 1);
    BOOST_TEST(counted <= made / 2);
    BOOST_TEST(widest < 20.0);  // or it would hold anything
}

BOOST_AUTO_TEST_CASE(passes_end_where_the_work_or_the_number_is_reached) {
    const ResidualSystem system = gaussian(26, Activation::Tanh, 310);
    Index told = 0;
    const auto predicted = [&](double most_work) {
        told = 0;
        return predict_stable_equilibria(system, {.probes = 10,
                                                  .bound = NodeBound::Rows,
                                                  .most_work = most_work,
                                                  .on_progress = [&told](Index made, Index of) {
                                                      BOOST_TEST(of == 10);
                                                      BOOST_TEST(made > told);
                                                      told = made;
                                                  }});
    };
    const CostPrediction whole = predicted(0);
    BOOST_TEST(whole.probes == 10);
    BOOST_TEST(told == 10);
    const CostPrediction part = predicted(0.4 * static_cast<double>(whole.probed_nodes));
    BOOST_TEST(part.probes < 10);
    BOOST_TEST(part.probes >= 2);
    BOOST_TEST(part.probed_nodes < whole.probed_nodes);
    // No more is asked of a tree of which a good share was seen.
    const CostPrediction small =
        predict_attracting_faces(gaussian(18, Activation::Tanh, 301), {.bound = NodeBound::Rows});
    BOOST_TEST(small.low < small.high);
    BOOST_TEST(small.probes < 8);
    BOOST_TEST(static_cast<double>(small.probed_nodes) > 0.1 * small.nodes);
    // Decided by the signs of the weights: nothing is searched, and nothing predicted.
    BOOST_TEST(predict_stable_equilibria({Matrix::Ones(30, 30), Activation::Logistic}).nodes ==
               0.0);
    BOOST_TEST(test::refusal([&] { predict_stable_equilibria(system, {.most_work = -1.0}); }) ==
               "prediction of cost: expected most_work >= 0, got -1");
}

BOOST_AUTO_TEST_CASE(a_pass_keeps_fewer_nodes_where_the_work_is_short) {
    for (const NodeBound bound : {NodeBound::Rows, NodeBound::LinearPrograms}) {
        const ResidualSystem system = gaussian(40, Activation::Logistic, 313);
        const auto predicted = [&](double most_work) {
            return predict_stable_equilibria(system,
                                             {.probes = 2, .bound = bound, .most_work = most_work});
        };
        const CostPrediction whole = predicted(0);
        const auto work = static_cast<double>(whole.probed_nodes) * whole.node_cost;
        const CostPrediction thin = predicted(0.1 * work);
        BOOST_TEST(thin.probes == 2);
        BOOST_TEST(thin.probed_nodes < whole.probed_nodes / 2);
        BOOST_TEST(thin.nodes > 0.0);
        // One way down from all roots takes more than this.
        const CostPrediction none = predicted(1.0);
        BOOST_TEST(none.probes == 0);
        BOOST_TEST(std::isnan(none.nodes));
        BOOST_TEST(std::isnan(none.high));
        BOOST_TEST(none.probed_nodes < thin.probed_nodes);
    }
}

BOOST_AUTO_TEST_CASE(thin_passes_are_right_in_the_mean) {
    const ResidualSystem system = gaussian(13, Activation::Logistic, 304);
    const auto nodes = static_cast<double>(
        attracting_faces(system, {.max_listed = 0, .bound = NodeBound::Rows}).work.nodes);
    // So short that most of the way down one node is left of all.
    double sum = 0.0;
    double squares = 0.0;
    constexpr int pairs = 400;
    for (std::uint64_t seed = 1; seed <= pairs; ++seed) {
        const CostPrediction pair = predict_attracting_faces(
            system, {.probes = 2, .seed = seed, .bound = NodeBound::Rows, .most_work = 60.0});
        BOOST_TEST_REQUIRE(pair.probes == 2);
        sum += pair.nodes / pairs;
        squares += pair.nodes * pair.nodes / pairs;
    }
    const double error = std::sqrt((squares - sum * sum) / pairs);
    BOOST_TEST(error < 0.1 * nodes);
    BOOST_TEST(std::abs(sum - nodes) < 4.0 * error);
}

BOOST_AUTO_TEST_CASE(any_threads_predict_the_same) {
    const ResidualSystem system = gaussian(14, Activation::Logistic, 311);
    for (const NodeBound bound : {NodeBound::Rows, NodeBound::LinearPrograms}) {
        const CostPrediction one =
            predict_attracting_faces(system, {.probes = 4, .bound = bound, .threads = 1});
        const CostPrediction two =
            predict_attracting_faces(system, {.probes = 4, .bound = bound, .threads = 2});
        BOOST_TEST(one.nodes == two.nodes);
        BOOST_TEST(one.high == two.high);
        BOOST_TEST(one.probed_nodes == two.probed_nodes);
    }
}

BOOST_AUTO_TEST_SUITE_END()
