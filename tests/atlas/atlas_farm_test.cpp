#include <atomic>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include <resdyn/core/error.hpp>
#include <resdyn/core/random.hpp>

#include "atlas/atlas_farm.hpp"
#include "atlas/free_set_tally.hpp"
#include "support/local_ranks.hpp"
#include "support/refusal.hpp"
#include "support/temporary_folder.hpp"
#include "support/tied_weights.hpp"

using namespace resdyn;

BOOST_AUTO_TEST_SUITE(atlas_farm_)

namespace {

/// All that must not depend on where the tasks ran.
struct Told {
    std::vector<Index> numbers{};
    std::vector<std::vector<Index>> by_size{};
    std::vector<std::string> patterns{};
    std::vector<double> values{};
    Index entries = 0;

    explicit Told(const Atlas& atlas, Index all_entries = 0) : entries(all_entries) {
        numbers = {atlas.counts.total,
                   atlas.counts.stable,
                   atlas.counts.non_hyperbolic,
                   atlas.counts.not_transversally_unstable,
                   atlas.decisions.patterns,
                   atlas.decisions.excluded_by_filter,
                   atlas.decisions.found_by_filter,
                   atlas.decisions.by_discs,
                   atlas.decisions.exact,
                   atlas.index.sum,
                   atlas.index.tied,
                   atlas.singular_patterns,
                   atlas.continua_found,
                   atlas.attracting_continua,
                   atlas.not_listed,
                   atlas.recurrence.excluded_saddle_planes,
                   atlas.recurrence.excluded_divergent_planes,
                   atlas.recurrence.candidate_count(),
                   atlas.complete ? 1 : 0};
        by_size = atlas.counts.by_size;
        for (const Equilibrium& e : atlas.equilibria) {
            patterns.push_back(to_string(e.pattern) + (e.on_continuum ? "c" : ""));
            values.insert(values.end(), e.y.begin(), e.y.end());
            for (const Complex& z : e.flow_eigenvalues) {
                values.insert(values.end(), {z.real(), z.imag()});
            }
        }
        for (const Continuum& c : atlas.continua) {
            patterns.push_back(to_string(c.pattern));
            values.insert(values.end(), c.point.begin(), c.point.end());
        }
        for (const Pattern& pattern : atlas.recurrence.candidates) {
            patterns.push_back(to_string(pattern));
        }
    }
    bool operator==(const Told&) const = default;
};

Told told(const ResidualSystem& system, AtlasOptions options, Farm& farm) {
    Index entries = 0;
    options.on_entries = [&](const std::vector<AtlasEntry>& some) {
        entries += static_cast<Index>(some.size());
    };
    const Atlas atlas = equilibrium_atlas(system, options, farm);
    return Told(atlas, entries);
}

std::vector<ResidualSystem> systems() {
    Random random(7);
    std::vector<ResidualSystem> result;
    result.emplace_back(random.normal_matrix(8, 8, 1.0), Activation::Tanh, 0.3);
    result.emplace_back(random.normal_matrix(7, 7, 1.0), Activation::Logistic);
    // Small whole numbers: ties, singular blocks, continua.
    result.emplace_back(tied_weights(random, 6), Activation::Tanh);
    result.emplace_back(Matrix::Ones(5, 5), Activation::Logistic);
    result.emplace_back(
        ResidualSystem::Factors{random.normal_matrix(6, 2, 1.0), random.normal_matrix(2, 6, 1.0)},
        Activation::Tanh);
    return result;
}

}  // namespace

BOOST_AUTO_TEST_CASE(shards_merge_to_the_undisturbed_atlas) {
    for (const ResidualSystem& system : systems()) {
        for (const AtlasOptions& options :
             {AtlasOptions{}, AtlasOptions{.listing = Listing::Stable},
              AtlasOptions{.listing = Listing::Faces, .max_listed = 3}}) {
            Farm threads;
            const Told expected = told(system, options, threads);
            const test::TemporaryFolder folder;
            for (Index k = 0; k < 3; ++k) {
                Farm shard({.folder = folder.path, .shard = {k, 3}});
                told(system, options, shard);
                BOOST_TEST(shard.progress().complete());
            }
            Farm merged = Farm::of_journals({folder.path});
            BOOST_TEST((told(system, options, merged) == expected));
        }
    }
}

BOOST_AUTO_TEST_CASE(ranks_make_the_minors_together) {
    Random random(10);
    const ResidualSystem system(random.normal_matrix(16, 16, 1.0), Activation::Tanh);
    const AtlasOptions options{.listing = Listing::Stable, .threads = 1};
    Farm threads;
    const Told expected = told(system, options, threads);
    for (const int count : {1, 2, 3}) {
        test::run_ranks(count, [&](Ranks& ranks, int rank) {
            Farm farm;
            farm.spread_over(ranks);
            const Told here = told(system, options, farm);
            if (rank == 0) {
                BOOST_TEST((here == expected));
                BOOST_TEST(ranks.jobs() == (count == 1 ? 0U : 2U));
            }
        });
    }
}

BOOST_AUTO_TEST_CASE(a_stopped_atlas_goes_on_to_the_same_end) {
    Random random(8);
    const ResidualSystem system(random.normal_matrix(11, 11, 1.0), Activation::Tanh);
    Farm threads;
    const Told expected = told(system, {}, threads);
    const test::TemporaryFolder folder;
    std::atomic<bool> round_done{false};
    AtlasOptions options;
    options.stop_requested = [&] { return round_done.load(); };
    options.on_progress = [&](double, Index) { round_done = true; };
    Farm first({.folder = folder.path});
    const Told begun = told(system, options, first);
    BOOST_TEST(!first.progress().complete());
    BOOST_TEST(first.progress().done > 0);
    BOOST_TEST((begun != expected));
    Farm next({.folder = folder.path, .resume = true});
    BOOST_TEST((told(system, {}, next) == expected));
    BOOST_TEST(next.progress().resumed == first.progress().done);
}

BOOST_AUTO_TEST_CASE(a_journal_of_other_weights_or_options_is_refused) {
    Random random(9);
    Matrix W = random.normal_matrix(6, 6, 1.0);
    const test::TemporaryFolder folder;
    Farm first({.folder = folder.path});
    equilibrium_atlas(ResidualSystem(W, Activation::Tanh), {}, first);
    const auto refusal = [&](const ResidualSystem& system, const AtlasOptions& options) {
        Farm next({.folder = folder.path, .resume = true});
        return test::refusal<InputError>([&] { equilibrium_atlas(system, options, next); });
    };
    BOOST_TEST(test::says(refusal(ResidualSystem(W, Activation::Logistic), {}), "activation"));
    BOOST_TEST(test::says(refusal(ResidualSystem(W, Activation::Tanh), {.max_listed = 5}),
                          "listed at most 100000 there, 5 here"));
    W(3, 4) = std::nextafter(W(3, 4), 9.0);
    BOOST_TEST(test::says(refusal(ResidualSystem(W, Activation::Tanh), {}), "weights"));
}

BOOST_AUTO_TEST_CASE(a_tally_is_read_as_it_was_written) {
    constexpr Index n = 5;
    Random random(10);
    FreeSetTally tally(n);
    tally.counts.stable = 3;
    tally.counts.by_size[2][1] = 40;
    tally.counts.by_size[5][5] = 1;
    tally.decisions.patterns = 1'000'000'007;
    tally.index_sum = -4;
    tally.divergent_planes = 2;
    tally.inhabited = {0, 5, 0, 0, 9, 0};
    for (std::uint32_t k = 0; k < 20; ++k) {
        const AtlasEntry entry{static_cast<std::uint32_t>(random.below(1U << 24)),
                               static_cast<std::uint32_t>(random.below(1U << 24)),
                               static_cast<std::uint8_t>(random.below(25)),
                               static_cast<std::uint8_t>(random.below(25)), k % 2 == 0};
        (k % 4 == 0   ? tally.candidates
         : k % 4 == 1 ? tally.continua
         : k % 4 == 2 ? tally.equilibria
                      : tally.entries)
            .push_back(entry);
    }
    const std::string bytes = tally.bytes();
    const FreeSetTally read(n, bytes);
    BOOST_TEST(read.bytes() == bytes);
    BOOST_TEST(read.counts.by_size == tally.counts.by_size);
    BOOST_TEST(read.inhabited == tally.inhabited);
    BOOST_TEST(read.index_sum == -4);
    for (std::size_t k = 0; k < tally.entries.size(); ++k) {
        BOOST_TEST(read.entries[k].free == tally.entries[k].free);
        BOOST_TEST(read.entries[k].high == tally.entries[k].high);
        BOOST_TEST(read.entries[k].unstable == tally.entries[k].unstable);
        BOOST_TEST(read.entries[k].neutral == tally.entries[k].neutral);
        BOOST_TEST(read.entries[k].exact == tally.entries[k].exact);
    }
    for (std::size_t length = 0; length < bytes.size(); ++length) {
        BOOST_CHECK_THROW(FreeSetTally(n, std::string_view(bytes).substr(0, length)), InputError);
    }
}

BOOST_AUTO_TEST_SUITE_END()
