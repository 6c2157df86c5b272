#include <boost/test/unit_test.hpp>
#include <map>

#include <resdyn/core/random.hpp>
#include <resdyn/equilibria/atlas.hpp>
#include <resdyn/equilibria/search.hpp>

using namespace resdyn;

namespace {

/// Small integers with many ties and zero rows.
Matrix tied_weights(Random& random, Index n) {
    Matrix W(n, n);
    for (Index i = 0; i < n; ++i) {
        const bool zero_row = random.below(6) == 0;
        for (Index j = 0; j < n; ++j) {
            W(i, j) = zero_row ? 0.0 : static_cast<double>(random.below(5)) - 2.0;
        }
    }
    return W;
}

void same_equilibria(const Atlas& a, const Atlas& b) {
    BOOST_TEST(a.counts.total == b.counts.total);
    BOOST_TEST(a.counts.stable == b.counts.stable);
    BOOST_TEST(a.singular_patterns == b.singular_patterns);
    BOOST_TEST(a.continua.size() == b.continua.size());
    BOOST_TEST(a.counts.by_unstable_dimension == b.counts.by_unstable_dimension);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(atlas)

BOOST_AUTO_TEST_CASE(equilibria_rest_in_flow_and_map_and_verdicts_agree_with_the_full_jacobian) {
    Random random(12);
    for (const Activation f : {Activation::Logistic, Activation::Tanh}) {
        for (int k = 0; k < 12; ++k) {
            const Index n = 1 + static_cast<Index>(random.below(5));
            const ResidualSystem system(random.normal_matrix(n, n, 1.0), f, 0.3);
            const Atlas atlas = equilibrium_atlas(system);
            BOOST_TEST(atlas.counts.vertices == Index{1} << n);
            for (const Equilibrium& e : atlas.equilibria) {
                BOOST_TEST(e.residual < 1e-12);
                BOOST_TEST((system.residual_map(e.y) - e.y).lpNorm<Eigen::Infinity>() < 1e-12);
                // Route two: eigenvalues of the whole Jacobian, block structure not used.
                std::vector<Complex> whole = eigenvalues(system.residual_jacobian(e.y));
                double distance = 0.0;
                for (std::size_t i = 0; i < whole.size(); ++i) {
                    distance = std::max(distance, std::abs(whole[i] - e.flow_eigenvalues[i]));
                }
                BOOST_TEST(distance < 1e-6);
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(signed_determinants_sum_to_one_for_tanh) {
    // Σ sign det(−W_FF) = 1 over equilibria whose saturated units are on their stable side.
    Random random(40);
    for (int k = 0; k < 40; ++k) {
        const Index n = 1 + static_cast<Index>(random.below(5));
        const Matrix W = random.normal_matrix(n, n, 1.2);
        const Atlas atlas = equilibrium_atlas(ResidualSystem(W, Activation::Tanh));
        int sum = 0;
        for (const Equilibrium& e : atlas.equilibria) {
            const Vector Wy = W * e.y;
            bool stable_side = true;
            for (Index i = 0; i < n; ++i) {
                stable_side = stable_side && (e.pattern[i] == UnitState::Free ||
                                              (e.pattern[i] == UnitState::High) == (Wy[i] > 0));
            }
            if (stable_side) {
                const auto free = e.pattern.free_units();
                const double det = free.empty() ? 1.0 : Matrix(-W(free, free)).determinant();
                sum += det > 0 ? 1 : -1;
            }
        }
        BOOST_TEST(sum == 1);
    }
}

BOOST_AUTO_TEST_CASE(the_atlas_permutes_with_the_units) {
    Random random(5);
    for (int k = 0; k < 10; ++k) {
        const Index n = 4;
        const Matrix W = tied_weights(random, n);
        const std::vector<Index> order = random.permutation(n);
        const Atlas original = equilibrium_atlas(ResidualSystem(W, Activation::Logistic));
        const Atlas permuted =
            equilibrium_atlas(ResidualSystem(Matrix(W(order, order)), Activation::Logistic));
        same_equilibria(original, permuted);
        std::map<std::string, EquilibriumType> types;
        for (const Equilibrium& e : original.equilibria) {
            std::string word;
            for (const Index i : order) {
                word += to_string(e.pattern)[static_cast<std::size_t>(i)];
            }
            types[word] = e.type;
        }
        for (const Equilibrium& e : permuted.equilibria) {
            BOOST_REQUIRE(types.contains(to_string(e.pattern)));
            BOOST_TEST((types[to_string(e.pattern)] == e.type));
        }
    }
}

BOOST_AUTO_TEST_CASE(a_positive_factor_changes_no_verdict_and_threads_change_nothing) {
    Random random(6);
    const Matrix W = tied_weights(random, 5);
    const Atlas one = equilibrium_atlas(ResidualSystem(W, Activation::Tanh), {.threads = 1});
    const Atlas two = equilibrium_atlas(ResidualSystem(W, Activation::Tanh), {.threads = 2});
    same_equilibria(one, two);
    for (std::size_t k = 0; k < one.equilibria.size(); ++k) {
        BOOST_TEST((one.equilibria[k].pattern == two.equilibria[k].pattern));
        BOOST_TEST(one.equilibria[k].y == two.equilibria[k].y);
        BOOST_TEST(one.equilibria[k].flow_eigenvalues == two.equilibria[k].flow_eigenvalues);
    }
    for (const double factor : {1e-300, 3.0, 1e250}) {
        same_equilibria(one, equilibrium_atlas(ResidualSystem(factor * W, Activation::Tanh)));
    }
}

BOOST_AUTO_TEST_CASE(zero_weights_are_one_continuum_a_face) {
    for (const Index n : {1, 2, 4}) {
        const Atlas atlas =
            equilibrium_atlas(ResidualSystem(Matrix::Zero(n, n), Activation::Logistic));
        Index patterns = 1;
        for (Index i = 0; i < n; ++i) {
            patterns *= 3;
        }
        BOOST_TEST(atlas.counts.total == Index{1} << n);
        BOOST_TEST(static_cast<Index>(atlas.continua.size()) == patterns - (Index{1} << n));
        BOOST_TEST(atlas.continua.back().dimension == n);
        for (const Equilibrium& e : atlas.equilibria) {
            BOOST_TEST(e.on_continuum);
            BOOST_TEST((e.type == EquilibriumType::NonHyperbolic));
        }
    }
}

BOOST_AUTO_TEST_CASE(the_product_of_two_matrices_is_formed_exactly) {
    // B A is exactly singular, its rounded product is not.
    const Matrix B{{0.1, 0.3}, {0.7, 2.1 + 4e-16}};
    const Matrix row{{1.0 / 3.0, 1.0 / 7.0}};
    const Matrix A = Vector{{1.0, 1.0}} * row;  // rank 1, so BA has rank 1
    const ResidualSystem system(ResidualSystem::Factors{B, A}, Activation::Logistic);
    const Atlas exact = equilibrium_atlas(system);
    BOOST_TEST(exact.singular_patterns == 1);
    const Atlas rounded = equilibrium_atlas(ResidualSystem(system.W(), Activation::Logistic));
    BOOST_TEST(rounded.singular_patterns == 0);
}

BOOST_AUTO_TEST_CASE(listings_choose_what_is_kept_and_never_what_is_counted) {
    Random random(14);
    const ResidualSystem system(random.normal_matrix(4, 4, 1.0) - 1.5 * Matrix::Identity(4, 4),
                                Activation::Logistic);
    const Atlas all = equilibrium_atlas(system);
    const Atlas stable = equilibrium_atlas(system, {.listing = Listing::Stable});
    const Atlas faces = equilibrium_atlas(system, {.listing = Listing::Faces});
    same_equilibria(all, stable);
    same_equilibria(all, faces);
    BOOST_TEST(static_cast<Index>(all.equilibria.size()) == all.counts.total);
    BOOST_TEST(static_cast<Index>(stable.equilibria.size()) == all.counts.stable);
    BOOST_TEST(static_cast<Index>(faces.equilibria.size()) == all.counts.faces);
    BOOST_TEST(all.counts.faces > 0);
    Index sum = 0;
    for (const Index count : all.counts.by_unstable_dimension) {
        sum += count;
    }
    BOOST_TEST(sum == all.counts.total);
}

BOOST_AUTO_TEST_CASE(what_it_cannot_do_is_refused) {
    BOOST_CHECK_THROW(equilibrium_atlas(ResidualSystem(Matrix::Identity(2, 2), Activation::ReLU)),
                      std::invalid_argument);
    BOOST_CHECK_THROW(equilibrium_atlas(ResidualSystem(Matrix::Identity(13, 13), Activation::Tanh)),
                      std::invalid_argument);
    BOOST_CHECK_THROW(pattern_from_string("LXH"), std::invalid_argument);
}

BOOST_AUTO_TEST_CASE(search_finds_stable_equilibria_of_the_atlas_and_nothing_else) {
    Random random(23);
    for (int k = 0; k < 8; ++k) {
        const ResidualSystem system(random.normal_matrix(5, 5, 1.0) - 1.0 * Matrix::Identity(5, 5),
                                    Activation::Tanh, 0.2);
        const Atlas atlas = equilibrium_atlas(system, {.listing = Listing::Stable});
        std::map<std::string, const Equilibrium*> stable;
        for (const Equilibrium& e : atlas.equilibria) {
            stable[to_string(e.pattern)] = &e;
        }
        const Matrix u0 = random.normal_matrix(5, 40, 1.0);
        const SettleResult one = settle(system, u0, {.threads = 1});
        const SettleResult two = settle(system, u0, {.threads = 2});
        BOOST_TEST(one.layers == two.layers);
        BOOST_TEST(one.final_speed == two.final_speed);
        Index members = 0;
        for (const SettledGroup& group : one.groups) {
            const auto found = stable.find(to_string(group.equilibrium.pattern));
            BOOST_REQUIRE(found != stable.end());
            BOOST_TEST((found->second->y - group.equilibrium.y).norm() < 1e-14);
            members += static_cast<Index>(group.members.size());
        }
        BOOST_TEST(members == one.count(SettleOutcome::Settled));
        // Larger free blocks go the numerical way; they must say so and agree.
        const SettleResult numerical = settle(system, u0, {.exact_free_units = -1});
        BOOST_TEST(numerical.groups.size() == one.groups.size());
        for (std::size_t g = 0; g < numerical.groups.size(); ++g) {
            BOOST_TEST(!numerical.groups[g].equilibrium.proved);
            BOOST_TEST(
                (numerical.groups[g].equilibrium.pattern == one.groups[g].equilibrium.pattern));
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()
