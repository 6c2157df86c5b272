#include <resdyn/portrait/boundary_sharpness.hpp>

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <map>
#include <string>
#include <vector>

#include <resdyn/core/random.hpp>
#include <resdyn/model/systems.hpp>
#include <resdyn/numerics/integrate.hpp>
#include <resdyn/portrait/cycle_basins.hpp>
#include <resdyn/portrait/heteroclinic_basins.hpp>
#include <resdyn/settling/seeds.hpp>

#include "support/refusal.hpp"

using namespace resdyn;

BOOST_AUTO_TEST_SUITE(basins_)

namespace {

ResidualSystem named(const std::string& name) {
    const NamedSystem& system = named_system(name);
    return {system.W, system.activation};
}

BasinMap map_of(const ResidualSystem& system, const BasinOptions& options) {
    const StateSpace space(system, Coordinate::Residual);
    return basin_map(space, unit_slice(space, 0, 1, Vector::Zero(system.dimension())), options);
}

/// A plane of a system, and how many of its cells are drawn.
struct Compared {
    ResidualSystem system;
    Slice slice;
    int cells = 0;
    SettleOptions settle = BasinOptions().settle;
};

Compared across(const ResidualSystem& system, double others, int cells,
                const SettleOptions& settle = {
                    .clock = Clock::Flow, .t_end = 1000.0, .rel_tol = 1e-6}) {
    const StateSpace space(system, Coordinate::Residual);
    return {system, unit_slice(space, 0, 1, Vector::Constant(system.dimension(), others)), cells,
            settle};
}

/// Holds the label of a cell against a run of its own; returns the kind of label.
std::string held_against_integration(const Compared& item, const BasinMap& map, Index i, Index j) {
    constexpr double near = 1e-4;
    const Levels range = levels(item.system.activation());
    const Vector start = item.slice.at(map.cell_centre(i, j));
    const int label = map.labels(i, j);
    const bool outside = start.minCoeff() < range.low || start.maxCoeff() > range.high;
    BOOST_TEST((label == OutsideCell) == outside);
    if (outside) {
        return "outside";
    }
    const ResidualFlow flow(item.system);
    IntegrateOptions options{.t_end = item.settle.t_end, .rel_tol = 1e-10};
    if (label == StepLimitCell) {
        options.max_steps = item.settle.max_steps;
    }
    const Trajectory path = integrate(flow, start, options);
    if (label == StepLimitCell) {
        BOOST_TEST((path.outcome == Outcome::StepLimit));
        return "step limit";
    }
    const Vector end = path.x.rightCols(1);
    const double speed = flow.value(end).lpNorm<Eigen::Infinity>();
    const auto away = [&end](const BasinAttractor& attractor) {
        return (end - attractor.y).lpNorm<Eigen::Infinity>();
    };
    if (label < 0) {
        BOOST_TEST((speed < item.settle.slow_speed) == (label == SlowCell));
        for (const BasinAttractor& attractor : map.attractors) {
            BOOST_TEST((attractor.is_continuum || away(attractor) > item.settle.settle_tol));
        }
        return label == SlowCell ? "slow" : "unsettled";
    }
    const BasinAttractor& attractor = map.attractors[static_cast<std::size_t>(label)];
    BOOST_TEST(speed < near);
    if (!attractor.is_continuum) {
        BOOST_TEST(away(attractor) < near);
        return "equilibrium";
    }
    for (Index unit = 0; unit < end.size(); ++unit) {
        const double y = end[unit];
        switch (attractor.pattern.states[static_cast<std::size_t>(unit)]) {
            case UnitState::Low:
                BOOST_TEST(y - range.low < near);
                break;
            case UnitState::High:
                BOOST_TEST(range.high - y < near);
                break;
            case UnitState::Free:
                BOOST_TEST((y > range.low && y < range.high));
                break;
        }
    }
    return "continuum";
}

}  // namespace

BOOST_AUTO_TEST_CASE(winner_takes_all_is_divided_by_the_diagonal) {
    const BasinMap map = map_of(named("winner-takes-all"), {.width = 40, .height = 40});
    BOOST_TEST(map.complete);
    BOOST_TEST_REQUIRE(map.attractors.size() == 2U);
    BOOST_TEST(to_string(map.attractors[0].pattern) == "LH");
    BOOST_TEST(map.attractors[1].proved);
    for (Index j = 0; j < 40; ++j) {
        for (Index i = 0; i < 40; ++i) {
            if (i != j) {
                BOOST_TEST(map.labels(i, j) == (i > j ? 1 : 0));
            }
        }
    }
    BOOST_TEST(map.count(0) == map.attractors[0].members);
}

BOOST_AUTO_TEST_CASE(an_exponent_is_given_only_where_the_map_shows_scaling) {
    const ResidualSystem winner = named("winner-takes-all");
    const BoundarySharpness line =
        boundary_sharpness(map_of(winner, {.width = 128, .height = 128}));
    BOOST_TEST(line.fitted());
    BOOST_TEST(std::abs(line.exponent - 1.0) < 0.05);  // a smooth boundary
    BOOST_TEST(line.looks_smooth());
    BOOST_TEST(line.reason.empty());
    const BoundarySharpness few = boundary_sharpness(map_of(winner, {.width = 12, .height = 12}));
    BOOST_TEST((few.status == SharpnessStatus::TooFewCells));
    BOOST_TEST(std::isnan(few.exponent));
    // One attractor and one cell that came to none: no boundary.
    BasinMap map = map_of(winner, {.width = 64, .height = 64});
    map.labels.setZero();
    map.labels(20, 30) = UnsettledCell;
    BOOST_TEST((boundary_sharpness(map).status == SharpnessStatus::NoBoundary));
    // A disc of 5 cells across is an arc too short for the distances.
    for (Index i = 0; i < 5; ++i) {
        map.labels.col(30 + i).segment(20, 5).setConstant(1);
    }
    BOOST_TEST((boundary_sharpness(map).status == SharpnessStatus::TooFewPairs));
    // Many such: enough pairs, but the share stops growing at their size.
    for (Index i = 0; i < 64; ++i) {
        for (Index j = 0; j < 64; ++j) {
            map.labels(i, j) = i % 16 < 3 && j % 16 < 3 ? 1 : 0;
        }
    }
    BOOST_TEST((boundary_sharpness(map).status == SharpnessStatus::NoScaling));
    map.labels.leftCols(10).setConstant(SlowCell);
    BOOST_TEST((boundary_sharpness(map).status == SharpnessStatus::Unsettled));
    // Every gap and every end of a Cantor set a label of its own: a boundary of stripes of
    // dimension ln 2/ln 3 in one direction: α = 1 − ln 2/ln 3 = 0.369.
    BasinMap stripes = map;
    const Index side = 729;
    stripes.labels.resize(side, 8 * 8);
    stripes.slice.window = {Vector{{0.0, 0.0}}, Vector{{1.0, 64.0 / 729.0}}};
    for (Index i = 0; i < side; ++i) {
        int label = 0;  // of the removed third that i falls into, the largest one
        for (Index part = side / 3; part >= 1 && label == 0; part /= 3) {
            label = i / part % 3 == 1 ? static_cast<int>(1000 * part + i / part) : 0;
        }
        stripes.labels.row(i).setConstant(label == 0 ? 1000000 + static_cast<int>(i) : label);
    }
    const BoundarySharpness cantor = boundary_sharpness(stripes, {.slope_tol = 0.25});
    BOOST_TEST(cantor.fitted());
    BOOST_TEST(std::abs(cantor.exponent - (1 - std::log(2.0) / std::log(3.0))) < 0.1);
    BOOST_TEST(!cantor.looks_smooth());
    BOOST_TEST(test::refusal([&] { boundary_sharpness(map, {.slope_tol = 0.0}); }) ==
               "boundary sharpness: expected slope_tol > 0, got 0");
}

BOOST_AUTO_TEST_CASE(a_unit_held_at_its_level_stays_there) {
    const ResidualSystem system = named("hopfield");
    const StateSpace space(system, Coordinate::Residual);
    const BasinMap map = basin_map(space, unit_slice(space, 0, 1, Vector{{0.0, 0.0, 1.0}}),
                                   {.width = 256, .height = 256});
    const Vector centre = map.slice.at(map.cell_centre(255, 255));
    BOOST_TEST(centre[0] == 0.99609375);
    for (const BasinAttractor& attractor : map.attractors) {
        BOOST_TEST((attractor.pattern[2] == UnitState::High), to_string(attractor.pattern));
    }
    const int label = map.labels(255, 255);
    BOOST_REQUIRE(label >= 0);
    BOOST_TEST(to_string(map.attractors[static_cast<std::size_t>(label)].pattern) == "LLH");
}

BOOST_AUTO_TEST_CASE(maps_that_a_proof_decides_are_not_integrated) {
    const BasinMap decay = map_of({-Matrix::Ones(3, 3), Activation::Logistic}, {});
    BOOST_REQUIRE_EQUAL(decay.attractors.size(), 1U);
    BOOST_TEST(to_string(decay.attractors[0].pattern) == "LLL");
    BOOST_TEST(decay.by_proof == 256 * 256);
    for (const char* name : {"conservative-pair", "false-repeller"}) {
        const BasinMap map = map_of(named(name), {});
        BOOST_TEST(map.count(NotFollowedCell) == 256 * 256, name);
        BOOST_TEST(map.by_proof == 256 * 256);
        BOOST_TEST(!map.proof.empty());
        BOOST_TEST((boundary_sharpness(map).status == SharpnessStatus::NoBoundary));
    }
}

BOOST_AUTO_TEST_CASE(labels_agree_with_direct_integration_at_1000_random_cells) {
    // One at a time, in y, by Odeint at 1e-10, against the batch in u; whatever the label.
    Random random(31);
    const ResidualSystem hopfield = named("hopfield");
    const StateSpace hopfield_space(hopfield, Coordinate::Residual);
    const std::vector<Compared> all = {
        across(ResidualSystem(Matrix{{-0.4, 1.2}, {1.0, -0.3}}, Activation::Tanh), 0.3, 300),
        across(ResidualSystem(random.normal_matrix(5, 5, 1.0), Activation::Tanh), 0.3, 300),
        across(named("competing-zero-diagonal"), 0.0, 100),
        across(named("false-repeller"), 0.0, 50),
        across(named("conservative-pair"), 0.0, 100, {.clock = Clock::Flow, .t_end = 20.0}),
        across(named("winner-takes-all"), 0.0, 50,
               {.clock = Clock::Flow, .t_end = 1000.0, .max_steps = 2}),
        {hopfield,
         plane_through(
             hopfield_space,
             {Vector{{1.0, 1.0, -1.0}}, Vector{{-1.0, -1.0, 1.0}}, Vector{{1.0, -1.0, -1.0}}},
             {"HHL", "LLH", "HLL"}),
         100}};
    std::map<std::string, int> kinds;
    for (const Compared& item : all) {
        const StateSpace space(item.system, Coordinate::Residual);
        const BasinMap map =
            basin_map(space, item.slice, {.width = 60, .height = 50, .settle = item.settle});
        for (int k = 0; k < item.cells; ++k) {
            const auto i = static_cast<Index>(random.below(60));
            const auto j = static_cast<Index>(random.below(50));
            BOOST_TEST_INFO("cell " << i << ", " << j << " of N = " << item.system.dimension()
                                    << " on " << item.slice.about);
            ++kinds[held_against_integration(item, map, i, j)];
        }
    }
    int cells = 0;
    for (const auto& [kind, count] : kinds) {
        BOOST_TEST_INFO(kind);
        BOOST_TEST(count >= 20);
        cells += count;
    }
    BOOST_TEST(cells == 1000);
    BOOST_TEST(kinds.size() == 6U);
}

BOOST_AUTO_TEST_CASE(what_does_not_settle_has_a_label_of_its_own) {
    const BasinMap cycle =
        map_of(named("conservative-pair"),
               {.width = 8, .height = 8, .settle = {.clock = Clock::Flow, .t_end = 20.0}});
    BOOST_TEST(cycle.attractors.empty());
    BOOST_TEST(cycle.count(UnsettledCell) == 64);
    const BasinMap slow =
        map_of(ResidualSystem(Matrix{{-1.0, 0.0}, {0.0, -1.0}}, Activation::Logistic),
               {.width = 8,
                .height = 8,
                .settle = {.clock = Clock::Flow, .t_end = 1000.0, .prove_first = false}});
    BOOST_TEST(slow.count(SlowCell) == 64);  // the degenerate origin attracts like 1/t
    const BasinMap continuum = map_of(named("competing-zero-diagonal"), {.width = 8, .height = 8});
    BOOST_TEST(std::any_of(continuum.attractors.begin(), continuum.attractors.end(),
                           [](const BasinAttractor& a) { return a.is_continuum; }));
    const ResidualSystem system = named("hopfield");
    const StateSpace space(system, Coordinate::Residual);
    const Slice plane = plane_through(
        space, {Vector{{1.0, 1.0, -1.0}}, Vector{{-1.0, -1.0, 1.0}}, Vector{{1.0, -1.0, -1.0}}},
        {"HHL", "LLH", "HLL"});
    const BasinMap cut = basin_map(space, plane, {.width = 20, .height = 20});
    BOOST_TEST(cut.count(OutsideCell) > 0);
    BOOST_TEST(cut.count(OutsideCell) < 400);
    Index all = 0;
    for (int label = lowest_label; label < static_cast<int>(cut.attractors.size()); ++label) {
        all += cut.count(label);
    }
    BOOST_TEST(all == 400);
}

BOOST_AUTO_TEST_CASE(cells_and_starts_come_to_the_limit_cycle) {
    const ResidualSystem system = named("limit-cycle");
    const std::vector<AttractingCycle> cycles = attracting_cycles(system);
    BOOST_TEST_REQUIRE(cycles.size() == 1U);
    BOOST_TEST(to_string(cycles[0].face) == "FFH");
    BOOST_TEST(cycles[0].multiplier < 1.0);
    const StateSpace space(system, Coordinate::Residual);
    const BasinOptions options{.width = 16, .height = 16};
    for (const double height : {1.0, 0.5}) {  // within the face, and across the open cube
        const Slice plane = unit_slice(space, 0, 1, Vector::Constant(3, height));
        BasinMap map = basin_map(space, plane, options);
        BOOST_TEST(map.count(NotFollowedCell) == 256);
        label_cycles(map, space, cycles, options);
        BOOST_TEST_REQUIRE(map.attractors.size() == 1U);
        BOOST_TEST(map.attractors[0].is_cycle());
        BOOST_TEST(map.attractors[0].name() == "cycle 0, period 8.06");
        BOOST_TEST(map.count(0) == map.attractors[0].members);
        BOOST_TEST(map.count(0) >= 250);
        BOOST_TEST(map.by_proof == 0);
        BOOST_TEST(map.proof.empty());
    }
    // The face y_2 = 0 never leaves itself and holds no such cycle: its cells are not followed.
    BasinMap below = basin_map(space, unit_slice(space, 0, 1, Vector::Zero(3)), options);
    const Eigen::MatrixXi before = below.labels;
    label_cycles(below, space, cycles, options);
    BOOST_TEST((below.labels == before));
    BOOST_TEST(below.attractors.empty());
    BasinShares shares = basin_shares(system, 300, 5, options.settle);
    count_cycles(shares, system, 5, cycles, options.settle);
    BOOST_TEST_REQUIRE(shares.attractors.size() == 1U);
    BOOST_TEST(shares.shares[0].value > 0.95);
    double sum = shares.shares[0].value;
    for (const Proportion& p : shares.outcomes) {
        sum += p.value;
    }
    BOOST_TEST(std::abs(sum - 1.0) < 1e-12);
    BOOST_TEST(attracting_cycles(named("conservative-pair")).empty());
}

BOOST_AUTO_TEST_CASE(a_cycle_that_attracts_only_where_a_unit_is_held_is_labelled_so) {
    // Unit 2 leaves its High level: the mean of (Wy)_2 over the cycle is 1/2 − 3/4.
    Matrix W = named_system("limit-cycle").W;
    W.row(2) << 1.0, -3.0, 0.0;
    const ResidualSystem system(W, Activation::Logistic);
    const std::vector<AttractingCycle> cycles = attracting_cycles(system);
    const auto found = std::find_if(cycles.begin(), cycles.end(), [](const AttractingCycle& cycle) {
        return to_string(cycle.face) == "FFH";
    });
    BOOST_TEST_REQUIRE((found != cycles.end()));
    BOOST_TEST(!found->attracts_in_cube());
    const StateSpace space(system, Coordinate::Residual);
    const BasinOptions options{.width = 8, .height = 8};
    BasinMap held = basin_map(space, unit_slice(space, 0, 1, Vector::Constant(3, 1.0)), options);
    label_cycles(held, space, cycles, options);
    BOOST_TEST_REQUIRE(held.attractors.size() == 1U);
    BOOST_TEST(held.attractors[0].name() == "cycle 0, period 8.06, on FFH");
    BOOST_TEST(!held.attractors[0].attracts_in_cube);
    BOOST_TEST(held.count(0) >= 60);
    // What is drawn is the closed orbit, in the plane.
    const Matrix& orbit = held.attractors[0].orbit;
    BOOST_TEST((orbit.row(2).array() == 1.0).all());
    BOOST_TEST((orbit.col(0) == orbit.rightCols(1)));
    // Beside the face nothing comes to it.
    BasinMap beside = basin_map(space, unit_slice(space, 0, 1, Vector::Constant(3, 0.5)), options);
    label_cycles(beside, space, cycles, options);
    for (const BasinAttractor& attractor : beside.attractors) {
        BOOST_TEST((!attractor.is_cycle() || attractor.attracts_in_cube));
    }
    const Matrix u0 = random_seeds(system, 40, 3);
    SettleOptions settle_options = options.settle;
    for (const Index cycle :
         cycles_reached(system, u0, settle(system, u0, settle_options), cycles, settle_options)) {
        BOOST_TEST((cycle < 0 || cycles[static_cast<std::size_t>(cycle)].attracts_in_cube()));
    }
    // And in the system whose cycle attracts, starts are told to come to it.
    const ResidualSystem attracting = named("limit-cycle");
    const Matrix v0 = random_seeds(attracting, 40, 3);
    const std::vector<Index> reached =
        cycles_reached(attracting, v0, settle(attracting, v0, settle_options),
                       attracting_cycles(attracting), settle_options);
    BOOST_TEST(std::count(reached.begin(), reached.end(), 0) >= 38);
}

BOOST_AUTO_TEST_CASE(layers_and_flow_have_basins_of_their_own) {
    const ResidualSystem system(named_system("winner-takes-all").W, Activation::Logistic, 0.5);
    const BasinMap map =
        map_of(system, {.width = 20, .height = 20, .settle = {.clock = Clock::Map}});
    BOOST_TEST((map.clock == Clock::Map));
    BOOST_TEST(map.attractors.size() == 2U);
}

BOOST_AUTO_TEST_CASE(cycles_of_the_layers_are_attractors_under_their_clock) {
    // Unit 0 alternates, 2u = 3 tanh u, on whichever side of its own help unit 1 saturates.
    const ResidualSystem system(Matrix{{-3.0, 0.0}, {0.0, 1.0}}, Activation::Tanh, 1.0);
    const BasinOptions options{.width = 20, .height = 20, .settle = {.clock = Clock::Map}};
    BasinMap map = map_of(system, options);
    BOOST_TEST(map.attractors.empty());
    const std::vector<AttractingCycle> cycles = attracting_cycles(system, 1, 0, Clock::Map);
    BOOST_TEST_REQUIRE(cycles.size() == 2U);
    BOOST_TEST(cycles.front().period == 2.0);
    label_cycles(map, StateSpace(system, Coordinate::Residual), cycles, options);
    BOOST_TEST_REQUIRE(map.attractors.size() == 2U);
    BOOST_TEST(map.attractors[0].is_cycle());
    BOOST_TEST(map.attractors[0].members + map.attractors[1].members >= 380);
}

BOOST_AUTO_TEST_CASE(a_heteroclinic_cycle_that_attracts_is_an_attractor) {
    const ResidualSystem system = named("heteroclinic-cycle");
    const std::vector<AttractingHeteroclinicCycle> cycles = attracting_heteroclinic_cycles(system);
    BOOST_TEST_REQUIRE(cycles.size() == 1U);
    BOOST_TEST(cycles.front().saddles.size() == 6U);
    const SettleOptions options{.clock = Clock::Flow, .t_end = 3000.0};
    BasinShares shares = basin_shares(system, 100, 3, options);
    BOOST_TEST(shares.attractors.empty());
    count_heteroclinic_cycles(shares, system, 3, cycles, options);
    BOOST_TEST_REQUIRE(shares.attractors.size() == 1U);
    BOOST_TEST(shares.attractors.front().kind() == "heteroclinic_cycle");
    BOOST_TEST(shares.attractors.front().members >= 95);
    double all = shares.shares.front().value;
    for (const Proportion& p : shares.outcomes) {
        all += p.value;
    }
    BOOST_TEST(all == 1.0, boost::test_tools::tolerance(1e-12));
}

BOOST_AUTO_TEST_CASE(any_thread_count_gives_the_same_map) {
    BasinOptions one{.width = 64, .height = 64};
    one.settle.threads = 1;
    BasinOptions three = one;
    three.settle.threads = 3;
    BOOST_TEST((map_of(named("winner-takes-all"), one).labels ==
                map_of(named("winner-takes-all"), three).labels));
}

BOOST_AUTO_TEST_CASE(shares_sum_to_one_and_lie_in_their_intervals) {
    const BasinShares shares =
        basin_shares(named("winner-takes-all"), 2000, 5, {.clock = Clock::Flow});
    BOOST_TEST_REQUIRE(shares.attractors.size() == 2U);
    for (const Proportion& p : shares.shares) {  // by symmetry one half each
        BOOST_TEST(std::abs(p.value - 0.5) < 4 * p.standard_error);
        BOOST_TEST(p.low < p.value);
        BOOST_TEST(p.high > p.value);
    }
    double sum = 0.0;
    for (const Proportion& p : shares.outcomes) {
        sum += p.value;
    }
    BOOST_TEST(std::abs(sum - 1.0) < 1e-12);
}

BOOST_AUTO_TEST_CASE(a_stopped_map_says_so) {
    BasinOptions options{.width = 192, .height = 192};
    int asked = 0;
    options.stop_requested = [&asked] { return ++asked > 2; };
    const BasinMap map = map_of(named("winner-takes-all"), options);
    BOOST_TEST(!map.complete);
    BOOST_TEST(map.count(UnsettledCell) > 0);
    BOOST_TEST(map.attractors[0].members > 0);
}

BOOST_AUTO_TEST_CASE(wrong_options_are_refused) {
    BOOST_TEST(test::refusal([] { map_of(named("winner-takes-all"), {.width = 1}); }) ==
               "basins: expected 2 to 4096 cells along the first axis, got 1");
    BOOST_TEST(test::refusal([] {
                   map_of(ResidualSystem(Matrix::Identity(2, 2), Activation::Softplus), {});
               }) == "basins: expected a bounded activation (logistic or tanh), got softplus");
    BOOST_TEST(test::refusal([] { basin_shares(named("winner-takes-all"), 0, 1, {}); }) ==
               "basin shares: expected samples >= 1, got 0");
}

BOOST_AUTO_TEST_SUITE_END()
