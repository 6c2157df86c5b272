// Noise: closed forms, linear theory against Monte Carlo, exact input gradients, the kinds of
// noise.
#include <boost/test/unit_test.hpp>

#include <resdyn/noise/adversary.hpp>
#include <resdyn/noise/linear_noise.hpp>
#include <resdyn/noise/robustness.hpp>

#include "support/networks.hpp"
#include "support/refusal.hpp"

using namespace resdyn;
using test::refusal;
using test::says;

BOOST_AUTO_TEST_SUITE(robustness_)

BOOST_AUTO_TEST_CASE(without_weights_noise_passes_unchanged) {
    ResidualNetwork network = test::residual_network(Activation::Tanh);
    network.blocks[0].W.setZero();
    const LinearNoiseReport report =
        linear_noise(network, test::random_inputs(4, 20, 1), test::random_labels(20, 3, 2));
    for (const MeanWithError& energy : report.energy) {
        BOOST_TEST(std::abs(energy.mean - 4.0) < 1e-12);
    }
    for (const MeanWithError& exponent : report.exponent) {
        BOOST_TEST(std::abs(exponent.mean) < 1e-12);
    }
    for (std::size_t n = 0; n < report.ratio.size(); ++n) {
        BOOST_TEST(std::abs(report.ratio[n].mean - report.ratio[0].mean) < 1e-9);
    }
}

BOOST_AUTO_TEST_CASE(scalar_and_antisymmetric_networks_grow_as_known) {
    // One unit, ReLU in its active half: each layer multiplies by 1 + hw.
    ResidualNetwork scalar;
    scalar.activation = Activation::ReLU;
    scalar.step = 0.5;
    scalar.depth = 4;
    scalar.blocks = {{Matrix{{0.6}}, Vector{{50.0}}, {}}};
    scalar.readout = {Matrix{{1.0}, {-1.0}}, Vector::Zero(2)};
    const LinearNoiseReport one =
        linear_noise(scalar, test::random_inputs(1, 5, 1), Eigen::VectorXi::Zero(5));
    // W antisymmetric with D = I: |(I + hW)v|² = |v|² + h²|Wv|², a growth of 1 + h²ω² a
    // layer; the bias keeps every unit in its active half.
    ResidualNetwork turning = scalar;
    turning.blocks = {{Matrix{{0.0, 0.4}, {-0.4, 0.0}}, Vector::Constant(2, 50.0), {}}};
    turning.readout = {Matrix::Identity(2, 2), Vector::Zero(2)};
    turning.depth = 3;
    const LinearNoiseReport two =
        linear_noise(turning, test::random_inputs(2, 5, 1), Eigen::VectorXi::Zero(5));
    for (int n = 0; n <= 4; ++n) {
        BOOST_TEST(one.energy[static_cast<std::size_t>(n)].mean == std::pow(1.3, 2 * n),
                   boost::test_tools::tolerance(1e-12));
    }
    for (int n = 0; n <= 3; ++n) {
        BOOST_TEST(two.energy[static_cast<std::size_t>(n)].mean == 2.0 * std::pow(1.04, n),
                   boost::test_tools::tolerance(1e-12));
        BOOST_TEST(two.singular_values(0, n) == std::pow(1.04, 0.5 * n),
                   boost::test_tools::tolerance(1e-10));
    }
    BOOST_TEST(two.exponent.back().mean == std::log(std::sqrt(1.04)) / 0.5,
               boost::test_tools::tolerance(1e-10));
}

BOOST_AUTO_TEST_CASE(linear_theory_and_monte_carlo_agree_on_every_network) {
    for (const auto& [name, network] : test::all_networks()) {
        BOOST_TEST_CONTEXT(name) {
            const Index D = test::input_width(network);
            const LinearNoiseReport report =
                linear_noise(network, test::random_inputs(D, 40, 1), test::random_labels(40, 3, 2),
                             {.sample = 40, .draws = 50, .deviation = 1e-4, .seed = 12});
            BOOST_TEST(std::abs(report.agreement) < 3.0);
            BOOST_TEST(report.ratio.back().standard_error < 0.1);
            BOOST_TEST(std::abs(report.margin_ratio.mean - 1.0) <
                       3.5 * report.margin_ratio.standard_error);
            for (const LayerInjection& injection : report.injections) {
                BOOST_TEST(std::abs(injection.ratio.mean - 1.0) <
                           3.5 * injection.ratio.standard_error);
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(the_recursion_and_the_factor_agree) {
    for (const auto& [name, network] : test::all_networks()) {
        BOOST_TEST_CONTEXT(name) {
            const Index D = test::input_width(network);
            const Linearization at(network, Random(3).normal_matrix(D, 1, 1.0));
            const Matrix U = at.enter(Matrix::Identity(D, D));
            const auto covariances = noise_covariances(at, U * U.transpose());
            Matrix P = U;
            for (Index n = 0; n <= at.depth(); ++n) {
                BOOST_TEST((covariances[static_cast<std::size_t>(n)] - P * P.transpose()).norm() <
                           1e-12 * (1.0 + P.squaredNorm()));
                P = n < at.depth() ? at.push(n, P) : P;
            }
            // White noise in every layer is the sum over layers of noise in one.
            const Index N = at.width();
            const auto noisy = noise_covariances(at, Matrix::Zero(N, N), 0.3);
            Matrix sum = Matrix::Zero(N, N);
            for (Index from = 1; from <= at.depth(); ++from) {
                Matrix Q = Matrix::Identity(N, N);
                for (Index n = from; n < at.depth(); ++n) {
                    Q = at.push(n, Q);
                }
                sum += 0.3 * Q * Q.transpose();
            }
            BOOST_TEST((noisy.back() - sum).norm() < 1e-12 * (1.0 + sum.norm()));
        }
    }
}

BOOST_AUTO_TEST_CASE(margin_gradients_agree_with_central_differences) {
    constexpr double step = 1e-5;
    for (const auto& named : test::all_networks()) {
        BOOST_TEST_CONTEXT(named.name) {
            const Network& network = named.network;
            const Index D = test::input_width(network);
            const Matrix inputs = Random(4).normal_matrix(D, 6, 1.0);
            const Eigen::VectorXi labels = test::random_labels(6, 3, 2);
            const Matrix exact = margin_gradients<double>(network, inputs, labels);
            const auto margin = [&](const Matrix& d, Index j) {
                const Vector z = test::logits(network, test::states(network, d).back()).col(j);
                double other = -std::numeric_limits<double>::infinity();
                for (Index c = 0; c < z.size(); ++c) {
                    other = c == labels[j] ? other : std::max(other, z[c]);
                }
                return z[labels[j]] - other;
            };
            for (Index j = 0; j < 6; ++j) {
                for (Index i = 0; i < D; ++i) {
                    Matrix above = inputs;
                    Matrix below = inputs;
                    above(i, j) += step;
                    below(i, j) -= step;
                    const double difference = (margin(above, j) - margin(below, j)) / (2 * step);
                    BOOST_TEST(std::abs(exact(i, j) - difference) < 1e-7 * (1 + exact.norm()));
                }
            }
            // The route of the attacks, in float32.
            const Eigen::MatrixXf single =
                margin_gradients<float>(network, inputs.cast<float>(), labels);
            BOOST_TEST((single.cast<double>() - exact).norm() < 1e-4 * (1 + exact.norm()));
        }
    }
}

BOOST_AUTO_TEST_CASE(kinds_of_noise_are_what_they_say) {
    const Index D = 16;
    const Index T = 4000;
    const Eigen::MatrixXf inputs = Eigen::MatrixXf::Constant(D, T, 0.5F);
    const InputRange range{0.0F, 1.0F, 4, 4};
    Eigen::MatrixXf out(D, T);
    for (const NoiseKind kind : {NoiseKind::Gaussian, NoiseKind::Uniform}) {
        Random random(3);
        NoiseDraw(kind, range, D, T, random).apply(0.3, inputs, out);
        const Matrix d = (out - inputs).cast<double>();
        const double count = static_cast<double>(D * T);
        BOOST_TEST(std::abs(d.mean()) < 4 * 0.3 / std::sqrt(count));
        BOOST_TEST(std::sqrt(d.squaredNorm() / count) == 0.3, boost::test_tools::tolerance(0.02));
    }
    Random random(3);
    NoiseDraw(NoiseKind::SaltAndPepper, range, D, T, random).apply(0.25, inputs, out);
    const double low = static_cast<double>((out.array() == 0.0F).count()) / (D * T);
    const double high = static_cast<double>((out.array() == 1.0F).count()) / (D * T);
    BOOST_TEST(low == 0.125, boost::test_tools::tolerance(0.05));
    BOOST_TEST(high == 0.125, boost::test_tools::tolerance(0.05));
    NoiseDraw(NoiseKind::Occlusion, range, D, T, random).apply(0.5, inputs, out);
    for (Index j = 0; j < T; ++j) {
        BOOST_REQUIRE_EQUAL((out.col(j).array() == 0.0F).count(), 4);
    }
}

BOOST_AUTO_TEST_CASE(levels_share_their_draws_and_threads_change_nothing) {
    const Network network = test::residual_network(Activation::Tanh, 12);
    const Eigen::MatrixXf inputs = test::random_inputs(12, 500, 3);
    const Eigen::VectorXi labels = test::random_labels(500, 3, 4);
    RobustnessOptions options;
    options.levels = {0.0, 0.5};
    options.draws = 4;
    options.threads = 1;
    const RobustnessCurve one = robustness(network, inputs, labels, options);
    options.threads = 4;
    const RobustnessCurve many = robustness(network, inputs, labels, options);
    options.levels = {0.5};
    const RobustnessCurve alone = robustness(network, inputs, labels, options);
    BOOST_TEST((one.points[1].correct == many.points[1].correct));
    BOOST_TEST((one.points[1].correct == alone.points[0].correct));
    // Without noise every draw is the network's own answer.
    const DecisionReport clean = decisions(network, inputs, labels);
    BOOST_TEST(one.points[0].accuracy.mean == clean.accuracy.back().value,
               boost::test_tools::tolerance(1e-12));
    BOOST_TEST(one.points[1].accuracy.mean != one.points[0].accuracy.mean);
    options.levels = {0.0};
    for (Index layer = 0; layer < 5; ++layer) {
        const RobustnessCurve in_layer = layer_robustness(network, layer, inputs, labels, options);
        BOOST_TEST(in_layer.points[0].accuracy.mean == clean.accuracy.back().value,
                   boost::test_tools::tolerance(1e-12));
    }
}

BOOST_AUTO_TEST_CASE(attacks_hurt_more_than_noise_and_stay_within_their_box) {
    const Network network = test::residual_network(Activation::Tanh, 12);
    const Eigen::MatrixXf inputs = test::random_inputs(12, 400, 3);
    Eigen::VectorXi labels = Eigen::VectorXi::Zero(400);
    labels = decisions(network, inputs, labels).predictions.row(5).transpose();  // all right
    AttackOptions options;
    options.levels = {0.0, 0.2};
    options.range = range_of(inputs);
    const RobustnessCurve fgsm = attack(network, inputs, labels, options);
    options.attack = Attack::Pgd;
    const RobustnessCurve pgd = attack(network, inputs, labels, options);
    RobustnessOptions noise;
    noise.levels = {0.2};
    const RobustnessCurve random = robustness(network, inputs, labels, noise);
    BOOST_TEST(fgsm.points[0].accuracy.mean == 1.0);
    BOOST_TEST(pgd.points[0].accuracy.mean == 1.0);
    BOOST_TEST(fgsm.points[1].accuracy.mean < random.points[0].accuracy.mean);
    BOOST_TEST(pgd.points[1].margin.mean < random.points[0].margin.mean);
}

BOOST_AUTO_TEST_CASE(a_confident_read_out_is_attacked_like_any_other) {
    // V and c times K: the same decisions, the same signs of every margin's gradient.
    const Eigen::MatrixXf inputs = test::random_inputs(12, 1500, 3);
    for (const bool perceptron : {false, true}) {
        const Network network = perceptron ? Network(test::perceptron(Activation::Tanh, 12))
                                           : Network(test::residual_network(Activation::Tanh, 12));
        // Right wherever there is no noise, so that what is lost is lost to the attack.
        const Eigen::VectorXi labels = decisions(network, inputs, Eigen::VectorXi::Zero(1500))
                                           .predictions.bottomRows(1)
                                           .transpose();
        for (const Attack kind : {Attack::Fgsm, Attack::Pgd}) {
            AttackOptions options;
            options.attack = kind;
            options.levels = {0.0, 0.1, 0.3, 0.5};
            options.range = range_of(inputs);
            const RobustnessCurve plain = attack(network, inputs, labels, options);
            BOOST_TEST(plain.points.back().accuracy.mean < 0.9);
            const auto scaled = [&](double K) {
                Network confident = network;
                std::visit(
                    [K](auto& one) {
                        one.readout.M *= K;
                        one.readout.v *= K;
                    },
                    confident);
                return attack(confident, inputs, labels, options);
            };
            for (const double K : {1.0 / 1024, 0.25, 2.0, 64.0, 8192.0}) {
                const RobustnessCurve curve = scaled(K);
                for (std::size_t k = 0; k < curve.points.size(); ++k) {
                    BOOST_TEST((curve.points[k].correct == plain.points[k].correct));
                    BOOST_TEST(curve.points[k].margin.mean == K * plain.points[k].margin.mean);
                    BOOST_TEST(curve.points[k].zero_gradients.value() == 0);
                }
            }
            for (const double K : {1e-3, 0.1, 3.0, 10.0, 100.0, 1e4}) {  // these round
                const RobustnessCurve curve = scaled(K);
                for (std::size_t k = 0; k < curve.points.size(); ++k) {
                    BOOST_TEST(std::abs(curve.points[k].accuracy.mean -
                                        plain.points[k].accuracy.mean) <= 1e-3);
                }
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(saturated_units_do_not_hide_the_direction_of_an_attack) {
    // u about 20: y rounds to 1 in float32, so that f' taken from y is 0, and over the layers of a
    // perceptron even the true product of f' lies below the smallest float.
    Perceptron deep;
    deep.activation = Activation::Logistic;
    deep.depth = 12;
    deep.layers.assign(12, {Matrix{{5.0, 1.0}, {-1.0, 5.0}}, Vector::Constant(2, 15.0)});
    deep.readout = {Matrix{{1.0, 0.0}, {0.0, 1.0}}, Vector::Zero(2)};
    Network network = deep;
    const Eigen::MatrixXf inputs = test::random_inputs(2, 50, 5);
    const Eigen::VectorXi labels = test::random_labels(50, 2, 6);
    const Eigen::MatrixXd exact = margin_gradients<double>(network, inputs.cast<double>(), labels);
    BOOST_TEST((exact.array().abs() > 0).all());
    BOOST_TEST((exact.array().abs() < std::numeric_limits<float>::denorm_min()).all());
    const RobustnessCurve curve = attack(network, inputs, labels, {.levels = {0.1}});
    BOOST_TEST(curve.points[0].zero_gradients.value() == 0);
    // Where nothing of the input arrives, it is said.
    std::get<Perceptron>(network).layers[3].M.setZero();
    const RobustnessCurve cut = attack(network, inputs, labels, {.levels = {0.0, 0.1}});
    for (const RobustnessPoint& point : cut.points) {
        BOOST_TEST(point.zero_gradients.value() == 50);
    }
    BOOST_TEST(cut.points[0].accuracy.mean == cut.points[1].accuracy.mean);
    const RobustnessCurve noise = robustness(network, inputs, labels, {.levels = {0.1}});
    BOOST_TEST(!noise.points[0].zero_gradients.has_value());
}

BOOST_AUTO_TEST_CASE(wrong_levels_and_data_are_refused) {
    const Network network = test::residual_network(Activation::Tanh);
    const Eigen::MatrixXf inputs = test::random_inputs(4, 9, 3);
    const Eigen::VectorXi labels = test::random_labels(9, 3, 4);
    const auto with = [&](NoiseKind kind, double level) {
        RobustnessOptions options;
        options.kind = kind;
        options.levels = {level};
        return refusal([&] { robustness(network, inputs, labels, options); });
    };
    BOOST_TEST(says(with(NoiseKind::Gaussian, -0.5), "noise level", ">= 0", "-0.5"));
    BOOST_TEST(says(with(NoiseKind::Gaussian, std::nan("")), "noise level", "nan"));
    BOOST_TEST(says(with(NoiseKind::Occlusion, 1.5), "noise level", "0 to 1", "1.5"));
    BOOST_TEST(
        says(refusal([&] { robustness(network, inputs, labels.head(3)); }), "labels", "9", "3"));
    BOOST_TEST(says(refusal([&] { linear_noise(network, inputs, labels, {.deviation = 0.0}); }),
                    "deviation", "0"));
    BOOST_TEST(
        says(refusal([&] { layer_robustness(network, 5, inputs, labels); }), "layer", "0 to 4"));
}

BOOST_AUTO_TEST_SUITE_END()
