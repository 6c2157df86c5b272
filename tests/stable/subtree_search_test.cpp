// Searches by branch and bound subtree by subtree: what the search in one piece finds, to the last
// count, whatever becomes of the process.
#include <boost/test/unit_test.hpp>
#include <functional>
#include <initializer_list>
#include <sstream>
#include <string>
#include <vector>

#include <resdyn/core/random.hpp>
#include <resdyn/model/systems.hpp>
#include <resdyn/stable/search_proof.hpp>
#include <resdyn/stable/stable_equilibria.hpp>
#include <resdyn/stable/stable_vertices.hpp>

#include "stable/branch_and_bound_farm.hpp"
#include "support/temporary_folder.hpp"

using namespace resdyn;

BOOST_AUTO_TEST_SUITE(subtree_search_)

namespace {

/// How a search ended, its counts and the patterns of its list, as text.
template <typename Listed>
std::string joined(SearchEnd end, const std::vector<std::uint64_t>& counts, const Listed& listed) {
    std::ostringstream text;
    text << to_string(end);
    for (const std::uint64_t count : counts) {
        text << ' ' << count;
    }
    for (const auto& one : listed) {
        text << ' ' << to_string(one.pattern);
    }
    return text.str();
}

std::vector<std::uint64_t> counts_of(const SearchWork& work,
                                     std::initializer_list<std::uint64_t> more) {
    std::vector<std::uint64_t> counts = {
        work.nodes,  work.excluded_by_row, work.excluded_by_rows, work.excluded_by_trace,
        work.leaves, work.exact_decisions};
    counts.insert(counts.end(), more);
    return counts;
}

std::string text_of(const StableSearch& s) {
    return joined(s.end, counts_of(s.work, {s.stable_vertices, s.stable_faces, s.marginal}),
                  s.equilibria);
}

std::string text_of(const AttractingFaces& s) {
    return joined(s.end, counts_of(s.work, {s.isolated, s.continua}), s.faces);
}

/// A search with a farm, or in one piece where there is none.
using Search = std::function<std::string(const BranchAndBoundOptions&, Farm*)>;

std::vector<Search> searches(const ResidualSystem& system) {
    return {[&system](const BranchAndBoundOptions& options, Farm* farm) {
                return text_of(farm != nullptr ? stable_equilibria(system, options, *farm)
                                               : stable_equilibria(system, options));
            },
            [&system](const BranchAndBoundOptions& options, Farm* farm) {
                return text_of(farm != nullptr ? stable_vertices(system, options, *farm)
                                               : stable_vertices(system, options));
            },
            [&system](const BranchAndBoundOptions& options, Farm* farm) {
                return text_of(farm != nullptr ? attracting_faces(system, options, *farm)
                                               : attracting_faces(system, options));
            }};
}

ResidualSystem gaussian(Index n, Activation activation, std::uint64_t seed) {
    Random random(seed);
    return {random.normal_matrix(n, n, 1.0), activation};
}

/// Trees that have subtrees left when the first nodes have been looked at.
std::vector<ResidualSystem> examples() {
    return {gaussian(15, Activation::Tanh, 1), gaussian(15, Activation::Logistic, 2),
            gaussian(6, Activation::Tanh, 3)};
}

std::vector<std::string> proof_of(const ResidualSystem& system, Farm* farm) {
    ProofTree tree;
    BranchAndBoundOptions options;
    options.on_proof = [&tree](const NodeProof& node) { tree.add(node); };
    if (farm != nullptr) {
        stable_equilibria(system, options, *farm);
    } else {
        stable_equilibria(system, options);
    }
    return tree.proof().value().lines;
}

}  // namespace

BOOST_AUTO_TEST_CASE(subtrees_add_up_to_the_whole_tree) {
    Index tasks = 0;
    for (const ResidualSystem& system : examples()) {
        for (const Search& search : searches(system)) {
            for (const BranchAndBoundOptions& options :
                 {BranchAndBoundOptions{}, BranchAndBoundOptions{.max_listed = 2},
                  BranchAndBoundOptions{.count_marginal = false, .threads = 1}}) {
                Farm farm;
                BOOST_TEST(search(options, &farm) == search(options, nullptr));
                BOOST_TEST(farm.progress().complete());
                tasks += farm.progress().tasks;
            }
        }
    }
    BOOST_TEST(tasks > 1000);
}

BOOST_AUTO_TEST_CASE(linear_programs_begin_alike_in_every_subtree) {
    const ResidualSystem system = gaussian(20, Activation::Tanh, 4);
    const BranchAndBoundOptions options{.bound = NodeBound::LinearPrograms};
    Index tasks = 0;
    for (const Search& search : searches(system)) {
        Farm farm;
        BOOST_TEST(search(options, &farm) == search(options, nullptr));
        tasks += farm.progress().tasks;
    }
    BOOST_TEST(tasks > 100);
}

BOOST_AUTO_TEST_CASE(a_tree_beyond_its_nodes_ends_where_the_search_in_one_piece_ends) {
    for (const ResidualSystem& system : examples()) {
        for (const Search& search : searches(system)) {
            for (const std::uint64_t nodes : {1, 500, 5000}) {
                Farm farm;
                const BranchAndBoundOptions options{.max_nodes = nodes};
                BOOST_TEST(search(options, &farm) == search(options, nullptr));
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(the_evidence_is_the_same_tree) {
    for (const Activation activation : {Activation::Tanh, Activation::Logistic}) {
        const ResidualSystem system = gaussian(15, activation, 1);
        Farm farm;
        BOOST_TEST((proof_of(system, &farm) == proof_of(system, nullptr)));
        BOOST_TEST((farm.progress().tasks > 0) == (activation == Activation::Tanh));
    }
}

BOOST_AUTO_TEST_CASE(shards_are_merged) {
    const ResidualSystem system = gaussian(15, Activation::Tanh, 1);
    for (const Search& search : searches(system)) {
        const test::TemporaryFolder folder;
        for (const Index index : {2, 0, 1}) {
            Farm farm({.folder = folder.path, .shard = {index, 3}});
            search({}, &farm);
            BOOST_TEST(farm.progress().complete());
        }
        Farm merge = Farm::of_journals({folder.path});
        BOOST_TEST(search({}, &merge) == search({}, nullptr));
    }
}

BOOST_AUTO_TEST_CASE(what_signs_decide_has_a_journal_without_a_task) {
    const ResidualSystem system(Matrix::Identity(5, 5), Activation::Logistic);
    const test::TemporaryFolder folder;
    Farm farm({.folder = folder.path, .shard = {1, 2}});
    stable_equilibria(system, {}, farm);
    BOOST_TEST(farm.progress().tasks == 0);
    Farm merge = Farm::of_journals({folder.path});
    BOOST_TEST(text_of(stable_equilibria(system, {}, merge)) == text_of(stable_equilibria(system)));
}

BOOST_AUTO_TEST_CASE(a_search_that_is_to_end_when_the_list_is_full_ends_then) {
    // Symmetric weights have many stable vertices.
    Random random(6);
    const Matrix noise = random.normal_matrix(16, 16, 1.0);
    const ResidualSystem system(noise + noise.transpose(), Activation::Tanh);
    const StableSearch all = stable_equilibria(system);
    BOOST_TEST_REQUIRE(all.stable() > 2U);
    const StableSearch first = stable_equilibria(system, {.max_listed = 1, .until_listed = true});
    BOOST_TEST((first.end == SearchEnd::BudgetSpent));
    BOOST_TEST(first.equilibria.size() == 1U);
    BOOST_TEST(first.work.nodes < all.work.nodes);
    // Without it the list holds the first by pattern.
    const StableSearch cut = stable_equilibria(system, {.max_listed = 2});
    BOOST_TEST(cut.stable() == all.stable());
    BOOST_TEST_REQUIRE(cut.equilibria.size() == 2U);
    for (std::size_t k = 0; k < 2; ++k) {
        BOOST_TEST((cut.equilibria[k].pattern == all.equilibria[k].pattern));
    }
}

BOOST_AUTO_TEST_SUITE_END()
