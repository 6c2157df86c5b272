// Portraits of fields with known answers.
#include <resdyn/portrait/field_portrait.hpp>

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <numbers>

#include <resdyn/model/residual_system.hpp>
#include <resdyn/model/systems.hpp>

#include "support/fields.hpp"
#include "support/refusal.hpp"

using namespace resdyn;
using test::refusal;
using test::says;

BOOST_AUTO_TEST_SUITE(field_portrait_)

namespace {

Box square(double reach, Index n = 2) {
    return {Vector::Constant(n, -reach), Vector::Constant(n, reach)};
}

FieldPortrait portrait_of(const VectorField& field, double reach,
                          const FieldPortraitOptions& options = {}) {
    const Box box = square(reach);
    const Slice slice = field_slice(field, box, 0, 1, Vector::Zero(2));
    return field_portrait(field, box, slice, spread_starts(slice, 6), options);
}

}  // namespace

BOOST_AUTO_TEST_CASE(van_der_pol_has_a_focus_and_a_cycle) {
    const FieldPortrait portrait = portrait_of(test::van_der_pol(), 4.0, {.cycle_time = 40});
    BOOST_TEST_REQUIRE(portrait.roots.roots.size() == 1U);
    BOOST_TEST((portrait.roots.roots[0].type == EquilibriumType::UnstableFocus));
    BOOST_TEST(portrait.roots.roots[0].residual <= 1e-12);
    BOOST_TEST_REQUIRE(portrait.cycles.size() == 1U);
    BOOST_TEST(std::abs(portrait.cycles[0].period - 6.6632868593) < 1e-7);
    BOOST_TEST(portrait.cycles[0].attracts());
    BOOST_TEST(portrait.cycles[0].residual < 1e-8);
    BOOST_TEST(portrait.curves.empty());  // no saddle
    BOOST_TEST(portrait.trajectories.size() == 6U);
    // x_0' = 0 on x_1 = 0; x_1' = 0 on x_1 = x_0 / (1 − x_0²).
    for (const Nullcline& line : portrait.nullclines) {
        for (Index k = 0; k < line.points.cols(); ++k) {
            const double x = line.points(0, k);
            const double y = line.points(1, k);
            BOOST_TEST(std::abs(line.axis == 0 ? y : (1 - x * x) * y - x) < 1e-9);
        }
    }
    BOOST_TEST(portrait.nullclines.size() >= 4U);
    BOOST_TEST(says(portrait.notes.back(), "256 starts", "not proved complete"));
}

BOOST_AUTO_TEST_CASE(the_separatrices_of_duffing_join_its_saddle_and_its_foci) {
    const FieldPortrait portrait = portrait_of(test::duffing(), 2.0, {.cycle_time = 0});
    BOOST_TEST_REQUIRE(portrait.roots.roots.size() == 3U);  // by coordinates: −1, 0, 1
    BOOST_TEST((portrait.roots.roots[1].type == EquilibriumType::Saddle));
    BOOST_TEST_REQUIRE(portrait.curves.size() == 4U);
    std::vector<Index> ends;
    for (const FieldCurve& curve : portrait.curves) {
        BOOST_TEST(curve.from == 1);
        const double sign = curve.kind == CurveKind::Unstable ? 1 : -1;
        BOOST_TEST(std::abs(curve.eigenvalue - (-0.2 + sign * std::sqrt(4.04)) / 2) < 1e-8);
        if (curve.kind == CurveKind::Unstable) {
            BOOST_TEST_REQUIRE(curve.end.has_value());
            BOOST_TEST(curve.end_distance < 4e-3);
            ends.push_back(*curve.end);
        } else {
            BOOST_TEST(curve.left_box);  // against time the energy grows
        }
    }
    std::sort(ends.begin(), ends.end());
    BOOST_TEST((ends == std::vector<Index>{0, 2}));
}

BOOST_AUTO_TEST_CASE(of_two_rings_one_repels) {
    const FieldPortrait portrait = portrait_of(test::two_rings(), 3.0, {.cycle_time = 30});
    BOOST_TEST_REQUIRE(portrait.cycles.size() == 2U);
    Index attracting = 0;
    for (const LimitCycle& cycle : portrait.cycles) {
        BOOST_TEST(std::abs(cycle.period - 2 * std::numbers::pi) < 1e-8);
        const double r = cycle.s.col(0).norm();
        BOOST_TEST(std::abs(r - (cycle.attracts() ? 2.0 : 1.0)) < 1e-8);
        attracting += cycle.attracts() ? 1 : 0;
    }
    BOOST_TEST(attracting == 1);
}

BOOST_AUTO_TEST_CASE(a_plane_that_the_flow_leaves_says_so) {
    const test::FunctionField field = test::lorenz();
    const Box box{Vector{{-20, -30, 0}}, Vector{{20, 30, 50}}};
    const Slice slice = field_slice(field, box, 0, 2, Vector{{0, 1, 0}}, {"x", "z"});
    BOOST_TEST(slice.leakage > 0.1);
    BOOST_TEST(slice.axes[1] == "z");
    const FieldPortrait portrait =
        field_portrait(field, box, slice, spread_starts(slice, 2), {.t_end = 5});
    BOOST_TEST(portrait.roots.roots.size() == 3U);
    const double c = std::sqrt(72.0);
    BOOST_TEST((portrait.roots.roots[0].x - Vector{{-c, -c, 27}}).norm() < 1e-9);
    BOOST_TEST(portrait.curves.empty());
    BOOST_TEST(portrait.cycles.empty());
    BOOST_TEST(says(portrait.notes.front(), "leaves this plane"));
    for (const FieldEquilibrium& placed : portrait.equilibria) {
        BOOST_TEST(placed.distance > 0.5);  // none lies on y = 1
    }
}

BOOST_AUTO_TEST_CASE(a_network_as_any_field_agrees_with_its_own_portrait) {
    const NamedSystem& named = named_system("winner-takes-all");
    const ResidualSystem system(named.W, named.activation);
    const ResidualFlow flow(system);
    const Box box{Vector::Constant(2, 0.05), Vector::Constant(2, 1.0)};
    const Slice slice = field_slice(flow, box, 0, 1, Vector::Zero(2));
    const FieldPortrait any = field_portrait(flow, box, slice, Matrix(2, 0), {.cycle_time = 0});
    const PhasePortrait own = phase_portrait(system, Matrix(2, 0), {}, 0);
    for (const PortraitEquilibrium& placed : own.equilibria) {
        const bool inside = placed.at.minCoeff() >= 0.05;
        const auto same = [&](const FieldEquilibrium& e) {
            return (e.at - placed.at).norm() < 1e-6 &&
                   any.roots.roots[static_cast<std::size_t>(e.root)].type ==
                       placed.equilibrium.type;
        };
        BOOST_TEST(std::any_of(any.equilibria.begin(), any.equilibria.end(), same) == inside);
    }
}

BOOST_AUTO_TEST_CASE(threads_change_nothing) {
    const FieldPortrait one = portrait_of(test::duffing(), 2.0, {.cycle_time = 0, .threads = 1});
    const FieldPortrait two = portrait_of(test::duffing(), 2.0, {.cycle_time = 0, .threads = 2});
    BOOST_TEST_REQUIRE(one.curves.size() == two.curves.size());
    for (std::size_t k = 0; k < one.curves.size(); ++k) {
        BOOST_TEST((one.curves[k].x == two.curves[k].x));
    }
    BOOST_TEST((one.trajectories[3].s == two.trajectories[3].s));
}

BOOST_AUTO_TEST_CASE(refusals) {
    const test::FunctionField field = test::van_der_pol();
    const Box box = square(1.0);
    const auto slice = [&](Index i, Index j, const Vector& held) {
        return refusal([&] { field_slice(field, box, i, j, held); });
    };
    BOOST_TEST(says(slice(0, 2, Vector::Zero(2)), "axes: ", "0 to 1", "2"));
    BOOST_TEST(says(slice(1, 1, Vector::Zero(2)), "axes: ", "different"));
    BOOST_TEST(says(slice(0, 1, Vector::Zero(3)), "held: ", "2 finite numbers", "3"));
    BOOST_TEST(says(refusal([&] { field_slice(field, square(1.0, 3), 0, 1, Vector::Zero(2)); }),
                    "2 numbers", "3 and 3"));
    BOOST_TEST(
        says(refusal([&] {
                 field_slice(field, {Vector::Ones(2), Vector::Zero(2)}, 0, 1, Vector::Zero(2));
             }),
             "lower < upper"));
    const test::FunctionField three = test::lorenz();
    BOOST_TEST(
        says(refusal([&] { field_slice(three, square(1.0, 3), 0, 1, Vector::Constant(3, 2.0)); }),
             "held: ", "x_2 = 2"));
    const Slice plane = field_slice(field, box, 0, 1, Vector::Zero(2));
    const auto refused = [&](const FieldPortraitOptions& options) {
        return refusal([&] { field_portrait(field, box, plane, Matrix(2, 0), options); });
    };
    BOOST_TEST(says(refused({.grid = 1}), "grid >= 2"));
    BOOST_TEST(says(refused({.trace_grid = 7}), "trace_grid >= 8"));
    BOOST_TEST(says(refused({.t_end = -1}), "t_end"));
    BOOST_TEST(says(refused({.cycle_time = -1}), "cycle_time"));
    BOOST_TEST(
        says(refusal([&] { field_portrait(field, box, plane, Matrix::Zero(3, 1)); }), "starts: "));
}

BOOST_AUTO_TEST_SUITE_END()
