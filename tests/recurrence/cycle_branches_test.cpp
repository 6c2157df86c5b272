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
    BOOST_TEST(cascade.parameters.front() == 1.5, boost::test_tools::tolerance(1e-13));
    BOOST_REQUIRE(cascade.parameters.size() >= 6U);  // at least five doublings after the first
    BOOST_TEST(cascade.ratios.back() == 4.669201609, boost::test_tools::tolerance(0.02));
    BOOST_REQUIRE(cascade.limit.has_value());
    BOOST_TEST(*cascade.limit > cascade.parameters.back());
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
        BOOST_TEST(std::abs(2.0 * u - point.parameter * 3.0 * std::tanh(u)) < 1e-8);
    }
    // Its multiplier is (1 + hw/cosh² u)² on the whole branch: below 1, so that nothing happens.
    for (const CycleBranchPoint& point : two.points) {
        const double c = std::cosh(point.u(0, 0));
        const double factor = 1.0 + point.parameter * w / (c * c);
        BOOST_TEST(std::abs(point.multipliers.front() - factor * factor) < 1e-8);
        BOOST_TEST(point.outside == 0);
    }
    BOOST_TEST(first_of(two, CycleLabel::PeriodDoubling) == nullptr);
    BOOST_TEST(first_of(two, CycleLabel::BranchPoint) == nullptr);
}

BOOST_AUTO_TEST_CASE(alike_units_that_flip_together_part_at_a_known_pitchfork) {
    // Both units alike: u ← −u with 2u = h |a + b| tanh u, and apart from each other they move by
    // (1 + h (a − b) / cosh² u)² over the cycle: 1 where h |a − b| / cosh² u = 2, which is where
    // sinh(2u)/(2u) = (a − b)/(a + b).
    const double a = -2.0;
    const double b = 1.0;
    const ResidualSystem system(Matrix{{a, b}, {b, a}}, Activation::Tanh);
    double low = 0.1;
    double high = 5.0;
    while (high - low > 1e-14) {
        const double u = 0.5 * (low + high);
        (std::sinh(2.0 * u) / (2.0 * u) < (a - b) / (a + b) ? low : high) = u;
    }
    const double at = 2.0 * low / (std::abs(a + b) * std::tanh(low));

    const CycleBranches found = follow_cycles(system, {pattern_from_string("FF")},
                                              {.from = 0.1, .to = 4.5, .max_period = 2});
    const auto together =
        std::find_if(found.branches.begin(), found.branches.end(), [](const CycleBranch& branch) {
            return std::abs(branch.birth - 2.0) < 1e-9;  // h = −2/(a + b)
        });
    BOOST_REQUIRE(together != found.branches.end());
    const CycleBranchPoint* crossing = first_of(*together, CycleLabel::BranchPoint);
    BOOST_REQUIRE(crossing != nullptr);
    BOOST_TEST(crossing->parameter == at, boost::test_tools::tolerance(1e-9));
    BOOST_TEST(std::abs(crossing->u(0, 0)) == low, boost::test_tools::tolerance(1e-6));
    BOOST_TEST(first_of(*together, CycleLabel::LimitPoint) == nullptr);
    BOOST_TEST(together->points.front().outside == 1);
    BOOST_TEST(together->points.back().outside == 0);

    const auto own = static_cast<std::size_t>(together - found.branches.begin());
    const auto parted = std::find_if(
        found.branches.begin(), found.branches.end(), [own](const CycleBranch& branch) {
            return branch.born == CycleLabel::BranchPoint && branch.parent == own;
        });
    BOOST_REQUIRE(parted != found.branches.end());
    BOOST_TEST(parted->birth == at, boost::test_tools::tolerance(1e-9));
    BOOST_TEST(parted->period == 2);
    BOOST_TEST(parted->points.size() > 10U);
    for (const CycleBranchPoint& point : parted->points) {
        // −2u = h W tanh u still, the units no longer alike.
        const Vector u = point.u.col(0);
        const Vector tanh_u = u.array().tanh();
        const Vector mismatch = 2.0 * u + point.parameter * (system.W() * tanh_u);
        BOOST_TEST(mismatch.lpNorm<Eigen::Infinity>() < 1e-8);
        BOOST_TEST(std::abs(u[0] - u[1]) > 1e-4);
    }
}

BOOST_AUTO_TEST_CASE(a_branch_born_downward_turns_where_its_step_is_smallest) {
    // u ← −u for u = (p, q): q = (h/2) c tanh p, p = (h/2)(a tanh p − b tanh q). The flip at h = 2
    // is subcritical, so the branch goes down to a smallest h, found here along p alone.
    const double a = 1.5;
    const double b = 0.25;
    const double c = 2.0;
    const ResidualSystem system(Matrix{{-a, b}, {-c, 0.0}}, Activation::Tanh);
    const auto step_at = [&](double p) {
        const auto surplus = [&](double h) {
            const double t = std::tanh(p);
            return 0.5 * h * (a * t - b * std::tanh(0.5 * h * c * t)) - p;
        };
        double low = 1.0;
        double high = 2.5;
        while (high - low > 1e-15 * high) {
            const double h = 0.5 * (low + high);
            (surplus(h) < 0 ? low : high) = h;
            if (h == low && h == high) {
                break;
            }
        }
        return low;
    };
    // By golden sections: h falls from p = 0 to one least value and rises from there.
    double left = 0.05;
    double right = 2.5;
    const double golden = 0.5 * (std::sqrt(5.0) - 1.0);
    while (right - left > 1e-7) {
        const double p = right - golden * (right - left);
        const double q = left + golden * (right - left);
        (step_at(p) < step_at(q) ? right : left) = step_at(p) < step_at(q) ? q : p;
    }
    const double least = step_at(0.5 * (left + right));
    BOOST_REQUIRE(least < 2.0 - 1e-3);

    const CycleBranches found = follow_cycles(system, {pattern_from_string("FF")},
                                              {.from = 0.5, .to = 2.5, .max_period = 2});
    BOOST_REQUIRE(!found.branches.empty());
    const CycleBranch& branch = found.branches.front();
    BOOST_TEST(branch.birth == 2.0, boost::test_tools::tolerance(1e-12));
    BOOST_TEST(!branch.grows_upward);
    const CycleBranchPoint* fold = first_of(branch, CycleLabel::LimitPoint);
    BOOST_REQUIRE(fold != nullptr);
    BOOST_TEST(fold->parameter == least, boost::test_tools::tolerance(1e-10));
    BOOST_TEST(fold->u.row(0).cwiseAbs().maxCoeff() == 0.5 * (left + right),
               boost::test_tools::tolerance(1e-4));
    BOOST_TEST(first_of(branch, CycleLabel::BranchPoint) == nullptr);
    for (const CycleBranchPoint& point : branch.points) {
        BOOST_TEST(point.parameter > least - 1e-9);
    }
    BOOST_TEST(branch.points.back().parameter > 2.0);  // it went on upward

    // A mark between the fold and the flip is passed twice, one beyond the flip once.
    const double between = 0.5 * (least + 2.0);
    const CycleBranches marked =
        follow_cycles(system, {pattern_from_string("FF")},
                      {.from = 0.5, .to = 2.5, .max_period = 2, .marks = {2.25, between, 0.9}});
    std::vector<double> steps;
    for (const CycleBranchPoint& point : marked.branches.front().points) {
        if (point.label == CycleLabel::UserValue) {
            steps.push_back(point.parameter);
            BOOST_TEST(std::abs(step_at(point.u.row(0).cwiseAbs().maxCoeff()) - point.parameter) <
                       1e-9);
        }
    }
    BOOST_TEST(steps == (std::vector<double>{between, between, 2.25}),
               boost::test_tools::per_element());
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
