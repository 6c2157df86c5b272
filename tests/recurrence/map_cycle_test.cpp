// Cycles of the network: one whose points are known in closed form, its multipliers against finite
// differences, and what Newton must not return.
#include <boost/test/unit_test.hpp>
#include <cmath>

#include <resdyn/core/random.hpp>
#include <resdyn/recurrence/cycles.hpp>
#include <resdyn/recurrence/map_cycle.hpp>

#include "support/refusal.hpp"

using namespace resdyn;
using resdyn::test::refusal;
using resdyn::test::says;

BOOST_AUTO_TEST_SUITE(map_cycle_)

namespace {

const Pattern one_free{{UnitState::Free}};

/// 2u = 3 tanh u, u > 0, by bisection.
double alternating_point() {
    double low = 1.0;
    double high = 2.0;
    for (int k = 0; k < 200; ++k) {
        const double u = 0.5 * (low + high);
        (2.0 * u < 3.0 * std::tanh(u) ? low : high) = u;
    }
    return low;
}

}  // namespace

BOOST_AUTO_TEST_CASE(one_unit_alternates_between_two_known_points) {
    // u ← u − 3 tanh u has u → −u where 2u = 3 tanh u; its multiplier is (1 − 3/cosh² u)².
    const ResidualSystem system(Matrix{{-3.0}}, Activation::Tanh, 1.0);
    const double u = alternating_point();
    const auto cycle =
        refine_map_cycle(system, one_free, Matrix{{-1.0, 1.2}}, Vector(Vector::Zero(1)));
    BOOST_REQUIRE(cycle.has_value());
    BOOST_TEST(cycle->period() == 2);
    BOOST_TEST(cycle->u(0, 0) == -u, boost::test_tools::tolerance(1e-12));
    BOOST_TEST(cycle->u(0, 1) == u, boost::test_tools::tolerance(1e-12));
    const double factor = 1.0 - 3.0 / (std::cosh(u) * std::cosh(u));
    BOOST_TEST(cycle->multipliers.front().real() == factor * factor,
               boost::test_tools::tolerance(1e-10));
    BOOST_TEST((cycle->stability == OrbitStability::Attracting));
    BOOST_TEST(cycle->attracts_in_cube);
    BOOST_TEST(cycle->mean_error <= cycle->mean_bound);
    BOOST_TEST(cycle->mean_bound < 1e-12);
}

BOOST_AUTO_TEST_CASE(a_guess_of_a_multiple_of_the_period_gives_the_minimal_one) {
    const ResidualSystem system(Matrix{{-3.0}}, Activation::Tanh, 1.0);
    const Vector rest = Vector::Zero(1);
    const auto cycle =
        refine_map_cycle(system, one_free, Matrix{{-1.0, 1.2, -1.1, 1.2, -1.3, 1.1}}, rest);
    BOOST_REQUIRE(cycle.has_value());
    BOOST_TEST(cycle->period() == 2);
    const auto point = refine_map_cycle(system, one_free, Matrix{{0.01, -0.01}}, rest);
    BOOST_REQUIRE(point.has_value());
    BOOST_TEST(point->period() == 1);
    BOOST_TEST((point->stability == OrbitStability::Repelling));
    BOOST_TEST(!is_same_cycle(*cycle, *point));
}

BOOST_AUTO_TEST_CASE(multipliers_are_those_of_finite_differences) {
    Random random(11);
    int seen = 0;
    for (int k = 0; k < 40; ++k) {
        const Activation f = k % 2 == 0 ? Activation::Tanh : Activation::Logistic;
        const Index n = 2 + k % 3;
        const ResidualSystem system(random.normal_matrix(n, n, 1.5), f,
                                    f == Activation::Tanh ? 1.5 : 6.0);
        for (const MapFinding& finding :
             find_cycles(system, {.flow = false, .starts = 3, .max_period = 16}).network) {
            if (!finding.cycle) {
                continue;
            }
            const MapCycle& cycle = *finding.cycle;
            const FaceFlow flow(system, cycle.face);
            const Index m = flow.dimension();
            const auto around = [&](Vector u) {
                for (Index layer = 0; layer < cycle.period(); ++layer) {
                    u = face_layer(flow, system.step(), u);
                }
                return u;
            };
            Matrix differences(m, m);
            const double step = 1e-6;
            for (Index i = 0; i < m; ++i) {
                const Vector e = step * Vector::Unit(m, i);
                differences.col(i) =
                    (around(cycle.u.col(0) + e) - around(cycle.u.col(0) - e)) / (2 * step);
            }
            std::vector<Complex> expected = eigenvalues(differences);
            sort_multipliers(expected);
            const double size = std::max(1.0, differences.norm());
            if (size > 1e3) {
                continue;  // differences lose what so much expansion makes of the step
            }
            BOOST_TEST(std::abs(expected.front() - cycle.multipliers.front()) <= 1e-4 * size);
            ++seen;
        }
    }
    BOOST_TEST(seen >= 20);
}

BOOST_AUTO_TEST_CASE(newton_returns_nothing_that_is_no_cycle) {
    // w > 0: u only runs away, to either level.
    const ResidualSystem system(Matrix{{1.0}}, Activation::Logistic, 1.0);
    BOOST_TEST(!refine_map_cycle(system, one_free, Matrix{{0.3, 0.8}}, {}).has_value());
}

BOOST_AUTO_TEST_CASE(wrong_guesses_and_options_are_refused) {
    const ResidualSystem system(Matrix{{-3.0}}, Activation::Tanh, 1.0);
    BOOST_CHECK(says(refusal([&] { refine_map_cycle(system, one_free, Matrix(2, 2), {}); }),
                     "guess", "1 rows"));
    BOOST_CHECK(says(refusal([&] {
                         refine_map_cycle(system, one_free, Matrix{{1.0}}, {},
                                          {.residual_tol = 0.0});
                     }),
                     "residual_tol"));
}

BOOST_AUTO_TEST_SUITE_END()
