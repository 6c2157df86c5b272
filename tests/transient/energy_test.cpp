#include <array>
#include <boost/test/unit_test.hpp>
#include <cmath>

#include <resdyn/core/random.hpp>
#include <resdyn/model/systems.hpp>
#include <resdyn/transient/energy.hpp>
#include <support/refusal.hpp>

using namespace resdyn;

BOOST_AUTO_TEST_SUITE(energy_)

namespace {

ResidualNetwork bare_network(const Matrix& W, Activation f, double h, Index depth) {
    ResidualNetwork network;
    network.activation = f;
    network.step = h;
    network.depth = depth;
    network.blocks = {{W, Vector::Constant(W.rows(), 0.1), {}}};
    return network;
}

}  // namespace

BOOST_AUTO_TEST_CASE(the_excess_is_the_area_that_eulers_tangent_leaves_out) {
    for (const Activation f : all_activations) {
        for (const double u : {-60.0, -3.0, -0.2, 0.0, 0.7, 5.0, 45.0}) {
            for (const double d : {-90.0, -4.0, -0.3, -1e-3, 0.0, 1e-3, 0.5, 6.0, 110.0}) {
                const double direct = potential(f, u + d) - potential(f, u) - activate(f, u) * d;
                const double size = std::abs(potential(f, u + d)) + std::abs(potential(f, u)) +
                                    std::abs(activate(f, u) * d) + 1.0;
                const double excess = euler_excess(f, u, d);
                BOOST_TEST_CONTEXT(to_string(f) << " u = " << u << " d = " << d) {
                    BOOST_TEST(std::abs(excess - direct) <= 1e-14 * size);
                    BOOST_TEST(excess >= -1e-15 * size);
                    BOOST_TEST(excess <= 0.5 * max_slope(f) * d * d + 1e-15 * size);
                }
            }
        }
        BOOST_TEST(std::isfinite(euler_excess(f, -800.0, 1600.0)));
    }
}

BOOST_AUTO_TEST_CASE(work_and_injection_are_what_the_energy_gains) {
    Random random(14);
    for (const Activation f : all_activations) {
        for (const bool two : {false, true}) {
            ResidualNetwork network = bare_network(random.normal_matrix(5, 5, 0.6), f, 0.5, 6);
            if (two) {
                network.blocks = {{random.normal_matrix(7, 5, 0.5), Vector::Zero(7),
                                   random.normal_matrix(5, 7, 0.5)}};
            }
            const Index m = network.hidden_width();
            const Vector p = random.uniform_vector(m, 0.2, 3.0);
            const Matrix x0 = random.normal_matrix(5, 20, 1.0);
            const EnergyBudget budget = energy_budget(network, x0, p);
            BOOST_TEST(budget.balances());
            BOOST_TEST(budget.imbalance > 0);  // computed apart, so never exactly equal
            BOOST_TEST(budget.samples == 20);
            // The energies of the layers themselves, by another route: Σ ΔE telescopes.
            const LayerStates states = run_layers(network, x0);
            const ResidualSystem system = residual_system(network);
            for (Index n = 0; n < 6; ++n) {
                double mean = 0.0;
                double work = 0.0;
                for (Index j = 0; j < 20; ++j) {
                    const Vector u = states.u[static_cast<std::size_t>(n)].col(j);
                    const Vector y = activate(f, u);
                    mean += potential_energy(system, p, u) / 20;
                    work += network.step * y.dot(p.asDiagonal() * system.W() * y) / 20;
                }
                BOOST_TEST(std::abs(budget.energy[n] - mean) <= 1e-12 * (1 + std::abs(mean)));
                BOOST_TEST(std::abs(budget.work[n] - work) <= 1e-11 * (1 + std::abs(work)));
                BOOST_TEST(budget.injection[n] >= 0.0);
                BOOST_TEST(budget.injection[n] <= budget.bound[n]);
                BOOST_TEST(std::abs(budget.change[n] - budget.work[n] - budget.injection[n]) <=
                           1e-11 * (1 + std::abs(mean) + std::abs(work)));
                if (n > 0) {
                    BOOST_TEST(std::abs(budget.energy[n - 1] + budget.change[n - 1] -
                                        budget.energy[n]) <= 1e-11 * (1 + std::abs(mean)));
                }
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(a_conservative_pair_gains_only_what_euler_injects) {
    const ResidualNetwork network =
        bare_network(named_system("conservative-pair").W, Activation::Tanh, 0.5, 20);
    const EnergyBudget budget = energy_budget(network, Matrix{{0.4}, {0.3}});
    BOOST_TEST(budget.work.cwiseAbs().maxCoeff() < 1e-15);
    BOOST_TEST(budget.change.minCoeff() > 0);     // the layers spiral out
    BOOST_TEST(budget.change_error.isZero(0.0));  // one sample has no spread
    const EnergyBudget still = energy_budget(
        bare_network(Matrix::Zero(3, 3), Activation::Softplus, 1.0, 4), Matrix::Ones(3, 2));
    BOOST_TEST(still.balances());
    BOOST_TEST(still.change.isZero(0.0));
}

BOOST_AUTO_TEST_CASE(wrong_input_is_refused) {
    const ResidualNetwork network = bare_network(Matrix::Ones(2, 2), Activation::Tanh, 1.0, 2);
    BOOST_TEST(
        test::says(test::refusal([&] { energy_budget(network, Matrix(2, 0)); }), "x0", "2x0"));
    BOOST_TEST(
        test::says(test::refusal([&] { energy_budget(network, Matrix(3, 1)); }), "x0", "3x1"));
    BOOST_TEST(test::says(test::refusal([&] {
                              energy_budget(network, Matrix::Zero(2, 1), Vector{{1.0, 0.0}});
                          }),
                          "p", "> 0"));
    BOOST_TEST(test::says(
        test::refusal([&] { energy_budget(network, Matrix::Zero(2, 1), Vector{{1.0}}); }), "p",
        "2 finite"));
}

BOOST_AUTO_TEST_SUITE_END()
