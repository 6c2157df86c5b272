#include "atlas/principal_minors.hpp"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <utility>
#include <vector>

#include <resdyn/core/error.hpp>
#include <resdyn/core/random.hpp>

#include "atlas/free_set_walk.hpp"
#include "support/tied_weights.hpp"

using namespace resdyn;

BOOST_AUTO_TEST_SUITE(principal_minors_)

BOOST_AUTO_TEST_CASE(those_of_small_sets_alone_are_the_same) {
    Random random(3);
    for (const Matrix& W : {random.normal_matrix(18, 18, 1.0), tied_weights(random, 7)}) {
        const ResidualSystem system(W, Activation::Tanh);
        const FaceSolver solver(system);
        const FilterWeights weights = filter_weights(solver);
        const PrincipalMinors all(weights, solver, 2, {});
        BOOST_TEST(all.largest() == PrincipalMinors::most_free);
        for (const Index largest : {0, 2, 5}) {
            const PrincipalMinors some(weights, solver, 2, {}, largest);
            BOOST_TEST(some.largest() == largest);
            for (std::uint32_t free = 0; free < std::uint32_t{1} << W.rows(); free += 5) {
                if (!some.holds(free) || !all.holds(free)) {
                    continue;
                }
                BOOST_TEST(some.value(free) == all.value(free));
                BOOST_TEST(some.error(free) == all.error(free));
                BOOST_TEST((some.kind(free) == all.kind(free)));
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(made_in_parts_they_are_the_same_bytes) {
    Random random(8);
    for (const auto& [n, largest] : {std::pair<Index, Index>{13, 16}, {18, 5}, {3, 16}}) {
        const ResidualSystem system(random.normal_matrix(n, n, 1.0), Activation::Tanh);
        const FaceSolver solver(system);
        const FilterWeights weights = filter_weights(solver);
        const PrincipalMinors whole(weights, solver, 2, {}, largest);
        PrincipalMinors here(n, largest);
        PrincipalMinors there(n, largest);
        for (Index part = 0; part < here.parts(); ++part) {
            PrincipalMinors& maker = part % 2 == 0 ? here : there;
            here.put(part, maker.part(part, weights, solver));
        }
        here.finish(1);
        BOOST_TEST(here.parts() == whole.parts());
        BOOST_TEST((here.bytes() == whole.bytes()));
        there.read(here.bytes());
        BOOST_TEST((there.bytes() == whole.bytes()));
        BOOST_CHECK_THROW(there.read(here.bytes().substr(1)), InputError);
        BOOST_CHECK_THROW(there.put(0, here.bytes() + "x"), InputError);
    }
}

BOOST_AUTO_TEST_CASE(values_are_determinants_within_their_errors) {
    Random random(4);
    const ResidualSystem system(random.normal_matrix(10, 10, 1.0), Activation::Tanh);
    const FaceSolver solver(system);
    const FilterWeights weights = filter_weights(solver);
    const PrincipalMinors minors(weights, solver, 1, {});
    for (std::uint32_t free = 1; free < 1024; ++free) {
        const double exact = solver.determinant(units_of(free, 10, true), weights.exponent);
        BOOST_TEST(std::abs(minors.value(free) - exact) <=
                   (minors.error(free) + 0x1p-50) * std::abs(exact));
        BOOST_TEST(minors.error(free) < 1e-8);
    }
}

BOOST_AUTO_TEST_CASE(sets_without_minors_are_counted_alike) {
    Random random(5);
    std::vector<ResidualSystem> systems;
    systems.emplace_back(random.normal_matrix(10, 10, 1.0), Activation::Tanh);
    systems.emplace_back(random.normal_matrix(9, 9, 1.0), Activation::Logistic);
    systems.emplace_back(tied_weights(random, 6), Activation::Tanh);
    for (const ResidualSystem& system : systems) {
        const Index n = system.dimension();
        const FaceSolver solver(system);
        const ExactWeights exact(system);
        const FilterWeights weights = filter_weights(solver);
        std::vector<FreeSetTally> tallies;
        for (const Index largest : {n, Index{4}, Index{1}}) {
            const PrincipalMinors minors(weights, solver, 1, {}, largest);
            KeptDecisions kept;
            const AtlasContext context{solver,          exact, weights, minors,
                                       Listing::Stable, 10,    false,   kept};
            FreeSetWalks walks(context);
            FreeSetTally& tally = tallies.emplace_back(n);
            walks.add({.first = 0, .sets = std::uint32_t{1} << n}, tally);
        }
        for (const FreeSetTally& tally : tallies) {
            BOOST_TEST((tally.counts.by_size == tallies[0].counts.by_size));
            BOOST_TEST(tally.index_sum == tallies[0].index_sum);
            BOOST_TEST(tally.singular_patterns == tallies[0].singular_patterns);
            BOOST_TEST(tally.decisions.patterns == tallies[0].decisions.patterns);
        }
        BOOST_TEST(tallies[2].decisions.by_discs >= tallies[0].decisions.by_discs);
    }
}

BOOST_AUTO_TEST_CASE(parts_add_up_to_the_whole) {
    Random random(6);
    for (const ResidualSystem& system :
         {ResidualSystem(random.normal_matrix(10, 10, 1.0), Activation::Tanh),
          ResidualSystem(random.normal_matrix(9, 9, 1.0), Activation::Logistic),
          ResidualSystem(tied_weights(random, 7), Activation::Tanh),
          ResidualSystem(Matrix::Ones(6, 6), Activation::Logistic)}) {
        const Index n = system.dimension();
        const FaceSolver solver(system);
        const ExactWeights exact(system);
        const FilterWeights weights = filter_weights(solver);
        const PrincipalMinors minors(weights, solver, 1, {});
        KeptDecisions kept;
        const AtlasContext context{solver,          exact, weights, minors,
                                   Listing::Stable, 10,    false,   kept};
        FreeSetWalks walks(context);
        FreeSetTally whole(n);
        walks.add({.first = 0, .sets = 8}, whole);
        FreeSetTally parts(n);
        const std::uint32_t held = 0b11'000U;  // saturated in all eight, not the last unit
        for (const std::uint32_t high : {0b00'000U, 0b01'000U, 0b10'000U, 0b11'000U}) {
            FreeSetTally part(n);
            walks.add({.first = 0, .sets = 8, .held = held, .high = high}, part);
            BOOST_TEST(part.decisions.patterns == whole.decisions.patterns / 4);
            parts.add(part, 10);
        }
        BOOST_TEST((parts.counts.by_size == whole.counts.by_size));
        BOOST_TEST(parts.decisions.exact == whole.decisions.exact);
        BOOST_TEST(parts.decisions.found_by_filter == whole.decisions.found_by_filter);
        BOOST_TEST(parts.decisions.excluded_by_filter == whole.decisions.excluded_by_filter);
        BOOST_TEST(parts.singular_patterns == whole.singular_patterns);
        BOOST_TEST(parts.continua_found == whole.continua_found);
        BOOST_TEST(parts.index_sum == whole.index_sum);
    }
}

BOOST_AUTO_TEST_SUITE_END()
