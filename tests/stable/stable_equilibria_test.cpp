#include <boost/test/unit_test.hpp>
#include <set>

#include <resdyn/atlas/atlas.hpp>
#include <resdyn/core/random.hpp>
#include <resdyn/stable/stable_equilibria.hpp>
#include <resdyn/stable/stable_vertices.hpp>

using namespace resdyn;

BOOST_AUTO_TEST_SUITE(stable_equilibria_)

namespace {

std::set<std::string> words(const std::vector<Equilibrium>& equilibria) {
    std::set<std::string> result;
    for (const Equilibrium& e : equilibria) {
        result.insert(to_string(e.pattern));
    }
    return result;
}

/// The search against the whole atlas: the stable ones, and the count of the marginal ones.
void agrees_with_atlas(const ResidualSystem& system) {
    const Atlas atlas = equilibrium_atlas(system);
    std::set<std::string> stable;
    std::uint64_t marginal = 0;
    for (const Equilibrium& e : atlas.equilibria) {
        if (e.spectrum.is_stable()) {
            stable.insert(to_string(e.pattern));
        }
        marginal += e.spectrum.unstable == 0 && !e.spectrum.is_hyperbolic() ? 1 : 0;
    }
    const StableSearch search = resdyn::stable_equilibria(system);
    BOOST_TEST(search.complete());
    BOOST_TEST(search.stable() == stable.size());
    BOOST_TEST(search.marginal == marginal);
    BOOST_TEST(words(search.equilibria) == stable);
    const StableSearch strict = resdyn::stable_equilibria(system, {.count_marginal = false});
    BOOST_TEST(words(strict.equilibria) == stable);
    BOOST_TEST(strict.marginal == 0U);
}

}  // namespace

BOOST_AUTO_TEST_CASE(gaussian_weights_with_self_inhibition_agree_with_the_atlas) {
    Random random(51);
    std::uint64_t on_faces = 0;
    for (int k = 0; k < 40; ++k) {
        const Index n = 1 + static_cast<Index>(random.below(6));
        const ResidualSystem system(
            random.normal_matrix(n, n, 1.0) - (k % 4) * 0.75 * Matrix::Identity(n, n),
            k % 2 == 0 ? Activation::Logistic : Activation::Tanh);
        agrees_with_atlas(system);
        on_faces += resdyn::stable_equilibria(system).stable_faces;
    }
    BOOST_TEST(on_faces > 0U);
}

BOOST_AUTO_TEST_CASE(ties_zero_rows_and_singular_blocks_agree_with_the_atlas) {
    Random random(52);
    for (int k = 0; k < 60; ++k) {
        const Index n = 1 + static_cast<Index>(random.below(5));
        Matrix W(n, n);
        for (Index i = 0; i < n; ++i) {
            const bool zero_row = random.below(6) == 0;
            for (Index j = 0; j < n; ++j) {
                W(i, j) = zero_row ? 0.0 : static_cast<double>(random.below(5)) - 2.0;
            }
        }
        agrees_with_atlas(ResidualSystem(W, k % 2 == 0 ? Activation::Logistic : Activation::Tanh));
    }
}

BOOST_AUTO_TEST_CASE(special_weights_agree_with_the_atlas) {
    const Matrix conservative{{0.0, 1.0}, {-1.0, 0.0}};
    const Matrix rank_one{{-1.0, 2.0, 1.0}, {-1.0, 2.0, 1.0}, {-1.0, 2.0, 1.0}};
    Random random(53);
    Matrix symmetric = random.normal_matrix(5, 5, 1.0);
    symmetric = (symmetric + symmetric.transpose() - 3.0 * Matrix::Identity(5, 5)).eval();
    Matrix damped = random.normal_matrix(5, 5, 1.0);
    damped = (damped - damped.transpose() - Matrix::Identity(5, 5)).eval();
    for (const Activation f : {Activation::Logistic, Activation::Tanh}) {
        for (const Matrix& W : {conservative, rank_one, symmetric, damped,
                                Matrix(Matrix::Zero(3, 3)), Matrix(-Matrix::Identity(4, 4))}) {
            agrees_with_atlas(ResidualSystem(W, f));
        }
        agrees_with_atlas(ResidualSystem(ResidualSystem::Factors{random.normal_matrix(5, 3, 1.0),
                                                                 random.normal_matrix(3, 5, 1.0)},
                                         f));
    }
}

BOOST_AUTO_TEST_CASE(without_self_inhibition_they_are_the_stable_vertices) {
    Random random(54);
    Matrix W = random.normal_matrix(16, 16, 1.0);
    W = (W + W.transpose()).eval();
    W.diagonal() = W.diagonal().cwiseAbs();
    const ResidualSystem system(W, Activation::Logistic);
    const StableSearch all = resdyn::stable_equilibria(system);
    BOOST_TEST(all.stable_faces == 0U);
    BOOST_TEST(all.stable_vertices > 0U);
    BOOST_TEST(words(all.equilibria) == words(resdyn::stable_vertices(system).equilibria));
}

BOOST_AUTO_TEST_CASE(weights_without_negative_entries_agree_with_the_atlas) {
    Random random(56);
    std::uint64_t marginal = 0;
    for (int k = 0; k < 80; ++k) {
        const Index n = 1 + static_cast<Index>(random.below(6));
        const std::uint64_t density = 2 + random.below(4);
        Matrix W = Matrix::Zero(n, n);
        for (Index i = 0; i < n; ++i) {
            for (Index j = 0; j < n; ++j) {
                if (random.below(density) == 0) {
                    W(i, j) = k % 3 == 0 ? 1.0 : random.uniform(0.1, 2.0);
                }
            }
        }
        agrees_with_atlas(ResidualSystem(W, Activation::Tanh));
        const ResidualSystem logistic(W, Activation::Logistic);
        agrees_with_atlas(logistic);
        const StableSearch search = resdyn::stable_equilibria(logistic);
        BOOST_TEST(search.by_signs);
        BOOST_TEST(search.work.nodes == 0U);
        BOOST_TEST(resdyn::stable_vertices(logistic).marginal == search.marginal);
        marginal += search.marginal;
    }
    BOOST_TEST(marginal > 80U);
}

BOOST_AUTO_TEST_CASE(signs_up_to_a_change_of_camp_leave_only_vertices) {
    // w_ii = 0 and s_i s_j w_ij >= 0: no face can be marginal, though W has negative entries.
    Random random(57);
    for (int k = 0; k < 20; ++k) {
        const Index n = 2 + static_cast<Index>(random.below(5));
        Matrix W = random.normal_matrix(n, n, 1.0).cwiseAbs();
        W.diagonal().setZero();
        for (Index i = 0; i < n; ++i) {
            if (random.below(2) == 0) {
                W.row(i) *= -1.0;
                W.col(i) *= -1.0;
            }
        }
        for (const Activation f : {Activation::Logistic, Activation::Tanh}) {
            agrees_with_atlas(ResidualSystem(W, f));
        }
    }
}

BOOST_AUTO_TEST_CASE(a_connectome_of_excitation_is_decided_at_once) {
    // 39 units, no inhibition, sources and sinks among them: beyond any search over faces.
    Random random(58);
    Matrix W = Matrix::Zero(39, 39);
    for (Index i = 0; i < 39; ++i) {
        for (Index j = 0; j < 39; ++j) {
            if (i != j && random.below(8) == 0) {
                W(i, j) = static_cast<double>(1 + random.below(20));
            }
        }
    }
    W.row(7).setZero();   // never driven
    W.col(20).setZero();  // drives nothing
    const ResidualSystem logistic(W, Activation::Logistic);
    BOOST_TEST(predict_stable_equilibria(logistic).nodes == 0.0);
    const StableSearch none = resdyn::stable_equilibria(logistic);
    BOOST_TEST(none.complete());
    BOOST_TEST(none.by_signs);
    BOOST_TEST(none.stable() == 0U);  // unit 7 has rate 0 for ever
    W(7, 7) = 1.0;
    const StableSearch one = resdyn::stable_equilibria(ResidualSystem(W, Activation::Logistic));
    BOOST_REQUIRE(one.stable() == 1U);
    BOOST_TEST(one.equilibria.front().y.minCoeff() == 1.0);
    BOOST_TEST(one.equilibria.front().spectrum.is_stable());
    // 60 units that help only themselves: 2^60 closed sets, of which one is stable.
    const StableSearch alone = resdyn::stable_equilibria(
        ResidualSystem(Matrix(Matrix::Identity(60, 60)), Activation::Logistic));
    BOOST_TEST(alone.marginal == (std::uint64_t{1} << 60) - 1);
    // tanh: both signs of the levels; the search among vertices suffices.
    const StableSearch tanh =
        resdyn::stable_equilibria(ResidualSystem(W, Activation::Tanh), {.max_nodes = 2'000'000});
    BOOST_TEST(tanh.complete());
    BOOST_TEST(tanh.stable_faces == 0U);
    BOOST_TEST(tanh.stable_vertices >= 2U);
}

BOOST_AUTO_TEST_CASE(threads_and_budget) {
    Random random(55);
    const ResidualSystem system(random.normal_matrix(12, 12, 1.0) - 1.5 * Matrix::Identity(12, 12),
                                Activation::Logistic);
    const StableSearch one = resdyn::stable_equilibria(system, {.threads = 1});
    const StableSearch two = resdyn::stable_equilibria(system, {.threads = 2});
    BOOST_TEST(one.work.nodes == two.work.nodes);
    BOOST_TEST(one.work.leaves == two.work.leaves);
    BOOST_TEST(words(one.equilibria) == words(two.equilibria));
    const StableSearch part = resdyn::stable_equilibria(system, {.max_nodes = 20});
    BOOST_TEST((part.end == SearchEnd::BudgetSpent));
    BOOST_TEST(part.work.nodes == 20U);
    const CostPrediction prediction = predict_stable_equilibria(system, {.probes = 125});
    BOOST_TEST(std::abs(prediction.nodes - static_cast<double>(one.work.nodes)) <
               5.0 * prediction.standard_error + 1e-6);
}

BOOST_AUTO_TEST_SUITE_END()
