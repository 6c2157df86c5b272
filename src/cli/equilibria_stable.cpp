// resdyn equilibria --method stable | stable-vertices: every stable equilibrium by branch and
// bound.
#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <limits>

#include <resdyn/core/interrupt.hpp>
#include <resdyn/equilibria/stable_equilibria.hpp>
#include <resdyn/equilibria/stable_vertices.hpp>
#include <resdyn/io/results.hpp>
#include <resdyn/io/tables.hpp>

#include "branch_and_bound.hpp"
#include "equilibria_methods.hpp"

namespace resdyn::cli {

namespace {

/// One of the two searches, by its functions.
struct StableMethod {
    StableSearch (*search)(const ResidualSystem&, const BranchAndBoundOptions&);
    CostPrediction (*predict)(const ResidualSystem&, const PredictionOptions&);
    const char* scope;
    const char* found;
    CertificateClaim claim;  ///< proved by a search that ran to its end.
};

void print_search(const StableSearch& search, const char* found) {
    constexpr std::size_t printed = 40;
    fmt::print("{}\n", search.complete() ? "complete: every pattern decided or excluded by proof"
                       : search.end == SearchEnd::BudgetSpent
                           ? "not complete: --max-nodes was reached; others may exist"
                           : "not complete: interrupted; others may exist");
    fmt::print(
        "{} {}: {} vertices, {} on faces; {} marginal (no unstable direction, not hyperbolic)\n",
        search.stable(), found, search.stable_vertices, search.stable_faces, search.marginal);
    print_work(search.work);
    for (std::size_t k = 0; k < std::min(search.equilibria.size(), printed); ++k) {
        print_equilibrium(search.equilibria[k]);
    }
    if (!search.all_listed()) {
        fmt::print("{} of them listed (--max-listed)\n", search.equilibria.size());
    }
}

EquilibriaOutput run(const EquilibriaTask& task, const StableMethod& method) {
    const InterruptScope interrupts;
    const auto [search, prediction] = predicted_search(task, method.predict, method.search);
    if (task.talk) {
        print_search(search, method.found);
    }
    return {stable_json(search, prediction, task.system, method.scope),
            {{"equilibria.csv", equilibrium_table(search.equilibria).text()}},
            certificate_of(task, search.equilibria,
                           search.end == SearchEnd::Complete && search.all_listed()
                               ? method.claim
                               : CertificateClaim::Listed),
            search.end == SearchEnd::Interrupted ? ResourceFailure : Done};
}

}  // namespace

void print_prediction(const CostPrediction& prediction, double probing_seconds) {
    const double seconds = prediction.nodes * probing_seconds /
                           static_cast<double>(std::max<std::uint64_t>(1, prediction.probed_nodes));
    fmt::print(
        "predicted: {:.2g} ± {:.1g} nodes, about {:.2g} s ({} probes; more often too low than too "
        "high)\n",
        prediction.nodes, prediction.standard_error, seconds, prediction.probes);
    std::fflush(stdout);
}

void print_work(const SearchWork& work) {
    fmt::print(
        "{} nodes: {} excluded by one row, {} by several, {} by the trace; {} patterns decided, "
        "{} of them in exact arithmetic\n",
        work.nodes, work.excluded_by_row, work.excluded_by_rows, work.excluded_by_trace,
        work.leaves, work.exact_decisions);
}

EquilibriaOutput equilibria_stable(const EquilibriaTask& task) {
    return run(task, {stable_equilibria, predict_stable_equilibria, "stable", "stable equilibria",
                      CertificateClaim::StableComplete});
}

EquilibriaOutput equilibria_stable_vertices(const EquilibriaTask& task) {
    return run(task, {stable_vertices, predict_stable_vertices, "stable_vertices",
                      "stable vertices (graded equilibria were not looked for)",
                      CertificateClaim::StableVerticesComplete});
}

void add_branch_and_bound_options(CLI::App& verb, EquilibriaOptions& options) {
    const std::string group = "Options of --method stable, stable-vertices and attracting-faces";
    verb.add_option("--max-nodes", options.bound.max_nodes,
                    "Stop after so many nodes of the tree (0: no limit); `complete` says if it did")
        ->check(CLI::Range(std::int64_t{0}, std::numeric_limits<std::int64_t>::max()))
        ->capture_default_str()
        ->group(group);
    verb.add_option("--max-listed", options.bound.max_listed,
                    "Equilibria listed at most; counts always cover all")
        ->check(CLI::Range(Index{0}, Index{100000000}))
        ->capture_default_str()
        ->group(group);
    verb.add_option("--probes", options.prediction.probes,
                    "Random descents to predict the cost from")
        ->check(CLI::Range(Index{2}, Index{10000000}))
        ->capture_default_str()
        ->group(group);
    verb.add_flag("!--no-marginal", options.bound.count_marginal,
                  "Do not count marginal equilibria: faster where weights have many ties (stable, "
                  "stable-vertices)")
        ->group(group);
}

}  // namespace resdyn::cli
