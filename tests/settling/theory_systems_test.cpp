// The test systems of the theory (doc/theory.md §14), each by name, against their known answers.
#include <boost/test/unit_test.hpp>

#include <resdyn/core/random.hpp>
#include <resdyn/model/systems.hpp>
#include <resdyn/numerics/integrate.hpp>
#include <resdyn/settling/settle.hpp>

using namespace resdyn;

BOOST_AUTO_TEST_SUITE(theory_systems_)

namespace {

Atlas atlas_of(const std::string& name) {
    const NamedSystem& system = named_system(name);
    return equilibrium_atlas(ResidualSystem(system.W, system.activation));
}

const Equilibrium& at(const Atlas& atlas, const std::string& pattern) {
    for (const Equilibrium& equilibrium : atlas.equilibria) {
        if (to_string(equilibrium.pattern) == pattern) {
            return equilibrium;
        }
    }
    throw std::runtime_error("no equilibrium of pattern " + pattern);
}

void has_eigenvalues(const Equilibrium& equilibrium, const std::vector<Complex>& expected) {
    BOOST_REQUIRE_EQUAL(equilibrium.flow_eigenvalues.size(), expected.size());
    for (std::size_t k = 0; k < expected.size(); ++k) {
        BOOST_TEST(std::abs(equilibrium.flow_eigenvalues[k] - expected[k]) < 1e-14);
    }
}

/// Pre-activations of random interior starts.
Matrix random_starts(Index n, Index count, Activation f) {
    Random random(77);
    const Levels range = levels(f);
    Matrix u(n, count);
    for (Index k = 0; k < count; ++k) {
        u.col(k) = inverse(f, random.uniform_vector(n, range.low + 0.02, range.high - 0.02));
    }
    return u;
}

}  // namespace

BOOST_AUTO_TEST_CASE(one_unit) {
    for (const double w : {0.7, -0.7}) {
        const Atlas atlas = equilibrium_atlas(ResidualSystem(Matrix{{w}}, Activation::Logistic));
        BOOST_TEST(atlas.counts.total == 2);
        has_eigenvalues(at(atlas, "H"), {-w});
        BOOST_TEST((at(atlas, "H").type ==
                    (w > 0 ? EquilibriumType::StableNode : EquilibriumType::UnstableNode)));
        BOOST_TEST((at(atlas, "L").type == EquilibriumType::NonHyperbolic));
        BOOST_TEST(at(atlas, "L").flow_eigenvalues[0] == 0.0);
    }
    // w < 0: y → 0 like 1/(|w| t): settled by proof, since the origin attracts, not by coming near.
    const ResidualSystem decaying(Matrix{{-0.7}}, Activation::Logistic);
    const Trajectory trajectory =
        integrate(PreactivationFlow(decaying), Vector{{0.0}}, {.t_end = 4000});
    const double y = activate(Activation::Logistic, trajectory.x.rightCols(1)(0));
    BOOST_TEST(y * 0.7 * 4000 == 1.0, boost::test_tools::tolerance(0.01));
    const SettleResult settled = settle(decaying, Matrix{{0.0}});
    BOOST_TEST(settled.count(SettleOutcome::Settled) == 1);
    BOOST_TEST(settled.by_proof == 1);
}

BOOST_AUTO_TEST_CASE(winner_takes_all) {
    const Atlas atlas = atlas_of("winner-takes-all");
    BOOST_TEST(atlas.complete);
    BOOST_TEST(atlas.counts.total == 4);
    BOOST_TEST(atlas.counts.stable == 2);
    has_eigenvalues(at(atlas, "HL"), {-1.0, -2.0});
    has_eigenvalues(at(atlas, "LH"), {-1.0, -2.0});
    has_eigenvalues(at(atlas, "HH"), {1.0, 1.0});
    BOOST_TEST((at(atlas, "HH").type == EquilibriumType::UnstableNode));
    BOOST_TEST((at(atlas, "LL").type == EquilibriumType::NonHyperbolic));
    BOOST_TEST(std::abs(at(atlas, "HL").multipliers[0] - std::exp(-1.0)) < 1e-15);
    // Every start settles on the winner of the larger start; the separatrix is y1 = y2.
    const NamedSystem& system = named_system("winner-takes-all");
    const Matrix u0 = random_starts(2, 60, system.activation);
    const SettleResult settled = settle(ResidualSystem(system.W, system.activation), u0);
    BOOST_TEST(settled.count(SettleOutcome::Settled) == 60);
    BOOST_REQUIRE_EQUAL(settled.groups.size(), 2U);
    for (const SettledGroup& group : settled.groups) {
        BOOST_TEST(group.equilibrium.proved);
        for (const Index k : group.members) {
            const std::string winner = u0(0, k) > u0(1, k) ? "HL" : "LH";
            BOOST_TEST(to_string(group.equilibrium.pattern) == winner);
        }
    }
}

BOOST_AUTO_TEST_CASE(winner_takes_all_on_its_way_to_a_continuum) {
    // W − αI at α = 1: λ = 0 with s = 0, a continuum through the winners, not a crossing.
    const Atlas atlas =
        equilibrium_atlas(ResidualSystem(Matrix{{0.0, -2.0}, {-2.0, 0.0}}, Activation::Logistic));
    BOOST_TEST(atlas.singular_patterns == 4);
    BOOST_TEST(atlas.continua.size() == 2U);
    BOOST_TEST(at(atlas, "HL").on_continuum);
    BOOST_TEST(!at(atlas, "HH").on_continuum);
}

BOOST_AUTO_TEST_CASE(mutual_help) {
    const Atlas atlas = atlas_of("mutual-help");
    BOOST_TEST(atlas.counts.stable == 1);
    has_eigenvalues(at(atlas, "HH"), {-2.0, -2.0});
    BOOST_TEST(atlas.singular_patterns == 1);
    BOOST_TEST(atlas.continua.empty());
}

BOOST_AUTO_TEST_CASE(heteroclinic_cycle_never_settles) {
    const Atlas atlas = atlas_of("heteroclinic-cycle");
    BOOST_TEST(atlas.counts.total == 8);
    BOOST_TEST(atlas.counts.faces == 0);
    BOOST_TEST(atlas.counts.stable == 0);
    has_eigenvalues(at(atlas, "HLL"), {1.0, -1.0, -3.0});
    has_eigenvalues(at(atlas, "HHL"), {2.0, -2.0, -2.0});
    has_eigenvalues(at(atlas, "HHH"), {1.0, 1.0, 1.0});
    BOOST_TEST((at(atlas, "HLL").type == EquilibriumType::Saddle));
    const NamedSystem& system = named_system("heteroclinic-cycle");
    for (const double step : {1.0, 0.1}) {
        const SettleResult result = settle(ResidualSystem(system.W, system.activation, step),
                                           random_starts(3, 20, system.activation));
        BOOST_TEST(result.groups.empty());
        BOOST_TEST(result.count(SettleOutcome::Settled) == 0);
        BOOST_TEST(result.count(SettleOutcome::NonFinite) == 0);
    }
}

BOOST_AUTO_TEST_CASE(heteroclinic_dwell_times_grow_by_the_known_ratio) {
    // Dwell times at successive saddles grow; over two steps by (5 + √13)/2 (doc/theory.md §14).
    // Measured in u, where saturation is not lost: a dwell is a stay in one pattern of signs.
    const NamedSystem& named = named_system("heteroclinic-cycle");
    const PreactivationFlow flow(ResidualSystem(named.W, named.activation));
    const Trajectory trajectory =
        integrate(flow, Vector{{0.3, 0.1, -0.4}}, {.t_end = 3e5, .rel_tol = 1e-10});
    BOOST_REQUIRE(trajectory.outcome == Outcome::ReachedEnd);
    std::vector<double> switches;
    for (Index k = 1; k < trajectory.x.cols(); ++k) {
        for (Index i = 0; i < 3; ++i) {
            const double before = trajectory.x(i, k - 1);
            const double after = trajectory.x(i, k);
            if ((before > 0) != (after > 0)) {
                const double share = before / (before - after);
                switches.push_back(trajectory.t[static_cast<std::size_t>(k - 1)] +
                                   share * (trajectory.t[static_cast<std::size_t>(k)] -
                                            trajectory.t[static_cast<std::size_t>(k - 1)]));
            }
        }
    }
    BOOST_REQUIRE(switches.size() >= 8U);
    std::vector<double> dwell;
    for (std::size_t k = 1; k < switches.size(); ++k) {
        dwell.push_back(switches[k] - switches[k - 1]);
    }
    const double expected = (5 + std::sqrt(13.0)) / 2;
    BOOST_TEST(dwell.back() / dwell[dwell.size() - 3] == expected,
               boost::test_tools::tolerance(0.01));
}

BOOST_AUTO_TEST_CASE(false_repeller) {
    const Atlas atlas = atlas_of("false-repeller");
    BOOST_TEST((at(atlas, "LL").type == EquilibriumType::NonHyperbolic));
    BOOST_TEST(atlas.counts.stable == 0);
    const NamedSystem& system = named_system("false-repeller");
    const SettleResult result = settle(ResidualSystem(system.W, system.activation),
                                       random_starts(2, 20, system.activation));
    BOOST_TEST(result.count(SettleOutcome::Settled) == 0);  // the origin is not hyperbolic
    // Yet random starts end there, after an excursion.
    const PreactivationFlow flow(ResidualSystem(system.W, system.activation));
    const Trajectory trajectory = integrate(flow, Vector{{-3.0, -5.0}}, {.t_end = 5000});
    const Matrix y = activate(Activation::Logistic, trajectory.x);
    BOOST_TEST(y.rightCols(1).maxCoeff() < 1e-2);
    BOOST_TEST(y.maxCoeff() > 5 * y.col(0).maxCoeff());
}

BOOST_AUTO_TEST_CASE(competing_zero_diagonal) {
    const Atlas atlas = atlas_of("competing-zero-diagonal");
    // Both axes are continua (FL and LF), and the vertices on them are flagged.
    BOOST_REQUIRE_EQUAL(atlas.continua.size(), 2U);
    BOOST_TEST(to_string(atlas.continua[0].pattern) == "LF");
    BOOST_TEST(to_string(atlas.continua[1].pattern) == "FL");
    BOOST_TEST(atlas.continua[0].dimension == 1);
    for (const char* vertex : {"LL", "HL", "LH"}) {
        BOOST_TEST(at(atlas, vertex).on_continuum);
    }
    BOOST_TEST(!at(atlas, "HH").on_continuum);
    // Different starts end at different points of an axis.
    const PreactivationFlow flow(
        ResidualSystem(named_system("competing-zero-diagonal").W, Activation::Logistic));
    const Trajectory a = integrate(flow, Vector{{1.0, 0.0}}, {.t_end = 200});
    const Trajectory b = integrate(flow, Vector{{2.0, 0.0}}, {.t_end = 200});
    const Vector ya = activate(Activation::Logistic, Vector(a.x.rightCols(1)));
    const Vector yb = activate(Activation::Logistic, Vector(b.x.rightCols(1)));
    BOOST_TEST(ya[1] < 1e-6);
    BOOST_TEST(yb[1] < 1e-6);
    BOOST_TEST(yb[0] - ya[0] > 0.01);
    BOOST_TEST(yb[0] < 1 - 1e-3);
}

BOOST_AUTO_TEST_CASE(conservative_pair) {
    const Atlas atlas = atlas_of("conservative-pair");
    const Equilibrium& origin = at(atlas, "FF");
    BOOST_TEST((origin.type == EquilibriumType::Center));
    has_eigenvalues(origin, {{0.0, 1.0}, {0.0, -1.0}});
    BOOST_TEST(origin.flow_eigenvalues[0].real() == 0.0);
    // Euler layers spiral out: |1 ± i| = √2.
    BOOST_TEST(std::abs(origin.multipliers[0]) == std::sqrt(2.0),
               boost::test_tools::tolerance(1e-14));
}

BOOST_AUTO_TEST_CASE(dissipative) {
    const NamedSystem& named = named_system("dissipative");
    const Atlas atlas = atlas_of("dissipative");
    BOOST_TEST((at(atlas, std::string(3, 'F')).type == EquilibriumType::StableFocus));
    BOOST_TEST(atlas.counts.stable == 1);
    // ω: the largest imaginary part; in the network the origin attracts for h < 2/(1 + ω²) only.
    double omega = 0.0;
    for (const Complex value : at(atlas, "FFF").flow_eigenvalues) {
        omega = std::max(omega, std::abs(value.imag()));
    }
    const double h_star = 2.0 / (1.0 + omega * omega);
    const Matrix starts = random_starts(3, 10, Activation::Tanh);
    const SettleResult below =
        settle(ResidualSystem(named.W, Activation::Tanh, 0.95 * h_star), starts);
    BOOST_TEST(below.count(SettleOutcome::Settled) == 10);
    const SettleResult above =
        settle(ResidualSystem(named.W, Activation::Tanh, 1.05 * h_star), starts);
    BOOST_TEST(above.count(SettleOutcome::Settled) == 0);
}

BOOST_AUTO_TEST_CASE(hopfield) {
    const NamedSystem& named = named_system("hopfield");
    const Atlas atlas = atlas_of("hopfield");
    // Hyperbolically stable vertices are the strict local maxima of yᵀWy under single flips.
    Index maxima = 0;
    for (int code = 0; code < 8; ++code) {
        Vector y(3);
        std::string word;
        for (Index i = 0; i < 3; ++i) {
            y[i] = (code >> i & 1) != 0 ? 1.0 : -1.0;
            word += y[i] > 0 ? 'H' : 'L';
        }
        bool is_maximum = true;
        for (Index i = 0; i < 3; ++i) {
            Vector flipped = y;
            flipped[i] = -flipped[i];
            is_maximum = is_maximum && y.dot(named.W * y) > flipped.dot(named.W * flipped);
        }
        maxima += is_maximum ? 1 : 0;
        BOOST_TEST(at(atlas, word).spectrum.is_stable() == is_maximum);
    }
    BOOST_TEST(maxima == 2);
    BOOST_TEST(atlas.counts.stable == maxima);
}

BOOST_AUTO_TEST_SUITE_END()
