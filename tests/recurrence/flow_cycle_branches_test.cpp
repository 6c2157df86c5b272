// Cycles of the flow along a path: born at a Hopf point with its frequency, against an independent
// long integration, and in reasonable time.
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
