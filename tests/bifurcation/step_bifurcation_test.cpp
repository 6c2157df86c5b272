// Flip and Neimark–Sacker in the step h, and what survives in the network on both sides of its
// conditions.
#include <boost/test/unit_test.hpp>
#include <cmath>

#include <resdyn/bifurcation/step_bifurcation.hpp>
#include <resdyn/core/random.hpp>
#include <resdyn/equilibria/clocks.hpp>

#include "support/refusal.hpp"

using namespace resdyn;
using resdyn::test::refusal;
using resdyn::test::says;

BOOST_AUTO_TEST_SUITE(step_bifurcation_)

namespace {

/// u after so many layers of step h.
Vector layers(const Matrix& W, double h, Vector u, int count) {
    const ResidualSystem system(W, Activation::Tanh, h);
    for (int n = 0; n < count; ++n) {
        u = system.preactivation_map(u);
    }
    return u;
}

}  // namespace

BOOST_AUTO_TEST_CASE(flip_and_neimark_sacker_at_their_closed_forms) {
    // One unit, w = −4: 1 − 4h = −1 at h = 1/2. A pair −1 ± 2i: |1 + hμ| = 1 at h = 2/5.
    const auto flip =
        step_bifurcations(ResidualSystem(Matrix{{-4.0}}, Activation::Tanh), {.from = 0, .to = 1});
    BOOST_REQUIRE_EQUAL(flip.events.size(), 1U);
    BOOST_TEST((flip.events[0].kind == BifurcationKind::Flip));
    BOOST_TEST(flip.events[0].exact == "1/2");
    BOOST_TEST(flip.events[0].unstable_before == 0);
    BOOST_TEST(flip.events[0].unstable_after == 1);
    const Matrix spiral{{-1, 2}, {-2, -1}};
    const auto torus =
        step_bifurcations(ResidualSystem(spiral, Activation::Tanh), {.from = 0, .to = 1});
    BOOST_TEST(torus.complete);
    BOOST_REQUIRE_EQUAL(torus.events.size(), 1U);
    BOOST_TEST((torus.events[0].kind == BifurcationKind::NeimarkSacker));
    BOOST_TEST(torus.events[0].exact == "2/5");
    BOOST_TEST(torus.events[0].angle == std::atan2(0.8, 0.6), boost::test_tools::tolerance(1e-14));
    BOOST_TEST(torus.events[0].unstable_after == 2);
    // Two flips at once: −2I.
    const auto twice = step_bifurcations(ResidualSystem(Matrix{{-2, 0}, {0, -2}}, Activation::Tanh),
                                         {.from = 0.5, .to = 1.5});
    for (const Bifurcation& event : twice.events) {
        BOOST_TEST(event.exact == "1");
        BOOST_TEST(event.degenerate == (to_string(event.pattern) == "FF"));
    }
    BOOST_TEST(twice.events.size() == 5U);  // one on each of FF, LF, HF, FL, FH
}

BOOST_AUTO_TEST_CASE(first_event_of_a_stable_equilibrium_is_its_largest_stable_step) {
    Random random(4);
    Index compared = 0;
    for (int trial = 0; trial < 12; ++trial) {
        const Index n = 2 + trial % 3;
        const ResidualSystem system(random.normal_matrix(n, n, 1.0) - Matrix::Identity(n, n) * 2.0,
                                    Activation::Tanh);
        const auto diagram = step_bifurcations(system, {.from = 0, .to = 100});
        for (const Bifurcation& event : diagram.events) {
            BOOST_TEST(event.remark.empty());
            BOOST_TEST(event.upper - event.lower <= 1e-11 * event.alpha);
            if (event.unstable_before == 0) {
                Equilibrium equilibrium;
                equilibrium = std::get<Equilibrium>(FaceSolver(system).decide(event.pattern));
                const TwoClocks clocks = two_clocks(system, equilibrium);
                BOOST_TEST(*clocks.largest_stable_step == event.alpha,
                           boost::test_tools::tolerance(1e-12));
                ++compared;
            }
        }
    }
    BOOST_TEST(compared > 3);
}

BOOST_AUTO_TEST_CASE(what_survives_in_the_network_ends_where_its_condition_does) {
    // Gradient-like, tanh, w = −3: V falls in the network if 2/h − 3 > 0, h < 2/3, which is the PD.
    const Matrix w{{-3.0}};
    const auto flip = step_bifurcations(ResidualSystem(w, Activation::Tanh), {.from = 0, .to = 1});
    BOOST_TEST(flip.events.at(0).exact == "2/3");
    BOOST_TEST(std::abs(layers(w, 0.66, Vector{{0.8}}, 4000)[0]) < 1e-3);
    const Vector on_two = layers(w, 0.68, Vector{{0.8}}, 4000);
    BOOST_TEST(std::abs(on_two[0]) > 0.1);
    BOOST_TEST(on_two[0] == layers(w, 0.68, on_two, 2)[0], boost::test_tools::tolerance(1e-9));
    BOOST_TEST(on_two[0] == -layers(w, 0.68, on_two, 1)[0], boost::test_tools::tolerance(1e-9));
    // Dissipative: E falls if −1 + 5h/2 < 0, h < 2/5, which is the NS.
    const Matrix spiral{{-1, 2}, {-2, -1}};
    BOOST_TEST(layers(spiral, 0.39, Vector{{0.9, -0.4}}, 4000).norm() < 1e-6);
    BOOST_TEST(layers(spiral, 0.41, Vector{{0.9, -0.4}}, 4000).norm() > 0.1);
    // Order is kept while h w_ii max f' ≥ −1: at h = 1/3 of w = −3 the map stops being monotone.
    const auto order_kept = [&](double h) {
        double last = -10.0;
        for (int k = -500; k <= 500; ++k) {
            const double next = layers(w, h, Vector{{0.01 * k}}, 1)[0];
            if (next < last) {
                return false;
            }
            last = next;
        }
        return true;
    };
    BOOST_TEST(order_kept(0.33));
    BOOST_TEST(!order_kept(0.34));
}

BOOST_AUTO_TEST_CASE(refusals) {
    const ResidualSystem system(Matrix{{-4.0}}, Activation::Tanh);
    BOOST_TEST(says(refusal([&] { step_bifurcations(system, {.from = 1, .to = 0}); }), "from 1"));
    BOOST_TEST(says(refusal([&] { step_bifurcations(system, {.from = -1, .to = 1}); }), "0 <="));
}

BOOST_AUTO_TEST_SUITE_END()
