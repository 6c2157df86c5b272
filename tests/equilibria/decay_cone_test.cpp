// Absorbing sets of decay directions: what is in them stays, by runs in longer arithmetic; nothing
// is proved of directions that are none.
#include <boost/test/unit_test.hpp>

#include <cmath>

#include <resdyn/core/random.hpp>
#include <resdyn/equilibria/decay_cone.hpp>

#include "support/refusal.hpp"

using namespace resdyn;
using resdyn::test::refusal;
using resdyn::test::says;

BOOST_AUTO_TEST_SUITE(decay_cone_)

namespace {

/// Units 0 and 1 turn about each other on their way down; 2 falls behind like t^−0.1.
const Matrix turning{{-2.0, -1.0, 0.3}, {1.0, -2.0, -0.2}, {-1.5, -1.35, -0.5}};

const DecayDirection& direction_on(const OriginDirections& found, const std::vector<Index>& units) {
    for (const DecayDirection& direction : found.directions) {
        if (direction.units == units) {
            return direction;
        }
    }
    BOOST_FAIL("no such direction");
    return found.directions.front();
}

/// A layer in long double.
std::vector<long double> layer(const Matrix& W, double h, const std::vector<long double>& u) {
    std::vector<long double> next = u;
    for (Index i = 0; i < W.rows(); ++i) {
        for (Index j = 0; j < W.cols(); ++j) {
            next[static_cast<std::size_t>(i)] += static_cast<long double>(h) *
                                                 static_cast<long double>(W(i, j)) /
                                                 (1.0L + std::exp(-u[static_cast<std::size_t>(j)]));
        }
    }
    return next;
}

/// A point at time t, `away` times the way to the border along a random direction of w and z.
Vector point(const DecayCone& cone, Random& random, double t, double away) {
    const DecayDirection& direction = cone.direction();
    const Index n = direction.v.size();
    Vector u(n);
    for (double share = 1.0;; share *= 0.9) {
        const Vector w = random.uniform_vector(n, -1.0, 1.0);
        for (Index i = 0; i < n; ++i) {
            const double most = cone.scaled_residuals()[static_cast<std::size_t>(i)].high;
            u[i] = direction.v[i] > 0.0
                       ? std::log(direction.v[i] / t) +
                             away * share * w[i] * std::log(most / direction.v[i])
                       : std::log(most / t * away * share * (0.5 + 0.5 * std::abs(w[i])));
        }
        if (cone.contains(u, Vector::Zero(n)) || share < 1e-3) {
            return u;
        }
    }
}

}  // namespace

BOOST_AUTO_TEST_CASE(what_is_in_it_stays_in_it) {
    const double h = 0.3;
    const ResidualSystem system(turning, Activation::Logistic, h);
    const OriginDirections found = origin_directions(system);
    const DecayDirection& direction = direction_on(found, {0, 1});
    BOOST_REQUIRE(direction.stability == DirectionStability::Stable);
    const auto cone = DecayCone::make(system, direction, Clock::Map);
    BOOST_REQUIRE(cone.has_value());
    BOOST_TEST(cone->radius() > 0.0);
    BOOST_TEST(cone->outside() > 0.0);
    Random random(3);
    int inside = 0;
    for (int start = 0; start < 20; ++start) {
        Vector u = point(*cone, random, 1.5 * cone->earliest(), 1.0);
        if (!cone->contains(u, Vector::Zero(3))) {
            continue;
        }
        ++inside;
        std::vector<long double> run(u.begin(), u.end());
        for (int n = 0; n < 3000; ++n) {
            run = layer(turning, h, run);
        }
        for (Index i = 0; i < 3; ++i) {
            u[i] = static_cast<double>(run[static_cast<std::size_t>(i)]);
        }
        BOOST_TEST(cone->contains(u, Vector::Zero(3)));
    }
    BOOST_TEST(inside >= 10);
    // A long way on the direction itself, its exact solution to leading order.
    Vector far(3);
    far << std::log(direction.v[0]), std::log(direction.v[1]), -100.0;
    for (const double t : {2.0, 1e3, 1e6}) {
        const double time = t * cone->earliest();
        BOOST_TEST(
            cone->contains(Vector(far.array() - std::log(time)), Vector::Constant(3, 1e-12)));
    }
}

BOOST_AUTO_TEST_CASE(outside_it_nothing_is_claimed) {
    const ResidualSystem system(turning, Activation::Logistic, 0.3);
    const OriginDirections found = origin_directions(system);
    const DecayDirection& direction = direction_on(found, {0, 1});
    const auto cone = DecayCone::make(system, direction, Clock::Map);
    BOOST_REQUIRE(cone.has_value());
    const double log_t = std::log(2.0 * cone->earliest());
    Vector u(3);
    u << std::log(direction.v[0]) - log_t, std::log(direction.v[1]) - log_t, -100.0;
    const Vector none = Vector::Zero(3);
    BOOST_TEST(cone->contains(u, none));
    BOOST_TEST(!cone->contains(u, Vector::Constant(3, 5.0)));          // not sharp enough
    BOOST_TEST(!cone->contains(Vector(u.array() + 25.0), none));       // too early
    BOOST_TEST(!cone->contains(u + Vector{{2.0, -2.0, 0.0}}, none));   // off the direction
    BOOST_TEST(!cone->contains(u + Vector{{0.0, 0.0, 100.0}}, none));  // the unit outside is large
    BOOST_TEST(!cone->contains(Vector::Constant(3, std::nan("")), none));
}

BOOST_AUTO_TEST_CASE(a_direction_that_is_none_has_no_set) {
    const ResidualSystem system(turning, Activation::Logistic, 0.3);
    const OriginDirections found = origin_directions(system);
    for (const Clock clock : {Clock::Map, Clock::Flow}) {
        DecayDirection moved = direction_on(found, {0, 1});
        BOOST_TEST(DecayCone::make(system, moved, clock).has_value());
        moved.v[0] *= 1.5;
        BOOST_TEST(!DecayCone::make(system, moved, clock).has_value());
        // One that is left: every direction of this system that is not stable.
        for (const DecayDirection& direction : found.directions) {
            BOOST_TEST(DecayCone::make(system, direction, clock).has_value() ==
                       (direction.stability == DirectionStability::Stable));
        }
    }
    // Unstable inside, whatever is claimed of it.
    const Matrix bistable{{-1.0, -2.0}, {-2.0, -1.0}};
    const ResidualSystem rivals(bistable, Activation::Logistic, 0.3);
    DecayDirection both = direction_on(origin_directions(rivals), {0, 1});
    both.stability = DirectionStability::Stable;
    BOOST_TEST(!DecayCone::make(rivals, both, Clock::Map).has_value());
    BOOST_TEST(says(refusal([&] {
                        DecayCone::make(ResidualSystem(bistable, Activation::Tanh), both,
                                        Clock::Map);
                    }),
                    "logistic"));
}

BOOST_AUTO_TEST_SUITE_END()
