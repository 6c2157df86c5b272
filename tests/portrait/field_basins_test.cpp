// Basins of fields with known answers.
#include <resdyn/portrait/field_basins.hpp>

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <numbers>

#include <resdyn/portrait/field_portrait.hpp>

#include "support/fields.hpp"
#include "support/refusal.hpp"

using namespace resdyn;
using test::refusal;
using test::says;

BOOST_AUTO_TEST_SUITE(field_basins_)

namespace {

FieldBasins basins_of(const VectorField& field, double reach, const FieldBasinOptions& options) {
    const Box box{Vector::Constant(2, -reach), Vector::Constant(2, reach)};
    return field_basins(field, box, field_slice(field, box, 0, 1, Vector::Zero(2)), options);
}

}  // namespace

BOOST_AUTO_TEST_CASE(the_line_between_two_wells) {
    // x' = x − x³, y' = −y: the sign of x decides.
    const test::FunctionField field(2, [](const Vector& x) {
        return Vector{{x[0] - x[0] * x[0] * x[0], -x[1]}};
    });
    const FieldBasins map = basins_of(field, 2.0, {.width = 20, .height = 10, .cycle_time = 0});
    BOOST_TEST(map.complete);
    BOOST_TEST_REQUIRE(map.attractors.size() == 2U);
    BOOST_TEST(map.attractors[0].name() == "equilibrium 0");
    BOOST_TEST(map.attractors[1].name() == "equilibrium 2");  // 1 is the saddle
    for (Index i = 0; i < 20; ++i) {
        for (Index j = 0; j < 10; ++j) {
            BOOST_TEST(map.labels(i, j) == (map.cell_centre(i, j)[0] < 0 ? 0 : 1));
        }
    }
    BOOST_TEST(map.attractors[0].members == 100);
}

BOOST_AUTO_TEST_CASE(rings_are_told_apart_by_the_one_that_repels) {
    const FieldBasins map = basins_of(test::two_rings(), 3.0,
                                      {.width = 24, .height = 24, .t_end = 40, .cycle_time = 30});
    BOOST_TEST_REQUIRE(map.attractors.size() == 2U);
    const FieldAttractor& cycle = map.attractors[1];
    BOOST_TEST(cycle.is_cycle());
    BOOST_TEST(std::abs(cycle.period - 2 * std::numbers::pi) < 1e-8);
    BOOST_TEST(cycle.multiplier < 1e-6);
    Index wrong = 0;
    for (Index i = 0; i < 24; ++i) {
        for (Index j = 0; j < 24; ++j) {
            wrong += map.labels(i, j) == (map.cell_centre(i, j).norm() < 1.0 ? 0 : 1) ? 0 : 1;
        }
    }
    BOOST_TEST(wrong == 0);
}

BOOST_AUTO_TEST_CASE(what_comes_to_nothing_is_said) {
    // r' = r: every cell but none at 0 escapes.
    const test::FunctionField away(2, [](const Vector& x) { return x; });
    const FieldBasins map = basins_of(away, 1.0, {.width = 8, .height = 8});
    BOOST_TEST(map.attractors.empty());
    BOOST_TEST(map.count(EscapedField) == 64);
    // A rotation: nothing attracts, no cycle is isolated.
    const test::FunctionField turning(2, [](const Vector& x) { return Vector{{x[1], -x[0]}}; });
    const FieldBasins circles =
        basins_of(turning, 1.0, {.width = 8, .height = 8, .t_end = 20, .cycle_time = 20});
    BOOST_TEST(circles.attractors.empty());
    BOOST_TEST(circles.count(UnsettledField) == 64);
    // y' = −y³ slows down before it arrives.
    const test::FunctionField slow(
        2, [](const Vector& x) { return Vector(-x.cwiseProduct(x).cwiseProduct(x)); });
    const FieldBasins lagging = basins_of(slow, 1.0, {.width = 8, .height = 8, .t_end = 400});
    BOOST_TEST(lagging.count(SlowField) == 64);
}

BOOST_AUTO_TEST_CASE(it_can_be_stopped_and_does_not_depend_on_threads) {
    const test::FunctionField field = test::duffing();
    FieldBasinOptions options{.width = 40, .height = 40, .t_end = 100, .cycle_time = 0};
    options.threads = 1;
    const FieldBasins one = basins_of(field, 2.0, options);
    options.threads = 2;
    double last = 0.0;
    options.on_progress = [&](double share) { last = share; };
    const FieldBasins two = basins_of(field, 2.0, options);
    BOOST_TEST((one.labels == two.labels));
    BOOST_TEST(last == 1.0);
    BOOST_TEST(one.attractors[0].members == one.attractors[1].members);  // x ↦ −x
    options.stop_requested = [] { return true; };
    const FieldBasins none = basins_of(field, 2.0, options);
    BOOST_TEST(!none.complete);
    BOOST_TEST(none.count(UnsettledField) == 1600);
}

BOOST_AUTO_TEST_CASE(refusals) {
    const test::FunctionField field = test::duffing();
    const auto refused = [&](const FieldBasinOptions& options) {
        return refusal([&] { basins_of(field, 1.0, options); });
    };
    BOOST_TEST(says(refused({.width = 1}), "width: ", "2 to 4096"));
    BOOST_TEST(says(refused({.t_end = 0}), "t_end"));
    BOOST_TEST(says(refused({.arrival = 0.2}), "arrival < 0.1"));
    BOOST_TEST(says(refused({.escape = 0.5}), "escape >= 1"));
    BOOST_TEST(says(refused({.cycle_time = -1}), "cycle_time"));
}

BOOST_AUTO_TEST_SUITE_END()
