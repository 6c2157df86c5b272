#include <resdyn/portrait/nullclines.hpp>

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <string>

#include <resdyn/core/random.hpp>
#include <resdyn/model/systems.hpp>
#include <resdyn/portrait/line.hpp>
#include <resdyn/portrait/phase_portrait.hpp>
#include <resdyn/portrait/telling_plane.hpp>

#include "support/refusal.hpp"

using namespace resdyn;

BOOST_AUTO_TEST_SUITE(slice_)

namespace {

ResidualSystem named(const std::string& name) {
    const NamedSystem& system = named_system(name);
    return {system.W, system.activation};
}

ResidualNetwork network(const Matrix& W, const Vector& b, Activation f) {
    return {.activation = f,
            .step = 0.5,
            .depth = 3,
            .blocks = {{W, b, std::nullopt}},
            .readout = {},
            .input = std::nullopt};
}

}  // namespace

BOOST_AUTO_TEST_CASE(the_plane_taken_when_none_is_named_shows_different_ends) {
    // Units 0 and 1 decide nothing, 2 and 3 compete: with y_2, y_3 held at rest the plane of units
    // 0 and 1 has one attractor, that of 2 and 3 has both winners.
    Matrix W = Matrix::Zero(4, 4);
    W.topLeftCorner(2, 2) = Matrix{{1.0, 0.5}, {0.5, 1.0}};
    W.bottomRightCorner(2, 2) = named_system("winner-takes-all").W;
    const StateSpace space(ResidualSystem(W, Activation::Logistic), Coordinate::Residual);
    for (const bool projections : {false, true}) {
        const TellingPlane plane = telling_plane(space, {.projections = projections});
        BOOST_TEST(plane.tried > 1);
        BOOST_TEST(plane.attractors == 2);
        BOOST_TEST((plane.slice.units != std::array<Index, 2>{0, 1}));
        BOOST_TEST((projections || plane.slice.units == std::array<Index, 2>{2, 3}));
        BOOST_TEST(plane.entropy > 0.9);  // of two winners 1 bit, less the cells between them
        BOOST_TEST((projections || plane.slice.is_invariant()));
    }
    // One attractor everywhere: the first plane stays.
    Matrix help = Matrix::Ones(3, 3);
    const TellingPlane first =
        telling_plane(StateSpace(ResidualSystem(help, Activation::Logistic), Coordinate::Residual));
    BOOST_TEST((first.slice.units == std::array<Index, 2>{0, 1}));
    // Nothing rests, and the cycle that starts go to lives where unit 2 is high: there it is drawn.
    const TellingPlane moving =
        telling_plane(StateSpace(named("limit-cycle"), Coordinate::Residual));
    BOOST_TEST((moving.slice.units == std::array<Index, 2>{0, 1}));
    BOOST_TEST(moving.slice.origin[2] == 1.0);
    BOOST_TEST(usual_levels(named("heteroclinic-cycle"), 50, 1, 0).name == "their lower level 0");
    // Wide systems are not tried, and two units have one plane.
    const StateSpace wide(ResidualSystem(Matrix::Identity(30, 30), Activation::Logistic),
                          Coordinate::Residual);
    BOOST_TEST(telling_plane(wide).tried == 0);
    const StateSpace two(named("winner-takes-all"), Coordinate::Residual);
    BOOST_TEST(test::says(test::refusal([&] { telling_plane(two); }), "more than two units"));
}

BOOST_AUTO_TEST_CASE(a_plane_of_two_units_holds_the_others) {
    const StateSpace space(named("heteroclinic-cycle"), Coordinate::Residual);
    const Slice slice = unit_slice(space, 2, 0, Vector{{0.5, 1.0, 0.25}}, "HHL");
    BOOST_TEST((slice.at(Vector{{0.7, 0.2}}) - Vector{{0.2, 1.0, 0.7}}).norm() < 1e-15);
    BOOST_TEST((slice.coordinates(Vector{{0.2, 1.0, 0.7}}) - Vector{{0.7, 0.2}}).norm() < 1e-15);
    BOOST_TEST(slice.is_invariant());  // unit 1 is saturated: a face of the cube
    BOOST_TEST(!slice.is_whole());
    BOOST_TEST(slice.axes[0] == "y_{2}");
    BOOST_TEST(slice.about == "y_2 and y_0, the other units held at HHL");
    // inside the cube the flow leaves the plane
    const Slice inner = unit_slice(space, 0, 1, Vector::Constant(3, 0.5));
    BOOST_TEST(!inner.is_invariant());
    BOOST_TEST(inner.leakage > 0.1);
}

BOOST_AUTO_TEST_CASE(lines_on_a_slice_have_the_constant_of_the_units_held) {
    Random random(5);
    const ResidualSystem system(random.normal_matrix(4, 4, 1.0), Activation::Tanh);
    const StateSpace space(system, Coordinate::Residual);
    const Slice slice = unit_slice(space, 3, 1, Vector{{0.5, 0.0, -0.25, 0.0}});
    bool constant = false;
    for (const Nullcline& line : nullclines(space, slice)) {
        BOOST_TEST(line.exact);
        for (const double t : {0.0, 0.4, 1.0}) {
            const Vector s = (1 - t) * line.points.col(0) + t * line.points.col(1);
            const Index unit = slice.units[static_cast<std::size_t>(line.axis)];
            BOOST_TEST(std::abs(system.residual_velocity(slice.at(s))[unit]) < 1e-14);
        }
        constant = constant || (!line.edge && line.points.col(0).cwiseAbs().maxCoeff() > 0);
    }
    BOOST_TEST(constant);
}

BOOST_AUTO_TEST_CASE(traced_nullclines_solve_their_equation_in_u_and_on_planes) {
    Random random(6);
    const ResidualSystem two(Matrix{{1.0, -2.0}, {-1.5, 0.7}}, Activation::Logistic);
    const StateSpace u_space(two, Coordinate::Preactivation);
    const Slice u_slice = unit_slice(u_space, 0, 1, Vector::Zero(2));
    const std::vector<Nullcline> curves = nullclines(u_space, u_slice, 64);
    BOOST_TEST(curves.size() >= 2U);
    for (const Nullcline& curve : curves) {
        BOOST_TEST(curve.points.cols() > 30);
        for (Index k = 0; k < curve.points.cols(); ++k) {
            const Vector u = u_slice.at(curve.points.col(k));
            BOOST_TEST(std::abs(two.preactivation_velocity(u)[curve.axis]) < 1e-10);
            // by the other route: the straight line of y, carried over
            const Vector y = activate(Activation::Logistic, u);
            BOOST_TEST(std::abs(two.W().row(curve.axis).dot(y)) < 1e-10);
        }
    }
    const ResidualSystem three = named("hopfield");
    const StateSpace space(three, Coordinate::Residual);
    const Slice plane = plane_through(
        space, {Vector{{1.0, 1.0, -1.0}}, Vector{{-1.0, -1.0, 1.0}}, Vector{{1.0, -1.0, -1.0}}},
        {"HHL", "LLH", "HLL"});
    for (const Nullcline& curve : nullclines(space, plane, 64)) {
        for (Index k = 0; k < curve.points.cols(); ++k) {
            const Vector y = plane.at(curve.points.col(k));
            BOOST_TEST(std::abs(plane.basis.col(curve.axis).dot(three.residual_velocity(y))) <
                       1e-10);
        }
    }
}

BOOST_AUTO_TEST_CASE(a_circle_of_zeros_is_traced_as_one_closed_curve) {
    // x' = f(Wx + b) with tanh is zero where a row of Wx + b is: lines, one open curve each
    const StateSpace space(
        network(Matrix{{1.0, 2.0}, {-1.0, 1.0}}, Vector{{0.3, -0.2}}, Activation::Tanh),
        Coordinate::Activity);
    const std::vector<Nullcline> lines =
        nullclines(space, unit_slice(space, 0, 1, Vector::Zero(2)), 40);
    BOOST_TEST_REQUIRE(lines.size() == 2U);
    for (Index k = 0; k < lines[0].points.cols(); ++k) {
        BOOST_TEST(std::abs(lines[0].points(0, k) + 2 * lines[0].points(1, k) + 0.3) < 1e-10);
    }
}

BOOST_AUTO_TEST_CASE(planes_through_equilibria_and_principal_planes_hold_their_points) {
    const StateSpace space(named("heteroclinic-cycle"), Coordinate::Residual);
    const std::array<Vector, 3> vertices = {Vector{{1.0, 0.0, 0.0}}, Vector{{0.0, 1.0, 0.0}},
                                            Vector{{0.0, 0.0, 1.0}}};
    const Slice plane = plane_through(space, vertices, {"HLL", "LHL", "LLH"});
    for (const Vector& vertex : vertices) {
        BOOST_TEST(plane.distance(vertex) < 1e-15);
    }
    BOOST_TEST((plane.basis.transpose() * plane.basis - Matrix::Identity(2, 2)).norm() < 1e-14);
    BOOST_TEST(outline(space, plane).cols() == 3);  // a triangle of the cube
    const Matrix points = Matrix{{0.1, 0.9, 0.5, 0.2}, {0.2, 0.8, 0.4, 0.3}, {0.5, 0.5, 0.6, 0.4}};
    const Slice principal = principal_slice(space, points);
    BOOST_TEST((principal.origin - points.rowwise().mean()).norm() < 1e-15);
    // the first component carries more variance than the second
    const Matrix s = principal.basis.transpose() * (points.colwise() - principal.origin);
    BOOST_TEST(s.row(0).squaredNorm() >= s.row(1).squaredNorm());
    BOOST_TEST(std::abs(s.row(0).dot(s.row(1))) < 1e-14);
}

BOOST_AUTO_TEST_CASE(a_leaf_of_dimension_two_is_a_phase_plane) {
    Random random(9);
    const Matrix W = random.normal_matrix(5, 2, 1.0) * random.normal_matrix(2, 5, 1.0);
    const ResidualSystem system(W, Activation::Logistic);
    const StateSpace space(system, Coordinate::Preactivation);
    const Vector u0 = random.uniform_vector(5, -1.0, 1.0);
    const Slice leaf = leaf_slice(space, u0);
    BOOST_TEST(leaf.is_invariant());
    // ℓ·u is what it was, everywhere on it
    const Matrix l = rank_report(W).left_null_vectors;
    BOOST_TEST((l.transpose() * (leaf.at(Vector{{3.0, -2.0}}) - u0)).norm() < 1e-12);
    BOOST_TEST(test::refusal([&] {
                   leaf_slice(StateSpace(named("winner-takes-all"), Coordinate::Preactivation),
                              Vector::Zero(2));
               }) == "leaf: expected a W with left null vectors, got full numerical rank 2");
}

BOOST_AUTO_TEST_CASE(in_u_only_free_equilibria_have_a_place_and_in_x_only_rest) {
    const Matrix W{{-1.0, 2.0}, {-2.0, -1.0}};
    const ResidualNetwork net = network(W, Vector{{0.5, -0.25}}, Activation::Tanh);
    const PhasePortrait u = phase_portrait(
        StateSpace(net, Coordinate::Preactivation),
        unit_slice(StateSpace(net, Coordinate::Preactivation), 0, 1, Vector::Zero(2)), Matrix(2, 0),
        {}, 0);
    BOOST_TEST_REQUIRE(u.equilibria.size() == 1U);  // u = 0 of tanh; vertices are at infinity
    BOOST_TEST(u.equilibria[0].at.norm() < 1e-15);
    const StateSpace x_space(net, Coordinate::Activity);
    const PhasePortrait x = phase_portrait(x_space, unit_slice(x_space, 0, 1, Vector::Zero(2)),
                                           Matrix{{0.5}, {1.0}}, {}, 3);
    BOOST_TEST_REQUIRE(x.equilibria.size() == 1U);
    BOOST_TEST(
        x_space.velocity(x_space.flow().dimension() == 2 ? x.equilibria[0].at : Vector()).norm() <
        1e-14);
    // the layers are the network's own
    Vector state{{0.5, 1.0}};
    state += 0.5 * activate(Activation::Tanh, Vector(W * state + Vector{{0.5, -0.25}}));
    BOOST_TEST((x.trajectories[0].layers.col(1) - state).norm() < 1e-15);
}

BOOST_AUTO_TEST_CASE(starts_are_spread_over_the_plane_and_stay_inside_the_cube) {
    const StateSpace space(named("heteroclinic-cycle"), Coordinate::Residual);
    const Slice plane = plane_through(
        space, {Vector{{1.0, 0.0, 0.0}}, Vector{{0.0, 1.0, 0.0}}, Vector{{0.0, 0.0, 1.0}}},
        {"HLL", "LHL", "LLH"});
    const Matrix starts = spread_starts(space, plane, 30);
    BOOST_TEST(starts.cols() == 30);
    for (Index k = 0; k < starts.cols(); ++k) {
        BOOST_TEST(plane.distance(space.state(starts.col(k))) < 1e-9);
    }
}

BOOST_AUTO_TEST_CASE(one_unit_has_a_line) {
    const PhaseLine line = phase_line(ResidualSystem(Matrix{{2.0}}, Activation::Logistic), 11);
    for (std::size_t k = 0; k < 11; ++k) {
        BOOST_TEST(std::abs(line.velocity[k] - 2 * line.y[k] * line.y[k] * (1 - line.y[k])) <
                   1e-15);
    }
    BOOST_TEST(line.equilibria.size() == 2U);
    BOOST_TEST(!line.all_rest);
    BOOST_TEST(phase_line(ResidualSystem(Matrix{{0.0}}, Activation::Tanh)).all_rest);
    BOOST_TEST(test::refusal([] { phase_line(named("winner-takes-all")); }) ==
               "phase line: expected a system of 1 unit, got 2");
}

BOOST_AUTO_TEST_CASE(wrong_planes_say_what_was_expected) {
    const StateSpace space(named("heteroclinic-cycle"), Coordinate::Residual);
    const auto says = [&](const auto& call) { return test::refusal(call); };
    BOOST_TEST(says([&] { unit_slice(space, 0, 3, Vector::Zero(3)); }) ==
               "slice: expected units from 0 to 2, got 3");
    BOOST_TEST(says([&] { unit_slice(space, 1, 1, Vector::Zero(3)); }) ==
               "slice: expected two different units, got 1 twice");
    BOOST_TEST(says([&] {
                   unit_slice(space, 0, 1, Vector{{0.0, 0.0, 1.5}});
               }) ==
               "slice: expected held residuals within [0, 1], got y_2 = 1.5: the slice misses the "
               "cube");
    BOOST_TEST(says([&] {
                   plane_through(space,
                                 {Vector::Zero(3), Vector::Constant(3, 0.5), Vector::Ones(3)},
                                 {"LLL", "FFF", "HHH"});
               }) ==
               "plane through equilibria: expected three points that are not on one line, got LLL, "
               "FFF and HHH, which are");
    BOOST_TEST(says([&] { principal_slice(space, Matrix::Constant(3, 5, 0.5)); }) ==
               "principal components: expected points that span a plane, got points on one line, "
               "or one point");
    const Slice slice = unit_slice(space, 0, 1, Vector::Zero(3));
    BOOST_TEST(says([&] {
                   with_window(space, slice, {Vector{{2.0, 2.0}}, Vector{{3.0, 3.0}}});
               }).find("expected a window that meets the cube of residuals") != std::string::npos);
    BOOST_TEST(says([&] {
                   with_window(space, slice, {Vector{{2.0, 2.0}}, Vector{{1.0, 3.0}}});
               }).find("LEFT < RIGHT") != std::string::npos);
    BOOST_TEST(says([&] { nullclines(space, slice, 2); }) ==
               "nullclines: expected grid >= 8, got 2");
}

BOOST_AUTO_TEST_SUITE_END()
