#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <limits>
#include <map>

#include <resdyn/core/random.hpp>
#include <resdyn/data/contingency.hpp>
#include <resdyn/equilibria/face_flow.hpp>
#include <resdyn/model/systems.hpp>
#include <resdyn/numerics/integrate.hpp>
#include <resdyn/settling/global_attraction.hpp>
#include <resdyn/settling/seeds.hpp>
#include <resdyn/settling/settle.hpp>

#include "support/refusal.hpp"

using namespace resdyn;
using resdyn::test::refusal;

BOOST_AUTO_TEST_SUITE(settle_)

namespace {

ResidualSystem named(const char* name, double step = 1.0) {
    const NamedSystem& system = named_system(name);
    return {system.W, system.activation, step};
}

ResidualSystem gaussian(Index n, Activation f, std::uint64_t seed) {
    return {Random(seed).normal_matrix(n, n, 1.0 / std::sqrt(static_cast<double>(n))), f, 0.5};
}

std::map<Index, Pattern> pattern_of_start(const SettleResult& result) {
    std::map<Index, Pattern> patterns;
    for (const SettledGroup& group : result.groups) {
        for (const Index member : group.members) {
            patterns[member] = group.equilibrium.pattern;
        }
    }
    return patterns;
}

/// Every start has one outcome; who settled is a member of one group, nobody else of any.
void check_that_counts_add_up(const SettleResult& result, Index starts) {
    Index sum = 0;
    for (const SettleOutcome outcome : settle_outcomes) {
        sum += result.count(outcome);
    }
    BOOST_TEST(sum == starts);
    std::vector<Index> members;
    for (const SettledGroup& group : result.groups) {
        members.insert(members.end(), group.members.begin(), group.members.end());
    }
    BOOST_TEST(static_cast<Index>(members.size()) == result.count(SettleOutcome::Settled));
    std::sort(members.begin(), members.end());
    BOOST_TEST((std::adjacent_find(members.begin(), members.end()) == members.end()));
    BOOST_TEST(result.certified <= result.count(SettleOutcome::Settled));
}

}  // namespace

BOOST_AUTO_TEST_CASE(the_flow_ends_where_single_trajectories_do) {
    for (const Activation f : {Activation::Logistic, Activation::Tanh}) {
        const ResidualSystem system = gaussian(12, f, 5);
        const Matrix u0 = random_seeds(system, 60, 3);
        const SettleOptions options{.clock = Clock::Flow};
        const SettleResult result = settle(system, u0, options);
        const auto settled = pattern_of_start(result);
        const FaceSolver exact(system);
        for (Index start = 0; start < u0.cols(); ++start) {
            // Another integrator, the same time: at rest at an equilibrium that exact arithmetic
            // calls stable, or not.
            const Trajectory alone = integrate(
                PreactivationFlow(system), u0.col(start),
                {.t_end = options.t_end, .rel_tol = 1e-8, .sample_times = {options.t_end}});
            const Vector y = activate(f, Vector(alone.x.col(0)));
            const FaceDecision decision = exact.decide(pattern_of(y, f, 1e-4));
            const auto* rest = std::get_if<Equilibrium>(&decision);
            const bool at_rest = rest != nullptr && rest->spectrum.is_stable() &&
                                 (rest->y - y).lpNorm<Eigen::Infinity>() < 1e-4;
            const auto found = settled.find(start);
            const bool is_settled = found != settled.end();
            BOOST_TEST(is_settled == at_rest, "start " << start);
            const auto k = static_cast<std::size_t>(start);
            BOOST_TEST((result.outcomes[k] == SettleOutcome::Settled) == is_settled);
            if (is_settled && at_rest) {
                BOOST_TEST(to_string(rest->pattern) == to_string(found->second));
            } else if (!is_settled) {
                BOOST_TEST(result.t[k] == options.t_end);
                BOOST_TEST((result.outcomes[k] == SettleOutcome::Slow) ==
                           (result.final_speed[start] < options.slow_speed));
            }
        }
        check_that_counts_add_up(result, u0.cols());
    }
}

BOOST_AUTO_TEST_CASE(everything_comes_to_rest_where_a_potential_falls) {
    // W symmetric: gradient-like (doc/theory.md §7.1): all ends are at isolated equilibria.
    for (const Activation f : {Activation::Logistic, Activation::Tanh}) {
        const Matrix G = Random(11).normal_matrix(12, 12, 1.0);
        const ResidualSystem system(Matrix(0.5 * (G + G.transpose())), f);
        for (const Clock clock : {Clock::Flow, Clock::Map}) {
            const SettleResult result =
                settle(system, random_seeds(system, 60, 3), {.clock = clock, .max_layers = 20000});
            check_that_counts_add_up(result, 60);
            if (clock == Clock::Flow) {
                BOOST_TEST(
                    result.count(SettleOutcome::Settled) + result.count(SettleOutcome::Slow) == 60);
            }
            for (const SettledGroup& group : result.groups) {
                const FaceDecision decision = FaceSolver(system).decide(group.equilibrium.pattern);
                BOOST_TEST(std::get<Equilibrium>(decision).spectrum.is_stable());
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(large_vertices_are_proved_and_agree_with_exact_arithmetic) {
    // Beyond N = 64 the box is tested by norms. Sparse self-help makes nearly every start end at a
    // vertex of its own.
    const Index n = 100;
    const Matrix W = Random(8).normal_matrix(n, n, 0.2 / std::sqrt(static_cast<double>(n))) +
                     Matrix(Matrix::Identity(n, n));
    const ResidualSystem system(W, Activation::Tanh, 0.5);
    for (const Clock clock : {Clock::Flow, Clock::Map}) {
        const SettleResult result = settle(system, random_seeds(system, 40, 1), {.clock = clock});
        BOOST_TEST(result.count(SettleOutcome::Settled) == 40);
        BOOST_TEST(result.certified == 40);
        const FaceSolver exact(system);
        for (std::size_t g = 0; g < std::min<std::size_t>(result.groups.size(), 3); ++g) {
            const Equilibrium& found = result.groups[g].equilibrium;
            BOOST_TEST(found.proved);
            const FaceDecision decision = exact.decide(found.pattern);
            const auto& proved = std::get<Equilibrium>(decision);
            BOOST_TEST((proved.type == found.type));
            BOOST_TEST(proved.spectrum.stable == found.spectrum.stable);
            BOOST_TEST((proved.y - found.y).norm() == 0.0);
        }
    }
}

BOOST_AUTO_TEST_CASE(a_tie_is_never_taken_for_a_stable_vertex) {
    // At HH (Wy)_i = 0 exactly: no start may be said to settle there.
    const ResidualSystem system(Matrix{{1.0, -1.0}, {-1.0, 1.0}}, Activation::Logistic);
    const SettleResult result = settle(system, random_seeds(system, 50, 2));
    for (const SettledGroup& group : result.groups) {
        BOOST_TEST(to_string(group.equilibrium.pattern) != "HH");
    }
}

BOOST_AUTO_TEST_CASE(winners_share_the_starts_of_a_symmetric_system_alike) {
    const ResidualSystem system = named("winner-takes-all");
    const Matrix u0 = random_seeds(system, 2000, 4);
    for (const Clock clock : {Clock::Flow, Clock::Map}) {
        const SettleResult result = settle(system, u0, {.clock = clock});
        BOOST_REQUIRE_EQUAL(result.groups.size(), 2U);
        for (const auto& [start, pattern] : pattern_of_start(result)) {
            BOOST_TEST(to_string(pattern) == (u0(0, start) > u0(1, start) ? "HL" : "LH"));
        }
        const Proportion share =
            proportion(static_cast<Index>(result.groups[0].members.size()), 2000);
        BOOST_TEST(share.low < 0.5);
        BOOST_TEST(share.high > 0.5);
    }
}

BOOST_AUTO_TEST_CASE(an_attracting_continuum_is_a_resting_place_of_its_own_kind) {
    const ResidualSystem system = named("competing-zero-diagonal", 0.2);
    for (const Clock clock : {Clock::Flow, Clock::Map}) {
        const SettleResult result =
            settle(system, random_seeds(system, 100, 6), {.clock = clock, .max_layers = 20000});
        BOOST_TEST(result.groups.empty());
        BOOST_TEST(result.count(SettleOutcome::OnContinuum) > 60);
        for (const ContinuumGroup& group : result.continua) {
            BOOST_TEST(group.continuum.dimension == 1);
            BOOST_TEST(group.spread > 0.1);  // a different point for each start
            BOOST_REQUIRE_EQUAL(group.transverse.size(), 1U);
            // On the axis of unit i the other unit has the eigenvalue (Wy)_j = −y_i.
            const double y = group.continuum.point.maxCoeff();
            BOOST_TEST(group.transverse[0].real() == -y, boost::test_tools::tolerance(1e-12));
        }
    }
}

BOOST_AUTO_TEST_CASE(slow_passages_name_the_saddle_and_its_unstable_dimension) {
    const ResidualSystem cycle = named("heteroclinic-cycle");
    const SettleResult result =
        settle(cycle, random_seeds(cycle, 40, 7), {.clock = Clock::Flow, .t_end = 3000});
    BOOST_TEST(result.count(SettleOutcome::Settled) == 0);
    BOOST_TEST(result.passages.size() > 10U);
    Index saddles = 0;
    for (const SlowPassage& passage : result.passages) {
        BOOST_TEST(
            (result.outcomes[static_cast<std::size_t>(passage.start)] == SettleOutcome::Slow));
        BOOST_TEST(passage.near.spectrum.unstable == 1);
        BOOST_TEST(passage.distance < 0.1);
        saddles += passage.near.type == EquilibriumType::Saddle ? 1 : 0;
    }
    BOOST_TEST(saddles == static_cast<Index>(result.passages.size()));
    // A degenerate equilibrium is approached like 1/t: as a run shows it, slow.
    const ResidualSystem decay(Matrix{{-1.0}}, Activation::Logistic);
    const SettleResult towards =
        settle(decay, Matrix{{0.0}}, {.clock = Clock::Flow, .prove_first = false});
    BOOST_REQUIRE_EQUAL(towards.passages.size(), 1U);
    BOOST_TEST((towards.passages[0].near.type == EquilibriumType::NonHyperbolic));
}

BOOST_AUTO_TEST_CASE(an_origin_that_is_proved_to_attract_is_where_every_start_settles) {
    const std::vector<Matrix> all = {Matrix{{-1.0}}, Matrix{{-1, -2, 0}, {0, -1, -2}, {-2, 0, -1}},
                                     -Matrix::Ones(3, 3),
                                     -Matrix::Ones(13, 13),  // beyond any enumeration of faces
                                     Matrix{{-1, 0.5}, {0.25, -1}}};
    for (const Matrix& W : all) {
        const ResidualSystem system(W, Activation::Logistic);
        const Matrix u0 = random_seeds(system, 30, 4);
        for (const Clock clock : {Clock::Flow, Clock::Map}) {
            const SettleResult result = settle(system, u0, {.clock = clock});
            check_that_counts_add_up(result, 30);
            BOOST_REQUIRE(result.count(SettleOutcome::Settled) == 30);
            BOOST_TEST(result.certified == 30);
            BOOST_TEST(result.by_proof == 30);
            BOOST_TEST(!result.proof.empty());
            BOOST_TEST(result.groups[0].equilibrium.y.lpNorm<Eigen::Infinity>() == 0.0);
            // Followed all the same, y has shrunk after a long time, and is not there yet.
            const SettleResult run =
                settle(system, u0.leftCols(3), {.clock = clock, .prove_first = false});
            BOOST_TEST(run.count(SettleOutcome::Slow) == 3);
        }
    }
    // Wide steps can leave what the flow is drawn to: nothing is claimed of the layers then.
    const Matrix W{{-1, 6}, {-6, -1}};
    const ResidualSystem wide(W, Activation::Logistic, 10.0);
    BOOST_TEST(proved_limit(wide, Clock::Flow).has_value());
    BOOST_TEST(!proved_limit(wide, Clock::Map).has_value());
    BOOST_TEST(!proved_limit(named("false-repeller"), Clock::Flow).has_value());
    BOOST_TEST(!proved_limit(named("winner-takes-all"), Clock::Flow).has_value());
}

BOOST_AUTO_TEST_CASE(units_at_a_level_are_held_there_exactly) {
    const double infinity = std::numeric_limits<double>::infinity();
    const ResidualSystem hopfield = named("hopfield");
    const double u = inverse(Activation::Tanh, 0.99609375);
    for (const Clock clock : {Clock::Flow, Clock::Map}) {
        const SettleResult result =
            settle(hopfield, Matrix{{u}, {u}, {infinity}}, {.clock = clock});
        BOOST_REQUIRE_EQUAL(result.groups.size(), 1U);
        BOOST_TEST(to_string(result.groups[0].equilibrium.pattern) == "LLH");
    }
    // On faces of random systems the ends are those of single runs with the units held.
    Random random(77);
    int settled = 0;
    for (const Activation f : {Activation::Logistic, Activation::Tanh}) {
        for (int k = 0; k < 20; ++k) {
            const Matrix W = random.normal_matrix(4, 4, 1.0);
            const ResidualSystem system(W, f);
            Matrix start = random.uniform_vector(4, -1, 1);
            const auto low = static_cast<Index>(random.below(4));
            const Index high = (low + 1 + static_cast<Index>(random.below(3))) % 4;
            start(low, 0) = -infinity;
            start(high, 0) = infinity;
            const SettleResult result = settle(system, start, {.clock = Clock::Flow});
            Pattern face{std::vector<UnitState>(4, UnitState::Free)};
            face.states[static_cast<std::size_t>(low)] = UnitState::Low;
            face.states[static_cast<std::size_t>(high)] = UnitState::High;
            const FaceFlow flow(system, face);
            const Trajectory run = integrate(flow, start(face.free_units(), 0), {.t_end = 2000});
            const Vector y = flow.residual(run.x.rightCols(1));
            for (const SettledGroup& group : result.groups) {
                ++settled;
                BOOST_TEST((group.equilibrium.y - y).lpNorm<Eigen::Infinity>() < 1e-4);
                BOOST_TEST(group.equilibrium.proved);
                BOOST_TEST(group.equilibrium.flow_eigenvalues.size() == 4U);
            }
        }
    }
    BOOST_TEST(settled >= 20);
    // A vertex stays where it is, whatever its type.
    const SettleResult vertex =
        settle(named("winner-takes-all"), Matrix{{infinity}, {infinity}}, {.clock = Clock::Flow});
    BOOST_TEST(to_string(vertex.groups[0].equilibrium.pattern) == "HH");
    BOOST_TEST((vertex.groups[0].equilibrium.type == EquilibriumType::UnstableNode));
}

BOOST_AUTO_TEST_CASE(what_cannot_settle_is_proved_not_to) {
    const Pattern square{{UnitState::Free, UnitState::Free}};
    for (const Clock clock : {Clock::Flow, Clock::Map}) {
        const auto pair = no_settling(named("conservative-pair"), clock, square);
        BOOST_REQUIRE(pair.has_value());
        BOOST_TEST(pair->proof.find("conservative") == 0U);
        const auto repeller = no_settling(named("false-repeller"), clock, square);
        BOOST_REQUIRE(repeller.has_value());
        BOOST_REQUIRE_EQUAL(repeller->can_end.size(), 1U);
        BOOST_TEST(to_string(repeller->can_end[0].pattern) == "LL");
        BOOST_TEST(!no_settling(named("winner-takes-all"), clock, square).has_value());
        BOOST_TEST(!no_settling(named("competing-zero-diagonal"), clock, square).has_value());
    }
    // Forty units, far beyond any atlas: E alone decides.
    Matrix A = Random(3).normal_matrix(40, 40, 1.0);
    A = (A - A.transpose()).eval();
    const Pattern cube{std::vector<UnitState>(40, UnitState::Free)};
    BOOST_TEST(no_settling({A, Activation::Tanh}, Clock::Flow, cube).has_value());
    // Where nothing is found to settle by proof, nothing is found by following either.
    for (const char* name : {"conservative-pair", "false-repeller", "heteroclinic-cycle"}) {
        const ResidualSystem system = named(name);
        const Matrix u0 = random_seeds(system, 20, 6);
        SettleOptions options{.clock = Clock::Flow, .t_end = 500, .skip_hopeless = true};
        const SettleResult skipped = settle(system, u0, options);
        BOOST_TEST(skipped.count(SettleOutcome::NotFollowed) == 20, name);
        BOOST_TEST(skipped.by_proof == 20);
        options.skip_hopeless = false;
        const SettleResult followed = settle(system, u0, options);
        BOOST_TEST(followed.count(SettleOutcome::Settled) == 0);
        BOOST_TEST(followed.count(SettleOutcome::OnContinuum) == 0);
    }
}

BOOST_AUTO_TEST_CASE(causes_of_not_settling_are_kept_apart) {
    const ResidualSystem rotating = named("conservative-pair", 0.1);
    const Matrix u0{{1.0}, {0.5}};
    const SettleResult cycling = settle(rotating, u0, {.clock = Clock::Flow, .t_end = 50});
    BOOST_TEST((cycling.outcomes[0] == SettleOutcome::Unsettled));
    BOOST_TEST(cycling.t[0] == 50.0);
    const SettleResult cut = settle(rotating, u0, {.clock = Clock::Flow, .max_steps = 20});
    BOOST_TEST((cut.outcomes[0] == SettleOutcome::StepLimit));
    const SettleResult layers = settle(rotating, u0, {.max_layers = 30});
    BOOST_TEST((layers.outcomes[0] == SettleOutcome::Unsettled));
    BOOST_TEST(layers.steps[0] == 30);
}

BOOST_AUTO_TEST_CASE(threads_do_not_change_a_byte) {
    const ResidualSystem system = gaussian(20, Activation::Logistic, 11);
    const Matrix u0 = random_seeds(system, 700, 1);
    for (const Clock clock : {Clock::Flow, Clock::Map}) {
        const SettleResult one = settle(system, u0, {.clock = clock, .threads = 1});
        const SettleResult three = settle(system, u0, {.clock = clock, .threads = 3});
        BOOST_TEST((one.outcomes == three.outcomes));
        BOOST_TEST((one.steps == three.steps));
        BOOST_TEST((one.final_speed.array() == three.final_speed.array()).all());
        BOOST_TEST(one.groups.size() == three.groups.size());
    }
}

BOOST_AUTO_TEST_CASE(seeds_lie_in_the_open_cube_and_around_what_was_asked) {
    const ResidualSystem system = gaussian(4, Activation::Tanh, 2);
    const Vector y{{1.0, -1.0, 0.3, 0.0}};
    const Matrix around = activate(Activation::Tanh, seeds_around(system, y, 0.01, 500, 9));
    BOOST_TEST(around.cwiseAbs().maxCoeff() < 1.0);
    BOOST_TEST((around.colwise() - y).cwiseAbs().maxCoeff() < 0.1);
    BOOST_TEST((around.rowwise().mean() - y).cwiseAbs().maxCoeff() < 0.03);
    BOOST_TEST(refusal([&] { seeds_around(system, Vector::Zero(3), 0.1, 1, 1); }) ==
               "seeds_around: expected a residual of 4 numbers within [-1, 1], got 3 numbers");
    BOOST_TEST(refusal([&] { seeds_around(system, y, 0.0, 1, 1); }) ==
               "seeds_around: expected a finite radius > 0, got 0");
}

BOOST_AUTO_TEST_CASE(wrong_arguments_are_refused) {
    const ResidualSystem system = gaussian(3, Activation::Tanh, 2);
    const Matrix u0 = Matrix::Zero(3, 1);
    BOOST_TEST(refusal([&] { settle(system, Matrix::Zero(2, 1)); }) ==
               "settle: expected u0 with 3 rows, got 2");
    BOOST_TEST(refusal([&] { settle(system, Matrix::Constant(3, 1, NAN)); }) ==
               "settle: expected u0 without NaN, got NaN");
    BOOST_TEST(refusal([&] { settle(system, u0, {.t_end = 0}); }) ==
               "settle: expected t_end finite and > 0, got 0");
    BOOST_TEST(refusal([&] { settle(system, u0, {.settle_tol = 0.5}); }) ==
               "settle: expected 0 < settle_tol < 0.1, got 0.5");
}

BOOST_AUTO_TEST_CASE(contingency_knows_the_cases_with_known_answers) {
    // Groups that are the classes: all information, purity 1.
    const Eigen::VectorXi labels{{0, 0, 1, 1, 2, 2, 2}};
    const Contingency told = contingency({{0, 1}, {2, 3}, {4, 5, 6}}, labels, 3);
    BOOST_TEST(told.purity == 1.0);
    BOOST_TEST(told.mutual_information == told.class_entropy, boost::test_tools::tolerance(1e-12));
    BOOST_TEST(told.groups[2].share.value == 3.0 / 7);
    // Independent of the class: none.
    const Eigen::VectorXi even{{0, 1, 0, 1}};
    const Contingency blind = contingency({{0, 1}, {2, 3}}, even, 2);
    BOOST_TEST(blind.mutual_information == 0.0);
    BOOST_TEST(blind.purity == 0.5);
    BOOST_TEST(contingency({{0}, {1}}, even, 2).lone_inputs == 2);
    BOOST_TEST(refusal([&] { contingency({{7}}, even, 2); }) ==
               "contingency: expected inputs below 4 with a label in 0 … 1, got input 7");
}

BOOST_AUTO_TEST_CASE(wilson_intervals_hold_something_at_the_ends) {
    const Proportion all = proportion(100, 100);
    BOOST_TEST(all.standard_error == 0.0);
    BOOST_TEST(all.high == 1.0);
    BOOST_TEST(all.low == 1.0 / (1 + 1.959963984540054 * 1.959963984540054 / 100),
               boost::test_tools::tolerance(1e-12));
    BOOST_TEST(proportion(0, 100).low == 0.0);
    BOOST_TEST(proportion(0, 100).high == 1 - all.low, boost::test_tools::tolerance(1e-9));
    BOOST_TEST(proportion(0, 0).high == 1.0);
}

BOOST_AUTO_TEST_SUITE_END()
