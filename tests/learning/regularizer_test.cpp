// Structures of W kept to the last bit, the spectral penalty against its definition, weight decay.
#include <boost/test/unit_test.hpp>
#include <cmath>

#include <resdyn/learning/regularizer.hpp>
#include <resdyn/learning/trainer.hpp>

#include "numerics/decompositions.hpp"
#include "support/refusal.hpp"
#include "support/shapes.hpp"

using namespace resdyn;
using test::refusal;
using test::says;

BOOST_AUTO_TEST_SUITE(regularizer_)

namespace {

const NetworkShape seventy{.depth = 3, .width = 70, .input_width = 2, .classes = 2};

Matrix trained_W(const RegularizerOptions& regularizer, OptimizerMethod method) {
    const Dataset training = builtin_dataset("moons", 300, 1);
    const TrainResult result =
        train(seventy, {training},
              {.epochs = 3,
               .rate = {.rate = method == OptimizerMethod::Adam ? 0.01 : 0.1},
               .optimizer = {.method = method},
               .regularizer = regularizer,
               .clip = 0.5});
    BOOST_TEST((result.outcome == TrainOutcome::Finished));
    return std::get<ResidualNetwork>(result.network).blocks[0].W;
}

}  // namespace

BOOST_AUTO_TEST_CASE(structures_hold_to_the_last_bit_through_training) {
    for (const OptimizerMethod method : {OptimizerMethod::Adam, OptimizerMethod::Sgd}) {
        const Matrix symmetric =
            trained_W({.weight_decay = 0.1, .structure = WeightStructure::Symmetric}, method);
        BOOST_TEST((symmetric == symmetric.transpose()));
        const Matrix turning = trained_W({.weight_decay = 0.1,
                                          .structure = WeightStructure::Antisymmetric,
                                          .damping = 0.25,
                                          .spectral_penalty = 0.01},
                                         method);
        BOOST_TEST((turning + turning.transpose() == Matrix(-0.5 * Matrix::Identity(70, 70))));
        const auto start = std::get<ResidualNetwork>(initial_network(seventy, 1)).blocks[0].W;
        BOOST_TEST((turning - 0.5 * (start - start.transpose())).norm() > 0.01);  // it did learn
    }
}

BOOST_AUTO_TEST_CASE(gradients_are_projected_on_the_structure) {
    Random random(3);
    const ParameterLayout layout(seventy);
    const Vector p = random.normal_matrix(layout.size, 1, 1.0);
    for (const double sign : {1.0, -1.0}) {
        Vector g = random.normal_matrix(layout.size, 1, 1.0);
        const Vector before = g;
        Regularizer<double> regularizer(
            seventy,
            {.structure = sign > 0 ? WeightStructure::Symmetric : WeightStructure::Antisymmetric},
            1);
        BOOST_TEST(regularizer.adjust(p, g) == 0.0);
        const Matrix G = before.head(70 * 70).reshaped(70, 70);
        BOOST_TEST((g.head(70 * 70).reshaped(70, 70) - 0.5 * (G + sign * G.transpose())).norm() <
                   1e-13);
        BOOST_TEST((g.tail(layout.size - 70 * 70) == before.tail(layout.size - 70 * 70)));
    }
}

BOOST_AUTO_TEST_CASE(the_spectral_penalty_and_its_gradient_agree_with_the_singular_values) {
    for (const auto& named : test::all_shapes()) {
        BOOST_TEST_CONTEXT(named.name) {
            const NetworkShape& shape = named.shape;
            const Vector p = test::random_parameters(shape, 4);
            constexpr double strength = 0.7;
            Regularizer<double> regularizer(shape, {.spectral_penalty = strength}, 1);
            Vector g;
            double penalty = 0.0;
            for (int k = 0; k < 3000; ++k) {  // the power iteration converges
                g = Vector::Zero(p.size());
                penalty = regularizer.adjust(p, g);
            }
            const auto exact = [&](const Vector& at) {
                const ParameterLayout layout(shape);
                double sum = 0.0;
                const auto add = [&](Index begin, Index rows, Index cols) {
                    const Matrix W = at.segment(begin, rows * cols).reshaped(rows, cols);
                    const double sigma = singular_values(W)[0];
                    sum += 0.5 * strength * sigma * sigma;
                };
                for (const auto& block : layout.blocks) {
                    add(block.W, shape.residuals(), shape.width);
                    if (shape.has_two_matrices()) {
                        add(block.A, shape.width, shape.hidden_width);
                    }
                }
                return sum;
            };
            BOOST_TEST(std::abs(penalty - exact(p)) < 1e-9 * penalty);
            for (Index i = 0; i < p.size(); i += 7) {
                constexpr double step = 1e-5;
                Vector moved = p;
                moved[i] = p[i] + step;
                const double above = exact(moved);
                moved[i] = p[i] - step;
                BOOST_TEST(std::abs(g[i] - (above - exact(moved)) / (2 * step)) < 1e-6);
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(smoothness_and_its_gradient_agree_with_its_definition) {
    for (const auto& named : test::all_shapes()) {
        const NetworkShape& shape = named.shape;
        if (shape.shared_weights) {
            continue;
        }
        BOOST_TEST_CONTEXT(named.name) {
            const Vector p = test::random_parameters(shape, 4);
            constexpr double strength = 0.3;
            Regularizer<double> regularizer(shape, {.smoothness = strength}, 1);
            BOOST_TEST(regularizer.is_active());
            Vector g = Vector::Zero(p.size());
            const double penalty = regularizer.adjust(p, g);
            // λ L Σ over neighbours of all that differs, tensor by tensor.
            const auto exact = [&](const Vector& at) {
                double sum = 0.0;
                const auto add = [&](const Matrix& one, const Matrix& next) {
                    sum += strength * static_cast<double>(shape.depth) * (next - one).squaredNorm();
                };
                const Network network = unflatten(shape, at);
                for (Index n = 0; n + 1 < shape.depth; ++n) {
                    const auto k = static_cast<std::size_t>(n);
                    if (const auto* residual = std::get_if<ResidualNetwork>(&network)) {
                        const ResidualBlock& one = residual->blocks[k];
                        const ResidualBlock& next = residual->blocks[k + 1];
                        add(one.W, next.W);
                        add(one.b, next.b);
                        if (one.A) {
                            add(*one.A, *next.A);
                        }
                    } else {
                        const auto& layers = std::get<Perceptron>(network).layers;
                        add(layers[k].M, layers[k + 1].M);
                        add(layers[k].v, layers[k + 1].v);
                    }
                }
                return sum;
            };
            BOOST_TEST(std::abs(penalty - exact(p)) < 1e-12 * penalty);
            for (Index i = 0; i < p.size(); i += 3) {
                constexpr double step = 1e-5;
                Vector moved = p;
                moved[i] = p[i] + step;
                const double above = exact(moved);
                moved[i] = p[i] - step;
                BOOST_TEST(std::abs(g[i] - (above - exact(moved)) / (2 * step)) < 1e-7);
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(smoothness_draws_layers_together_with_each_optimiser_and_beside_decay) {
    const Dataset training = builtin_dataset("moons", 300, 1);
    NetworkShape shape{.depth = 6, .width = 8, .shared_weights = false, .input_width = 2};
    const auto variation = [&](double smoothness, OptimizerMethod method) {
        const TrainResult result =
            train(shape, {training},
                  {.epochs = 20,
                   .rate = {.rate = method == OptimizerMethod::Adam ? 0.01 : 0.05},
                   .optimizer = {.method = method},
                   .regularizer = {.weight_decay = 0.01, .smoothness = smoothness}});
        BOOST_TEST((result.outcome == TrainOutcome::Finished));
        BOOST_TEST((result.record.back().penalty > 0) == (smoothness > 0));
        const auto& blocks = std::get<ResidualNetwork>(result.network).blocks;
        double sum = 0.0;
        for (std::size_t n = 0; n + 1 < blocks.size(); ++n) {
            sum += (blocks[n + 1].W - blocks[n].W).norm();
        }
        return sum;
    };
    for (const OptimizerMethod method : {OptimizerMethod::Adam, OptimizerMethod::Sgd}) {
        const double free = variation(0.0, method);
        const double tied = variation(0.1, method);
        BOOST_TEST(tied < 0.5 * free);
        BOOST_TEST(tied < variation(0.001, method));
    }
}

BOOST_AUTO_TEST_CASE(decay_shrinks_matrices_and_nothing_else) {
    const NetworkShape shape{.depth = 2, .width = 3, .hidden_width = 4, .input_width = 2};
    const ParameterLayout layout(shape);
    Vector p = Vector::Ones(layout.size);
    Regularizer<double>(shape, {.weight_decay = 0.5}, 1).decay(p, 0.1);
    const auto shrunk = [&](Index begin, Index length, double value) {
        BOOST_TEST((p.segment(begin, length).array() == value).all());
    };
    shrunk(layout.blocks[0].W, 12, 0.95);
    shrunk(layout.blocks[0].A, 12, 0.95);
    shrunk(layout.V, 6, 0.95);
    shrunk(layout.U, 6, 0.95);
    shrunk(layout.blocks[0].b, 4, 1.0);
    shrunk(layout.c, 2, 1.0);
    shrunk(layout.e, 3, 1.0);
}

BOOST_AUTO_TEST_CASE(what_cannot_be_asked_is_refused) {
    const auto refused = [](const RegularizerOptions& options, const NetworkShape& shape) {
        return refusal([&] { validate(options, shape); });
    };
    const NetworkShape two_matrices{.hidden_width = 3};
    BOOST_TEST(says(refused({.weight_decay = -1}, {}), "weight_decay", ">= 0", "-1"));
    BOOST_TEST(says(refused({.spectral_penalty = NAN}, {}), "spectral_penalty", "nan"));
    BOOST_TEST(says(refused({.damping = 1}, {}), "damping", "antisymmetric", "1"));
    BOOST_TEST(says(refused({.structure = WeightStructure::Symmetric}, two_matrices), "structure",
                    "two matrices", "symmetric"));
}

BOOST_AUTO_TEST_SUITE_END()
