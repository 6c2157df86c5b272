#include <resdyn/portrait/phase_portrait.hpp>

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <limits>
#include <string>

#include <resdyn/core/random.hpp>
#include <resdyn/model/systems.hpp>

using namespace resdyn;

BOOST_AUTO_TEST_SUITE(phase_portrait_)

namespace {

ResidualSystem logistic(const Matrix& W, double step = 1.0) {
    return {W, Activation::Logistic, step};
}

std::vector<Nullcline> nullclines_of(const ResidualSystem& system) {
    const StateSpace space(system, Coordinate::Residual);
    return nullclines(space, unit_slice(space, 0, 1, Vector::Zero(2)));
}

std::vector<FieldArrow> field_of(const ResidualSystem& system,
                                 const PortraitOptions& options = {}) {
    const StateSpace space(system, Coordinate::Residual);
    return direction_field(space, unit_slice(space, 0, 1, Vector::Zero(2)), options);
}

Vector from(const Nullcline& line) {
    return line.points.leftCols(1);
}
Vector to(const Nullcline& line) {
    return line.points.rightCols(1);
}

std::string message_of(const auto& call) {
    try {
        call();
    } catch (const std::invalid_argument& error) {
        return error.what();
    }
    return "nothing thrown";
}

}  // namespace

BOOST_AUTO_TEST_CASE(nullclines_solve_their_equation_and_reach_from_edge_to_edge) {
    Random random(11);
    for (const Activation f : {Activation::Logistic, Activation::Tanh}) {
        const Levels range = levels(f);
        for (int k = 0; k < 200; ++k) {
            const ResidualSystem system(random.normal_matrix(2, 2, 3.0), f);
            for (const Nullcline& line : nullclines_of(system)) {
                for (const Vector& y :
                     {from(line), to(line), Vector(0.3 * from(line) + 0.7 * to(line))}) {
                    BOOST_TEST(std::abs(system.residual_velocity(y)[line.axis]) < 1e-14);
                    BOOST_TEST(y.minCoeff() >= range.low);
                    BOOST_TEST(y.maxCoeff() <= range.high);
                }
                for (const Vector& end : {from(line), to(line)}) {
                    BOOST_TEST(((end.array() == range.low) || (end.array() == range.high)).any());
                }
                BOOST_TEST((from(line) - to(line)).norm() > 0);
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(every_point_of_a_nullcline_is_listed) {
    // Two routes: where y_i' changes sign along a grid row, a listed segment passes.
    Random random(12);
    for (int k = 0; k < 20; ++k) {
        const ResidualSystem system(random.normal_matrix(2, 2, 1.0), Activation::Tanh);
        const std::vector<Nullcline> lines = nullclines_of(system);
        for (const Index unit : {0, 1}) {
            for (int row = 0; row < 20; ++row) {
                const double y2 = -0.95 + 0.1 * row;
                const auto rate = [&](double y1) {
                    return system.residual_velocity(Vector{{y1, y2}})[unit];
                };
                const bool crosses = rate(-0.999) * rate(0.999) < 0;
                bool listed = false;
                for (const Nullcline& line : lines) {
                    const double low = std::min(from(line)[1], to(line)[1]);
                    const double high = std::max(from(line)[1], to(line)[1]);
                    if (line.axis != unit || line.edge || y2 < low || y2 > high) {
                        continue;
                    }
                    const double s = (y2 - from(line)[1]) / (to(line)[1] - from(line)[1]);
                    listed |= std::abs(from(line)[0] + s * (to(line)[0] - from(line)[0])) < 0.999;
                }
                BOOST_TEST(crosses == listed);
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(winner_takes_all_has_the_two_lines_of_its_rows) {
    const std::vector<Nullcline> lines =
        nullclines_of(logistic(named_system("winner-takes-all").W));
    BOOST_TEST_REQUIRE(lines.size() == 6U);
    BOOST_TEST(lines[0].where == "y_0 = 0");
    BOOST_TEST(lines[1].where == "y_0 = 1");
    BOOST_TEST(lines[2].where == "1 y_0 - 2 y_1 = 0");
    BOOST_TEST((from(lines[2]) == Vector{{0.0, 0.0}}));
    BOOST_TEST((to(lines[2]) == Vector{{1.0, 0.5}}));
    BOOST_TEST((to(lines[5]) == Vector{{0.5, 1.0}}));
}

BOOST_AUTO_TEST_CASE(lines_that_miss_the_square_or_fill_it_are_left_out) {
    const auto count = [](const Matrix& W, Activation f) {
        return nullclines_of(ResidualSystem(W, f)).size();
    };
    BOOST_TEST(count(Matrix{{1.0, 1.0}, {2.0, 3.0}}, Activation::Logistic) == 4U);
    BOOST_TEST(count(Matrix{{1.0, 1.0}, {2.0, 3.0}}, Activation::Tanh) == 6U);
    BOOST_TEST(count(Matrix::Zero(2, 2), Activation::Logistic) == 4U);
    // horizontal and vertical: (Wy)_1 = y2, (Wy)_2 = −y1
    const std::vector<Nullcline> axes =
        nullclines_of(ResidualSystem(Matrix{{0.0, 1.0}, {-1.0, 0.0}}, Activation::Tanh));
    BOOST_TEST_REQUIRE(axes.size() == 6U);
    BOOST_TEST((from(axes[2]) == Vector{{-1.0, 0.0}}));
    BOOST_TEST((to(axes[2]) == Vector{{1.0, 0.0}}));
    BOOST_TEST(from(axes[5])[0] == 0.0);
    BOOST_TEST(std::abs(from(axes[5])[1]) == 1.0);
}

BOOST_AUTO_TEST_CASE(the_field_is_the_velocity_on_a_grid_inside_the_square) {
    const ResidualSystem system = logistic(named_system("winner-takes-all").W);
    const std::vector<FieldArrow> field = field_of(system, {.grid = 5});
    BOOST_TEST_REQUIRE(field.size() == 25U);
    BOOST_TEST((field.front().s - Vector{{0.1, 0.1}}).norm() < 1e-15);
    BOOST_TEST((field[1].s - Vector{{0.3, 0.1}}).norm() < 1e-15);
    BOOST_TEST((field.back().s - Vector{{0.9, 0.9}}).norm() < 1e-15);
    for (const FieldArrow& arrow : field) {
        BOOST_TEST(std::abs(arrow.direction.norm() - 1) < 1e-14);
        BOOST_TEST((arrow.speed * arrow.direction - system.residual_velocity(arrow.s)).norm() <
                   1e-15);
    }
}

BOOST_AUTO_TEST_CASE(a_field_that_vanishes_has_no_direction) {
    for (const FieldArrow& arrow : field_of(logistic(Matrix::Zero(2, 2)))) {
        BOOST_TEST(arrow.speed == 0.0);
        BOOST_TEST((arrow.direction == Vector::Zero(2)));
    }
}

BOOST_AUTO_TEST_CASE(trajectories_solve_the_flow_and_layers_the_map) {
    const ResidualSystem system = logistic(named_system("winner-takes-all").W, 0.5);
    const Matrix u0{{0.4, -0.3}, {0.1, 0.2}};
    const PhasePortrait portrait = phase_portrait(system, u0, Eigen::Vector2i(1, 0), 6,
                                                  {.t_end = 3.0, .samples = 31, .spacing = 0});
    BOOST_TEST(portrait.step == 0.5);
    BOOST_TEST(portrait.equilibria.size() == 4U);
    BOOST_TEST(portrait.complete);
    BOOST_TEST_REQUIRE(portrait.trajectories.size() == 2U);
    BOOST_TEST(portrait.trajectories[0].label == 1);
    for (Index start = 0; start < 2; ++start) {
        const PortraitTrajectory& path = portrait.trajectories[static_cast<std::size_t>(start)];
        BOOST_TEST((path.outcome == Outcome::ReachedEnd));
        BOOST_TEST_REQUIRE(path.s.cols() == 31);
        BOOST_TEST(path.t.back() == 3.0);
        // the same curve by the other route: y' = g(y) ∘ (Wy), not u' = W f(u)
        Vector y = activate(Activation::Logistic, Vector(u0.col(start)));
        IntegrateOptions options{.t_end = 3.0, .rel_tol = 1e-11};
        options.sample_times = path.t;
        const Trajectory other = integrate(ResidualFlow(system), y, options);
        BOOST_TEST((other.x - path.s).cwiseAbs().maxCoeff() < 1e-7);
        BOOST_TEST_REQUIRE(path.layers.cols() == 7);
        for (Index n = 0; n <= 6; ++n) {
            BOOST_TEST((path.layers.col(n) - y).norm() < 1e-14);
            y = system.residual_map(y);
        }
    }
}

BOOST_AUTO_TEST_CASE(points_of_a_curve_keep_their_distance_and_the_last_is_kept) {
    const ResidualSystem system(Matrix{{-0.3, 2.0}, {-2.0, -0.3}}, Activation::Tanh);
    const PhasePortrait portrait =
        phase_portrait(system, Matrix{{1.0}, {0.5}}, {}, 0, {.t_end = 40.0, .spacing = 0.01});
    const PortraitTrajectory& path = portrait.trajectories[0];
    BOOST_TEST(path.t.size() == static_cast<std::size_t>(path.s.cols()));
    BOOST_TEST(path.t.back() == 40.0);
    BOOST_TEST(path.s.cols() < 1000);  // of 4000 looked at
    for (Index k = 1; k + 1 < path.s.cols(); ++k) {
        BOOST_TEST((path.s.col(k) - path.s.col(k - 1)).norm() >= 0.02);
    }
}

BOOST_AUTO_TEST_CASE(any_thread_count_gives_the_same_portrait) {
    const ResidualSystem system = logistic(named_system("false-repeller").W);
    const Matrix u0 = Random(3).normal_matrix(2, 9, 1.0);
    const PhasePortrait one = phase_portrait(system, u0, {}, 4, {.threads = 1});
    const PhasePortrait four = phase_portrait(system, u0, {}, 4, {.threads = 4});
    for (std::size_t k = 0; k < 9; ++k) {
        BOOST_TEST((one.trajectories[k].s == four.trajectories[k].s));
        BOOST_TEST(one.trajectories[k].label == -1);
    }
}

BOOST_AUTO_TEST_CASE(wrong_input_says_what_was_expected_and_got) {
    const ResidualSystem two = logistic(Matrix::Identity(2, 2));
    const ResidualSystem three = logistic(Matrix::Identity(3, 3));
    const ResidualSystem relu(Matrix::Identity(2, 2), Activation::ReLU);
    BOOST_TEST(message_of([&] { phase_portrait(three, Matrix(3, 0), {}, 1); }) ==
               "phase portrait: expected a system of 2 units, got 3");
    BOOST_TEST(message_of([&] { phase_portrait(relu, Matrix(2, 0), {}, 1); }) ==
               "phase portrait: expected a bounded activation (logistic or tanh), got relu");
    BOOST_TEST(message_of([&] { field_of(two, {.grid = 1}); }) ==
               "phase portrait: expected grid >= 2, got 1");
    BOOST_TEST(message_of([&] { phase_portrait(two, Matrix::Zero(3, 1), {}, 1); }) ==
               "phase portrait: expected starts as a finite 2×B matrix, got 3×1");
    BOOST_TEST(message_of([&] {
                   const double nan = std::numeric_limits<double>::quiet_NaN();
                   phase_portrait(two, Matrix::Constant(2, 1, nan), {}, 1);
               }).find("not finite") != std::string::npos);
    BOOST_TEST(message_of([&] {
                   phase_portrait(two, Matrix::Zero(2, 2), Eigen::VectorXi::Zero(3), 1);
               }) == "phase portrait: expected 2 labels or none, got 3");
    BOOST_TEST(message_of([&] { phase_portrait(two, Matrix::Zero(2, 1), {}, -1); }) ==
               "phase portrait: expected layers >= 0, got -1");
    BOOST_TEST(message_of([&] { phase_portrait(two, Matrix::Zero(2, 1), {}, 1, {.t_end = 0}); }) ==
               "phase portrait: expected t_end finite and > 0, got 0");
    BOOST_TEST(message_of([&] {
                   phase_portrait(two, Matrix::Zero(2, 1), {}, 1, {.samples = 1});
               }) == "phase portrait: expected samples >= 2, or 0, got 1");
}

BOOST_AUTO_TEST_SUITE_END()
