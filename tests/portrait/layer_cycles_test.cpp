// Cycles of the layers on a phase plane: one known in closed form, on planes that are faces too.
#include <boost/test/unit_test.hpp>
#include <cmath>

#include <resdyn/portrait/layer_cycles.hpp>
#include <resdyn/portrait/phase_portrait.hpp>

#include "support/refusal.hpp"

using namespace resdyn;
using resdyn::test::refusal;
using resdyn::test::says;

BOOST_AUTO_TEST_SUITE(layer_cycles_)

namespace {

/// u* > 0 of 2u = h|w| tanh u.
double alternating_u(double hw) {
    double u = 1.0;
    for (int k = 0; k < 200; ++k) {
        u = 0.5 * hw * std::tanh(u);
    }
    return u;
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_unit_that_alternates_beside_one_at_rest_is_a_pair_of_points) {
    const ResidualSystem system(Matrix{{-3.0, 0.0}, {0.0, -1.0}}, Activation::Tanh, 1.0);
    const StateSpace space(system, Coordinate::Residual);
    const Slice slice = unit_slice(space, 0, 1, Vector::Zero(2));
    const Matrix starts = Matrix{{0.4, -0.2, 0.7}, {0.3, 0.6, -0.5}};
    const auto cycles = layer_cycles(space, slice, starts);
    BOOST_REQUIRE(cycles.size() == 1U);
    const LayerCycle& cycle = cycles.front();
    BOOST_TEST(cycle.period() == 2);
    BOOST_TEST(to_string(cycle.face) == "FF");
    const double y = std::tanh(alternating_u(3.0));
    BOOST_TEST(cycle.s.row(0).maxCoeff() == y, boost::test_tools::tolerance(1e-9));
    BOOST_TEST(cycle.s.row(0).minCoeff() == -y, boost::test_tools::tolerance(1e-9));
    BOOST_TEST(cycle.s.row(1).cwiseAbs().maxCoeff() < 1e-6);
    const double factor = 1.0 - 3.0 * (1.0 - y * y);
    BOOST_TEST(cycle.multiplier == factor * factor, boost::test_tools::tolerance(1e-6));
    BOOST_TEST(cycle.residual < 1e-10);
}

BOOST_AUTO_TEST_CASE(the_plane_of_a_face_has_the_cycles_of_that_face) {
    // Unit 2 High loads unit 0, whose mean is then 1/3; unit 1 goes down for good.
    const ResidualSystem system(Matrix{{-6.0, 0.0, 2.0}, {0.0, -1.0, -1.0}, {0.0, 0.0, 1.0}},
                                Activation::Logistic, 1.7);
    const StateSpace space(system, Coordinate::Residual);
    const Slice slice = unit_slice(space, 0, 1, Vector{{0.0, 0.0, 1.0}});
    const auto cycles = layer_cycles(space, slice, Matrix{{0.3}, {0.4}});
    BOOST_REQUIRE(cycles.size() == 1U);
    BOOST_TEST(to_string(cycles.front().face) == "FLH");
    BOOST_TEST(cycles.front().period() == 2);
    BOOST_TEST(cycles.front().s.row(0).mean() == 1.0 / 3.0, boost::test_tools::tolerance(1e-9));
    BOOST_TEST(cycles.front().s.row(1).cwiseAbs().maxCoeff() == 0.0);
}

BOOST_AUTO_TEST_CASE(layers_that_settle_and_planes_that_the_flow_leaves_have_none) {
    const ResidualSystem system(Matrix{{-3.0, 1.0}, {0.0, -1.0}}, Activation::Tanh, 0.3);
    const StateSpace space(system, Coordinate::Residual);
    const Slice slice = unit_slice(space, 0, 1, Vector::Zero(2));
    BOOST_TEST(layer_cycles(space, slice, Matrix{{0.4}, {0.3}}).empty());
    BOOST_TEST(layer_cycles(space, slice, Matrix(2, 0)).empty());
    const ResidualSystem three(Matrix{{-3.0, 0.0, 1.0}, {0.0, -1.0, 0.0}, {1.0, 0.0, -1.0}},
                               Activation::Tanh, 1.0);
    const StateSpace of_three(three, Coordinate::Residual);
    BOOST_TEST(
        layer_cycles(of_three, unit_slice(of_three, 0, 1, Vector::Zero(3)), Matrix{{0.4}, {0.3}})
            .empty());
    BOOST_CHECK(says(refusal([&] {
                         layer_cycles(space, slice, Matrix{{0.4}, {0.3}}, {.starts = 0});
                     }),
                     "starts"));
    BOOST_CHECK(says(refusal([&] {
                         layer_cycles(space, slice, Matrix{{0.4}, {0.3}}, {.max_period = 513});
                     }),
                     "max_period"));
}

BOOST_AUTO_TEST_SUITE_END()
