// Weights read as decimals and as rationals: the same system in another unit of time.
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <limits>
#include <map>

#include <resdyn/atlas/atlas.hpp>
#include <resdyn/bifurcation/path_margin.hpp>
#include <resdyn/bifurcation/step_bifurcation.hpp>
#include <resdyn/core/random.hpp>
#include <resdyn/equilibria/whole_weights.hpp>

#include "equilibria/exact_weights.hpp"
#include "support/refusal.hpp"

using namespace resdyn;
using resdyn::test::refusal;
using resdyn::test::says;

BOOST_AUTO_TEST_SUITE(whole_weights_)

namespace {

const Matrix tie_decimal{{0.1, 0.2, -0.3}, {1, 1, 1}, {1, 1, 1}};
const Matrix tie_integer{{1, 2, -3}, {10, 10, 10}, {10, 10, 10}};

std::map<std::string, EquilibriumType> types(const Atlas& atlas) {
    std::map<std::string, EquilibriumType> result;
    for (const Equilibrium& e : atlas.equilibria) {
        result[to_string(e.pattern)] = e.type;
    }
    return result;
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_tie_of_decimals_is_the_tie_of_whole_numbers) {
    const ResidualSystem stored(tie_decimal, Activation::Logistic);
    const auto whole = as_decimals(stored);
    BOOST_REQUIRE(whole.has_value());
    BOOST_TEST(whole->factor == 10.0);
    BOOST_TEST((whole->system.W() == tie_integer));
    BOOST_TEST(whole->changed == 3);  // 0.1, 0.2, 0.3 are rounded as stored, the ones are not
    BOOST_TEST(whole->largest_change > 0.0);
    BOOST_TEST(whole->largest_change < 1e-16);

    const Atlas meant = equilibrium_atlas(whole->system);
    const Atlas integers = equilibrium_atlas(ResidualSystem(tie_integer, Activation::Logistic));
    BOOST_TEST((types(meant) == types(integers)));
    BOOST_TEST(meant.counts.total == 8);
    BOOST_TEST(meant.counts.stable == 1);
    BOOST_TEST((types(meant).at("HHH") == EquilibriumType::NonHyperbolic));
    // As stored it is another matrix.
    BOOST_TEST(equilibrium_atlas(stored).counts.stable == 2);
}

BOOST_AUTO_TEST_CASE(units_of_time_come_back) {
    Random random(81);
    for (int trial = 0; trial < 10; ++trial) {
        // Three decimal places, graded equilibria among the vertices.
        Matrix W = random.normal_matrix(4, 4, 1.0) - Matrix::Identity(4, 4);
        W = (W * 1000.0).array().round().matrix() / 1000.0;
        for (const Activation f : {Activation::Logistic, Activation::Tanh}) {
            const ResidualSystem stored(W, f, 0.25);
            const auto whole = as_decimals(stored);
            BOOST_REQUIRE(whole.has_value());
            BOOST_TEST(whole->step == 0.25);
            const Atlas read = equilibrium_atlas(whole->system);
            const Atlas direct = equilibrium_atlas(stored);
            BOOST_REQUIRE(read.equilibria.size() == direct.equilibria.size());
            for (std::size_t k = 0; k < read.equilibria.size(); ++k) {
                Equilibrium a = read.equilibria[k];
                const Equilibrium& b = direct.equilibria[k];
                TwoClocks clocks = two_clocks(whole->system, a, {.growth_free_units = 0});
                const TwoClocks expected = two_clocks(stored, b, {.growth_free_units = 0});
                in_units_of(*whole, a);
                in_units_of(*whole, clocks);
                BOOST_TEST((a.pattern == b.pattern));
                BOOST_TEST((a.type == b.type));
                for (std::size_t i = 0; i < a.flow_eigenvalues.size(); ++i) {
                    BOOST_TEST(std::abs(a.flow_eigenvalues[i] - b.flow_eigenvalues[i]) < 1e-10);
                    BOOST_TEST(std::abs(a.multipliers[i] - b.multipliers[i]) < 1e-10);
                }
                BOOST_TEST(clocks.largest_stable_step.has_value() ==
                           expected.largest_stable_step.has_value());
                if (clocks.largest_stable_step && std::isfinite(*clocks.largest_stable_step)) {
                    BOOST_TEST(
                        std::abs(*clocks.largest_stable_step / *expected.largest_stable_step -
                                 1.0) < 1e-8);
                }
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(all_the_digits_of_a_double_fit) {
    // Seventeen digits: a denominator of some 10^17, whole numbers beyond one double.
    Random random(82);
    const Matrix W = random.normal_matrix(5, 5, 1.0);
    const auto whole = as_decimals(ResidualSystem(W, Activation::Tanh));
    BOOST_REQUIRE(whole.has_value());
    BOOST_TEST(whole->factor >= 1e15);
    BOOST_TEST(std::fmod(1e22, whole->factor) == 0.0);  // a divisor of a power of ten
    BOOST_TEST(whole->largest_change <= W.cwiseAbs().maxCoeff() * 0x1p-53);
    BOOST_TEST((whole->system.W() / whole->factor - W).cwiseAbs().maxCoeff() < 1e-15);
    const exact::BinaryMatrix held = exact_weights(whole->system);
    for (Index i = 0; i < 5; ++i) {
        for (Index j = 0; j < 5; ++j) {
            // Whole numbers, and each nearest to its double.
            const double back = std::ldexp(exact::quotient(held.entries(i, j), 1), held.exponent);
            BOOST_TEST(std::abs(back / whole->factor - W(i, j)) <=
                       std::abs(W(i, j)) * std::numeric_limits<double>::epsilon());
        }
    }
    BOOST_TEST(held.exponent >= 0);
}

BOOST_AUTO_TEST_CASE(thirds_are_found_and_cosines_are_not) {
    Matrix P(3, 6);
    P << 1, -1, 1, 1, -1, 1, -1, -1, 1, -1, 1, 1, 1, 1, 1, -1, -1, -1;
    const Matrix hebb = P.transpose() * P / 3.0;
    const auto thirds = as_rationals(ResidualSystem(hebb, Activation::Tanh), 1e-15, 1000);
    BOOST_REQUIRE(thirds.has_value());
    BOOST_TEST(thirds->factor == 3.0);
    BOOST_TEST((thirds->system.W() == Matrix(P.transpose() * P)));
    BOOST_TEST(thirds->changed > 0);
    Matrix ring(5, 5);
    for (Index i = 0; i < 5; ++i) {
        for (Index j = 0; j < 5; ++j) {
            ring(i, j) = std::cos(2.0 * std::acos(-1.0) * static_cast<double>(i - j) / 5.0);
        }
    }
    const ResidualSystem cosines(ring, Activation::Tanh);
    BOOST_TEST(!as_rationals(cosines, 1e-15, 1000).has_value());
    BOOST_TEST(as_rationals(cosines, 1e-2, 1000).has_value());
}

BOOST_AUTO_TEST_CASE(factors_of_two_matrix_blocks_are_read_each) {
    const Matrix B{{0.1, 0.2}, {0.3, -0.7}, {1.5, 0.1}};
    const Matrix A{{0.3, 0.1, 0.2}, {-0.1, 0.6, 0.9}};
    const auto whole =
        as_decimals(ResidualSystem(ResidualSystem::Factors{B, A}, Activation::Logistic));
    BOOST_REQUIRE(whole.has_value());
    BOOST_TEST(whole->factor == 100.0);
    const Matrix tens = (B * 10.0).array().round().matrix() * (A * 10.0).array().round().matrix();
    BOOST_TEST((whole->system.W() == tens));
}

BOOST_AUTO_TEST_CASE(what_does_not_fit_is_refused) {
    BOOST_TEST(!as_decimals(ResidualSystem(Matrix{{1e-300, 1}, {1, 1}}, Activation::Tanh)));
    BOOST_TEST(says(
        refusal([&] { as_rationals(ResidualSystem(Matrix{{1.0}}, Activation::Tanh), -1.0, 10); }),
        "distance"));
}

namespace {

/// Kind, pattern and place of events, α times `scale`.
void need_equal_events(const BifurcationDiagram& read, const BifurcationDiagram& integers,
                       double scale) {
    BOOST_TEST(read.complete);
    BOOST_TEST_REQUIRE(read.events.size() == integers.events.size());
    for (std::size_t k = 0; k < read.events.size(); ++k) {
        const Bifurcation& a = read.events[k];
        const Bifurcation& b = integers.events[k];
        BOOST_TEST((a.kind == b.kind));
        BOOST_TEST(to_string(a.pattern) == to_string(b.pattern));
        BOOST_TEST(a.alpha * scale == b.alpha, boost::test_tools::tolerance(1e-11));
        BOOST_TEST(a.unstable_before == b.unstable_before);
        BOOST_TEST(a.unstable_after == b.unstable_after);
        BOOST_TEST(a.multiplicity == b.multiplicity);
    }
    BOOST_TEST(read.permanent_continua.size() == integers.permanent_continua.size());
}

}  // namespace

BOOST_AUTO_TEST_CASE(paths_of_decimals_are_those_of_whole_numbers) {
    Random random(82);
    for (const Activation f : {Activation::Logistic, Activation::Tanh}) {
        const Matrix tens = (random.normal_matrix(3, 3, 1.0) * 10.0).array().round().matrix();
        const ResidualSystem integers(tens, f, 0.0625);
        const auto whole = as_decimals(ResidualSystem(tens / 10.0, f, 0.625));
        BOOST_REQUIRE(whole.has_value());
        // W(α) in tenths of the integers' unit of time: the same layers at ten times the step.
        need_equal_events(bifurcations(self_coupling_path(*whole), {.from = -2, .to = 2}),
                          bifurcations(self_coupling_path(integers), {.from = -20, .to = 20}), 10);
        need_equal_events(bifurcations(coupling_path(*whole, 0, 1), {.from = -1, .to = 1}),
                          bifurcations(coupling_path(integers, 0, 1), {.from = -10, .to = 10}), 10);
        need_equal_events(bifurcations(symmetry_path(*whole), {.from = 0, .to = 1}),
                          bifurcations(symmetry_path(integers), {.from = 0, .to = 1}), 1);
        need_equal_events(step_bifurcations(*whole, {.from = 0, .to = 20}),
                          step_bifurcations(integers, {.from = 0, .to = 2}), 0.1);
    }
}

BOOST_AUTO_TEST_CASE(what_hangs_on_rounding_along_a_path_is_named) {
    // The tie is in row 0; w_12 moves, so it stays.
    const ResidualSystem stored(tie_decimal, Activation::Logistic);
    const auto whole = as_decimals(stored);
    BOOST_REQUIRE(whole.has_value());
    const BifurcationOptions options{.from = 0.25, .to = 3};
    const ParameterPath as_is = coupling_path(stored, 1, 2);
    const PathMargins margins = path_margins(as_is, bifurcations(as_is, options));
    BOOST_TEST(margins.verdicts > 8);
    BOOST_TEST(margins.rounded_weights == 3);
    bool named = false;
    for (const CloseSegment& segment : margins.close) {
        if (to_string(segment.pattern) == "HHH") {
            named = true;
            BOOST_TEST(segment.margin > 0);
            BOOST_TEST(segment.margin < 1e-16);
        }
    }
    BOOST_TEST(named);
    BOOST_TEST(describe(margins).find("HHH") != std::string::npos);
    // As tenths it is a tie of numbers that were not rounded.
    const ParameterPath read = coupling_path(*whole, 1, 2);
    const PathMargins exactly = path_margins(read, bifurcations(read, options));
    BOOST_TEST(exactly.smallest == 0.0);
    BOOST_TEST(exactly.rounded_weights == 0);
    BOOST_TEST(describe(exactly).find("not rounded") != std::string::npos);
    // Without ties nothing is close, whatever the numbers.
    Random random(83);
    const ParameterPath plain =
        coupling_path(ResidualSystem(random.normal_matrix(3, 3, 1.0), Activation::Tanh), 0, 1);
    const PathMargins none = path_margins(plain, bifurcations(plain, {.from = -1, .to = 1}));
    BOOST_TEST(none.close.empty());
    BOOST_TEST(none.smallest > none.tolerance);
}

BOOST_AUTO_TEST_SUITE_END()
