// Depth: criteria on networks whose settling layer is known, and shorter networks.
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <optional>

#include <resdyn/core/error.hpp>
#include <resdyn/depth/analytic_tail.hpp>
#include <resdyn/depth/coarsening.hpp>
#include <resdyn/depth/depth_criteria.hpp>
#include <resdyn/depth/depth_rule.hpp>
#include <resdyn/depth/shortening.hpp>
#include <resdyn/formats/safetensors.hpp>
#include <resdyn/learning/trainer.hpp>
#include <resdyn/model/systems.hpp>
#include <resdyn/transient/decision.hpp>

#include "support/refusal.hpp"
#include "support/shapes.hpp"

using namespace resdyn;
using test::refusal;
using test::says;

BOOST_AUTO_TEST_SUITE(shortening_)

namespace {

ResidualNetwork network_of(const Matrix& W, Index depth, double step = 1.0) {
    const Index N = W.rows();
    ResidualNetwork network;
    network.step = step;
    network.depth = depth;
    network.blocks = {{W, Vector::Zero(N), {}}};
    network.readout = {Matrix::Identity(std::max<Index>(N, 2), N),
                       Vector::Zero(std::max<Index>(N, 2))};
    return network;
}

DepthProfile profile_of(const Network& network, const Matrix& inputs) {
    const Eigen::VectorXi labels = Eigen::VectorXi::Zero(inputs.cols());
    return depth_profile(network, inputs.cast<float>(), labels);
}

/// The depth of the rule in the inf norm and max over one input.
Index rule_depth(const DepthProfile& profile, double tolerance) {
    const DepthCriteria criteria = depth_criteria(profile, {.norm = ChangeNorm::Inf,
                                                            .reduction = SampleReduction::Max,
                                                            .tolerance = tolerance,
                                                            .min_depth = 1});
    return criteria.by(DepthCriterion::LastTwoLayers).depth;
}

const NetworkShape small{.depth = 8, .width = 8, .input_width = 2, .classes = 2};

}  // namespace

BOOST_AUTO_TEST_CASE(one_unit_settles_at_the_layer_that_its_recurrence_says) {
    // u ← u + h w f(u) by hand, in double: the first n with |y_{n−1} − y_{n−2}| < tol, for good.
    const double w = 1.0;
    const ResidualNetwork network = network_of(Matrix::Constant(1, 1, w), 60, 0.5);
    const DepthProfile profile = profile_of(network, Matrix::Constant(1, 1, -2.0));
    for (const double tolerance : {0.05, 0.01, 1e-3}) {
        double u = -2.0 * w;
        double y = activate(Activation::Logistic, u);
        Index last_above = 1;
        for (Index n = 2; n <= 60; ++n) {
            u += 0.5 * w * y;
            const double next = activate(Activation::Logistic, u);
            last_above = std::abs(next - y) >= tolerance ? n : last_above;
            y = next;
        }
        BOOST_TEST(rule_depth(profile, tolerance) == last_above);
    }
    // Near y = 1 the flow has λ = −w: the change falls by e^{−hw} a layer, so ten times less costs
    // log 10 / (h w) = 4.6 layers more.
    const Index coarse = rule_depth(profile, 1e-4);
    const Index fine = rule_depth(profile, 1e-5);
    BOOST_TEST(fine - coarse >= 4);
    BOOST_TEST(fine - coarse <= 5);
}

BOOST_AUTO_TEST_CASE(a_rank_one_network_settles_as_its_one_direction_does) {
    // W = 1 1ᵀ / 2 on two units of equal start is one unit with w = 1.
    const ResidualNetwork pair = network_of(Matrix::Constant(2, 2, 0.5), 40, 0.5);
    const ResidualNetwork one = network_of(Matrix::Constant(1, 1, 1.0), 40, 0.5);
    const DepthProfile of_pair = profile_of(pair, Matrix::Constant(2, 1, -1.5));
    const DepthProfile of_one = profile_of(one, Matrix::Constant(1, 1, -1.5));
    for (const double tolerance : {0.05, 0.01, 1e-3}) {
        BOOST_TEST(rule_depth(of_pair, tolerance) == rule_depth(of_one, tolerance));
    }
}

BOOST_AUTO_TEST_CASE(criteria_agree_on_a_winner_and_disagree_on_the_heteroclinic_cycle) {
    // Winner takes all: once it has settled, its class is final.
    const ResidualNetwork winner = network_of(named_system("winner-takes-all").W, 60, 0.5);
    const Matrix starts{{1.0, 0.3, 2.0}, {0.2, -1.0, 1.5}};
    const DepthProfile settled = profile_of(winner, starts);
    const DepthCriteria agree = depth_criteria(
        settled, {.norm = ChangeNorm::Inf, .reduction = SampleReduction::Max, .tolerance = 1e-3});
    BOOST_TEST(agree.by(DepthCriterion::FinalWorst).depth <=
               agree.by(DepthCriterion::LastTwoLayers).depth);
    BOOST_TEST(agree.by(DepthCriterion::LastTwoLayers).depth < 40);
    BOOST_TEST(agree.by(DepthCriterion::LastTwoLayers).agreement.value == 1.0);

    // The cycle: long dwells near saddles look settled. Take the network that ends in one.
    ResidualNetwork cycle = network_of(named_system("heteroclinic-cycle").W, 4000, 0.05);
    const Matrix start{{0.3}, {0.1}, {-0.2}};
    const DepthProfile slow = profile_of(cycle, start);
    Index end = 3999;
    while (slow.layers[static_cast<std::size_t>(end)].inf.max >= 1e-4) {
        --end;
    }
    cycle.depth = end;
    const DepthProfile dwelling = profile_of(cycle, start);
    const DepthCriteria disagree = depth_criteria(
        dwelling, {.norm = ChangeNorm::Inf, .reduction = SampleReduction::Max, .tolerance = 1e-3});
    // The rule cuts far into the passage, and calls settled what goes on to move.
    const Index cut = disagree.by(DepthCriterion::LastTwoLayers).depth;
    BOOST_TEST(cut < end - end / 20);
    cycle.depth = 3 * end;
    const DepthProfile later = profile_of(cycle, start);
    double moved = 0.0;
    for (Index n = cut; n <= cycle.depth; ++n) {
        moved = std::max(moved, later.layers[static_cast<std::size_t>(n)].inf.max);
    }
    BOOST_TEST(moved > 10 * 1e-3);
}

BOOST_AUTO_TEST_CASE(the_profile_is_what_the_cut_networks_themselves_give) {
    for (const auto& [name, shape] : test::all_shapes()) {
        const Network network = unflatten(shape, test::random_parameters(shape, 4));
        const Dataset data = test::random_data(shape.data_width(), 3, 300, 5);
        const DepthProfile profile = depth_profile(network, data.inputs, data.labels);
        for (Index n = 1; n <= shape.depth; ++n) {
            const Network cut = truncated(network, n);
            const Evaluation own =
                evaluate<float>(shape_of(cut), Eigen::VectorXf(flatten(cut).cast<float>()), data);
            const DepthLayer& layer = profile.layers[static_cast<std::size_t>(n)];
            BOOST_TEST(std::abs(layer.accuracy.value - own.accuracy) < 0.005, name);
            if (n >= 2) {
                BOOST_TEST(
                    std::abs(layer.two.mean - own.settle.mean) < 1e-4 * (1 + own.settle.mean),
                    name);
                BOOST_TEST(std::abs(layer.two.q95 - own.settle.q95) < 1e-3 * (1 + own.settle.q95),
                           name);
            }
        }
        BOOST_TEST(profile.layers.back().agreement.value == 1.0);
        // Dropping the last layer is cutting it.
        BOOST_TEST(profile.lesions.back().accuracy.value ==
                   profile.layers[static_cast<std::size_t>(shape.depth - 1)].accuracy.value);
    }
}

BOOST_AUTO_TEST_CASE(a_held_tail_is_the_network_it_says) {
    for (const bool two : {false, true}) {
        NetworkShape shape = small;
        shape.hidden_width = two ? 5 : 0;
        const auto network =
            std::get<ResidualNetwork>(unflatten(shape, test::random_parameters(shape, 9)));
        const Matrix inputs = Random(2).normal_matrix(2, 7, 1.0);
        const LayerStates states = run_layers(network, initial_activity(network, inputs));
        const ResidualNetwork held = with_held_tail(network, 5);
        const LayerStates short_states = run_layers(held, initial_activity(held, inputs));
        const Matrix expected = states.x[5] + 3.0 * (states.x[5] - states.x[4]);
        BOOST_TEST((short_states.x.back() - expected).norm() < 1e-10);
        const TailBounds bounds = AnalyticTail(network).bounds(
            {states.u[3], states.u[4], network.readout(states.x[5])}, 3);
        BOOST_TEST((held.readout(short_states.x.back()) - bounds.held_logits).norm() < 1e-9);
    }
}

BOOST_AUTO_TEST_CASE(coarsening_keeps_T_and_h_star_refuses_what_turns_unstable) {
    const ResidualNetwork network = network_of(Matrix{{-1, 2}, {-2, -1}}, 40, 0.05);
    const ResidualNetwork coarse = coarsened(network, 10);
    BOOST_TEST(std::abs(coarse.step * 10 - 2.0) < 1e-15);
    // tanh, −I + antisymmetric: y = 0 attracts; h* = 2/(1 + ω²) = 0.4 (doc/theory.md §14).
    ResidualNetwork tanh = network;
    tanh.activation = Activation::Tanh;
    const StepLimit limit = step_limit(tanh, Matrix{{0.5, -0.2}, {0.1, 0.3}});
    BOOST_REQUIRE(limit.largest.has_value());
    BOOST_TEST(std::abs(*limit.largest - 0.4) < 1e-9);
    BOOST_TEST(limit.allows(0.39));
    BOOST_TEST(!limit.allows(0.4));
    BOOST_TEST(limit.settled == 2);
}

BOOST_AUTO_TEST_CASE(of_weights_that_differ_by_layer_those_in_the_middle_of_the_larger_steps_stay) {
    BOOST_TEST(evenly_spread(10, 4) == (std::vector<Index>{1, 3, 6, 8}),
               boost::test_tools::per_element());
    BOOST_TEST(evenly_spread(6, 6) == (std::vector<Index>{0, 1, 2, 3, 4, 5}),
               boost::test_tools::per_element());
    BOOST_TEST(evenly_spread(3, 1) == (std::vector<Index>{1}), boost::test_tools::per_element());
    BOOST_TEST(evenly_spread(2, 4) == (std::vector<Index>{0, 0, 1, 1}),
               boost::test_tools::per_element());
    const NetworkShape shape{
        .step = 0.2, .depth = 10, .width = 3, .shared_weights = false, .classes = 2};
    const auto network =
        std::get<ResidualNetwork>(unflatten(shape, test::random_parameters(shape, 9)));
    const ResidualNetwork coarse = coarsened(network, 4);
    BOOST_TEST(coarse.depth == 4);
    BOOST_TEST(std::abs(coarse.step * 4 - 2.0) < 1e-15);
    BOOST_REQUIRE(coarse.blocks.size() == 4U);
    BOOST_TEST((coarse.blocks[2].W == network.blocks[6].W));
    BOOST_TEST((coarse.blocks[3].b == network.blocks[8].b));
}

BOOST_AUTO_TEST_CASE(a_network_of_one_layer_is_judged_with_the_default_options) {
    const DepthProfile one = profile_of(network_of(Matrix::Identity(2, 2), 1), Matrix::Ones(2, 4));
    const DepthCriteria criteria = depth_criteria(one);
    BOOST_TEST(criteria.min_depth == 1);
    for (const DepthSuggestion& suggestion : criteria.suggestions) {
        BOOST_TEST(suggestion.depth == 1);
    }
    BOOST_TEST(depth_criteria(profile_of(network_of(Matrix::Identity(2, 2), 3), Matrix::Ones(2, 4)))
                   .min_depth == 2);
    // Likewise of training that adjusts the depth, which may grow.
    DepthRule rule({.enabled = true, .guard = false, .max_depth = 4}, 1, 0.0);
    BOOST_TEST(rule.memory().least == 1);
    BOOST_TEST(DepthRule({.enabled = true, .guard = false}, 6, 0.0).memory().least == 2);
}

BOOST_AUTO_TEST_CASE(wrong_options_of_the_criteria_are_named) {
    const DepthProfile profile =
        profile_of(network_of(Matrix::Identity(2, 2), 3), Matrix::Zero(2, 1));
    BOOST_TEST(
        says(refusal([&] { depth_criteria(profile, {.tolerance = -1}); }), "tolerance", "-1"));
    BOOST_TEST(says(refusal([&] { depth_criteria(profile, {.min_depth = 4}); }), "minimum depth",
                    "1 to 3", "4"));
    const Network network = network_of(Matrix::Identity(2, 2), 3);
    BOOST_TEST(says(refusal([&] { truncated(network, 4); }), "1 to 3", "4"));
}

BOOST_AUTO_TEST_SUITE_END()
