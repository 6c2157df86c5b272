// Beyond h*: coefficients known in closed form, and the size of what is born against them.
#include <boost/test/unit_test.hpp>
#include <cmath>

#include <resdyn/bifurcation/beyond_h_star.hpp>
#include <resdyn/core/random.hpp>
#include <resdyn/equilibria/face.hpp>
#include <resdyn/numerics/spectrum.hpp>

using namespace resdyn;

BOOST_AUTO_TEST_SUITE(beyond_h_star_)

namespace {

const Pattern both_free{{UnitState::Free, UnitState::Free}};

Vector layer(const ResidualSystem& system, const Vector& u) {
    return u + system.step() * system.preactivation_velocity(u);
}

}  // namespace

BOOST_AUTO_TEST_CASE(one_tanh_unit_flips_supercritically_with_a_known_coefficient) {
    // u − (2/3)·3 tanh u at h* = 2/3: c = (1/6) h w f'''(0) = (1/6)(−2)(−2).
    const ResidualSystem system(Matrix{{-3.0}}, Activation::Tanh);
    const auto beyond = beyond_h_star(system, {{UnitState::Free}}, Vector::Zero(1));
    BOOST_REQUIRE(beyond.has_value());
    BOOST_TEST(beyond->flip);
    BOOST_TEST(beyond->h_star == 2.0 / 3.0, boost::test_tools::tolerance(1e-14));
    BOOST_TEST(beyond->coefficient == 2.0 / 3.0, boost::test_tools::tolerance(1e-12));
    BOOST_TEST((beyond->criticality == HopfCriticality::Supercritical));
}

BOOST_AUTO_TEST_CASE(the_invariant_circle_has_the_radius_of_its_coefficient) {
    // W = aI + bJ, tanh: in the eigenvector's coordinate r grows by |1 + hμ| − 1 a layer and falls
    // by |a| r³; in u, with ‖q‖ = 1, |u| = √2 r on the circle.
    const Matrix W{{-0.3, 1.0}, {-1.0, -0.3}};
    const auto beyond =
        beyond_h_star(ResidualSystem(W, Activation::Tanh), both_free, Vector::Zero(2));
    BOOST_REQUIRE(beyond.has_value());
    BOOST_TEST(!beyond->flip);
    BOOST_TEST(beyond->h_star == 0.6 / 1.09, boost::test_tools::tolerance(1e-13));
    BOOST_REQUIRE((beyond->criticality == HopfCriticality::Supercritical));
    const double share = 1e-3;
    const double h = beyond->h_star * (1.0 + share);
    const ResidualSystem above(W, Activation::Tanh, h);
    const Complex m = 1.0 + h * Complex(-0.3, 1.0);
    const double radius = std::sqrt((std::abs(m) - 1.0) / -beyond->coefficient);
    Vector u{{0.01, 0.0}};
    double square = 0.0;
    for (int n = 0; n < 400000; ++n) {
        u = layer(above, u);
        square += n >= 300000 ? u.squaredNorm() / 100000.0 : 0.0;
    }
    BOOST_TEST(std::sqrt(square / 2.0) == radius, boost::test_tools::tolerance(5e-3));
}

BOOST_AUTO_TEST_CASE(a_flip_with_a_square_term_predicts_the_size_of_its_cycle) {
    // Logistic, unit 1 High: u ← u + h (2 − 6 σ(u)), so that B is not 0.
    const ResidualSystem system(Matrix{{-6.0, 2.0}, {0.0, 1.0}}, Activation::Logistic);
    const Pattern pattern{{UnitState::Free, UnitState::High}};
    const Vector y{{1.0 / 3.0, 1.0}};
    const auto beyond = beyond_h_star(system, pattern, y);
    BOOST_REQUIRE(beyond.has_value());
    BOOST_TEST(beyond->h_star == 1.5, boost::test_tools::tolerance(1e-13));
    BOOST_REQUIRE((beyond->criticality == HopfCriticality::Supercritical));
    const double share = 1e-3;
    const double h = 1.5 * (1.0 + share);
    double u = std::log(0.5) + 0.01;
    double before = u;
    for (int n = 0; n < 200000; ++n) {
        before = u;
        u += h * (2.0 - 6.0 / (1.0 + std::exp(-u)));
    }
    // η² = β/c, β = h|μ| − 2 = 2 share; the two points are 2η apart.
    BOOST_TEST(std::abs(u - before) == 2.0 * std::sqrt(2.0 * share / beyond->coefficient),
               boost::test_tools::tolerance(5e-3));
}

BOOST_AUTO_TEST_CASE(there_is_nothing_at_vertices_and_where_the_flow_is_not_stable) {
    const ResidualSystem system(Matrix{{1.0}}, Activation::Tanh);
    BOOST_TEST(!beyond_h_star(system, {{UnitState::Free}}, Vector::Zero(1)).has_value());
    BOOST_TEST(!beyond_h_star(system, {{UnitState::High}}, Vector::Ones(1)).has_value());
}

BOOST_AUTO_TEST_CASE(a_quarter_turn_is_resonant_and_not_decided) {
    // μ = −½ ± ½i·... : at h* = −2 Re μ/|μ|² the multiplier is i where Im μ = −Re μ.
    const Matrix W{{-1.0, 1.0}, {-1.0, -1.0}};
    const auto beyond =
        beyond_h_star(ResidualSystem(W, Activation::Tanh), both_free, Vector::Zero(2));
    BOOST_REQUIRE(beyond.has_value());
    BOOST_TEST(beyond->resonance == 4);
    BOOST_TEST((beyond->criticality == HopfCriticality::Undefined));
}

BOOST_AUTO_TEST_SUITE_END()
