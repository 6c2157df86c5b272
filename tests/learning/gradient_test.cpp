// Back-propagation against central differences for every kind of network and activation, and the
// loss against the network as the model room runs it.
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <numeric>

#include <resdyn/core/error.hpp>
#include <resdyn/learning/evaluation.hpp>
#include <resdyn/learning/gradient.hpp>

#include "support/refusal.hpp"
#include "support/shapes.hpp"

using namespace resdyn;
using test::refusal;
using test::says;

BOOST_AUTO_TEST_SUITE(gradient_)

namespace {

std::vector<Index> columns_of(Index count) {
    std::vector<Index> columns(static_cast<std::size_t>(count));
    std::iota(columns.begin(), columns.end(), Index{0});
    return columns;
}

/// Mean cross-entropy and share classified right, by another route: the model room's layers, and
/// log Σ exp in doubles.
Evaluation by_the_model(const Network& any, const Dataset& data) {
    Matrix logits;
    std::vector<Matrix> y;  // residuals, or what the layers of a perceptron give
    const Matrix inputs = data.inputs.cast<double>();
    if (const auto* residual = std::get_if<ResidualNetwork>(&any)) {
        LayerStates states = run_layers(*residual, initial_activity(*residual, inputs));
        logits = residual->readout(states.x.back());
        y = std::move(states.y);
    } else {
        const auto& perceptron = std::get<Perceptron>(any);
        y = run_layers(perceptron, initial_activity(perceptron, inputs));
        logits = perceptron.readout(y.back());
    }
    const Eigen::VectorXi predicted = predicted_classes(logits);
    Evaluation evaluation;
    for (Index j = 0; j < data.size(); ++j) {
        const double top = logits.col(j).maxCoeff();
        double total = 0.0;
        for (const double logit : logits.col(j)) {
            total += std::exp(logit - top);
        }
        evaluation.loss += std::log(total) + top - logits(data.labels[j], j);
        evaluation.accuracy += predicted[j] == data.labels[j] ? 1.0 : 0.0;
    }
    const Vector settle = (y[y.size() - 1] - y[y.size() - 2]).colwise().norm();
    evaluation.settle = {settle.mean(), 0.0, settle.maxCoeff()};
    evaluation.loss /= static_cast<double>(data.size());
    evaluation.accuracy /= static_cast<double>(data.size());
    return evaluation;
}

}  // namespace

BOOST_AUTO_TEST_CASE(agrees_with_central_differences_for_every_kind_and_activation) {
    const Index count = tile_columns + 6;  // two tiles, the second one short
    const std::vector<Index> columns = columns_of(count);
    constexpr double step = 1e-5;
    constexpr double tolerance = 2e-8;  // a few times the step's error, h² f'''
    for (const auto& [name, shape] : test::all_shapes()) {
        BOOST_TEST_CONTEXT(name) {
            const Dataset data = test::random_data(3, 3, count, 11);
            BackPropagation<double> back(shape, count, 1);
            const Vector parameters = test::random_parameters(shape, 23);
            const BatchLoss loss = back.run(parameters, data, columns);
            const Vector exact = back.gradient();
            BOOST_TEST(std::abs(loss.gradient_norm - exact.norm()) < 1e-12 * exact.norm());
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

BOOST_AUTO_TEST_CASE(saturated_and_far_units_keep_a_finite_exact_gradient) {
    // Pre-activations of ±60: f' underflows nowhere to NaN, and softplus has slope 1 above.
    for (const Activation activation : all_activations) {
        const NetworkShape shape{.activation = activation, .depth = 2, .width = 2, .classes = 2};
        Vector parameters = test::random_parameters(shape, 3);
        parameters.segment(ParameterLayout(shape).blocks[0].b, 2) = Vector{{60.0, -60.0}};
        const Dataset data = test::random_data(2, 2, 8, 5);
        BackPropagation<double> back(shape, 8, 1);
        BackPropagation<float> back32(shape, 8, 1);
        BOOST_TEST(back.run(parameters, data, columns_of(8)).is_finite());
        BOOST_TEST(back32.run(parameters.cast<float>(), data, columns_of(8)).is_finite());
        BOOST_TEST((back.gradient().cast<float>() - back32.gradient()).norm() <
                   1e-4F * (1 + back32.gradient().norm()));
    }
}

BOOST_AUTO_TEST_CASE(float32_agrees_with_float64) {
    for (const auto& [name, shape] : test::all_shapes()) {
        BOOST_TEST_CONTEXT(name) {
            const Dataset data = test::random_data(3, 3, 200, 11);
            const std::vector<Index> columns = columns_of(200);
            const Eigen::VectorXf parameters = test::random_parameters(shape, 23).cast<float>();
            BackPropagation<float> single(shape, 200, 1);
            BackPropagation<double> twice(shape, 200, 1);
            const BatchLoss a = single.run(parameters, data, columns);
            const BatchLoss b = twice.run(parameters.cast<double>(), data, columns);
            BOOST_TEST(std::abs(a.mean - b.mean) < 1e-5 * (1 + b.mean));
            BOOST_TEST((single.gradient().cast<double>() - twice.gradient()).norm() <
                       2e-5 * (1 + twice.gradient().norm()));
        }
    }
}

BOOST_AUTO_TEST_CASE(loss_and_evaluation_agree_with_the_model_room) {
    for (const auto& [name, shape] : test::all_shapes()) {
        BOOST_TEST_CONTEXT(name) {
            const Index count = 300;  // over several tiles
            const Dataset data = test::random_data(3, 3, count, 2);
            const Vector parameters = test::random_parameters(shape, 9);
            const Evaluation expected = by_the_model(unflatten(shape, parameters), data);
            BackPropagation<double> back(shape, count, 2);
            const BatchLoss loss = back.run(parameters, data, columns_of(count));
            const Evaluation evaluation = evaluate<double>(shape, parameters, data, 2);
            BOOST_TEST(std::abs(loss.mean - expected.loss) < 1e-12 * (1 + expected.loss));
            BOOST_TEST(std::abs(evaluation.loss - expected.loss) < 1e-12 * (1 + expected.loss));
            BOOST_TEST(static_cast<double>(loss.correct) / count == expected.accuracy);
            BOOST_TEST(evaluation.accuracy == expected.accuracy);
            BOOST_TEST(std::abs(evaluation.settle.mean - expected.settle.mean) < 1e-12);
            BOOST_TEST(std::abs(evaluation.settle.max - expected.settle.max) < 1e-12);
            BOOST_TEST(evaluation.settle.q95 <= evaluation.settle.max);
            BOOST_TEST(evaluation.settle.q95 >= evaluation.settle.mean);
        }
    }
}

BOOST_AUTO_TEST_CASE(the_loss_of_a_confident_network_is_not_rounded_to_0) {
    const NetworkShape shape{.depth = 2, .width = 2, .classes = 3};
    const Dataset data = test::random_data(2, 3, 200, 2);
    Dataset right = data;
    right.labels.setConstant(1);
    Eigen::VectorXf parameters = Eigen::VectorXf::Zero(ParameterLayout(shape).size);
    parameters[ParameterLayout(shape).c + 1] = 30.0F;
    // −log p = log(1 + 2 e^{−30}), of which float32 and 1 + 2 e^{−30} in double keep little.
    BOOST_TEST(evaluate<float>(shape, parameters, right).loss == std::log1p(2.0 * std::exp(-30.0)),
               boost::test_tools::tolerance(1e-6));
    right.labels.setConstant(0);
    BOOST_TEST(evaluate<float>(shape, parameters, right).loss == 30.0,
               boost::test_tools::tolerance(1e-6));
}

BOOST_AUTO_TEST_CASE(bits_do_not_depend_on_threads) {
    const NetworkShape shape{.depth = 3, .width = 40, .input_width = 3, .classes = 3};
    const Dataset data = test::random_data(3, 3, 3000, 2);
    const Eigen::VectorXf parameters = test::random_parameters(shape, 9).cast<float>();
    BackPropagation<float> one(shape, 3000, 1);
    BackPropagation<float> many(shape, 3000, 5);
    const BatchLoss a = one.run(parameters, data, columns_of(3000));
    const BatchLoss b = many.run(parameters, data, columns_of(3000));
    BOOST_TEST(a.mean == b.mean);
    BOOST_TEST(a.gradient_norm == b.gradient_norm);
    BOOST_TEST((one.gradient() == many.gradient()));
    const Evaluation c = evaluate<float>(shape, parameters, data, 1);
    const Evaluation d = evaluate<float>(shape, parameters, data, 5);
    BOOST_TEST(c.loss == d.loss);
    BOOST_TEST(c.settle.mean == d.settle.mean);
}

BOOST_AUTO_TEST_CASE(more_tiles_than_have_memory_of_their_own_add_up) {
    const Index count = (2 * tiles_at_once + 1) * tile_columns + 5;
    for (const auto& [name, shape] : test::all_shapes()) {
        BOOST_TEST_CONTEXT(name) {
            const Dataset data = test::random_data(3, 3, count, 2);
            const Vector parameters = test::random_parameters(shape, 9);
            BackPropagation<double> whole(shape, count, 2);
            const BatchLoss loss = whole.run(parameters, data, columns_of(count));
            // The mean over the batch is the weighted mean over its parts.
            BackPropagation<double> parts(shape, tile_columns, 1);
            Vector sum = Vector::Zero(parameters.size());
            Index correct = 0;
            for (Index begin = 0; begin < count; begin += tile_columns) {
                const Index length = std::min(tile_columns, count - begin);
                const std::vector<Index> all = columns_of(count);
                correct += parts
                               .run(parameters, data,
                                    std::span(all).subspan(static_cast<std::size_t>(begin),
                                                           static_cast<std::size_t>(length)))
                               .correct;
                sum +=
                    parts.gradient() * (static_cast<double>(length) / static_cast<double>(count));
            }
            BOOST_TEST((whole.gradient() - sum).norm() < 1e-12 * (1 + sum.norm()));
            BOOST_TEST(loss.correct == correct);
        }
    }
}

BOOST_AUTO_TEST_CASE(a_small_batch_after_a_large_one_leaves_nothing_behind) {
    for (const auto& [name, shape] : test::all_shapes()) {
        const Dataset data = test::random_data(3, 3, 200, 2);
        const Vector parameters = test::random_parameters(shape, 9);
        BackPropagation<double> used(shape, 200, 1);
        used.run(parameters, data, columns_of(200));
        used.run(parameters, data, columns_of(7));
        BackPropagation<double> fresh(shape, 7, 1);
        fresh.run(parameters, data, columns_of(7));
        BOOST_TEST((used.gradient() == fresh.gradient()), name);
    }
}

BOOST_AUTO_TEST_CASE(a_network_of_one_layer_has_no_settle_measure) {
    const NetworkShape shape{.depth = 1, .width = 3, .classes = 3};
    const Dataset data = test::random_data(3, 3, 10, 2);
    const Evaluation evaluation = evaluate<double>(shape, test::random_parameters(shape, 1), data);
    BOOST_TEST(std::isnan(evaluation.settle.mean));
}

BOOST_AUTO_TEST_CASE(what_does_not_fit_is_refused) {
    const NetworkShape shape{.width = 3, .classes = 3};
    BOOST_TEST(says(refusal<InputError>([&] { check_fits(shape, test::random_data(2, 3, 9, 1)); }),
                    "random", "width 3", "2"));
    BOOST_TEST(says(refusal<InputError>([&] { check_fits(shape, test::random_data(3, 5, 99, 1)); }),
                    "labels from 0 to 2", "4"));
    BOOST_TEST(says(refusal([&] { BackPropagation<float>(shape, 0); }), "batch", ">= 1"));
    BackPropagation<float> back(shape, 10);
    const Dataset data = test::random_data(3, 3, 100, 1);
    const Eigen::VectorXf parameters = test::random_parameters(shape, 1).cast<float>();
    BOOST_TEST(says(refusal([&] { back.run(parameters, data, columns_of(100)); }), "batch", "100"));
    BOOST_TEST(says(refusal([&] { back.run(parameters, data, {}); }), "batch", "0"));
}

BOOST_AUTO_TEST_SUITE_END()
