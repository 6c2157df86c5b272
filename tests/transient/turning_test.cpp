// Inputs that turn, told from those that are slow: on networks whose motion is known.
#include <boost/test/unit_test.hpp>

#include <resdyn/core/random.hpp>
#include <resdyn/transient/turning.hpp>

using namespace resdyn;

BOOST_AUTO_TEST_SUITE(turning_)

namespace {

std::vector<Turning> motions(const ResidualSystem& system, std::uint64_t seed) {
    const Matrix u0 = Random(seed).normal_matrix(system.dimension(), 12, 0.5);
    return turning(system, u0, settle(system, u0, {.max_layers = 1000}), 1000);
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_strong_negative_weight_alternates) {
    for (const Turning& t : motions(ResidualSystem(Matrix{{-3.0}}, Activation::Tanh), 1)) {
        BOOST_TEST((t.motion == BeyondMotion::Cycles));
        BOOST_TEST(t.period == 2);
    }
}

BOOST_AUTO_TEST_CASE(what_settles_rests) {
    const ResidualSystem system(Matrix{{1.0, -2.0}, {-2.0, 1.0}}, Activation::Logistic, 0.5);
    for (const Turning& t : motions(system, 2)) {
        BOOST_TEST((t.motion == BeyondMotion::Rests));
        BOOST_TEST(t.period == 0);
    }
}

BOOST_AUTO_TEST_CASE(a_heteroclinic_cycle_grows_and_an_invariant_circle_wanders) {
    const ResidualSystem cycle(Matrix{{1, -3, 1}, {1, 1, -3}, {-3, 1, 1}}, Activation::Logistic,
                               0.5);
    for (const Turning& t : motions(cycle, 3)) {
        BOOST_TEST((t.motion == BeyondMotion::Grows));
    }
    const ResidualSystem circle(Matrix{{-0.3, 1.0}, {-1.0, -0.3}}, Activation::Tanh, 0.8);
    for (const Turning& t : motions(circle, 4)) {
        BOOST_TEST((t.motion == BeyondMotion::Wanders));
    }
}

BOOST_AUTO_TEST_SUITE_END()
