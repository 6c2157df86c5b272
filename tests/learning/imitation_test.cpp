// Imitation: the gradient against central differences, the loss by another route, and what training
// does of it.
#include <boost/test/unit_test.hpp>

#include <cmath>
#include <numeric>

#include <resdyn/core/error.hpp>
#include <resdyn/learning/gradient.hpp>
#include <resdyn/learning/imitation.hpp>
#include <resdyn/transient/agreement.hpp>

#include <support/shapes.hpp>
#include "support/refusal.hpp"

using namespace resdyn;
using test::refusal;
using test::says;

BOOST_AUTO_TEST_SUITE(imitation_)

namespace {

std::vector<Index> columns_of(Index count) {
    std::vector<Index> columns(static_cast<std::size_t>(count));
    std::iota(columns.begin(), columns.end(), Index{0});
    return columns;
}

NetworkShape with_input(NetworkShape shape, bool input) {
    shape.width = input ? 4 : 3;
    shape.input_width = input ? 3 : 0;
    return shape;
}

/// Originals of all kinds; depths that divide the imitations' 4, are divided by it, or neither.
std::vector<test::NamedShape> originals(bool input) {
    const NetworkShape residual{
        .activation = Activation::Tanh, .step = 0.5, .depth = 4, .classes = 3};
    NetworkShape deep = residual;
    deep.depth = 8;
    deep.shared_weights = false;
    NetworkShape odd = residual;
    odd.depth = 6;
    odd.hidden_width = 5;
    NetworkShape perceptron{.kind = NetworkKind::Perceptron,
                            .activation = Activation::Logistic,
                            .step = 1.0,
                            .depth = 2,
                            .classes = 3};
    return {{"shared", with_input(residual, input)},
            {"own weights, 8 layers", with_input(deep, input)},
            {"two matrices, 6 layers", with_input(odd, input)},
            {"perceptron", with_input(perceptron, input)}};
}

std::vector<Matrix> states_of(const Network& any, const Matrix& inputs) {
    if (const auto* residual = std::get_if<ResidualNetwork>(&any)) {
        return run_layers(*residual, initial_activity(*residual, inputs)).x;
    }
    const auto& perceptron = std::get<Perceptron>(any);
    return run_layers(perceptron, initial_activity(perceptron, inputs));
}

Matrix logits_of(const Network& any, const Matrix& inputs) {
    const Matrix last = states_of(any, inputs).back();
    return std::visit([&](const auto& network) { return network.readout(last); }, any);
}

/// KL of softmax(q) from softmax(p), in plain loops.
double divergence(const Vector& p, const Vector& q) {
    const auto log_total = [](const Vector& logits) {
        double total = 0.0;
        for (const double logit : logits) {
            total += std::exp(logit - logits.maxCoeff());
        }
        return logits.maxCoeff() + std::log(total);
    };
    double sum = 0.0;
    for (Index c = 0; c < p.size(); ++c) {
        sum += std::exp(p[c] - log_total(p)) * (p[c] - log_total(p) - q[c] + log_total(q));
    }
    return sum;
}

/// The loss by the model room, in doubles.
double by_the_model(const ImitationLoss& loss, const Network& imitation, const Matrix& inputs) {
    const double tau = loss.temperature;
    const Matrix theirs = logits_of(loss.original, inputs);
    const Matrix mine = logits_of(imitation, inputs);
    double sum = 0.0;
    for (Index j = 0; j < inputs.cols(); ++j) {
        sum += tau * tau * divergence(theirs.col(j) / tau, mine.col(j) / tau);
    }
    const auto pairs = matched_layers(shape_of(loss.original), shape_of(imitation));
    const std::vector<Matrix> x = states_of(loss.original, inputs);
    const std::vector<Matrix> guess = states_of(imitation, inputs);
    for (const LayerPair& pair : pairs) {
        const Matrix apart = guess[static_cast<std::size_t>(pair.layer)] -
                             x[static_cast<std::size_t>(pair.of_original)];
        sum += loss.state_weight * apart.squaredNorm() /
               (static_cast<double>(pairs.size()) * loss.way * loss.way);
    }
    return sum / static_cast<double>(inputs.cols());
}

/// Points in the plane and a residual network that tells three sectors apart.
Dataset plane(Index count) {
    Dataset data = test::random_data(2, 3, count, 4);
    for (Index j = 0; j < count; ++j) {
        const double angle = std::atan2(data.inputs(1, j), data.inputs(0, j));
        data.labels[j] = angle < -1 ? 0 : angle < 1 ? 1 : 2;
    }
    return data;
}

Network original_on_the_plane(bool own_weights = false) {
    const NetworkShape shape{.activation = Activation::Logistic,
                             .step = 0.5,
                             .depth = 6,
                             .width = 2,
                             .shared_weights = !own_weights,
                             .classes = 3};
    return train(shape, {plane(600)}, {.epochs = 60, .rate = {.rate = 0.03}}).network;
}

}  // namespace

BOOST_AUTO_TEST_CASE(the_gradient_agrees_with_central_differences_for_every_pair) {
    const Index count = tile_columns + 6;  // two tiles, the second one short
    const std::vector<Index> columns = columns_of(count);
    constexpr double step = 1e-5;
    constexpr double tolerance = 1e-7;
    const Dataset data = test::random_data(3, 3, count, 11);
    for (const auto& [name, shape] : test::all_shapes()) {
        if (shape.activation == Activation::Softplus || shape.activation == Activation::Tanh) {
            continue;  // gradient_test has every activation; here one smooth and one kinked do
        }
        for (const auto& [original_name, original_shape] : originals(shape.has_input_layer())) {
            BOOST_TEST_CONTEXT(name << " imitates " << original_name) {
                const Network original =
                    unflatten(original_shape, test::random_parameters(original_shape, 31));
                const ImitationLoss imitated{
                    .original = original, .temperature = 3.0, .state_weight = 0.7, .way = 1.3};
                BackPropagation<double> back(shape, imitated, count, 1);
                const Vector parameters = test::random_parameters(shape, 23);
                const BatchLoss loss = back.run(parameters, data, columns);
                const Vector exact = back.gradient();
                const double expected = by_the_model(imitated, unflatten(shape, parameters),
                                                     data.inputs.cast<double>());
                BOOST_TEST(std::abs(loss.mean - expected) < 1e-12 * (1 + expected));
                for (Index i = 0; i < parameters.size(); ++i) {
                    Vector moved = parameters;
                    moved[i] = parameters[i] + step;
                    const double above = back.run(moved, data, columns).mean;
                    moved[i] = parameters[i] - step;
                    const double below = back.run(moved, data, columns).mean;
                    const double difference = (above - below) / (2 * step);
                    BOOST_TEST(std::abs(exact[i] - difference) < tolerance * (1 + exact.norm()),
                               "parameter " << i << ": " << exact[i] << " against " << difference);
                }
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(a_network_that_imitates_itself_has_nothing_to_learn) {
    for (const auto& [name, shape] : test::all_shapes()) {
        BOOST_TEST_CONTEXT(name) {
            const Dataset data = test::random_data(3, 3, 100, 2);
            const Vector parameters = test::random_parameters(shape, 7);
            const Network original = unflatten(shape, parameters);
            BackPropagation<double> back(shape, ImitationLoss{.original = original}, 100, 2);
            const BatchLoss loss = back.run(parameters, data, columns_of(100));
            BOOST_TEST(std::abs(loss.mean) < 1e-14);
            BOOST_TEST(loss.gradient_norm < 1e-13);
            BOOST_TEST(loss.correct == 100);
        }
    }
}

BOOST_AUTO_TEST_CASE(large_and_confident_logits_stay_finite_in_float32) {
    const NetworkShape shape{.activation = Activation::ReLU, .depth = 3, .width = 3, .classes = 3};
    const Network original = unflatten(shape, Vector(100.0 * test::random_parameters(shape, 7)));
    BackPropagation<float> back(shape, ImitationLoss{.original = original, .temperature = 1.0}, 64);
    const BatchLoss loss = back.run(test::random_parameters(shape, 8).cast<float>(),
                                    test::random_data(3, 3, 64, 2), columns_of(64));
    BOOST_TEST(loss.is_finite());
    BOOST_TEST(loss.mean > 0);
}

BOOST_AUTO_TEST_CASE(an_imitation_of_enough_residuals_agrees_on_data_it_has_not_seen) {
    const Dataset test = test::random_data(2, 3, 500, 77);
    const Dataset data = plane(600);
    for (const bool own : {false, true}) {
        BOOST_TEST_CONTEXT("own weights: " << own) {
            const Network original = original_on_the_plane(own);
            const Imitation result =
                imitate(original, data, {.hidden_units = 6, .epochs = 100, .rate = {.rate = 0.02}});
            BOOST_TEST((result.outcome == TrainOutcome::Finished));
            BOOST_TEST(result.matched_layers == 6);
            BOOST_TEST(result.record.size() == 100U);
            BOOST_TEST(result.record.back().loss < 0.1 * result.record.front().loss);
            BOOST_TEST(result.network.hidden_width() == 6);
            BOOST_TEST(result.network.has_shared_weights());
            BOOST_TEST(result.network.depth == 6);
            BOOST_TEST(result.network.step == 0.5);
            const NetworkAgreement a =
                agreement(original, result.network, test.inputs, test.labels);
            BOOST_TEST(a.agreement.value > 0.95);
            BOOST_TEST(a.by_layer.back().relative.mean < 0.2);
        }
    }
}

BOOST_AUTO_TEST_CASE(a_perceptron_is_imitated_by_its_logits_alone) {
    const NetworkShape shape{.kind = NetworkKind::Perceptron,
                             .activation = Activation::Tanh,
                             .depth = 2,
                             .width = 5,
                             .input_width = 2,
                             .classes = 3};
    const Dataset data = plane(600);
    const Network original = train(shape, {data}, {.epochs = 40, .rate = {.rate = 0.02}}).network;
    const Imitation result =
        imitate(original, data, {.hidden_units = 6, .epochs = 60, .rate = {.rate = 0.02}});
    BOOST_TEST(result.matched_layers == 0);
    BOOST_TEST(result.network.step == 1.0);
    const auto& input = *std::get<Perceptron>(original).input;
    // What enters is what entered, in float32 as it was trained.
    BOOST_TEST((result.network.input->M - input.M).cwiseAbs().maxCoeff() == 0.0);
    BOOST_TEST((result.network.input->v - input.v).cwiseAbs().maxCoeff() == 0.0);
    BOOST_TEST(agreement(original, result.network, data.inputs, data.labels).agreement.value > 0.9);
}

BOOST_AUTO_TEST_CASE(depth_changes_and_time_stays_and_the_stream_is_matched_where_it_can_be) {
    const Network original = original_on_the_plane();
    const Dataset data = plane(200);
    const auto matched = [&](Index depth, double weight) {
        const Imitation result =
            imitate(original, data, {.depth = depth, .state_weight = weight, .epochs = 1});
        BOOST_TEST(std::abs(result.network.step * static_cast<double>(depth) - 3.0) < 1e-12);
        return result.matched_layers;
    };
    BOOST_TEST(matched(3, 1.0) == 3);
    BOOST_TEST(matched(4, 1.0) == 2);
    BOOST_TEST(matched(12, 1.0) == 6);
    BOOST_TEST(matched(3, 0.0) == 0);
}

BOOST_AUTO_TEST_CASE(same_bytes_for_any_threads_and_another_network_for_another_seed) {
    const Network original = original_on_the_plane();
    const Dataset data = plane(300);
    const auto parameters = [&](int threads, std::uint64_t seed) {
        return flatten(
            imitate(original, data, {.epochs = 3, .seed = seed, .threads = threads}).network);
    };
    const Vector one = parameters(1, 1);
    BOOST_TEST((one - parameters(3, 1)).cwiseAbs().maxCoeff() == 0.0);
    BOOST_TEST((one - parameters(1, 2)).cwiseAbs().maxCoeff() > 0.0);
}

BOOST_AUTO_TEST_CASE(a_run_that_goes_wrong_or_is_stopped_says_so) {
    const Network original = original_on_the_plane();
    const Dataset data = plane(300);
    Index batches = 0;
    ImitationOptions stop{.epochs = 5, .batch = 100};
    stop.stop_requested = [&] { return ++batches == 4; };
    const Imitation stopped = imitate(original, data, stop);
    BOOST_TEST((stopped.outcome == TrainOutcome::Interrupted));
    BOOST_TEST(stopped.record.size() == 1U);
    const Imitation wild =
        imitate(original, data, {.activation = Activation::ReLU, .rate = {.rate = 1e30}});
    BOOST_TEST((wild.outcome == TrainOutcome::NonFinite));
    BOOST_TEST(!wild.reason.empty());
    BOOST_TEST(flatten(wild.network).allFinite());
}

BOOST_AUTO_TEST_CASE(wrong_options_are_refused_by_name) {
    const Network original = original_on_the_plane();
    const Dataset data = plane(50);
    const auto refused = [&](const ImitationOptions& options) {
        return refusal<std::invalid_argument>([&] { imitate(original, data, options); });
    };
    BOOST_TEST(says(refused({.hidden_units = 0}), "hidden_units"));
    BOOST_TEST(says(refused({.depth = -1}), "depth"));
    BOOST_TEST(says(refused({.temperature = 0.0}), "temperature"));
    BOOST_TEST(says(refused({.state_weight = -1.0}), "state_weight"));
    BOOST_TEST(says(refused({.epochs = -1}), "epochs"));
    BOOST_TEST(says(refused({.batch = 0}), "batch"));
    BOOST_TEST(says(refused({.rate = {.rate = 0.0}}), "learning_rate"));
    BOOST_TEST(
        says(refusal<InputError>([&] { imitate(original, test::random_data(3, 3, 20, 1), {}); }),
             "width 2"));
    const NetworkShape other{.width = 3, .classes = 3};
    BOOST_TEST(says(refusal<std::invalid_argument>([&] {
                        BackPropagation<double>(other, ImitationLoss{.original = original}, 8);
                    }),
                    "width 2"));
}

BOOST_AUTO_TEST_SUITE_END()
