// Verdicts of enclosures in double arithmetic against roots isolated in exact arithmetic. The
// header is internal, so its folder is on this program's include path.
#include "bifurcation/free_block_enclosure.hpp"

#include <array>
#include <boost/test/unit_test.hpp>
#include <cmath>

#include <resdyn/core/random.hpp>

#include "bifurcation/lifetimes.hpp"
#include "numerics/exact_roots.hpp"

using namespace resdyn;
using exact::Rational;

BOOST_AUTO_TEST_SUITE(free_block_enclosure_)

namespace {

struct Tally {
    Index no_root = 0;
    Index at_most_one = 0;
    Index unclear = 0;

    Index decided() const { return no_root + at_most_one; }
};

/// The verdict on |α − m| ≤ radius, held to the roots that lie there.
void check(const FreeBlockEnclosure& enclosure, FreeBlockTest test, double m, double radius,
           Index roots, Tally& tally) {
    const auto B = enclosure.tested(test, m, radius);
    switch (B ? judge(*B, radius) : RootVerdict::Unclear) {
        case RootVerdict::NoRoot:
            ++tally.no_root;
            BOOST_TEST(roots == 0, "at " << m << " within " << radius);
            break;
        case RootVerdict::AtMostOne:
            ++tally.at_most_one;
            BOOST_TEST(roots <= 1, "at " << m << " within " << radius);
            break;
        case RootVerdict::Unclear:
            ++tally.unclear;
    }
}

}  // namespace

BOOST_AUTO_TEST_CASE(verdicts_on_random_faces_agree_with_exact_roots) {
    const ParameterRange range{-1, 1, Rational(1, 1LL << 50), Rational(1, 1LL << 50)};
    Tally tally;
    Index with_roots = 0;
    for (std::uint64_t trial = 0; trial < 120; ++trial) {
        Random random(5, trial);
        const Index n = 2 + static_cast<Index>(random.below(3));
        const Activation f = trial % 2 == 0 ? Activation::Logistic : Activation::Tanh;
        const double h = random.uniform(0.3, 1.3);
        const ParameterPath path =
            path_between(ResidualSystem(random.normal_matrix(n, n, 1.5), f, h),
                         ResidualSystem(random.normal_matrix(n, n, 1.5), f, h));
        Pattern pattern;
        pattern.states.assign(static_cast<std::size_t>(n), UnitState::Free);
        for (Index i = std::min<Index>(n, 2 + static_cast<Index>(random.below(2))); i < n; ++i) {
            pattern.states[static_cast<std::size_t>(i)] =
                random.below(2) == 0 ? UnitState::Low : UnitState::High;
        }
        const FreeSetPath set = free_set_path(path, pattern.free_units());
        const FacePath face = face_path(set, pattern, f);
        const FreeBlockEnclosure enclosure(path, pattern);
        for (const Lifetime& life : lifetimes(face, range)) {
            const double from = exact::nearest(life.from.upper);
            const double to = exact::nearest(life.to.lower);
            for (const FreeBlockTest test : {FreeBlockTest::OppositePair, FreeBlockTest::Flip,
                                             FreeBlockTest::ReciprocalPair}) {
                const exact::Polynomial p = free_block_test(path, face, test);
                if (p.empty()) {
                    continue;
                }
                const auto all = exact::real_roots(p, life.from.upper, life.to.lower, range.width);
                for (int k = 0; k < 40; ++k) {
                    // Anywhere, or beside a root.
                    const double radius = (to - from) * std::exp2(-random.uniform(1.5, 24));
                    const double m =
                        k % 2 == 0 || all.empty()
                            ? random.uniform(from + radius, to - radius)
                            : all[random.below(all.size())].value() + radius * random.normal();
                    if (!(m - radius > from && m + radius < to)) {
                        continue;
                    }
                    const auto inside = exact::real_roots(
                        p, exact::rational(m) - exact::rational(radius),
                        exact::rational(m) + exact::rational(radius), range.width);
                    with_roots += inside.empty() ? 0 : 1;
                    check(enclosure, test, m, radius, static_cast<Index>(inside.size()), tally);
                }
            }
        }
    }
    BOOST_TEST_MESSAGE(tally.no_root << " without, " << tally.at_most_one << " with at most one, "
                                     << tally.unclear << " unclear; " << with_roots
                                     << " with roots");
    BOOST_TEST(tally.decided() > 3000);
    BOOST_TEST(with_roots > 300);
    BOOST_TEST(tally.unclear < tally.decided());
}

BOOST_AUTO_TEST_CASE(roots_that_nearly_coincide_are_never_merged) {
    // tanh, y = 0: J = W. Pairs r ± i and r + gap ± 2i, mixed by an integer basis, and −α along the
    // diagonal: sums of pairs vanish at exactly α = r and r + gap.
    Matrix P(4, 4);
    P << 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 1;
    Matrix inverse(4, 4);
    inverse << 1, -1, 1, -1, 0, 1, -1, 1, 0, 0, 1, -1, 0, 0, 0, 1;
    Tally tally;
    Index both = 0;
    Index told_apart = 0;
    for (std::uint64_t trial = 0; trial < 6000; ++trial) {
        Random random(6, trial);
        const double gap = std::ldexp(1.0, -4 - static_cast<int>(random.below(38)));
        const double r = std::ldexp(static_cast<double>(random.below(64)), -6);
        Matrix D = Matrix::Zero(4, 4);
        D.topLeftCorner(2, 2) << r, 1, -1, r;
        D.bottomRightCorner(2, 2) << r + gap, 2, -2, r + gap;
        const Matrix W = P * D * inverse;
        const ParameterPath path = self_coupling_path(ResidualSystem(W, Activation::Tanh));
        const FreeBlockEnclosure enclosure(path, pattern_from_string("FFFF"));
        // Anywhere near the two, or beside one of them.
        const bool beside = trial % 2 == 0;
        const double radius = gap * std::exp2(-random.uniform(-2, beside ? 12 : 6));
        const double m = beside ? r + (random.below(2) == 0 ? 0.0 : gap) + radius * random.normal()
                                : r + gap * random.uniform(-1, 2);
        const Rational middle = exact::rational(m);
        const Rational reach = exact::rational(radius);
        Index roots = 0;
        for (const double root : {r, r + gap}) {
            const Rational off = exact::rational(root) - middle;
            roots += off <= reach && -off <= reach ? 1 : 0;
        }
        both += roots == 2 ? 1 : 0;
        const Index before = tally.decided();
        check(enclosure, FreeBlockTest::OppositePair, m, radius, roots, tally);
        told_apart += tally.decided() > before && gap < 1e-6 ? 1 : 0;
    }
    BOOST_TEST_MESSAGE(tally.no_root << " without, " << tally.at_most_one << " with at most one, "
                                     << tally.unclear << " unclear; " << both << " hold both, "
                                     << told_apart << " decided at gaps below 1e-6");
    BOOST_TEST(both > 500);
    BOOST_TEST(tally.no_root > 500);
    BOOST_TEST(tally.at_most_one > 200);
    BOOST_TEST(told_apart > 200);
}

BOOST_AUTO_TEST_SUITE_END()
