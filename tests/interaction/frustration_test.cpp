#include <algorithm>
#include <boost/test/unit_test.hpp>

#include <resdyn/core/random.hpp>
#include <resdyn/interaction/frustration.hpp>
#include <resdyn/interaction/sign_graph.hpp>
#include <support/refusal.hpp>

using namespace resdyn;

BOOST_AUTO_TEST_SUITE(frustration_)

namespace {

std::vector<int> camps_of(Index n, unsigned bits) {
    std::vector<int> camps;
    for (Index i = 0; i < n; ++i) {
        camps.push_back((bits >> i) % 2 == 0 ? 1 : -1);
    }
    return camps;
}

/// The least over all camps of what `cost` says.
template <typename Cost>
double by_trying_all(const Matrix& W, const Cost& cost) {
    double best = 1e300;
    for (unsigned bits = 0; bits < 1U << (W.rows() - 1); ++bits) {
        best = std::min(best, cost(W, camps_of(W.rows(), bits)));
    }
    return best;
}

/// Entries nonzero with the given probability; ties where `whole`.
Matrix random_weights(Random& random, Index n, double density, bool whole) {
    Matrix W(n, n);
    for (double& w : W.reshaped()) {
        const double value = whole ? static_cast<double>(random.below(5)) - 2.0 : random.normal();
        w = random.uniform() < density ? value : 0.0;
    }
    return W;
}

void check_bounds(const Matrix& W, const FrustrationIndex& index, double reached) {
    const double tolerance = 1e-9 * (1.0 + index.upper);
    BOOST_TEST(index.lower <= index.upper + tolerance);
    BOOST_TEST(std::abs(reached - index.upper) <= tolerance);
    BOOST_TEST(index.packing_bound <= index.upper + tolerance);
    BOOST_TEST(index.spectral_bound <= index.upper + tolerance);
    BOOST_REQUIRE_EQUAL(static_cast<Index>(index.camps.size()), W.rows());
}

}  // namespace

BOOST_AUTO_TEST_CASE(the_index_is_that_of_trying_all_camps) {
    Random random(3);
    for (int k = 0; k < 120; ++k) {
        const Index n = 1 + static_cast<Index>(random.below(12));
        const Matrix W = random_weights(random, n, k % 3 == 0 ? 0.25 : 0.8, k % 2 == 0);
        const Frustration f = resdyn::frustration(W);
        BOOST_TEST(f.pairs.is_exact());
        BOOST_TEST(f.weight.is_exact());
        const double weight = by_trying_all(W, frustrated_weight);
        BOOST_TEST(f.pairs.upper == by_trying_all(W, frustrated_pairs));
        BOOST_TEST(f.pairs.lower == f.pairs.upper);
        BOOST_TEST(std::abs(f.weight.upper - weight) <= 1e-12 * (1.0 + weight));
        BOOST_TEST(f.pairs.upper >= static_cast<double>(f.mixed_pairs));
        check_bounds(W, f.pairs, frustrated_pairs(W, f.pairs.camps));
        check_bounds(W, f.weight, frustrated_weight(W, f.weight.camps));
        BOOST_TEST((f.pairs.upper == 0) == interaction_report(W).balanced.holds);
    }
}

BOOST_AUTO_TEST_CASE(it_does_not_depend_on_the_names_of_units_and_camps) {
    Random random(8);
    for (int k = 0; k < 20; ++k) {
        const Index n = 14;
        const Matrix W = random_weights(random, n, 0.7, false);
        const std::vector<Index> order = random.permutation(n);
        Matrix gauged = W(order, order);
        for (Index i = 0; i < n; ++i) {
            if (random.below(2) == 0) {  // a unit changes camp: signs of its links turn
                gauged.row(i) *= -1.0;
                gauged.col(i) *= -1.0;
            }
        }
        const Frustration a = resdyn::frustration(W);
        const Frustration b = resdyn::frustration(gauged, {.seed = 77});
        BOOST_TEST(a.pairs.upper == b.pairs.upper);
        BOOST_TEST(a.weight.upper == b.weight.upper, boost::test_tools::tolerance(1e-10));
        BOOST_TEST(a.mixed_pairs == b.mixed_pairs);
    }
}

BOOST_AUTO_TEST_CASE(closed_forms) {
    // All compete: of N units ⌊N/2⌋ and ⌈N/2⌉ in two camps, the pairs inside are frustrated.
    for (const Index n : {1, 2, 3, 8, 21, 30}) {
        const Frustration f = resdyn::frustration(-Matrix::Ones(n, n));
        const Index half = n / 2;
        const double inside =
            static_cast<double>(half * (half - 1) + (n - half) * (n - half - 1)) / 2.0;
        BOOST_TEST(f.pairs.is_exact());
        BOOST_TEST(f.pairs.upper == inside);
        BOOST_TEST(f.weight.upper == 2.0 * inside, boost::test_tools::tolerance(1e-10));
    }
    // A ring with one competing link is one negative cycle, however long; its weakest link yields.
    Matrix ring = Matrix::Zero(60, 60);
    for (Index i = 0; i < 60; ++i) {
        ring(i, (i + 1) % 60) = i == 17 ? -3.0 : 2.0;
    }
    ring(40, 41) = 0.5;
    const Frustration f = resdyn::frustration(ring);
    BOOST_TEST(f.pairs.upper == 1.0);
    BOOST_TEST(f.pairs.is_exact());
    BOOST_TEST(f.weight.upper == 0.5);
    BOOST_TEST(f.weight.packing_bound == 0.5);
    BOOST_TEST((f.weight.proof == FrustrationProof::BoundsMeet));
    // Only a +− pair: frustrated by itself, whatever the camps, by its smaller entry.
    const Frustration mixed = resdyn::frustration(Matrix{{0.0, 2.0}, {-0.75, 0.0}});
    BOOST_TEST(mixed.pairs.upper == 1.0);
    BOOST_TEST(mixed.weight.upper == 0.75);
    BOOST_TEST((mixed.pairs.proof == FrustrationProof::Balanced));
    const Frustration zero = resdyn::frustration(Matrix::Zero(5, 5));
    BOOST_TEST(zero.pairs.upper == 0.0);
    BOOST_TEST(zero.linked_pairs == 0);
}

BOOST_AUTO_TEST_CASE(a_lower_bound_is_one) {
    // Balanced by construction, with weights whose sums round: nothing is frustrated, exactly.
    Random random(5);
    for (int k = 0; k < 200; ++k) {
        const Index n = 2 + static_cast<Index>(random.below(9));
        const std::vector<int> camps = camps_of(n, static_cast<unsigned>(random.below(1U << n)));
        Matrix W(n, n);
        for (Index i = 0; i < n; ++i) {
            for (Index j = 0; j <= i; ++j) {
                W(i, j) = W(j, i) = std::abs(random.normal()) * camps[static_cast<std::size_t>(i)] *
                                    camps[static_cast<std::size_t>(j)];
            }
        }
        const Frustration balanced = resdyn::frustration(W);
        BOOST_TEST(balanced.weight.lower == 0.0);
        BOOST_TEST(balanced.weight.upper == 0.0);
        BOOST_TEST((balanced.weight.proof == FrustrationProof::Balanced));
        // Any weights: below what every choice of camps costs, as summed in another order.
        const Matrix any = random_weights(random, n, 0.9, k % 4 == 0);
        const Frustration f = resdyn::frustration(any);
        const double least = by_trying_all(any, frustrated_weight);
        BOOST_TEST(f.weight.lower <= least);
        BOOST_TEST(f.weight.upper - f.weight.lower <= 1e-11 * f.total_weight);
        BOOST_TEST((k % 4 != 0 || f.weight.lower == f.weight.upper));
    }
}

BOOST_AUTO_TEST_CASE(where_the_search_is_cut_short_bounds_are_given_and_called_so) {
    Random random(4);
    const Matrix W = random_weights(random, 16, 0.9, false);
    const Frustration exact = resdyn::frustration(W);
    const Frustration cut = resdyn::frustration(W, {.exact_up_to = 0, .large_nodes = 5});
    BOOST_TEST((cut.weight.proof == FrustrationProof::Bounds));
    BOOST_TEST(cut.weight.lower <= exact.weight.upper);
    BOOST_TEST(cut.weight.upper >= exact.weight.upper * (1 - 1e-12));
    BOOST_TEST(cut.pairs.lower <= exact.pairs.upper);
    BOOST_TEST(cut.pairs.upper >= exact.pairs.upper);
    // Large and dense: the two bounds still close in on each other.
    const Matrix large = random_weights(random, 120, 1.0, false);
    const Frustration f = resdyn::frustration(large, {.large_nodes = 1000});
    BOOST_TEST((f.weight.proof == FrustrationProof::Bounds));
    check_bounds(large, f.weight, frustrated_weight(large, f.weight.camps));
    BOOST_TEST(f.weight.lower >= 0.8 * f.weight.upper);
}

BOOST_AUTO_TEST_CASE(wrong_input_is_refused) {
    BOOST_TEST(
        test::says(test::refusal([] { resdyn::frustration(Matrix(2, 3)); }), "square", "2x3"));
    BOOST_TEST(
        test::says(test::refusal([] { resdyn::frustration(Matrix::Zero(2, 2), {.restarts = 0}); }),
                   "restarts", ">= 1", "0"));
    BOOST_TEST(
        test::says(test::refusal([] { frustrated_pairs(Matrix::Zero(3, 3), {1}); }), "camps", "3"));
}

BOOST_AUTO_TEST_SUITE_END()
