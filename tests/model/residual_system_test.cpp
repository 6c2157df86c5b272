#include <boost/test/unit_test.hpp>

#include <resdyn/core/random.hpp>
#include <resdyn/model/residual_system.hpp>
#include <resdyn/model/systems.hpp>
#include <resdyn/numerics/integrate.hpp>

using namespace resdyn;

BOOST_AUTO_TEST_SUITE(residual_system_)

namespace {

constexpr Activation all[] = {Activation::Logistic, Activation::Tanh, Activation::Softplus,
                              Activation::ReLU};

double relative_difference(const Matrix& a, const Matrix& b) {
    return (a - b).norm() / std::max(1.0, b.norm());
}

Vector end_of(const VectorField& field, const Vector& x0, double t_end) {
    const Trajectory trajectory =
        integrate(field, x0, {.t_end = t_end, .rel_tol = 1e-12, .abs_tol = 1e-13});
    BOOST_REQUIRE(trajectory.outcome == Outcome::ReachedEnd);
    return trajectory.x.rightCols(1);
}

}  // namespace

BOOST_AUTO_TEST_CASE(analytic_jacobians_agree_with_finite_differences) {
    Random random(4);
    for (const Activation f : all) {
        const Index n = 5;
        const ResidualSystem system(random.normal_matrix(n, n, 0.8), f, 0.7);
        const Vector u = random.uniform_vector(n, -2, 2);
        const Vector y = activate(f, u);
        BOOST_TEST_CONTEXT(to_string(f)) {
            const auto check = [](const Matrix& analytic, const auto& map, const Vector& at) {
                BOOST_TEST(relative_difference(analytic, finite_difference_jacobian(map, at)) <
                           1e-8);
            };
            check(
                system.preactivation_jacobian(u),
                [&](const Vector& v) { return system.preactivation_velocity(v); }, u);
            check(
                system.preactivation_map_jacobian(u),
                [&](const Vector& v) { return system.preactivation_map(v); }, u);
            if (is_strictly_increasing(f)) {
                check(
                    system.residual_jacobian(y),
                    [&](const Vector& v) { return system.residual_velocity(v); }, y);
                check(
                    system.residual_map_jacobian(y),
                    [&](const Vector& v) { return system.residual_map(v); }, y);
            }
            for (const bool two_matrices : {false, true}) {
                ResidualBlock block{random.normal_matrix(two_matrices ? 3 : n, n, 1.0),
                                    random.uniform_vector(two_matrices ? 3 : n, -1, 1),
                                    std::nullopt};
                if (two_matrices) {
                    block.A = random.normal_matrix(n, 3, 1.0);
                }
                const ActivityFlow flow(block, f);
                check(
                    flow.jacobian(u), [&](const Vector& v) { return flow.value(v); }, u);
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(x_flow_u_flow_and_y_flow_agree) {
    Random random(8);
    for (const Activation f : all) {
        for (const bool two_matrices : {false, true}) {
            const Index n = 4;
            const Index m = two_matrices ? 3 : n;
            ResidualBlock block{random.normal_matrix(m, n, 0.5), random.uniform_vector(m, -1, 1),
                                std::nullopt};
            if (two_matrices) {
                block.A = random.normal_matrix(n, m, 0.5);
            }
            const ResidualSystem system(block.residual_matrix(), f);
            const Vector x0 = random.uniform_vector(n, -1, 1);
            const Vector u0 = block.W * x0 + block.b;
            const double T = 3.0;
            BOOST_TEST_CONTEXT(to_string(f) << (two_matrices ? ", two matrices" : "")) {
                const Vector x = end_of(ActivityFlow(block, f), x0, T);
                const Vector u = end_of(PreactivationFlow(system), u0, T);
                BOOST_TEST((block.W * x + block.b - u).norm() < 1e-8 * (1 + u.norm()));
                if (is_strictly_increasing(f)) {
                    const Vector y = end_of(ResidualFlow(system), activate(f, u0), T);
                    BOOST_TEST((y - activate(f, u)).norm() < 1e-8 * (1 + y.norm()));
                } else {
                    BOOST_CHECK_THROW(ResidualFlow{system}, std::invalid_argument);
                }
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(the_layer_map_of_residuals_agrees_with_the_network) {
    Random random(15);
    for (const Activation f : all) {
        ResidualNetwork network{
            .activation = f,
            .step = 0.4,
            .depth = 12,
            .blocks = {{random.normal_matrix(5, 5, 0.6), random.uniform_vector(5, -1, 1), {}}},
            .readout = {},
            .input = {}};
        const ResidualSystem system = residual_system(network);
        const LayerStates states = run_layers(network, random.uniform_vector(5, -1, 1));
        Vector u = states.u.front();
        Vector y = states.y.front();
        for (Index n = 1; n < network.depth; ++n) {
            u = system.preactivation_map(u);
            BOOST_TEST((u - states.u[static_cast<std::size_t>(n)]).norm() < 1e-11 * (1 + u.norm()));
            if (is_strictly_increasing(f)) {
                y = system.residual_map(y);
                BOOST_TEST((y - states.y[static_cast<std::size_t>(n)]).norm() <
                           1e-9 * (1 + y.norm()));
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(left_null_vectors_are_invariants_in_flow_and_network) {
    const ResidualSystem help(named_system("mutual-help").W, Activation::Logistic, 1.0);
    const RankReport rank = rank_report(help.W());
    BOOST_TEST(rank.rank == 1);
    BOOST_REQUIRE_EQUAL(rank.left_null_vectors.cols(), 1);
    const Vector l = rank.left_null_vectors.col(0);
    BOOST_TEST(std::abs(l[0] + l[1]) < 1e-14);  // ∝ (1, −1)
    const Vector u0{{-1.2, 0.4}};
    BOOST_TEST(std::abs(l.dot(end_of(PreactivationFlow(help), u0, 8) - u0)) < 1e-9);
    Vector u = u0;
    for (int n = 0; n < 50; ++n) {
        u = help.preactivation_map(u);
    }
    BOOST_TEST(u.norm() > 50);  // it did move
    BOOST_TEST(std::abs(l.dot(u - u0)) < 1e-11);
    const RankReport zero = rank_report(Matrix::Zero(3, 3));
    BOOST_TEST(zero.rank == 0);
    BOOST_TEST(zero.left_null_vectors.cols() == 3);
    BOOST_TEST(std::isinf(zero.slowest_time));
}

BOOST_AUTO_TEST_CASE(the_conservative_pair_keeps_E_in_the_flow_and_gains_it_in_the_network) {
    const NamedSystem& pair = named_system("conservative-pair");
    const ResidualSystem system(pair.W, pair.activation, 0.1);
    const Vector p = Vector::Ones(2);
    const Vector u0{{0.8, -0.3}};
    const double E0 = potential_energy(system, p, u0);
    BOOST_TEST(std::abs(potential_energy(system, p, end_of(PreactivationFlow(system), u0, 50)) -
                        E0) < 1e-9);
    Vector u = u0;
    double E = E0;
    for (int n = 0; n < 100; ++n) {
        u = system.preactivation_map(u);
        const double next = potential_energy(system, p, u);
        BOOST_TEST(next > E);  // Euler layers spiral out
        E = next;
    }
}

BOOST_AUTO_TEST_CASE(V_falls_for_symmetric_weights) {
    Random random(31);
    for (const Activation f : {Activation::Logistic, Activation::Tanh, Activation::Softplus}) {
        Matrix W = random.normal_matrix(4, 4, f == Activation::Softplus ? 0.3 : 1.0);
        W = (W + W.transpose()).eval();
        const ResidualSystem system(W, f);
        const Trajectory trajectory =
            integrate(PreactivationFlow(system), random.uniform_vector(4, -1, 1), {.t_end = 2});
        double previous = std::numeric_limits<double>::infinity();
        for (Index k = 0; k < trajectory.x.cols(); ++k) {
            const Vector y = activate(f, Vector(trajectory.x.col(k)));
            const double V = interaction_energy(system, Vector::Ones(4), y);
            BOOST_TEST(V <= previous + 1e-10 * std::abs(previous));
            previous = V;
        }
    }
}

BOOST_AUTO_TEST_CASE(a_positive_factor_on_W_only_rescales_time) {
    Random random(3);
    const Matrix W = random.normal_matrix(3, 3, 1.0);
    const Vector y0{{0.2, 0.5, 0.7}};
    const Vector slow = end_of(ResidualFlow({W, Activation::Logistic}), y0, 3.0);
    const Vector fast = end_of(ResidualFlow({3.0 * W, Activation::Logistic}), y0, 1.0);
    BOOST_TEST((slow - fast).norm() < 1e-9);
}

BOOST_AUTO_TEST_CASE(levels_stay_levels_under_the_layer_map) {
    const ResidualSystem system(named_system("winner-takes-all").W, Activation::Logistic);
    const Vector vertex{{0.0, 1.0}};
    BOOST_TEST((system.residual_map(vertex) - vertex).norm() == 0);
    BOOST_TEST(system.residual_velocity(vertex).norm() == 0);
}

BOOST_AUTO_TEST_CASE(wrong_systems_and_networks_are_refused) {
    const auto says = [](const std::string& text) {
        return [text](const std::invalid_argument& e) {
            return std::string(e.what()).find(text) != std::string::npos;
        };
    };
    BOOST_CHECK_EXCEPTION(ResidualSystem(Matrix::Zero(2, 3), Activation::Tanh),
                          std::invalid_argument, says("W: expected a square matrix, got 2x3"));
    BOOST_CHECK_EXCEPTION(ResidualSystem(Matrix::Identity(2, 2), Activation::Tanh, -1),
                          std::invalid_argument, says("step"));
    ResidualNetwork network{.activation = Activation::Tanh,
                            .step = 1,
                            .depth = 3,
                            .blocks = {{Matrix::Identity(2, 2), Vector::Zero(2), {}}},
                            .readout = {Matrix::Ones(3, 2), Vector::Zero(3)},
                            .input = {}};
    BOOST_CHECK_NO_THROW(validate(network));
    const auto broken = [&](auto change, const std::string& text) {
        ResidualNetwork copy = network;
        change(copy);
        BOOST_CHECK_EXCEPTION(validate(copy), std::invalid_argument, says(text));
    };
    broken([](auto& n) { n.depth = 0; }, "depth: expected a whole number >= 1, got 0");
    broken([](auto& n) { n.step = std::nan(""); }, "step");
    broken([](auto& n) { n.blocks[0].b = Vector::Zero(3); }, "b: expected a vector of size 2");
    broken([](auto& n) { n.blocks[0].W(0, 1) = std::nan(""); }, "W: expected finite numbers");
    broken([](auto& n) { n.blocks.push_back(n.blocks[0]); }, "1 shared block or 3");
    broken([](auto& n) { n.readout.v = Vector::Zero(2); }, "c: expected a vector of size 3");
    broken([](auto& n) { n.readout.M = Matrix::Ones(3, 4); }, "V: expected a 3x2 matrix");
    BOOST_CHECK_EXCEPTION(initial_activity(network, Matrix::Zero(5, 1)), std::invalid_argument,
                          says("samples of width 2, got 5"));
    BOOST_CHECK_EXCEPTION(named_system("nobody"), std::invalid_argument, says("winner-takes-all"));
}

BOOST_AUTO_TEST_SUITE_END()
