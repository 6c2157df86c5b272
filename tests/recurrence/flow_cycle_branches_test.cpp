// Cycles of the flow along a path: born at a Hopf point with its frequency, against an independent
// long integration, and in reasonable time.
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cmath>

#include <resdyn/model/systems.hpp>
#include <resdyn/numerics/integrate.hpp>
#include <resdyn/numerics/periodic_orbit.hpp>
#include <resdyn/recurrence/flow_cycle_branches.hpp>

#include "support/refusal.hpp"

using namespace resdyn;
using resdyn::test::refusal;
using resdyn::test::says;

BOOST_AUTO_TEST_SUITE(flow_cycle_branches_)

namespace {

const FlowCyclePoint* first_of(const FlowCycleBranch& branch, CycleLabel label) {
    const auto at = std::find_if(branch.points.begin(), branch.points.end(),
                                 [label](const auto& point) { return point.label == label; });
    return at == branch.points.end() ? nullptr : &*at;
}

/// The cycles of the first branch at α, by amplitude.
std::vector<FlowCyclePoint> marked(const FlowCycleBranches& found, double alpha) {
    std::vector<FlowCyclePoint> points;
    for (const FlowCyclePoint& point : found.branches.front().points) {
        if (point.label == CycleLabel::UserValue && point.alpha == alpha) {
            points.push_back(point);
        }
    }
    std::sort(points.begin(), points.end(), [](const auto& a, const auto& b) {
        return (a.high - a.low).maxCoeff() < (b.high - b.low).maxCoeff();
    });
    return points;
}

/// tanh units 0, 1 turn, unit 2 follows and damps them: HB of the origin at α = 0 of W − αI … .
ParameterPath turning_path() {
    const Matrix W{{0.0, 1.0, -0.5}, {-1.0, 0.0, 0.0}, {1.0, 0.0, -1.0}};
    return self_coupling_path(ResidualSystem(W, Activation::Tanh));
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_branch_begins_at_its_hopf_point_and_holds_against_long_runs) {
    const ParameterPath path = turning_path();
    const BifurcationDiagram diagram = bifurcations(path, {.from = -0.6, .to = 0.4});
    const FlowCycleBranches found =
        follow_flow_cycles(path, diagram.events, {.from = -0.6, .to = 0.4});
    BOOST_TEST_REQUIRE(!found.branches.empty());
    Index checked = 0;
    for (const FlowCycleBranch& branch : found.branches) {
        const FlowCyclePoint& first = branch.points.front();
        BOOST_TEST(first.period == 2.0 * 3.14159265358979 / branch.frequency,
                   boost::test_tools::tolerance(1e-2));
        BOOST_TEST(std::abs(first.alpha - branch.birth) < 1e-2);
        for (std::size_t k = 0; k < branch.points.size(); k += 10) {
            const FlowCyclePoint& point = branch.points[k];
            BOOST_TEST(point.residual < 1e-8);
            BOOST_TEST(point.trivial_error < 1e-4);
            const FaceFlow flow(path.system_at(point.alpha), branch.face);
            // Once round by another tolerance and without segments.
            const Trajectory round =
                integrate(flow, Vector(point.u.col(0)),
                          {.t_end = point.period, .rel_tol = 1e-12, .abs_tol = 1e-13});
            const Vector end = round.x.col(round.x.cols() - 1);
            double largest = 1.0;
            for (const Complex m : point.multipliers) {
                largest = std::max(largest, std::abs(m));
            }
            BOOST_TEST((end - point.u.col(0)).lpNorm<Eigen::Infinity>() < 1e-6 * largest);
            ++checked;
        }
    }
    BOOST_TEST(checked >= 3);
}

BOOST_AUTO_TEST_CASE(attracting_cycles_of_a_branch_attract_long_runs) {
    const ParameterPath path = turning_path();
    const BifurcationDiagram diagram = bifurcations(path, {.from = -0.6, .to = 0.4});
    const FlowCycleBranches found =
        follow_flow_cycles(path, diagram.events, {.from = -0.6, .to = 0.4});
    Index seen = 0;
    for (const FlowCycleBranch& branch : found.branches) {
        const FlowCyclePoint& point = branch.points[branch.points.size() / 2];
        if (point.outside > 0 || branch.points.size() < 5) {
            continue;
        }
        const FaceFlow flow(path.system_at(point.alpha), branch.face);
        const auto orbit = find_periodic_orbit(flow, Vector(1.02 * point.u.col(0)),
                                               {.transient = 400.0, .t_search = 400.0});
        BOOST_REQUIRE(orbit.has_value());
        BOOST_TEST(orbit->period == point.period, boost::test_tools::tolerance(1e-6));
        ++seen;
    }
    BOOST_TEST(seen >= 1);
}

BOOST_AUTO_TEST_CASE(alike_units_part_where_their_weights_say) {
    // Units 1 and 2 are alike and turn together. What parts them obeys v' = (d − e − α) f'(u_1) v,
    // so that the multiplier across is 1 at α = d − e exactly: rows 1 and 2 of W − αI are then
    // equal, u_1 − u_2 is constant, and a family of cycles at this one α crosses the branch.
    const double d = -0.315;
    const double e = -0.285;
    const Matrix W{{0.6, 1.0, 1.0}, {-1.5, d, e}, {-1.5, e, d}};
    const ParameterPath path = self_coupling_path(ResidualSystem(W, Activation::Tanh));
    const BifurcationDiagram diagram = bifurcations(path, {.from = -0.06, .to = 0.2});
    const FlowCycleBranches found =
        follow_flow_cycles(path, diagram.events, {.from = -0.06, .to = 0.2});
    BOOST_REQUIRE(found.branches.size() == 2U);
    const FlowCycleBranch& branch = found.branches.front();
    BOOST_TEST(std::abs(branch.birth) < 1e-12);  // 0.6 + d + e = 0
    // Of the family the first cycle is told, and that it goes nowhere.
    const FlowCycleBranch& family = found.branches.back();
    BOOST_TEST((family.born == CycleLabel::BranchPoint && family.parent == 0U));
    BOOST_TEST((family.end == CycleBranchEnd::Family));
    BOOST_REQUIRE(family.points.size() == 1U);
    const FlowCyclePoint& apart = family.points.front();
    BOOST_TEST(std::abs(apart.alpha - (d - e)) < 1e-7);
    const Vector difference = (apart.u.row(1) - apart.u.row(2)).transpose();
    BOOST_TEST(std::abs(difference[0]) > 1e-3);
    BOOST_TEST((difference.array() - difference[0]).abs().maxCoeff() < 1e-7);
    const FlowCyclePoint* crossing = first_of(branch, CycleLabel::BranchPoint);
    BOOST_REQUIRE(crossing != nullptr);
    BOOST_TEST(std::abs(crossing->alpha - (d - e)) < 1e-6);
    BOOST_TEST(first_of(branch, CycleLabel::LimitPoint) == nullptr);
    for (const FlowCyclePoint& point : branch.points) {
        BOOST_TEST((point.u.row(1) - point.u.row(2)).cwiseAbs().maxCoeff() < 1e-7);
        if (std::abs(point.alpha - (d - e)) > 1e-3) {
            BOOST_TEST(point.outside == (point.alpha < d - e ? 1 : 0));
        }
    }
    BOOST_TEST(branch.points.back().outside == 1);
}

BOOST_AUTO_TEST_CASE(two_cycles_meet_at_a_fold_like_a_square_root) {
    const Matrix W{{0.25, -0.75, 1.0}, {1.5, 1.0, -0.75}, {-2.0, 0.75, 0.25}};
    const ParameterPath path = self_coupling_path(ResidualSystem(W, Activation::Tanh));
    const BifurcationDiagram diagram = bifurcations(path, {.from = 0.3, .to = 0.6});
    FlowCycleOptions options{.from = 0.3, .to = 0.6, .max_points = 60};
    const FlowCycleBranches once = follow_flow_cycles(path, diagram.events, options);
    BOOST_REQUIRE(once.branches.size() == 1U);
    const FlowCyclePoint* fold = first_of(once.branches.front(), CycleLabel::LimitPoint);
    BOOST_REQUIRE(fold != nullptr);
    BOOST_TEST(first_of(once.branches.front(), CycleLabel::NeimarkSacker) == nullptr);
    BOOST_TEST(first_of(once.branches.front(), CycleLabel::BranchPoint) == nullptr);

    // Before it there are two cycles, whose distance falls like the root of what is left of α, and
    // whose multipliers lie on both sides of 1; beyond it there is none.
    const double left = 5e-4;
    options.marks = {fold->alpha - left, fold->alpha - 0.25 * left, fold->alpha + 0.25 * left};
    const FlowCycleBranches found = follow_flow_cycles(path, diagram.events, options);
    double last = 0.0;
    for (const double alpha : {options.marks[0], options.marks[1]}) {
        const auto points = marked(found, alpha);
        BOOST_REQUIRE(points.size() == 2U);
        BOOST_TEST(points[0].outside == points[1].outside + 1);
        for (const FlowCyclePoint& point : points) {
            const FaceFlow flow(path.system_at(alpha), found.branches.front().face);
            const Trajectory round =
                integrate(flow, Vector(point.u.col(0)),
                          {.t_end = point.period, .rel_tol = 1e-12, .abs_tol = 1e-13});
            BOOST_TEST((round.x.rightCols(1) - point.u.col(0)).lpNorm<Eigen::Infinity>() < 1e-6);
        }
        const double apart =
            (points[1].high - points[1].low - points[0].high + points[0].low).norm();
        if (last > 0) {
            BOOST_TEST(last / apart == 2.0, boost::test_tools::tolerance(0.05));
        }
        last = apart;
    }
    BOOST_TEST(marked(found, options.marks[2]).empty());
}

BOOST_AUTO_TEST_CASE(doubled_cycles_are_followed_to_a_cascade) {
    // Arneodo, Coullet and Tresser's equations, scaled, on the face FFFH (model/systems.hpp), their
    // parameter μ from 0.8 to 1.6.
    const auto at = [](double mu) {
        return ResidualSystem(Matrix{{-25.0, -25.0, -5.0, 1.1},
                                     {25.0, 5.0, -5.0, -0.5},
                                     {-50.0 * mu, -5.0, -5.0, mu + 0.2},
                                     {0.0, 0.0, 0.0, 1.0}},
                              Activation::Logistic);
    };
    const ParameterPath path = path_between(at(0.8), at(1.6));
    std::vector<Bifurcation> hopf;
    for (const Bifurcation& event :
         bifurcations(path, {.from = 0.0, .to = 1.0, .layer_map = false}).events) {
        if (event.kind == BifurcationKind::Hopf && to_string(event.pattern) == "FFFH") {
            hopf.push_back(event);
        }
    }
    const FlowCycleBranches found =
        follow_flow_cycles(path, hopf, {.from = 0.0, .to = 1.0, .max_points = 60, .max_turns = 8});
    BOOST_REQUIRE(found.branches.size() == 4U);
    BOOST_TEST(found.not_followed == 1);  // the flip of eight turns
    std::vector<double> flips;
    for (std::size_t k = 0; k < found.branches.size(); ++k) {
        const FlowCycleBranch& branch = found.branches[k];
        BOOST_TEST(branch.turns == Index(1) << k);
        BOOST_TEST((branch.end == CycleBranchEnd::Range));
        const FlowCyclePoint* flip = first_of(branch, CycleLabel::PeriodDoubling);
        BOOST_REQUIRE(flip != nullptr);
        // Stable up to it, and a multiplier is −1 there.
        const auto nearest = std::min_element(
            flip->multipliers.begin(), flip->multipliers.end(),
            [](Complex a, Complex b) { return std::abs(a + 1.0) < std::abs(b + 1.0); });
        BOOST_TEST(std::abs(*nearest + 1.0) < 1e-5);
        for (const FlowCyclePoint& point : branch.points) {
            BOOST_TEST(point.residual < 1e-8);
            BOOST_TEST(point.trivial_error < 1e-6);
            if (std::abs(point.alpha - flip->alpha) > 1e-6) {
                BOOST_TEST(point.outside == (point.alpha < flip->alpha ? 0 : 1));
            }
        }
        if (k > 0) {
            const FlowCyclePoint* parent =
                first_of(found.branches[k - 1], CycleLabel::PeriodDoubling);
            BOOST_TEST((branch.born == CycleLabel::PeriodDoubling && branch.parent == k - 1));
            BOOST_TEST(branch.birth == parent->alpha);
            BOOST_TEST(branch.points.front().period / parent->period == 2.0,
                       boost::test_tools::tolerance(1e-3));
        }
        flips.push_back(flip->alpha);
        // Once round closes by an independent run, and half of it does not.
        const FlowCyclePoint& point = branch.points[branch.points.size() / 2];
        const FaceFlow flow(path.system_at(point.alpha), branch.face);
        for (const double share : {0.5, 1.0}) {
            const Trajectory run =
                integrate(flow, Vector(point.u.col(0)),
                          {.t_end = share * point.period, .rel_tol = 1e-12, .abs_tol = 1e-13});
            const double gap = (run.x.rightCols(1) - point.u.col(0)).lpNorm<Eigen::Infinity>();
            BOOST_TEST((share < 1.0 ? gap > 1e-3 : gap < 1e-6));
        }
    }
    BOOST_TEST((flips[2] - flips[1]) / (flips[3] - flips[2]) == 4.669,
               boost::test_tools::tolerance(0.01));

    // A long run comes to the cycle that goes round twice.
    const FlowCyclePoint& twice = found.branches[1].points.front();
    BOOST_REQUIRE(twice.outside == 0);
    const FlowCyclePoint* second = nullptr;
    for (const FlowCyclePoint& point : found.branches[1].points) {
        if (point.outside == 0 && point.alpha > flips[0] + 0.4 * (flips[1] - flips[0])) {
            second = &point;
            break;
        }
    }
    BOOST_REQUIRE(second != nullptr);
    const FaceFlow flow(path.system_at(second->alpha), found.branches[1].face);
    const auto orbit = find_periodic_orbit(flow, Vector(second->u.col(0).array() + 1e-3),
                                           {.transient = 4000.0, .t_search = 200.0});
    BOOST_REQUIRE(orbit.has_value());
    BOOST_TEST(orbit->period == second->period, boost::test_tools::tolerance(1e-6));
}

BOOST_AUTO_TEST_CASE(two_oscillators_in_step_part_at_a_pitchfork) {
    // Units 0, 1 and 2, 3 are two oscillators alike; from the Hopf point at 3/4 they move in step.
    Matrix W(4, 4);
    W << 0.25, -1.25, 0.0, -0.5,  //
        1.5, 0.75, -1.0, 0.5,     //
        0.0, -0.5, 0.25, -1.25,   //
        -1.0, 0.5, 1.5, 0.75;
    const ParameterPath path = self_coupling_path(ResidualSystem(W, Activation::Tanh));
    std::vector<Bifurcation> hopf;
    for (const Bifurcation& event :
         bifurcations(path, {.from = 0.7, .to = 0.9, .layer_map = false}).events) {
        if (event.kind == BifurcationKind::Hopf && to_string(event.pattern) == "FFFF" &&
            std::abs(event.alpha - 0.75) < 1e-9) {
            hopf.push_back(event);
        }
    }
    FlowCycleOptions options{.from = 0.7, .to = 0.9, .max_points = 40, .max_connected = 2};
    const FlowCycleBranches once = follow_flow_cycles(path, hopf, options);
    BOOST_REQUIRE(once.branches.size() == 2U);
    const FlowCycleBranch& together = once.branches.front();
    const FlowCyclePoint* crossing = first_of(together, CycleLabel::BranchPoint);
    BOOST_REQUIRE(crossing != nullptr);
    for (const FlowCyclePoint& point : together.points) {
        BOOST_TEST((point.u.topRows(2) - point.u.bottomRows(2)).cwiseAbs().maxCoeff() < 1e-6);
    }
    BOOST_TEST((once.branches[1].born == CycleLabel::BranchPoint && once.branches[1].parent == 0U));
    BOOST_TEST(once.branches[1].birth == crossing->alpha);

    // They part like the root of what α has gone on by, to the side on which the branch begins.
    const double side = once.branches[1].points.front().alpha < crossing->alpha ? -1.0 : 1.0;
    const double on = side * 2e-5;
    options.marks = {crossing->alpha + on, crossing->alpha + 4.0 * on};
    const FlowCycleBranches found = follow_flow_cycles(path, hopf, options);
    std::vector<double> apart;
    for (const double alpha : options.marks) {
        const auto& points = found.branches[1].points;
        const auto at = std::find_if(points.begin(), points.end(), [&](const auto& point) {
            return point.label == CycleLabel::UserValue && point.alpha == alpha;
        });
        BOOST_REQUIRE(at != points.end());
        apart.push_back((at->u.topRows(2) - at->u.bottomRows(2)).norm());
        const FaceFlow flow(path.system_at(alpha), found.branches[1].face);
        const Trajectory round = integrate(
            flow, Vector(at->u.col(0)), {.t_end = at->period, .rel_tol = 1e-12, .abs_tol = 1e-13});
        BOOST_TEST((round.x.rightCols(1) - at->u.col(0)).lpNorm<Eigen::Infinity>() < 1e-6);
    }
    BOOST_TEST(apart[1] / apart[0] == 2.0, boost::test_tools::tolerance(0.02));
}

BOOST_AUTO_TEST_CASE(conservative_hopf_points_are_not_followed) {
    const ParameterPath path =
        self_coupling_path(ResidualSystem(Matrix{{0.0, 1.0}, {-1.0, 0.0}}, Activation::Tanh));
    const BifurcationDiagram diagram = bifurcations(path, {.from = -1.0, .to = 1.0});
    const FlowCycleBranches found =
        follow_flow_cycles(path, diagram.events, {.from = -1.0, .to = 1.0});
    BOOST_TEST(found.branches.empty());
    BOOST_TEST(found.not_followed >= 1);
}

BOOST_AUTO_TEST_CASE(ranges_that_are_none_are_refused) {
    BOOST_CHECK(
        says(refusal([] { follow_flow_cycles(turning_path(), {}, {.from = 1.0, .to = 1.0}); }),
             "from < to"));
}

BOOST_AUTO_TEST_SUITE_END()
