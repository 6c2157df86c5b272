// The atlas against an enumeration that is written here, shares no code with it and takes every
// pattern on its own.
#include <boost/multiprecision/cpp_int.hpp>
#include <boost/test/unit_test.hpp>

#include <resdyn/atlas/atlas.hpp>
#include <resdyn/core/random.hpp>

#include "support/tied_weights.hpp"

using namespace resdyn;

BOOST_AUTO_TEST_SUITE(naive_enumeration_)

namespace {

template <typename Visit>
void for_each_pattern(Index n, const Visit& visit) {
    Pattern pattern;
    pattern.states.assign(static_cast<std::size_t>(n), UnitState::Low);
    for (;;) {
        visit(pattern);
        std::size_t i = 0;
        while (i < pattern.states.size() && pattern.states[i] == UnitState::Free) {
            pattern.states[i++] = UnitState::Low;
        }
        if (i == pattern.states.size()) {
            return;
        }
        pattern.states[i] = static_cast<UnitState>(static_cast<int>(pattern.states[i]) + 1);
    }
}

struct NaiveAtlas {
    std::vector<std::vector<Index>> by_size;
    Index stable = 0;
    Index non_hyperbolic = 0;
    Index singular = 0;
};

/// Every pattern by rational elimination, on its own; the free block's inertia from Eigen, whose
/// error on these small blocks is far below the tolerance.
NaiveAtlas naive_atlas(const Matrix& W, Activation f) {
    using Rational = boost::multiprecision::cpp_rational;
    const Index n = W.rows();
    const auto size = static_cast<std::size_t>(n + 1);
    const int low = f == Activation::Tanh ? -1 : 0;
    NaiveAtlas atlas;
    atlas.by_size.assign(size, std::vector<Index>(size, 0));
    for_each_pattern(n, [&](const Pattern& pattern) {
        const std::vector<Index> free = pattern.free_units();
        const std::size_t k = free.size();
        std::vector<Rational> y(static_cast<std::size_t>(n), Rational(0));
        for (Index i = 0; i < n; ++i) {
            y[static_cast<std::size_t>(i)] = pattern[i] == UnitState::High  ? 1
                                             : pattern[i] == UnitState::Low ? low
                                                                            : 0;
        }
        const auto rate = [&](Index i) {
            Rational sum = 0;
            for (Index j = 0; j < n; ++j) {
                sum += Rational(W(i, j)) * y[static_cast<std::size_t>(j)];
            }
            return sum;
        };
        std::vector<std::vector<Rational>> A(k, std::vector<Rational>(k + 1));
        for (std::size_t i = 0; i < k; ++i) {
            for (std::size_t j = 0; j < k; ++j) {
                A[i][j] = Rational(W(free[i], free[j]));
            }
            A[i][k] = -rate(free[i]);
        }
        for (std::size_t p = 0; p < k; ++p) {
            std::size_t row = p;
            while (row < k && A[row][p] == 0) {
                ++row;
            }
            if (row == k) {
                ++atlas.singular;
                return;
            }
            std::swap(A[row], A[p]);
            for (std::size_t i = 0; i < k; ++i) {
                if (i != p && A[i][p] != 0) {
                    const Rational factor = A[i][p] / A[p][p];
                    for (std::size_t j = p; j <= k; ++j) {
                        A[i][j] -= factor * A[p][j];
                    }
                }
            }
        }
        Vector gains(static_cast<Index>(k));
        for (std::size_t i = 0; i < k; ++i) {
            const Rational z = A[i][k] / A[i][i];
            if (z <= low || z >= 1) {
                return;
            }
            y[static_cast<std::size_t>(free[i])] = z;
            gains[static_cast<Index>(i)] = static_cast<double>(Rational((z - low) * (1 - z)));
        }
        Index unstable = 0;
        Index neutral = 0;
        for (Index i = 0; i < n; ++i) {
            if (pattern[i] != UnitState::Free) {
                const int sign = rate(i).sign() * (pattern[i] == UnitState::High ? -1 : 1);
                unstable += sign > 0 ? 1 : 0;
                neutral += sign == 0 ? 1 : 0;
            }
        }
        if (k > 0) {
            constexpr double zero_tol = 1e-9;
            const SpectralCounts counts =
                count_spectrum(eigenvalues(gains.asDiagonal() * Matrix(W(free, free))), zero_tol);
            unstable += counts.unstable;
            neutral += counts.neutral;
        }
        ++atlas.by_size[k][static_cast<std::size_t>(unstable)];
        atlas.stable += unstable == 0 && neutral == 0 ? 1 : 0;
        atlas.non_hyperbolic += neutral > 0 ? 1 : 0;
    });
    return atlas;
}

}  // namespace

BOOST_AUTO_TEST_CASE(random_systems_against_a_naive_exact_enumeration) {
    Random random(200);
    for (int k = 0; k < 200; ++k) {
        const Index n = 1 + k % 6;
        const Activation f = k % 2 == 0 ? Activation::Logistic : Activation::Tanh;
        // Gaussian; small integers with ties and zero rows; fractions, exact in binary, with ties.
        Matrix W = k % 3 == 0 ? random.normal_matrix(n, n, 1.0) : tied_weights(random, n);
        if (k % 3 == 2) {
            W = (W.array() * 0.75 + 0.125).matrix();
        }
        const Atlas atlas = equilibrium_atlas(ResidualSystem(W, f), {.listing = Listing::Stable});
        const NaiveAtlas naive = naive_atlas(W, f);
        BOOST_TEST_CONTEXT("system " << k) {
            BOOST_TEST(atlas.complete);
            BOOST_TEST(atlas.counts.by_size == naive.by_size);
            BOOST_TEST(atlas.counts.stable == naive.stable);
            BOOST_TEST(atlas.counts.non_hyperbolic == naive.non_hyperbolic);
            BOOST_TEST(atlas.singular_patterns == naive.singular);
            const AtlasDecisions& d = atlas.decisions;
            BOOST_TEST(d.excluded_by_filter + d.found_by_filter + d.exact == d.patterns);
            if (k % 3 == 0) {
                BOOST_TEST(d.exact <= 1);  // nothing but the logistic origin is tied
                BOOST_TEST(atlas.index.holds);
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(near_singular_blocks_and_wild_scales_are_still_decided) {
    Random random(9);
    // Rank 2 but for rounding: every larger block is within 1e-16 of singular.
    const Matrix low = random.normal_matrix(5, 2, 1.0) * random.normal_matrix(2, 5, 1.0);
    // Entries that span more orders than the filter accepts.
    Matrix wild = random.normal_matrix(4, 4, 1.0);
    wild(0, 1) = 1e-200;
    wild(2, 3) = 1e-45;
    for (const Matrix& W : {low, wild}) {
        const Atlas atlas =
            equilibrium_atlas(ResidualSystem(W, Activation::Tanh), {.listing = Listing::Stable});
        BOOST_TEST(atlas.complete);
        BOOST_TEST(atlas.counts.vertices == Index{1} << W.rows());
        const FaceSolver solver{ResidualSystem(W, Activation::Tanh)};
        Index total = 0;
        Index singular = 0;
        for_each_pattern(W.rows(), [&](const Pattern& pattern) {
            const FaceDecision decision = solver.decide(pattern);
            total += std::holds_alternative<Equilibrium>(decision) ? 1 : 0;
            singular += std::holds_alternative<Continuum>(decision) ||
                                std::holds_alternative<EmptySingularFace>(decision)
                            ? 1
                            : 0;
        });
        BOOST_TEST(atlas.counts.total == total);
        BOOST_TEST(atlas.singular_patterns == singular);
    }
}

BOOST_AUTO_TEST_SUITE_END()
