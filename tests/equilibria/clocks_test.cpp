// Both clocks at equilibria: exact verdicts against eigenvalues of the whole Jacobians, h* from
// both sides, and the closed forms of the theory.
#include <boost/test/unit_test.hpp>
#include <cmath>

#include <resdyn/atlas/atlas.hpp>
#include <resdyn/core/random.hpp>
#include <resdyn/equilibria/clocks.hpp>
#include <resdyn/equilibria/local_spectrum.hpp>
#include <resdyn/model/systems.hpp>

#include "equilibria/exact_point.hpp"
#include "equilibria/exact_weights.hpp"
#include "support/refusal.hpp"

using namespace resdyn;
using resdyn::test::refusal;
using resdyn::test::says;

BOOST_AUTO_TEST_SUITE(clocks_)

namespace {

Equilibrium equilibrium_at(const ResidualSystem& system, const std::string& word) {
    return std::get<Equilibrium>(FaceSolver(system).decide(pattern_from_string(word)));
}

TwoClocks clocks_at(const Matrix& W, Activation f, double h, const std::string& word) {
    const ResidualSystem system(W, f, h);
    return two_clocks(system, equilibrium_at(system, word));
}

}  // namespace

BOOST_AUTO_TEST_CASE(verdicts_agree_with_the_eigenvalues_of_both_jacobians) {
    Random random(5);
    Index disagreements = 0;  // equilibria on which the two clocks differ: the case of interest
    for (const Activation f : {Activation::Logistic, Activation::Tanh}) {
        for (int trial = 0; trial < 12; ++trial) {
            const Index n = 1 + static_cast<Index>(random.below(4));
            const ResidualSystem system(random.normal_matrix(n, n, 1.5), f, 1.0);
            for (const Equilibrium& e : equilibrium_atlas(system).equilibria) {
                if (f == Activation::Logistic && e.y.isZero()) {
                    continue;
                }
                const TwoClocks c = two_clocks(system, e);
                BOOST_TEST(c.proved);
                BOOST_TEST((c.flow_type == e.type));
                Index outside = 0;
                for (const Complex m : eigenvalues(local_jacobian(system, e.y, true))) {
                    outside += std::abs(m) > 1 ? 1 : 0;
                }
                BOOST_TEST(c.map.unstable == outside);
                BOOST_TEST(c.map.dimension() == n);
                BOOST_TEST(c.map.unstable >= c.flow.unstable);
                disagreements += c.map.unstable != c.flow.unstable ? 1 : 0;
                BOOST_TEST(c.largest_stable_step.has_value() == e.spectrum.is_stable());
                if (c.largest_stable_step) {
                    BOOST_TEST(c.largest_stable_step_proved);
                    BOOST_TEST(c.map.is_stable() == (1.0 < *c.largest_stable_step));
                }
            }
        }
    }
    BOOST_TEST(disagreements > 0);
}

BOOST_AUTO_TEST_CASE(dissipative_network_loses_the_origin_at_its_closed_form) {
    const NamedSystem& named = named_system("dissipative");
    const double omega = std::sqrt(5.0);
    const double limit = 2.0 / (1.0 + omega * omega);
    const TwoClocks below = clocks_at(named.W, Activation::Tanh, 0.99 * limit, "FFF");
    BOOST_TEST(*below.largest_stable_step == limit, boost::test_tools::tolerance(1e-14));
    BOOST_TEST((below.map_type == EquilibriumType::StableFocus));
    BOOST_TEST(std::abs(below.culprit->eigenvalue.imag()) == omega,
               boost::test_tools::tolerance(1e-14));
    BOOST_TEST(below.culprit->unit == -1);
    const TwoClocks above = clocks_at(named.W, Activation::Tanh, 1.01 * limit, "FFF");
    BOOST_TEST((above.flow_type == EquilibriumType::StableFocus));
    BOOST_TEST((above.map_type == EquilibriumType::Saddle));
    BOOST_TEST(above.map.unstable == 2);
}

BOOST_AUTO_TEST_CASE(flip_is_neutral_exactly_at_its_step) {
    // One tanh unit, w = −4: μ = −4, multiplier 1 − 4h, exactly −1 at h = 1/2.
    const Matrix W{{-4.0}};
    const TwoClocks at = clocks_at(W, Activation::Tanh, 0.5, "F");
    BOOST_TEST(at.map.neutral == 1);
    BOOST_TEST(at.map.zero == 0);
    BOOST_TEST(*at.largest_stable_step == 0.5);
    const double below = std::nextafter(0.5, 0.0);
    BOOST_TEST(clocks_at(W, Activation::Tanh, below, "F").map.stable == 1);
    BOOST_TEST(clocks_at(W, Activation::Tanh, std::nextafter(0.5, 1.0), "F").map.unstable == 1);
    // Neimark–Sacker: μ = −1 ± 2i, |1 + hμ| = 1 exactly at h = 2/5: 0.4 as stored is not 2/5.
    const Matrix spiral{{-1.0, 2.0}, {-2.0, -1.0}};
    const TwoClocks near = clocks_at(spiral, Activation::Tanh, 0.4, "FF");
    BOOST_TEST(near.map.neutral == 0);
    BOOST_TEST(near.map.unstable == 2);  // 0.4 > 2/5 as a double
    // μ = −1 ± i: exactly on the circle at h = 1.
    const TwoClocks on = clocks_at(Matrix{{-1, 1}, {-1, -1}}, Activation::Tanh, 1.0, "FF");
    BOOST_TEST(on.map.neutral == 2);
    BOOST_TEST((on.map_type == EquilibriumType::Center));
}

BOOST_AUTO_TEST_CASE(largest_stable_step_is_found_where_double_eigenvalues_cannot_carry_it) {
    const Matrix nearly{{0.9999999999999999, -1}, {1.0000000000000002, -1}};
    const TwoClocks clocks = clocks_at(nearly, Activation::Tanh, 0.1, "FF");
    BOOST_TEST((clocks.flow_type == EquilibriumType::StableFocus));
    BOOST_TEST(clocks.culprit->eigenvalue.real() < 0);
    BOOST_TEST(clocks.culprit->eigenvalue.imag() != 0);
    BOOST_TEST(clocks.largest_stable_step_proved);
    BOOST_TEST(*clocks.largest_stable_step == 1.0 / 3.0, boost::test_tools::tolerance(1e-12));
    BOOST_TEST(clocks_at(nearly, Activation::Tanh, 0.333, "FF").map.is_stable());
    BOOST_TEST(!clocks_at(nearly, Activation::Tanh, 0.334, "FF").map.is_stable());
    // Entries over sixty orders of magnitude: exact counts on both sides of what is printed.
    Random random(31);
    Index stable = 0;
    for (int trial = 0; trial < 200; ++trial) {
        const Index n = 2 + trial % 3;
        Matrix W(n, n);
        for (double& w : W.reshaped()) {
            w = random.normal() * std::pow(10.0, 61.0 * random.uniform() - 31.0);
        }
        W.diagonal() = -W.diagonal().cwiseAbs();
        const ResidualSystem system(W, Activation::Tanh, 1.0);
        const Equilibrium e = equilibrium_at(system, std::string(static_cast<std::size_t>(n), 'F'));
        const TwoClocks c = two_clocks(system, e);
        if (e.spectrum.is_stable()) {
            ++stable;
            BOOST_TEST(c.largest_stable_step_proved);
            const ExactPoint point =
                *exact_point(exact_weights(system), Activation::Tanh, e.pattern);
            const auto stable_at = [&](double h) {
                return exact_map_counts(point, e.pattern, exact::Rational(h)).is_stable();
            };
            BOOST_TEST(stable_at(*c.largest_stable_step * (1.0 - 1e-8)));
            BOOST_TEST(!stable_at(*c.largest_stable_step * (1.0 + 1e-8)));
        }
    }
    BOOST_TEST(stable > 20);
}

BOOST_AUTO_TEST_CASE(vertices_keep_their_stability_for_every_step) {
    const Matrix W = named_system("winner-takes-all").W;
    for (const double h : {0.01, 1.0, 100.0}) {
        const TwoClocks winner = clocks_at(W, Activation::Logistic, h, "HL");
        BOOST_TEST(std::isinf(*winner.largest_stable_step));
        BOOST_TEST(winner.largest_stable_step_proved);
        BOOST_TEST(winner.map.is_stable());
        BOOST_TEST(!winner.culprit.has_value());
        const TwoClocks source = clocks_at(W, Activation::Logistic, h, "HH");
        BOOST_TEST(!source.largest_stable_step.has_value());
        BOOST_TEST(source.map.unstable == 2);
        BOOST_TEST(source.culprit->unit >= 0);
    }
}

BOOST_AUTO_TEST_CASE(a_centre_is_unstable_in_every_network) {
    for (const double h : {1e-6, 0.1, 1.0}) {
        const TwoClocks c = clocks_at(Matrix{{0, 1}, {-1, 0}}, Activation::Tanh, h, "FF");
        BOOST_TEST((c.flow_type == EquilibriumType::Center));
        BOOST_TEST((c.map_type == EquilibriumType::UnstableFocus));
        BOOST_TEST(!c.largest_stable_step.has_value());
    }
}

BOOST_AUTO_TEST_CASE(doubles_and_exact_numbers_agree_away_from_the_circle) {
    Random random(8);
    const ResidualSystem system(random.normal_matrix(4, 4, 1.0), Activation::Tanh, 0.7);
    for (const Equilibrium& e : equilibrium_atlas(system).equilibria) {
        const TwoClocks exact = two_clocks(system, e);
        const TwoClocks fast = two_clocks(system, e, {.exact_margin = 1e-12});
        BOOST_TEST(exact.map.unstable == fast.map.unstable);
        BOOST_TEST(fast.proved == e.pattern.is_vertex());
        BOOST_TEST(exact.map.all_real == fast.map.all_real);
    }
}

BOOST_AUTO_TEST_CASE(routes_of_a_local_spectrum_agree) {
    Random random(3);
    for (const Activation f : {Activation::Logistic, Activation::Tanh}) {
        const Levels range = levels(f);
        const ResidualSystem system(random.normal_matrix(12, 12, 0.4), f, 0.5);
        Vector y = random.uniform_vector(12, range.low + 0.1, range.high - 0.1);
        y[3] = range.high;  // a saturated unit: one-sided differences, e^{hλ}
        y[7] = range.low;
        for (const bool of_map : {false, true}) {
            const LocalSpectrum s = local_spectrum(system, y, {.of_map = of_map, .leading = 5});
            BOOST_REQUIRE_EQUAL(s.routes.size(), 3U);
            for (const RouteSpectrum& route : s.routes) {
                BOOST_TEST((route.status == SpectrumStatus::Converged));
                for (const double residual : route.residuals) {
                    BOOST_TEST(residual < 1e-6);
                }
            }
            BOOST_TEST(s.disagreement < 1e-6);
        }
    }
}

BOOST_AUTO_TEST_CASE(refusals) {
    const ResidualSystem system(Matrix{{1, -2}, {-2, 1}}, Activation::Logistic);
    const Equilibrium e = equilibrium_at(system, "HL");
    BOOST_TEST(says(refusal([&] { two_clocks(system, e, {.zero_tol = 0}); }), "zero_tol > 0"));
    BOOST_TEST(says(refusal([&] { local_spectrum(system, Vector{{0.5}}); }), "2 numbers"));
    BOOST_TEST(says(refusal([&] { local_spectrum(system, Vector{{0.5, 1.5}}); }), "[0, 1]"));
    BOOST_TEST(says(refusal([&] {
                        local_spectrum(system, Vector{{0.5, 0.5}}, {.leading = 3});
                    }),
                    "0 to 2"));
    const ResidualSystem relu(Matrix{{1.0}}, Activation::ReLU);
    BOOST_TEST(says(refusal([&] { local_spectrum(relu, Vector{{0.5}}); }), "bounded"));
}

BOOST_AUTO_TEST_SUITE_END()
