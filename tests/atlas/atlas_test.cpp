#include <boost/test/unit_test.hpp>
#include <cmath>
#include <map>

#include <resdyn/atlas/atlas.hpp>
#include <resdyn/core/random.hpp>
#include <resdyn/settling/settle.hpp>

#include "numerics/decompositions.hpp"
#include "support/tied_weights.hpp"

using namespace resdyn;

BOOST_AUTO_TEST_SUITE(atlas_)

namespace {

void same_equilibria(const Atlas& a, const Atlas& b) {
    BOOST_TEST(a.counts.total == b.counts.total);
    BOOST_TEST(a.counts.stable == b.counts.stable);
    BOOST_TEST(a.singular_patterns == b.singular_patterns);
    BOOST_TEST(a.continua.size() == b.continua.size());
    BOOST_TEST(a.counts.by_unstable_dimension == b.counts.by_unstable_dimension);
}

}  // namespace

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
                const double det = free.empty() ? 1.0 : Lu(-W(free, free)).determinant();
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
    BOOST_CHECK_THROW(equilibrium_atlas(ResidualSystem(Matrix::Identity(25, 25), Activation::Tanh)),
                      std::invalid_argument);
    BOOST_CHECK_THROW(pattern_from_string("LXH"), std::invalid_argument);
}

BOOST_AUTO_TEST_CASE(filter_and_exact_arithmetic_describe_the_same_equilibria) {
    // Listing asks exact arithmetic for every equilibrium and throws where the filter differs.
    Random random(31);
    for (const double self : {0.0, -1.5}) {
        for (const Activation f : {Activation::Logistic, Activation::Tanh}) {
            const Matrix W = random.normal_matrix(7, 7, 1.0) + self * Matrix::Identity(7, 7);
            const Atlas atlas = equilibrium_atlas(ResidualSystem(W, f));
            BOOST_TEST(static_cast<Index>(atlas.equilibria.size()) == atlas.counts.total);
            BOOST_TEST(atlas.decisions.found_by_filter >= atlas.counts.total - 1);
        }
    }
}

BOOST_AUTO_TEST_CASE(special_weights) {
    Random random(3);
    const Matrix G = random.normal_matrix(5, 5, 1.0);
    const Matrix symmetric = G + G.transpose();
    const Atlas real = equilibrium_atlas(ResidualSystem(symmetric, Activation::Tanh));
    for (const Equilibrium& e : real.equilibria) {
        BOOST_TEST(e.spectrum.all_real);
    }
    const Matrix antisymmetric = G - G.transpose();
    const Atlas centers = equilibrium_atlas(ResidualSystem(antisymmetric, Activation::Tanh));
    BOOST_TEST(centers.counts.stable == 0);
    BOOST_TEST(centers.decisions.exact > 0);
    for (const Equilibrium& e : centers.equilibria) {
        if (!e.pattern.is_vertex()) {
            BOOST_TEST(e.free_spectrum.neutral == e.free_spectrum.dimension());
        }
    }
    // Rank 1: every block of two or more is singular.
    const Matrix rank_one = Vector{{1, -2, 3}} * Vector{{2, 1, -1}}.transpose();
    const Atlas thin = equilibrium_atlas(ResidualSystem(rank_one, Activation::Tanh));
    BOOST_TEST(thin.singular_patterns == 3 * 2 + 1);
    BOOST_TEST(!thin.index.applies);
}

BOOST_AUTO_TEST_CASE(eigenvalues_keep_their_magnitude) {
    const auto decided = [](const Matrix& W, Activation f, const std::string& word) {
        return std::get<Equilibrium>(
            FaceSolver(ResidualSystem(W, f)).decide(pattern_from_string(word)));
    };
    const Matrix wide{{-1e300, 1e-300}, {1e-300, -1e-300}};
    const Equilibrium corner = decided(wide, Activation::Logistic, "HL");
    BOOST_TEST(corner.flow_eigenvalues[0].real() == 1e300);
    BOOST_TEST(corner.flow_eigenvalues[1].real() == 1e-300);
    BOOST_TEST(std::isinf(corner.multipliers[0].real()));  // e^{1e300}, written as "infinity"
    // The whole block: −1e300 and −1e−300, each to the last digit.
    const Equilibrium centre = decided(wide, Activation::Tanh, "FF");
    BOOST_TEST((centre.type == EquilibriumType::StableNode));
    BOOST_TEST(centre.flow_eigenvalues[0].real() == -1e-300, boost::test_tools::tolerance(1e-15));
    BOOST_TEST(centre.flow_eigenvalues[1].real() == -1e300, boost::test_tools::tolerance(1e-15));
    for (const double tiny : {1e-310, 5e-324}) {
        BOOST_TEST(decided(Matrix{{-tiny}}, Activation::Tanh, "F").flow_eigenvalues[0].real() ==
                   -tiny);
        BOOST_TEST(decided(Matrix{{-tiny}}, Activation::Logistic, "H").flow_eigenvalues[0].real() ==
                   tiny);
    }
}

BOOST_AUTO_TEST_CASE(continua_say_whether_they_attract_across) {
    const Atlas axes =
        equilibrium_atlas(ResidualSystem(Matrix{{0.0, -1.0}, {-1.0, 0.0}}, Activation::Logistic));
    BOOST_REQUIRE_EQUAL(axes.continua.size(), 2U);
    for (const Continuum& c : axes.continua) {
        BOOST_TEST(c.transverse.is_stable());
        BOOST_TEST(c.transverse.dimension() == 1);
        BOOST_TEST(c.flow_eigenvalues.size() == 2U);
    }
    const Atlas repelling =
        equilibrium_atlas(ResidualSystem(Matrix{{0.0, 1.0}, {1.0, 0.0}}, Activation::Logistic));
    for (const Continuum& c : repelling.continua) {
        BOOST_TEST(c.transverse.unstable == 1);
    }
}

BOOST_AUTO_TEST_CASE(the_face_theorem_narrows_where_motion_can_recur) {
    // No equilibrium but vertices: nothing recurs in an open face (it cycles along the boundary).
    const Matrix cycle{{1, -3, 1}, {1, 1, -3}, {-3, 1, 1}};
    const Atlas none = equilibrium_atlas(ResidualSystem(cycle, Activation::Logistic));
    BOOST_TEST((none.recurrence.verdict == RecurrenceVerdict::NoFace));
    // A center: closed orbits do fill the face FF.
    const Atlas center =
        equilibrium_atlas(ResidualSystem(Matrix{{0.0, 1.0}, {-1.0, 0.0}}, Activation::Tanh));
    BOOST_TEST((center.recurrence.verdict == RecurrenceVerdict::SomeFaces));
    BOOST_REQUIRE_EQUAL(center.recurrence.candidates.size(), 1U);
    BOOST_TEST(to_string(center.recurrence.candidates[0]) == "FF");
    // Damped (divergence) and saddle (index): ruled out.
    const Atlas damped =
        equilibrium_atlas(ResidualSystem(Matrix{{-0.1, 1.0}, {-1.0, 0.0}}, Activation::Tanh));
    BOOST_TEST((damped.recurrence.verdict == RecurrenceVerdict::NoFace));
    BOOST_TEST(damped.recurrence.excluded_divergent_planes == 1);
    const Atlas saddle =
        equilibrium_atlas(ResidualSystem(Matrix{{-0.5, 1.0}, {1.0, 0.5}}, Activation::Tanh));
    BOOST_TEST(saddle.recurrence.excluded_saddle_planes == 1);
}

BOOST_AUTO_TEST_CASE(entries_are_all_and_come_in_the_same_order_for_any_threads) {
    Random random(77);
    const ResidualSystem system(random.normal_matrix(9, 9, 1.0), Activation::Tanh);
    std::vector<std::string> orders;
    for (const int threads : {1, 3}) {
        std::string text;
        Index count = 0;
        const Atlas atlas =
            equilibrium_atlas(system, {.listing = Listing::Stable,
                                       .threads = threads,
                                       .on_entries = [&](const std::vector<AtlasEntry>& entries) {
                                           for (const AtlasEntry& e : entries) {
                                               text += to_string(pattern_of_entry(e, 9)) +
                                                       std::to_string(e.unstable) + '\n';
                                               ++count;
                                           }
                                       }});
        BOOST_TEST(count == atlas.counts.total);
        orders.push_back(text);
    }
    BOOST_TEST(orders[0] == orders[1]);
}

BOOST_AUTO_TEST_CASE(a_stop_ends_with_what_is_known) {
    Random random(78);
    const ResidualSystem system(random.normal_matrix(11, 11, 1.0), Activation::Tanh);
    bool stop = false;
    const Atlas part =
        equilibrium_atlas(system, {.listing = Listing::Stable,
                                   .threads = 1,
                                   .stop_requested = [&] { return stop; },
                                   .on_progress = [&](double, Index) { stop = true; }});
    BOOST_TEST(!part.complete);
    BOOST_TEST(part.counts.total > 0);
    BOOST_TEST((part.recurrence.verdict == RecurrenceVerdict::NotDecided));
    BOOST_TEST(!part.index.applies);
    const Atlas whole = equilibrium_atlas(system, {.listing = Listing::Stable});
    BOOST_TEST(part.counts.total < whole.counts.total);
    BOOST_TEST(part.decisions.patterns < whole.decisions.patterns);
    BOOST_TEST(whole.decisions.patterns == 177147);
    const Atlas none = equilibrium_atlas(system, {.stop_requested = [] { return true; }});
    BOOST_TEST(!none.complete);
    BOOST_TEST(none.counts.total == 0);
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
        BOOST_TEST(one.steps == two.steps);
        BOOST_TEST(one.final_speed == two.final_speed);
        Index members = 0;
        for (const SettledGroup& group : one.groups) {
            const auto found = stable.find(to_string(group.equilibrium.pattern));
            BOOST_REQUIRE(found != stable.end());
            BOOST_TEST((found->second->y - group.equilibrium.y).norm() < 1e-14);
            members += static_cast<Index>(group.members.size());
        }
        BOOST_TEST(members == one.count(SettleOutcome::Settled));
        // Free blocks go the numerical way and must say so; vertices are proved by the filter.
        const SettleResult numerical = settle(system, u0, {.exact_free_units = -1});
        BOOST_TEST(numerical.groups.size() == one.groups.size());
        for (std::size_t g = 0; g < numerical.groups.size(); ++g) {
            const Equilibrium& found = numerical.groups[g].equilibrium;
            BOOST_TEST(found.proved == found.pattern.is_vertex());
            BOOST_TEST(
                (numerical.groups[g].equilibrium.pattern == one.groups[g].equilibrium.pattern));
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()
