// Closed orbits against systems that have them in closed form; Floquet multipliers against
// exponents and Liouville's formula; families of orbits are not called limit cycles.
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <numbers>

#include <resdyn/numerics/lyapunov_exponents.hpp>
#include <resdyn/numerics/periodic_orbit.hpp>

#include "support/refusal.hpp"

using namespace resdyn;
using resdyn::test::refusal;
using resdyn::test::says;

BOOST_AUTO_TEST_SUITE(periodic_orbit_)

namespace {

/// r' = s r (1 − r²), φ' = 1, and a third direction z' = −z/2: the circle r = 1, period 2π,
/// multipliers 1, e^{−4πs}, e^{−π}.
class Circle final : public VectorField {
  public:
    explicit Circle(double s) : s_(s) {}
    Index dimension() const override { return 3; }
    Vector value(const Vector& x) const override {
        const double a = s_ * (1 - x[0] * x[0] - x[1] * x[1]);
        return Vector{{a * x[0] - x[1], a * x[1] + x[0], -0.5 * x[2]}};
    }
    Matrix jacobian(const Vector& x) const override {
        const double a = s_ * (1 - x[0] * x[0] - x[1] * x[1]);
        return Matrix{{a - 2 * s_ * x[0] * x[0], -1 - 2 * s_ * x[0] * x[1], 0},
                      {1 - 2 * s_ * x[0] * x[1], a - 2 * s_ * x[1] * x[1], 0},
                      {0, 0, -0.5}};
    }

  private:
    double s_;
};

/// x'' = μ(1 − x²)x' − x.
class VanDerPol final : public VectorField {
  public:
    explicit VanDerPol(double mu) : mu_(mu) {}
    Index dimension() const override { return 2; }
    Vector value(const Vector& x) const override {
        return Vector{{x[1], mu_ * (1 - x[0] * x[0]) * x[1] - x[0]}};
    }
    Matrix jacobian(const Vector& x) const override {
        return Matrix{{0, 1}, {-2 * mu_ * x[0] * x[1] - 1, mu_ * (1 - x[0] * x[0])}};
    }

  private:
    double mu_;
};

/// The pendulum: every orbit near the bottom is closed.
class Pendulum final : public VectorField {
  public:
    Index dimension() const override { return 2; }
    Vector value(const Vector& x) const override { return Vector{{x[1], -std::sin(x[0])}}; }
    Matrix jacobian(const Vector& x) const override { return Matrix{{0, 1}, {-std::cos(x[0]), 0}}; }
};

}  // namespace

BOOST_AUTO_TEST_CASE(the_circle_has_its_period_and_multipliers) {
    const auto orbit = find_periodic_orbit(Circle(0.1), Vector{{0.3, 0.2, 1.0}},
                                           {.transient = 60, .t_search = 40});
    BOOST_REQUIRE(orbit);
    BOOST_TEST(orbit->period == 2 * std::numbers::pi, boost::test_tools::tolerance(1e-9));
    BOOST_TEST(orbit->residual < 1e-9);
    BOOST_TEST(orbit->trivial_error < 1e-8);
    BOOST_TEST((orbit->stability == OrbitStability::Attracting));
    BOOST_TEST(std::abs(orbit->multipliers[1] - std::exp(-0.4 * std::numbers::pi)) < 1e-7);
    BOOST_TEST(std::abs(orbit->multipliers[2] - std::exp(-std::numbers::pi)) < 1e-7);
    BOOST_TEST(orbit->amplitude == 2.0, boost::test_tools::tolerance(5e-3));
    // The exponents along it are the logarithms of the multipliers over the period.
    const LyapunovSpectrum s =
        lyapunov_exponents(Circle(0.1), orbit->points.col(0), {.t_end = 60 * orbit->period});
    for (std::size_t k = 0; k < 3; ++k) {
        BOOST_TEST(std::abs(s.exponents[static_cast<Index>(k)] -
                            std::log(std::abs(orbit->multipliers[k])) / orbit->period) < 5e-3);
    }
    BOOST_TEST((s.verdict == MotionVerdict::OneZero));
}

BOOST_AUTO_TEST_CASE(a_repelling_orbit_is_found_from_a_guess_and_named) {
    const PeriodicOrbit orbit = refine_periodic_orbit(Circle(-0.2), Vector{{1.02, 0, 0.01}}, 6.2);
    BOOST_REQUIRE(orbit.converged());
    BOOST_TEST((orbit.stability == OrbitStability::Saddle));  // z contracts
    BOOST_TEST(std::abs(orbit.multipliers[0] - std::exp(0.8 * std::numbers::pi)) < 1e-5);
}

BOOST_AUTO_TEST_CASE(van_der_pol_obeys_liouville) {
    for (const double mu : {0.2, 1.0, 5.0}) {
        const auto orbit = find_periodic_orbit(VanDerPol(mu), Vector{{0.1, 0.1}},
                                               {.transient = 100, .t_search = 60});
        BOOST_REQUIRE(orbit);
        BOOST_TEST((orbit->stability == OrbitStability::Attracting));
        // det of the monodromy = exp ∫ div; the trivial multiplier is 1.
        const Index samples = 4000;
        const Matrix x = orbit_samples(VanDerPol(mu), *orbit, samples);
        const double mean =
            (mu * (1 - x.row(0).array().square())).sum() / static_cast<double>(samples);
        const double other = std::abs(orbit->multipliers[orbit->trivial == 0 ? 1 : 0]);
        BOOST_TEST(std::abs(other - std::exp(orbit->period * mean)) <=
                   1e-3 * std::exp(orbit->period * mean) + 1e-7);
        BOOST_TEST(orbit->trivial_error < 1e-6);
    }
}

BOOST_AUTO_TEST_CASE(a_family_of_closed_orbits_is_not_a_limit_cycle) {
    const auto orbit =
        find_periodic_orbit(Pendulum(), Vector{{1.0, 0.0}}, {.transient = 0, .t_search = 30});
    BOOST_REQUIRE(orbit);
    // 4K(sin(1/2)) with the complete elliptic integral: K(k = sin ½) = 1.6750…, by its AGM.
    double a = 1.0;
    double b = std::cos(0.5);
    for (int k = 0; k < 8; ++k) {
        const double mean = (a + b) / 2;
        b = std::sqrt(a * b);
        a = mean;
    }
    BOOST_TEST(orbit->period == 2 * std::numbers::pi / a, boost::test_tools::tolerance(1e-7));
    BOOST_TEST((orbit->stability == OrbitStability::NonHyperbolic));
}

BOOST_AUTO_TEST_CASE(what_rests_has_no_orbit_and_collapse_is_said) {
    BOOST_TEST(!find_periodic_orbit(VanDerPol(-0.5), Vector{{0.5, 0.1}}, {.transient = 200}));
    const PeriodicOrbit none = refine_periodic_orbit(VanDerPol(-0.5), Vector{{0.5, 0.1}}, 6.3);
    BOOST_TEST(!none.converged());
}

BOOST_AUTO_TEST_CASE(refusals) {
    BOOST_TEST(
        says(refusal([] { refine_periodic_orbit(Pendulum(), Vector{{1.0}}, 1.0); }), "size 2"));
    BOOST_TEST(says(refusal([] {
                        refine_periodic_orbit(Pendulum(), Vector{{1.0, 0.0}}, -1.0);
                    }),
                    "period"));
    BOOST_TEST(says(refusal([] {
                        find_periodic_orbit(Pendulum(), Vector{{1.0, 0.0}}, {.close = 2.0});
                    }),
                    "close"));
}

BOOST_AUTO_TEST_SUITE_END()
