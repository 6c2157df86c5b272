// How far two networks do the same, against the model room's own runs in double.
#include <boost/test/unit_test.hpp>

#include <cmath>

#include <resdyn/transient/agreement.hpp>

#include <support/networks.hpp>
#include "support/refusal.hpp"

using namespace resdyn;
using test::refusal;
using test::says;

BOOST_AUTO_TEST_SUITE(agreements_)

namespace {

struct Samples {
    Eigen::MatrixXf inputs;
    Eigen::VectorXi labels;
};

Samples samples(Index width, Index count) {
    Random random(8);
    Samples result{random.normal_matrix(width, count, 1.0).cast<float>(), Eigen::VectorXi(count)};
    for (Index j = 0; j < count; ++j) {
        result.labels[j] = static_cast<int>(random.below(3));
    }
    return result;
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_network_agrees_with_itself) {
    const Network network = test::residual_network(Activation::Logistic, 4, true);
    const Samples s = samples(4, 200);
    const NetworkAgreement a = agreement(network, network, s.inputs, s.labels);
    BOOST_TEST(a.agreement.value == 1.0);
    BOOST_TEST(a.accuracy.value == a.original_accuracy.value);
    BOOST_TEST(a.accuracy_gain.mean == 0.0);
    BOOST_TEST(a.divergence.mean == 0.0);
    BOOST_TEST(a.by_layer.size() == 5U);
    for (const StreamDistance& layer : a.by_layer) {
        BOOST_TEST(layer.distance.mean == 0.0);
        BOOST_TEST(layer.way.mean > 0.0);
    }
}

BOOST_AUTO_TEST_CASE(every_number_by_another_route) {
    const ResidualNetwork original = test::residual_network(Activation::Tanh, 4);
    const ResidualNetwork other = test::residual_network(Activation::Tanh, 4, true, true, false, 9);
    const Samples s = samples(4, 300);
    const NetworkAgreement a = agreement(original, other, s.inputs, s.labels, 2);
    const Matrix inputs = s.inputs.cast<double>();
    const std::vector<Matrix> x = run_layers(original, inputs).x;
    const std::vector<Matrix> y = run_layers(other, inputs).x;
    const Matrix p = original.readout(x.back());
    const Matrix q = other.readout(y.back());
    const Eigen::VectorXi theirs = predicted_classes(p);
    const Eigen::VectorXi mine = predicted_classes(q);
    BOOST_TEST(a.agreement.value ==
               static_cast<double>((theirs.array() == mine.array()).count()) / 300.0);
    const double right = static_cast<double>((mine.array() == s.labels.array()).count()) / 300.0;
    const double theirs_right =
        static_cast<double>((theirs.array() == s.labels.array()).count()) / 300.0;
    BOOST_TEST(a.accuracy.value == right);
    BOOST_TEST(a.original_accuracy.value == theirs_right);
    BOOST_TEST(std::abs(a.accuracy_gain.mean - (right - theirs_right)) < 1e-14);
    double divergence = 0.0;
    for (Index j = 0; j < 300; ++j) {
        double of_p = 0.0;
        double of_q = 0.0;
        for (Index c = 0; c < 3; ++c) {
            of_p += std::exp(p(c, j));
            of_q += std::exp(q(c, j));
        }
        for (Index c = 0; c < 3; ++c) {
            divergence += std::exp(p(c, j)) / of_p *
                          (p(c, j) - std::log(of_p) - q(c, j) + std::log(of_q)) / 300.0;
        }
    }
    BOOST_TEST(std::abs(a.divergence.mean - divergence) < 1e-5);
    Vector way = Vector::Zero(300);
    for (std::size_t n = 1; n < x.size(); ++n) {
        way += Vector((x[n] - x[n - 1]).colwise().norm());
        const Vector apart = (y[n] - x[n]).colwise().norm();
        const StreamDistance& layer = a.by_layer[n - 1];
        BOOST_TEST(layer.layers.layer == static_cast<Index>(n));
        BOOST_TEST(std::abs(layer.distance.mean - apart.mean()) < 1e-5);
        BOOST_TEST(std::abs(layer.way.mean - way.mean()) < 1e-5);
        BOOST_TEST(std::abs(layer.relative.mean - apart.mean() / way.mean()) < 1e-5);
        BOOST_TEST(layer.relative.standard_error > 0.0);
    }
    BOOST_TEST(std::abs(root_mean_square_way(original, s.inputs) -
                        std::sqrt(way.squaredNorm() / 300.0)) < 1e-5);
}

BOOST_AUTO_TEST_CASE(the_error_of_a_ratio_covers_what_other_samples_say) {
    // Ratios of many draws scatter as one draw says they do.
    const Network original = test::residual_network(Activation::Tanh, 4);
    const Network other = test::residual_network(Activation::Tanh, 4, false, true, false, 9);
    const Samples all = samples(4, 40 * 250);
    Vector ratio(40);
    Vector error(40);
    for (Index k = 0; k < 40; ++k) {
        const NetworkAgreement a = agreement(original, other, all.inputs.middleCols(250 * k, 250),
                                             all.labels.segment(250 * k, 250));
        ratio[k] = a.by_layer.back().relative.mean;
        error[k] = a.by_layer.back().relative.standard_error;
    }
    const double scatter = std::sqrt((ratio.array() - ratio.mean()).square().sum() / 39.0);
    BOOST_TEST(scatter < 1.5 * error.mean());
    BOOST_TEST(scatter > 0.65 * error.mean());
}

BOOST_AUTO_TEST_CASE(layers_are_matched_where_they_fall_at_the_same_time) {
    NetworkShape ten{.depth = 10, .width = 4};
    NetworkShape four{.depth = 4, .width = 4};
    const std::vector<LayerPair> pairs = matched_layers(ten, four);
    BOOST_TEST(pairs.size() == 2U);
    BOOST_TEST(pairs[0].layer == 2);
    BOOST_TEST(pairs[0].of_original == 5);
    BOOST_TEST(pairs[1].layer == 4);
    BOOST_TEST(pairs[1].of_original == 10);
    BOOST_TEST(matched_layers(four, ten).size() == 2U);
    four.width = 3;
    BOOST_TEST(matched_layers(ten, four).empty());
    four = {.kind = NetworkKind::Perceptron, .depth = 10, .width = 4};
    BOOST_TEST(matched_layers(ten, four).empty());
    BOOST_TEST(matched_layers(four, ten).empty());
}

BOOST_AUTO_TEST_CASE(a_network_that_does_not_move_has_no_relative_distance) {
    ResidualNetwork still = test::residual_network(Activation::ReLU, 4);
    still.blocks.front().b.setConstant(-1e3);
    const Samples s = samples(4, 50);
    const NetworkAgreement a = agreement(still, still, s.inputs, s.labels);
    BOOST_TEST(a.by_layer.back().way.mean == 0.0);
    BOOST_TEST(std::isnan(a.by_layer.back().relative.mean));
}

BOOST_AUTO_TEST_CASE(networks_of_other_data_are_refused) {
    const Network network = test::residual_network(Activation::Logistic, 4);
    const Samples s = samples(4, 10);
    BOOST_TEST(says(refusal<std::invalid_argument>([&] {
                        agreement(network, test::residual_network(Activation::Logistic, 5),
                                  s.inputs, s.labels);
                    }),
                    "width 4"));
    BOOST_TEST(says(refusal<std::invalid_argument>(
                        [&] { agreement(network, network, s.inputs, s.labels.head(3)); }),
                    "10 labels"));
}

BOOST_AUTO_TEST_SUITE_END()
