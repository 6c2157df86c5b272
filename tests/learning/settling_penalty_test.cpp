// The settling penalty: its value against the network as the model room runs it, its gradient
// against central differences, and what a training with it does.
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <numeric>

#include <resdyn/learning/gradient.hpp>
#include <resdyn/learning/trainer.hpp>

#include "support/refusal.hpp"
#include "support/shapes.hpp"

using namespace resdyn;
using test::refusal;
using test::says;

BOOST_AUTO_TEST_SUITE(settling_penalty_)

namespace {

std::vector<Index> leading_columns(Index count) {
    std::vector<Index> columns(static_cast<std::size_t>(count));
    std::iota(columns.begin(), columns.end(), Index{0});
    return columns;
}

std::vector<test::NamedShape> residual_shapes() {
    std::vector<test::NamedShape> shapes = test::all_shapes();
    std::erase_if(shapes, [](const auto& s) { return s.shape.kind != NetworkKind::Residual; });
    return shapes;
}

/// Its definition, on the residuals of the model room.
double by_definition(const SettlingPenalty& penalty, const Network& any, const Dataset& data) {
    const auto& network = std::get<ResidualNetwork>(any);
    const std::vector<Matrix> y =
        run_layers(network, initial_activity(network, data.inputs.cast<double>())).y;
    double sum = 0.0;
    for (Index k = 1; k <= penalty.layers; ++k) {
        const std::size_t n = y.size() - static_cast<std::size_t>(k);
        sum += (y[n] - y[n - 1]).squaredNorm();
    }
    return penalty.weight * sum / static_cast<double>(penalty.layers * data.size());
}

}  // namespace

BOOST_AUTO_TEST_CASE(value_and_gradient_agree_with_the_definition_and_central_differences) {
    const Index count = tile_columns + 6;  // two tiles, the second one short
    const std::vector<Index> columns = leading_columns(count);
    constexpr double step = 1e-5;
    constexpr double tolerance = 2e-8;  // a few times the step's error, h² f'''
    for (const auto& [name, shape] : residual_shapes()) {
        for (const Index layers : {1, 2, 3}) {
            BOOST_TEST_CONTEXT(name << ", " << layers << " layers") {
                const SettlingPenalty penalty{.weight = 1.7, .layers = layers};
                const Dataset data = test::random_data(3, 3, count, 11);
                BackPropagation<double> back(shape, penalty, count, 1);
                const Vector parameters = test::random_parameters(shape, 23);
                const BatchLoss loss = back.run(parameters, data, columns);
                const Vector exact = back.gradient();
                const double expected = by_definition(penalty, unflatten(shape, parameters), data);
                BOOST_TEST(std::abs(loss.penalty - expected) < 1e-12 * (1 + expected));
                BOOST_TEST(
                    loss.mean ==
                    BackPropagation<double>(shape, count, 1).run(parameters, data, columns).mean);
                const auto total = [&](const Vector& at) {
                    const BatchLoss here = back.run(at, data, columns);
                    return here.mean + here.penalty;
                };
                for (Index i = 0; i < parameters.size(); ++i) {
                    Vector above = parameters;
                    Vector below = parameters;
                    above[i] += step;
                    below[i] -= step;
                    const double difference = (total(above) - total(below)) / (2 * step);
                    BOOST_TEST(std::abs(exact[i] - difference) < tolerance * (1 + exact.norm()),
                               "parameter " << i << ": " << exact[i] << " against " << difference);
                }
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(bits_do_not_depend_on_threads_and_tiles_that_take_turns_add_up) {
    const Index count = (2 * tiles_at_once + 1) * tile_columns + 5;
    const NetworkShape shape{.depth = 3, .width = 8, .input_width = 3, .classes = 3};
    const SettlingPenalty penalty{.weight = 0.5, .layers = 2};
    const Dataset data = test::random_data(3, 3, count, 2);
    const Vector parameters = test::random_parameters(shape, 9);
    BackPropagation<double> one(shape, penalty, count, 1);
    BackPropagation<double> many(shape, penalty, count, 5);
    const BatchLoss a = one.run(parameters, data, leading_columns(count));
    const BatchLoss b = many.run(parameters, data, leading_columns(count));
    BOOST_TEST(a.penalty == b.penalty);
    BOOST_TEST((one.gradient() == many.gradient()));
    const double expected = by_definition(penalty, unflatten(shape, parameters), data);
    BOOST_TEST(std::abs(a.penalty - expected) < 1e-12 * (1 + expected));
}

BOOST_AUTO_TEST_CASE(training_with_it_slows_the_last_residuals_down) {
    const Dataset training = builtin_dataset("moons", 300, 1);
    const NetworkShape shape{.depth = 10, .width = 8, .input_width = 2, .classes = 2};
    TrainOptions options{.epochs = 30, .batch = 64, .rate = {.rate = 0.02}, .seed = 3};
    const TrainResult plain = train(shape, {training}, options);
    options.settling.weight = 10.0;
    const TrainResult held = train(shape, {training}, options);
    BOOST_TEST(held.record.back().settle.mean < 0.5 * plain.record.back().settle.mean);
    BOOST_TEST(held.record.back().penalty > 0.0);
    BOOST_TEST(held.record.back().train_accuracy > 0.8);
    BOOST_TEST(plain.record.back().penalty == 0.0);
}

BOOST_AUTO_TEST_CASE(a_network_that_loses_its_last_difference_goes_on_without_penalty) {
    const NetworkShape shape{.depth = 1, .width = 3, .classes = 3};
    const Dataset data = test::random_data(3, 3, 20, 2);
    const Vector parameters = test::random_parameters(shape, 9);
    BackPropagation<double> with(shape, SettlingPenalty{.weight = 2.0, .layers = 3}, 20, 1);
    BackPropagation<double> without(shape, 20, 1);
    BOOST_TEST(with.run(parameters, data, leading_columns(20)).penalty == 0.0);
    without.run(parameters, data, leading_columns(20));
    BOOST_TEST((with.gradient() - without.gradient()).norm() < 1e-15);
}

BOOST_AUTO_TEST_CASE(what_it_cannot_be_asked_of_is_refused) {
    const NetworkShape shape{.depth = 4, .width = 3, .classes = 3};
    const auto refused = [](const SettlingPenalty& penalty, const NetworkShape& of) {
        return refusal([&] { validate(penalty, of); });
    };
    BOOST_TEST(says(refused({.weight = -1.0}, shape), "settling_penalty", ">= 0", "-1"));
    BOOST_TEST(says(refused({.weight = NAN}, shape), "settling_penalty", "nan"));
    BOOST_TEST(says(refused({.weight = 1.0, .layers = 4}, shape), "settling_layers", "1 to 3"));
    BOOST_TEST(says(refused({.weight = 1.0, .layers = 0}, shape), "settling_layers", "got 0"));
    NetworkShape perceptron = shape;
    perceptron.kind = NetworkKind::Perceptron;
    BOOST_TEST(says(refused({.weight = 1.0}, perceptron), "settling_penalty", "perceptron"));
    BOOST_CHECK_NO_THROW(validate(SettlingPenalty{.weight = 0.0, .layers = 9}, shape));
    const Dataset data = test::random_data(3, 3, 20, 2);
    TrainOptions options{.epochs = 1, .batch = 20};
    options.settling = {.weight = 1.0, .layers = 4};
    BOOST_TEST(says(refusal([&] { train(shape, {data}, options); }), "settling_layers", "1 to 3"));
}

BOOST_AUTO_TEST_SUITE_END()
