// Where multipliers cross the unit circle as the step grows, against matrices whose eigenvalues are
// known exactly by construction, and the cases that double eigenvalues get wrong.
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <map>

#include <resdyn/bifurcation/step_bifurcation.hpp>
#include <resdyn/core/random.hpp>

#include "equilibria/step_crossings.hpp"
#include "numerics/decompositions.hpp"

using namespace resdyn;

BOOST_AUTO_TEST_SUITE(step_crossings_)

namespace {

/// Multipliers at −1, and pairs, by the h at which they cross.
using Crossings = std::map<exact::Rational, std::pair<Index, Index>>;

/// A whole-number matrix with known eigenvalues: blocks [λ], [[λ, 1], [0, λ]] and [[a, b], [−b, a]]
/// in whole-number coordinates of determinant 1; and where its multipliers cross, by the closed
/// forms h = −2/λ and h = −2a/(a² + b²).
struct KnownSystem {
    Matrix W;
    Crossings expected;
};

Index whole(Random& random, Index low, Index high) {
    return low + static_cast<Index>(random.below(static_cast<std::uint64_t>(high - low + 1)));
}

KnownSystem known_system(Random& random, Index n) {
    KnownSystem known{Matrix::Zero(n, n), {}};
    for (Index k = 0; k < n;) {
        const bool pair = k + 1 < n && random.below(2) == 0;
        const bool chained = !pair && k + 1 < n && random.below(2) == 0;
        const Index a = whole(random, -3, 2);
        const Index b = whole(random, 1, 3);
        const Index real = a != 0 ? a : -1;
        known.W(k, k) = static_cast<double>(pair ? a : real);
        if (pair || chained) {
            known.W(k + 1, k + 1) = known.W(k, k);
            known.W(k, k + 1) = pair ? static_cast<double>(b) : 1.0;
            known.W(k + 1, k) = pair ? static_cast<double>(-b) : 0.0;
        }
        if (pair && a < 0) {
            known.expected[exact::Rational(-2 * a, a * a + b * b)].second += 1;
        } else if (!pair && real < 0) {
            known.expected[exact::Rational(2, -real)].first += chained ? 2 : 1;
        }
        k += pair || chained ? 2 : 1;
    }
    for (Index shear = 0; shear < 2 * n; ++shear) {  // row j += c row i, column i −= c column j
        const Index i = whole(random, 0, n - 1);
        const Index j = whole(random, 0, n - 1);
        const auto c = static_cast<double>(whole(random, -1, 1));
        if (i != j) {
            known.W.row(j) += c * known.W.row(i);
            known.W.col(i) -= c * known.W.col(j);
        }
    }
    return known;
}

ExactPoint origin_of(const Matrix& W) {
    return *exact_point(exact::binary_matrix(W), Activation::Tanh,
                        pattern_from_string(std::string(static_cast<std::size_t>(W.rows()), 'F')));
}

std::vector<StepCrossing> crossings_of(const ExactPoint& point, const exact::Rational& from,
                                       const exact::Rational& to) {
    const FreeMultipliers multipliers(point);
    return step_crossings(multipliers, from, to);
}

std::vector<Bifurcation> events_on(const BifurcationDiagram& diagram, const std::string& pattern) {
    std::vector<Bifurcation> events;
    std::copy_if(diagram.events.begin(), diagram.events.end(), std::back_inserter(events),
                 [&](const Bifurcation& event) { return to_string(event.pattern) == pattern; });
    return events;
}

BifurcationDiagram along_step(const Matrix& W, double from, double to) {
    return step_bifurcations(ResidualSystem(W, Activation::Tanh), {.from = from, .to = to});
}

}  // namespace

BOOST_AUTO_TEST_CASE(kinds_and_multiplicities_are_those_of_known_eigenvalues) {
    Random random(18);
    Index multiple = 0;
    Index mixed = 0;
    for (int trial = 0; trial < 400; ++trial) {
        const KnownSystem known = known_system(random, 2 + trial % 6);
        const ExactPoint point = origin_of(known.W);
        const std::vector<StepCrossing> found = crossings_of(point, 0, 100);
        BOOST_REQUIRE_EQUAL(found.size(), known.expected.size());
        auto expected = known.expected.begin();
        for (const StepCrossing& crossing : found) {
            BOOST_TEST(crossing.is_exact());
            BOOST_TEST((crossing.lower == expected->first));
            BOOST_TEST(crossing.flips == expected->second.first);
            BOOST_TEST(crossing.pairs == expected->second.second);
            BOOST_TEST(crossing.separated);
            multiple += crossing.flips > 1 || crossing.pairs > 1 ? 1 : 0;
            mixed += crossing.flips > 0 && crossing.pairs > 0 ? 1 : 0;
            ++expected;
        }
        // Ends of the range that are crossings count; what lies before and beyond does not.
        if (found.size() > 1) {
            BOOST_TEST(crossings_of(point, found[0].lower, found[1].lower).size() == 2U);
        }
        if (!found.empty()) {
            BOOST_TEST(crossings_of(point, 0, found[0].lower * exact::Rational(9, 10)).empty());
        }
    }
    BOOST_TEST(multiple > 50);
    BOOST_TEST(mixed > 5);
}

BOOST_AUTO_TEST_CASE(crossings_closer_than_doubles_are_told_apart) {
    // A flip at h = 2/λ and a pair that crosses 1e-15 of h later: −1 ± i crosses at 1.
    const double near = -2.0 * (1.0 + 4.0 * 0x1p-52);
    const Matrix W{{-1, 1, 0}, {-1, -1, 0}, {0, 0, near}};
    const auto found = crossings_of(origin_of(W), 0, 2);
    BOOST_REQUIRE_EQUAL(found.size(), 2U);
    BOOST_TEST((found[0].flips == 1 && found[0].pairs == 0));
    BOOST_TEST((found[1].flips == 0 && found[1].pairs == 1));
    BOOST_TEST((found[0].upper < found[1].lower || found[1].is_exact()));
}

BOOST_AUTO_TEST_CASE(a_double_real_eigenvalue_is_a_flip_and_one_event) {
    // Every 2x2 block of small whole numbers with an exact double eigenvalue (a + d)/2 < 0.
    Index blocks = 0;
    for (int a = -5; a <= 5; ++a) {
        for (int d = -5; d <= 5; ++d) {
            for (int b = -5; b <= 5; ++b) {
                for (int c = -5; c <= 5; ++c) {
                    if ((a - d) * (a - d) + 4 * b * c != 0 || a + d >= 0) {
                        continue;
                    }
                    ++blocks;
                    const Matrix W{{static_cast<double>(a), static_cast<double>(b)},
                                   {static_cast<double>(c), static_cast<double>(d)}};
                    const auto found = crossings_of(origin_of(W), 0, 10);
                    BOOST_REQUIRE_EQUAL(found.size(), 1U);
                    BOOST_TEST((found[0].lower == exact::Rational(4, -(a + d))));
                    BOOST_TEST(found[0].is_exact());
                    BOOST_TEST(found[0].flips == 2);
                }
            }
        }
    }
    BOOST_TEST(blocks > 150);
    const auto resonance = events_on(along_step(Matrix{{0, 0.5}, {-18, -6}}, 0, 2), "FF");
    BOOST_REQUIRE_EQUAL(resonance.size(), 1U);
    BOOST_TEST((resonance[0].kind == BifurcationKind::Flip));
    BOOST_TEST(resonance[0].exact == "2/3");
    BOOST_TEST(resonance[0].degenerate);
    BOOST_TEST(resonance[0].unstable_before == 0);
    BOOST_TEST(resonance[0].unstable_after == 2);
    BOOST_TEST(events_on(along_step(Matrix{{-2, 1}, {-1, 0}}, 0, 3), "FF").size() == 1U);
    const auto threefold =
        events_on(along_step(Matrix{{-3, 1, 0}, {-4, 1, 0}, {0.3, 0.2, -1}}, 0, 3), "FFF");
    BOOST_REQUIRE_EQUAL(threefold.size(), 1U);
    BOOST_TEST(threefold[0].exact == "2");
    BOOST_TEST(threefold[0].unstable_after - threefold[0].unstable_before == 3);
}

BOOST_AUTO_TEST_CASE(segments_end_where_the_events_are) {
    const BifurcationDiagram diagram =
        along_step(Matrix{{-3, 1, 0}, {-1, -1, 0}, {0, 0, -2}}, 0, 2);
    BOOST_TEST(diagram.complete);
    for (const EquilibriumBranch& branch : diagram.branches) {
        const auto events = events_on(diagram, to_string(branch.pattern));
        BOOST_REQUIRE_EQUAL(branch.segments.size(), events.size() + 1);
        for (std::size_t k = 0; k < events.size(); ++k) {
            BOOST_TEST(branch.segments[k].to == events[k].alpha);
            BOOST_TEST(branch.segments[k].map.unstable == events[k].unstable_before);
            BOOST_TEST(branch.segments[k + 1].map.unstable == events[k].unstable_after);
        }
        if (to_string(branch.pattern) == "FFF") {
            BOOST_TEST(branch.segments[0].to == 1.0);
        }
    }
}

BOOST_AUTO_TEST_CASE(conservative_blocks_have_no_event) {
    Random random(9);
    for (int trial = 0; trial < 20; ++trial) {
        Matrix W = Matrix::Zero(4, 4);
        do {
            for (Index i = 0; i < 4; ++i) {
                for (Index j = 0; j < i; ++j) {
                    W(i, j) = static_cast<double>(random.below(7)) - 3.0;
                    W(j, i) = -W(i, j);
                }
            }
        } while (std::abs(Lu(W).determinant()) < 0.5);
        BOOST_TEST(crossings_of(origin_of(W), 0, 2).empty());
        BOOST_TEST(events_on(along_step(W, 0, 2), "FFFF").empty());
    }
}

BOOST_AUTO_TEST_CASE(magnitude_does_not_matter) {
    for (const double to : {2.0, 1e-199, 1e300}) {
        const auto events = events_on(along_step(Matrix{{-1e200}}, 0, to), "F");
        BOOST_REQUIRE_EQUAL(events.size(), 1U);
        BOOST_TEST((events[0].kind == BifurcationKind::Flip));
        BOOST_TEST(events[0].alpha == 2e-200, boost::test_tools::tolerance(1e-13));
        BOOST_TEST(events[0].upper - events[0].lower <= 1e-12 * events[0].alpha);
    }
    BOOST_TEST(along_step(Matrix{{-1e-310}}, 0, 1e300).events.empty());
    // Nearly defective: the trace is −2^−53 and the determinant 3·2^−53.
    const Matrix nearly{{0.9999999999999999, -1}, {1.0000000000000002, -1}};
    const auto events = events_on(along_step(nearly, 0, 1), "FF");
    BOOST_REQUIRE_EQUAL(events.size(), 1U);
    BOOST_TEST((events[0].kind == BifurcationKind::NeimarkSacker));
    BOOST_TEST(events[0].exact == "1/3");
}

BOOST_AUTO_TEST_SUITE_END()
