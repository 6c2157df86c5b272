#include <boost/test/unit_test.hpp>
#include <csignal>
#include <set>

#include <resdyn/atlas/atlas.hpp>
#include <resdyn/core/interrupt.hpp>
#include <resdyn/core/random.hpp>
#include <resdyn/stable/stable_vertices.hpp>

#include "support/refusal.hpp"

using namespace resdyn;

BOOST_AUTO_TEST_SUITE(stable_vertices_)

namespace {

/// The vertices without a violated sign, by looking at all 2^N; whole-number weights, so exactly.
struct Enumerated {
    std::set<std::string> stable;
    std::uint64_t marginal = 0;
};

Enumerated enumerate_vertices(const Matrix& W, Activation f) {
    const Index n = W.rows();
    Enumerated result;
    for (std::uint64_t mask = 0; mask < std::uint64_t{1} << n; ++mask) {
        Vector y(n);
        std::string word;
        for (Index i = 0; i < n; ++i) {
            const bool high = (mask >> i & 1U) != 0;
            y[i] = high ? levels(f).high : levels(f).low;
            word += high ? 'H' : 'L';
        }
        const Vector Wy = W * y;
        bool violated = false;
        bool tied = false;
        for (Index i = 0; i < n; ++i) {
            const double asked = (mask >> i & 1U) != 0 ? Wy[i] : -Wy[i];
            violated = violated || asked < 0;
            tied = tied || asked == 0;
        }
        if (!violated && !tied) {
            result.stable.insert(word);
        }
        result.marginal += !violated && tied ? 1 : 0;
    }
    return result;
}

Matrix whole_weights(Random& random, Index n, int largest) {
    Matrix W(n, n);
    for (Index i = 0; i < n; ++i) {
        const bool zero_row = random.below(8) == 0;
        for (Index j = 0; j < n; ++j) {
            W(i, j) = zero_row ? 0.0
                               : static_cast<double>(
                                     random.below(2 * static_cast<std::uint64_t>(largest) + 1)) -
                                     largest;
        }
    }
    return W;
}

std::set<std::string> words(const StableSearch& search) {
    std::set<std::string> result;
    for (const Equilibrium& e : search.equilibria) {
        BOOST_TEST(e.proved);
        BOOST_TEST(e.spectrum.is_stable());
        result.insert(to_string(e.pattern));
    }
    return result;
}

void same_search(const StableSearch& a, const StableSearch& b) {
    BOOST_TEST((a.end == b.end));
    BOOST_TEST(a.work.nodes == b.work.nodes);
    BOOST_TEST(a.work.excluded_by_row == b.work.excluded_by_row);
    BOOST_TEST(a.work.excluded_by_rows == b.work.excluded_by_rows);
    BOOST_TEST(a.stable_vertices == b.stable_vertices);
    BOOST_TEST(a.marginal == b.marginal);
    BOOST_REQUIRE(a.equilibria.size() == b.equilibria.size());
    for (std::size_t k = 0; k < a.equilibria.size(); ++k) {
        BOOST_TEST((a.equilibria[k].pattern == b.equilibria[k].pattern));
    }
}

}  // namespace

BOOST_AUTO_TEST_CASE(ties_zero_rows_and_all_agree_with_enumeration) {
    Random random(31);
    for (int k = 0; k < 120; ++k) {
        const Activation f = k % 2 == 0 ? Activation::Logistic : Activation::Tanh;
        const Index n = 1 + static_cast<Index>(random.below(10));
        const Matrix W = whole_weights(random, n, 1 + static_cast<int>(random.below(4)));
        const Enumerated truth = enumerate_vertices(W, f);
        // A power of two as factor changes nothing.
        const ResidualSystem system(0.125 * W, f);
        const StableSearch search = resdyn::stable_vertices(system);
        BOOST_TEST(search.complete());
        BOOST_TEST(search.all_listed());
        BOOST_TEST(search.stable_vertices == truth.stable.size());
        BOOST_TEST(search.stable_faces == 0U);
        BOOST_TEST(search.marginal == truth.marginal);
        BOOST_TEST(words(search) == truth.stable);
        const StableSearch strict = resdyn::stable_vertices(system, {.count_marginal = false});
        BOOST_TEST(words(strict) == truth.stable);
        BOOST_TEST(strict.marginal == 0U);
        BOOST_TEST(strict.work.nodes <= search.work.nodes);
    }
}

BOOST_AUTO_TEST_CASE(gaussian_weights_agree_with_the_atlas) {
    Random random(32);
    for (int k = 0; k < 16; ++k) {
        const Activation f = k % 2 == 0 ? Activation::Logistic : Activation::Tanh;
        const Index n = 3 + static_cast<Index>(random.below(5));
        const Matrix W = random.normal_matrix(n, n, 1.0) + (k % 3 - 1.0) * Matrix::Identity(n, n);
        const ResidualSystem system(W, f);
        std::set<std::string> stable;
        for (const Equilibrium& e :
             equilibrium_atlas(system, {.listing = Listing::Stable}).equilibria) {
            if (e.pattern.is_vertex()) {
                stable.insert(to_string(e.pattern));
            }
        }
        BOOST_TEST(words(resdyn::stable_vertices(system)) == stable);
    }
}

BOOST_AUTO_TEST_CASE(rows_that_cancel_below_rounding_are_decided_exactly) {
    // In double 0.1 + 0.2 − 0.3 is not 0, and as stored it is not either; 1e17 + 1 − 1e17 is 1.
    const Matrix W{{1e17, 1.0, -1e17}, {0.1, 0.2, -0.3}, {1.0, 1.0, 1.0}};
    for (const Activation f : {Activation::Logistic, Activation::Tanh}) {
        const ResidualSystem system(W, f);
        const StableSearch search = resdyn::stable_vertices(system);
        std::set<std::string> stable;
        std::uint64_t marginal = 0;
        for (const Equilibrium& e : equilibrium_atlas(system).equilibria) {
            if (e.pattern.is_vertex() && e.spectrum.is_stable()) {
                stable.insert(to_string(e.pattern));
            }
            marginal +=
                e.pattern.is_vertex() && e.spectrum.unstable == 0 && !e.spectrum.is_hyperbolic();
        }
        BOOST_TEST(words(search) == stable);
        BOOST_TEST(stable.contains("HHH"));  // rows 1, the sum of the stored 0.1, 0.2, −0.3, and 3
        BOOST_TEST(search.marginal == marginal);
        BOOST_TEST(search.work.exact_decisions > 0U);
    }
}

BOOST_AUTO_TEST_CASE(products_of_two_matrices_are_formed_exactly) {
    // Row 0 of BA is exactly 0, that of the rounded product is not.
    const Matrix B{{0.1, -0.3}, {1.0, 1.0}};
    const Matrix A{{0.3, 0.3}, {0.1, 0.1}};
    const ResidualSystem block(ResidualSystem::Factors{B, A}, Activation::Logistic);
    const Atlas atlas = equilibrium_atlas(block, {.listing = Listing::Stable});
    const StableSearch search = resdyn::stable_vertices(block);
    BOOST_TEST(search.stable_vertices == static_cast<std::uint64_t>(atlas.counts.stable));
    Random random(33);
    for (int k = 0; k < 6; ++k) {
        const ResidualSystem wide(ResidualSystem::Factors{random.normal_matrix(6, 3, 1.0),
                                                          random.normal_matrix(3, 6, 1.0)},
                                  Activation::Tanh);
        std::set<std::string> stable;
        for (const Equilibrium& e :
             equilibrium_atlas(wide, {.listing = Listing::Stable}).equilibria) {
            if (e.pattern.is_vertex()) {
                stable.insert(to_string(e.pattern));
            }
        }
        BOOST_TEST(words(resdyn::stable_vertices(wide)) == stable);
    }
}

BOOST_AUTO_TEST_CASE(of_symmetric_weights_they_are_the_strict_local_maxima) {
    Random random(34);
    const Index n = 14;
    Matrix W = whole_weights(random, n, 5);
    W = (W + W.transpose()).eval();
    W.diagonal().setZero();
    const StableSearch search = resdyn::stable_vertices(ResidualSystem(W, Activation::Logistic));
    std::set<std::string> maxima;
    for (std::uint64_t mask = 0; mask < std::uint64_t{1} << n; ++mask) {
        Vector y(n);
        std::string word;
        for (Index i = 0; i < n; ++i) {
            y[i] = static_cast<double>(mask >> i & 1U);
            word += y[i] > 0 ? 'H' : 'L';
        }
        const double value = y.dot(W * y);
        bool strict = true;
        for (Index i = 0; i < n && strict; ++i) {
            y[i] = 1 - y[i];
            strict = y.dot(W * y) < value;
            y[i] = 1 - y[i];
        }
        if (strict) {
            maxima.insert(word);
        }
    }
    BOOST_TEST(!maxima.empty());
    BOOST_TEST(words(search) == maxima);
}

BOOST_AUTO_TEST_CASE(they_permute_with_the_units_and_come_in_pairs_for_tanh) {
    Random random(35);
    const Index n = 20;
    Matrix W = random.normal_matrix(n, n, 1.0);
    W = (W + W.transpose()).eval();  // many stable states
    const std::vector<Index> order = random.permutation(n);
    const StableSearch original = resdyn::stable_vertices(ResidualSystem(W, Activation::Tanh));
    const StableSearch permuted =
        resdyn::stable_vertices(ResidualSystem(Matrix(W(order, order)), Activation::Tanh));
    BOOST_TEST(original.stable_vertices > 2U);
    std::set<std::string> expected;
    std::set<std::string> mirrored;
    for (const std::string& word : words(original)) {
        std::string moved;
        std::string opposite;
        for (const Index i : order) {
            moved += word[static_cast<std::size_t>(i)];
        }
        for (const char letter : word) {
            opposite += letter == 'H' ? 'L' : 'H';
        }
        expected.insert(moved);
        mirrored.insert(opposite);
    }
    BOOST_TEST(words(permuted) == expected);
    BOOST_TEST(words(original) == mirrored);
}

BOOST_AUTO_TEST_CASE(threads_change_nothing_and_a_budget_is_kept_to_the_node) {
    Random random(36);
    const ResidualSystem system(random.normal_matrix(32, 32, 1.0), Activation::Tanh);
    const StableSearch whole = resdyn::stable_vertices(system, {.threads = 1});
    BOOST_TEST(whole.complete());
    same_search(whole, resdyn::stable_vertices(system, {.threads = 3}));
    for (const std::uint64_t budget :
         {std::uint64_t{1}, std::uint64_t{100}, whole.work.nodes - 1}) {
        const StableSearch part =
            resdyn::stable_vertices(system, {.max_nodes = budget, .threads = 1});
        BOOST_TEST((part.end == SearchEnd::BudgetSpent));
        BOOST_TEST(part.work.nodes == budget);
        same_search(part, resdyn::stable_vertices(system, {.max_nodes = budget, .threads = 2}));
        const std::set<std::string> all = words(whole);
        for (const std::string& word : words(part)) {
            BOOST_TEST(all.contains(word));
        }
    }
    BOOST_TEST(resdyn::stable_vertices(system, {.max_nodes = whole.work.nodes}).complete());
}

BOOST_AUTO_TEST_CASE(an_interrupt_ends_it_with_what_is_known) {
    Random random(37);
    const ResidualSystem system(random.normal_matrix(40, 40, 1.0), Activation::Tanh);
    StableSearch search;
    {
        const InterruptScope interrupts;
        search = resdyn::stable_vertices(
            system, {.on_progress = [](const SearchWork&) { std::raise(SIGINT); }});
    }
    const InterruptScope cleared;
    BOOST_TEST((search.end == SearchEnd::Interrupted));
    BOOST_TEST(!search.complete());
    BOOST_TEST(search.work.nodes > 0U);
}

BOOST_AUTO_TEST_CASE(the_list_is_capped_and_the_count_is_not) {
    const ResidualSystem system(Matrix::Identity(9, 9), Activation::Tanh);
    const StableSearch search = resdyn::stable_vertices(system, {.max_listed = 10});
    BOOST_TEST(search.complete());
    BOOST_TEST(search.stable_vertices == 512U);
    BOOST_TEST(search.equilibria.size() == 10U);
    BOOST_TEST(!search.all_listed());
}

BOOST_AUTO_TEST_CASE(the_predicted_cost_is_the_mean_of_an_unbiased_estimate) {
    Random random(38);
    for (const Activation f : {Activation::Logistic, Activation::Tanh}) {
        const ResidualSystem system(random.normal_matrix(34, 34, 1.0), f);
        const double nodes = static_cast<double>(resdyn::stable_vertices(system).work.nodes);
        // A prediction ends once it has seen a fifth of the tree: the mean is over seeds.
        double mean = 0.0;
        double squares = 0.0;
        constexpr int seeds = 60;
        for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
            const CostPrediction prediction = predict_stable_vertices(system, {.seed = seed});
            BOOST_TEST_REQUIRE(prediction.standard_error > 0.0);
            mean += prediction.nodes / seeds;
            squares += prediction.nodes * prediction.nodes / seeds;
            if (seed == 1) {
                const CostPrediction again =
                    predict_stable_vertices(system, {.seed = seed, .threads = 1});
                BOOST_TEST(again.nodes == prediction.nodes);
            }
        }
        const double error = std::sqrt((squares - mean * mean) / seeds);
        BOOST_TEST(error < 0.1 * nodes);
        BOOST_TEST(std::abs(mean - nodes) < 4.0 * error);
    }
}

BOOST_AUTO_TEST_CASE(what_it_cannot_do_is_refused) {
    const ResidualSystem relu(Matrix::Identity(2, 2), Activation::ReLU);
    const ResidualSystem pair(Matrix::Identity(2, 2), Activation::Tanh);
    BOOST_TEST(test::refusal([&] { resdyn::stable_vertices(relu); }) ==
               "stable equilibria: expected a bounded activation (logistic or tanh), got relu");
    BOOST_TEST(test::refusal([&] { resdyn::stable_vertices(pair, {.max_listed = -1}); }) ==
               "stable equilibria: expected max_listed >= 0, got -1");
    BOOST_TEST(test::refusal([&] { predict_stable_vertices(pair, {.probes = 1}); }) ==
               "prediction of cost: expected 2 <= probes <= 10000000, got 1");
}

BOOST_AUTO_TEST_SUITE_END()
