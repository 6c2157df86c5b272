// Cycles of the network along the step: births at exact steps, a cascade of doublings with
// Feigenbaum's ratio, and a symmetric cycle known in closed form.
#include <boost/test/unit_test.hpp>
#include <cmath>

#include <resdyn/recurrence/cycle_branches.hpp>

#include "support/refusal.hpp"

using namespace resdyn;
using resdyn::test::refusal;
using resdyn::test::says;

BOOST_AUTO_TEST_SUITE(cycle_branches_)

namespace {

const CycleBranchPoint* first_of(const CycleBranch& branch, CycleLabel label) {
    const auto at = std::find_if(branch.points.begin(), branch.points.end(),
                                 [label](const auto& point) { return point.label == label; });
    return at == branch.points.end() ? nullptr : &*at;
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_cascade_has_the_ratio_of_feigenbaum) {
    // Unit 1 is High and drives unit 0: u ← u + h (2 − 6 σ(u)), y* = 1/3, first flip at h = 3/2.
    const ResidualSystem system(Matrix{{-6.0, 2.0}, {0.0, 1.0}}, Activation::Logistic);
    const CycleBranches found = follow_cycles(system, {pattern_from_string("FH")},
                                              {.from = 0.5, .to = 4.0, .max_period = 64});
    BOOST_REQUIRE(!found.cascades.empty());
    const DoublingCascade& cascade = found.cascades.front();
    BOOST_TEST(cascade.steps.front() == 1.5, boost::test_tools::tolerance(1e-13));
    BOOST_REQUIRE(cascade.steps.size() >= 6U);  // at least five doublings after the first
    BOOST_TEST(cascade.ratios.back() == 4.669201609, boost::test_tools::tolerance(0.02));
    BOOST_TEST(cascade.limit > cascade.steps.back());
    for (const CycleBranch& branch : found.branches) {
        for (const CycleBranchPoint& point : branch.points) {
            BOOST_TEST(point.residual < 1e-9);
        }
    }
}

BOOST_AUTO_TEST_CASE(a_symmetric_cycle_is_born_at_its_flip_and_stays_stable) {
    const double w = -3.0;
    const ResidualSystem system(Matrix{{w}}, Activation::Tanh);
    const CycleBranches found = follow_cycles(system, {pattern_from_string("F")},
                                              {.from = 0.1, .to = 3.0, .max_period = 16});
    BOOST_REQUIRE(!found.branches.empty());
    const CycleBranch& two = found.branches.front();
    BOOST_TEST(two.period == 2);
    BOOST_TEST(two.birth == 2.0 / 3.0, boost::test_tools::tolerance(1e-13));
    BOOST_TEST(two.grows_upward);
    for (const CycleBranchPoint& point : two.points) {
        // 2u = h |w| tanh u on the whole branch.
        const double u = std::abs(point.u(0, 0));
        BOOST_TEST(std::abs(2.0 * u - point.step * 3.0 * std::tanh(u)) < 1e-8);
    }
    // Its multiplier is (1 + hw/cosh² u)² on the whole branch: below 1, so that nothing happens.
    for (const CycleBranchPoint& point : two.points) {
        const double c = std::cosh(point.u(0, 0));
        const double factor = 1.0 + point.step * w / (c * c);
        BOOST_TEST(std::abs(point.multipliers.front() - factor * factor) < 1e-8);
        BOOST_TEST(point.outside == 0);
    }
    BOOST_TEST(first_of(two, CycleLabel::PeriodDoubling) == nullptr);
    BOOST_TEST(first_of(two, CycleLabel::BranchPoint) == nullptr);
}

BOOST_AUTO_TEST_CASE(stability_changes_only_at_events) {
    const ResidualSystem system(Matrix{{-6.0, 2.0}, {0.0, 1.0}}, Activation::Logistic);
    const CycleBranches found = follow_cycles(system, {pattern_from_string("FH")},
                                              {.from = 0.5, .to = 3.0, .max_period = 16});
    for (const CycleBranch& branch : found.branches) {
        for (std::size_t k = 1; k < branch.points.size(); ++k) {
            if (branch.points[k].outside != branch.points[k - 1].outside) {
                BOOST_TEST((branch.points[k].label != CycleLabel::Regular ||
                            branch.points[k - 1].label != CycleLabel::Regular));
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(ranges_that_are_none_are_refused) {
    const ResidualSystem system(Matrix{{-3.0}}, Activation::Tanh);
    BOOST_CHECK(
        says(refusal([&] { follow_cycles(system, {}, {.from = 1.0, .to = 1.0}); }), "from < to"));
}

BOOST_AUTO_TEST_SUITE_END()
