// What the atlas decides in doubles against exact arithmetic: inverses by pivots, minors, signs.
#include <algorithm>
#include <bit>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <set>

#include <resdyn/atlas/atlas.hpp>
#include <resdyn/core/random.hpp>

#include <support/tied_weights.hpp>
#include "atlas/pivot_table.hpp"
#include "atlas/sign_walk.hpp"

using namespace resdyn;

BOOST_AUTO_TEST_SUITE(free_set_)

namespace {

constexpr double known_minor = 1e-3;

struct Seen {
    Index verified = 0;
    Index known = 0;
};

/// Every number of the table within its bound of the exact one.
void check_table(const PivotTable& table, const FilterWeights& weights, const FaceSolver& solver,
                 Seen& seen) {
    const std::uint32_t mask = table.set.mask;
    const std::vector<Index> free = units_of(mask, weights.dimension(), true);
    const std::vector<Index> saturated = units_of(mask, weights.dimension(), false);
    if (table.minor_error <= known_minor) {
        ++seen.known;
        const double exact = solver.determinant(free, weights.exponent);
        BOOST_TEST(exact != 0.0);
        BOOST_TEST(std::abs(table.minor - exact) <=
                   1.01 * (table.minor_error + unit_roundoff) * std::abs(exact));
    }
    if (!table.verified) {
        return;
    }
    ++seen.verified;
    const Matrix X = solver.affine_solution(free, saturated);
    for (std::size_t i = 0; i < free.size(); ++i) {
        const auto unit = static_cast<std::size_t>(free[i]);
        double difference = 0.0;
        for (std::size_t j = 0; j < saturated.size(); ++j) {
            const double b = X(static_cast<Index>(i), static_cast<Index>(j));
            difference += std::abs(table.set.B[unit][static_cast<std::size_t>(saturated[j])] - b);
        }
        BOOST_TEST(difference <= table.set.error[unit]);
    }
}

}  // namespace

BOOST_AUTO_TEST_CASE(inverses_and_minors_are_within_their_bounds) {
    Random random(41);
    Seen seen;
    for (int k = 0; k < 40; ++k) {
        const Index n = 1 + k % 6;
        Matrix W = random.normal_matrix(n, n, 1.0);
        if (k % 4 == 1) {
            W = tied_weights(random, n);
        } else if (k % 4 == 2) {  // all larger blocks nearly singular
            W = random.normal_matrix(n, 2, 1.0) * random.normal_matrix(2, n, 1.0) +
                1e-9 * random.normal_matrix(n, n, 1.0);
        }
        ResidualSystem system(W, Activation::Tanh);
        if (k % 4 == 3) {
            system = ResidualSystem(ResidualSystem::Factors{W, random.normal_matrix(n, n, 1.0)},
                                    Activation::Logistic);
        }
        const FaceSolver solver(system);
        const FilterWeights weights = filter_weights(solver);
        PivotTables tables(weights);
        for (std::uint32_t mask = 1; mask < std::uint32_t{1} << n; ++mask) {
            check_table(tables.of(mask), weights, solver, seen);
        }
    }
    BOOST_TEST(seen.verified > 500);
    BOOST_TEST(seen.known > 500);
}

BOOST_AUTO_TEST_CASE(tables_of_two_and_three_packs_depend_on_the_set_alone) {
    Random random(42);
    for (const Index n : {8, 11, 16, 21}) {
        const FaceSolver solver(
            ResidualSystem(random.normal_matrix(n, n, 1.0), Activation::Logistic));
        const FilterWeights weights = filter_weights(solver);
        PivotTables chain(weights);
        Seen seen;
        constexpr int asked = 40;
        for (int k = 0; k < asked; ++k) {
            const auto mask =
                static_cast<std::uint32_t>(1 + random.below((std::uint64_t{1} << n) - 1));
            const PivotTable& table = chain.of(mask);
            check_table(table, weights, solver, seen);
            PivotTables anew(weights);
            const PivotTable& again = anew.of(mask);
            BOOST_TEST(again.minor == table.minor);
            BOOST_TEST(again.minor_error == table.minor_error);
            for (const std::size_t i : UnitList(mask)) {
                BOOST_TEST(again.set.error[i] == table.set.error[i]);
                BOOST_TEST(again.set.reach[i] == table.set.reach[i]);
                BOOST_TEST(again.set.B[i].at == table.set.B[i].at);
            }
        }
        BOOST_TEST(seen.verified == asked);
        BOOST_TEST(seen.known == asked);
    }
}

BOOST_AUTO_TEST_CASE(the_walk_over_signs_misses_nothing_and_lets_little_through) {
    Random random(43);
    for (int k = 0; k < 60; ++k) {
        const std::size_t rows = 1 + random.below(20);
        const std::size_t columns = random.below(12);
        std::uint32_t units = 0;
        while (static_cast<std::size_t>(std::popcount(units)) < columns) {
            units |= std::uint32_t{1} << random.below(most_units);
        }
        const bool ties = k % 3 == 0;  // small integers: many sums exactly on the limit
        std::vector<UnitRow> B(rows);
        std::vector<double> c(rows);
        SignWalk walk;
        walk.begin(units);
        double limit = 0.0;
        for (std::size_t i = 0; i < rows; ++i) {
            limit = ties ? 4.0 : 2.0 + static_cast<double>(rows) / 4.0;
            c[i] = ties ? static_cast<double>(random.below(3)) : random.normal();
            for (const std::size_t j : UnitList(units)) {
                B[i][j] = ties ? static_cast<double>(random.below(3)) - 1.0 : random.normal();
            }
            walk.add_row(B[i], c[i], limit);
        }
        std::set<std::uint32_t> found;
        std::size_t count = 0;
        walk.run([&](std::span<const std::uint32_t> some) {
            found.insert(some.begin(), some.end());
            count += some.size();
        });
        BOOST_TEST(found.size() == count);
        Index missed = 0;
        Index too_many = 0;
        std::uint32_t high = 0;
        do {
            double largest = 0.0;
            for (std::size_t i = 0; i < rows; ++i) {
                double sum = c[i];
                for (const std::size_t j : UnitList(units)) {
                    sum += (high >> j & 1U) != 0 ? B[i][j] : -B[i][j];
                }
                largest = std::max(largest, std::abs(sum));
            }
            const bool is_found = found.contains(high);
            missed += largest <= limit && !is_found ? 1 : 0;
            too_many += largest > limit + 1e-3 && is_found ? 1 : 0;
            high = (high - units) & units;
        } while (high != 0);
        BOOST_TEST(missed == 0);
        BOOST_TEST(too_many == 0);
    }
}

BOOST_AUTO_TEST_CASE(counts_do_not_depend_on_the_order_of_the_units) {
    // Another order takes other pivots, other mirrors and another tree over the signs.
    Random random(44);
    for (const Index n : {9, 12, 17}) {
        const Matrix W = random.normal_matrix(n, n, 1.0);
        const std::vector<Index> order = random.permutation(n);
        for (const Activation f : {Activation::Logistic, Activation::Tanh}) {
            const AtlasOptions options{.listing = Listing::Stable};
            const Atlas one = equilibrium_atlas(ResidualSystem(W, f), options);
            const Atlas other =
                equilibrium_atlas(ResidualSystem(Matrix(W(order, order)), f), options);
            BOOST_TEST(one.index.holds);
            BOOST_TEST(one.counts.by_size == other.counts.by_size);
            BOOST_TEST(one.counts.stable == other.counts.stable);
            BOOST_TEST(one.counts.not_transversally_unstable ==
                       other.counts.not_transversally_unstable);
            BOOST_TEST(one.index.sum == other.index.sum);
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()
