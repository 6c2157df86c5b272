// resdyn equilibria --method stable | stable-vertices: every stable equilibrium by branch and
// bound.
#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <limits>

#include <resdyn/core/interrupt.hpp>
#include <resdyn/results/proof_text.hpp>
#include <resdyn/results/results.hpp>
#include <resdyn/results/tables.hpp>
#include <resdyn/stable/stable_equilibria.hpp>
#include <resdyn/stable/stable_vertices.hpp>

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

void print_search(const StableSearch& search, const char* found, const VerdictNotes& notes) {
    constexpr std::size_t printed = 40;
    fmt::print("{}\n", search.by_signs
                           ? "complete: decided by the signs of W (logistic, no negative weight)"
                       : search.complete() ? "complete: every pattern was decided or excluded"
                       : search.end == SearchEnd::BudgetSpent
                           ? "not complete: the limit of nodes was reached (--method stable "
                             "--max-nodes); others may exist"
                           : "not complete: interrupted; others may exist");
    print_attraction(search.origin);
    fmt::print(
        "{} {}: {} vertices, {} on faces; {} marginal (no unstable direction, not hyperbolic)\n",
        search.stable(), found, search.stable_vertices, search.stable_faces, search.marginal);
    for (std::size_t k = 0; k < std::min(search.equilibria.size(), printed); ++k) {
        Equilibrium shown = search.equilibria[k];
        if (notes.whole != nullptr) {
            in_units_of(*notes.whole, shown);
        }
        print_equilibrium(shown, (*notes.margins)[k]);
    }
    if (!search.all_listed()) {
        fmt::print("{} of them listed (--max-listed)\n", search.equilibria.size());
    }
    if (search.origin) {
        print_origin(*search.origin);
    }
    print_notes(notes);
    if (!search.by_signs) {
        print_work(search.work);
    }
}

CostPrediction predicted(const EquilibriaTask& task, const StableMethod& method) {
    PredictionOptions options = task.options.prediction;
    options.seed = task.options.common.seed;
    options.threads = task.options.common.threads;
    const auto start = std::chrono::steady_clock::now();
    const CostPrediction prediction = method.predict(task.system, options);
    if (task.talk && prediction.probes > 0) {
        print_prediction(
            prediction,
            std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
    }
    return prediction;
}

/// max_nodes: 0 for no limit.
EquilibriaOutput searched(const EquilibriaTask& task, const StableMethod& method,
                          const CostPrediction& prediction, std::uint64_t max_nodes) {
    BranchAndBoundOptions options = task.options.bound;
    options.threads = task.options.common.threads;
    options.origin = true;
    options.max_nodes = max_nodes;
    ProofTree tree;
    options.on_proof = proofs_into(tree, task);
    StableSearch search;
    {
        Progress progress("branch and bound", prediction.nodes,
                          task.talk ? task.options.common.progress() : ProgressMode::Quiet);
        options.on_progress = [&](const SearchWork& work) {
            progress.update(std::min(static_cast<double>(work.nodes), prediction.nodes),
                            fmt::format("{} nodes", work.nodes));
        };
        search = method.search(task.system, options);
    }
    const std::vector<double> margins =
        verdict_margins(task.system, search.equilibria, options.threads);
    const RoundingReport rounding =
        rounding_report(task.system, search.equilibria, margins, task.options.reading.rounding);
    const VerdictNotes notes{&margins, &rounding, task.whole};
    if (task.talk) {
        print_search(search, method.found, notes);
    }
    EquilibriaOutput output{stable_json(search, prediction, task.system, method.scope, notes),
                            {},
                            certificate_of(task, search.equilibria,
                                           search.end == SearchEnd::Complete && search.all_listed()
                                               ? method.claim
                                               : CertificateClaim::Listed,
                                           tree),
                            search.end == SearchEnd::Interrupted ? ResourceFailure : Done};
    add_origin_directions(task, search.origin, output.json);
    if (task.whole != nullptr) {
        for (Equilibrium& equilibrium : search.equilibria) {
            in_units_of(*task.whole, equilibrium);
        }
    }
    output.files.emplace_back("equilibria.csv",
                              equilibrium_table(search.equilibria, margins).text());
    return output;
}

EquilibriaOutput run(const EquilibriaTask& task, const StableMethod& method) {
    const InterruptScope interrupts;
    const CostPrediction prediction = predicted(task, method);
    return searched(task, method, prediction, task.options.bound.max_nodes);
}

constexpr StableMethod graded = {stable_equilibria, predict_stable_equilibria, "stable",
                                 "stable equilibria", CertificateClaim::StableComplete};
constexpr StableMethod vertices = {stable_vertices, predict_stable_vertices, "stable_vertices",
                                   "stable vertices (graded equilibria were not looked for)",
                                   CertificateClaim::StableVerticesComplete};

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
        "{} nodes: {} excluded by one row, {} by several, {} by the trace; {} patterns decided; "
        "{}\n",
        work.nodes, work.excluded_by_row, work.excluded_by_rows, work.excluded_by_trace,
        work.leaves, proof_text(work));
}

EquilibriaOutput equilibria_stable(const EquilibriaTask& task) {
    return run(task, graded);
}

std::optional<EquilibriaOutput> equilibria_stable_within(const EquilibriaTask& task,
                                                         const NodeLimits& limits,
                                                         CostPrediction& prediction) {
    const InterruptScope interrupts;
    prediction = predicted(task, graded);
    if (!(prediction.nodes <= limits.predicted)) {
        return std::nullopt;
    }
    const auto allowed =
        static_cast<std::uint64_t>(std::max(limits.least, limits.allowance * prediction.nodes));
    const std::uint64_t asked = task.options.bound.max_nodes;
    return searched(task, graded, prediction, asked > 0 ? asked : allowed);
}

EquilibriaOutput equilibria_stable_vertices(const EquilibriaTask& task) {
    return run(task, vertices);
}

void add_branch_and_bound_options(App& verb, EquilibriaOptions& options) {
    const std::string group = "Options of --method stable, stable-vertices and attracting-faces";
    verb.add_option("--max-nodes", options.bound.max_nodes,
                    "Stop after so many nodes of the tree (0: no limit); `complete` says if it did")
        ->check(in_range(0, std::numeric_limits<long>::max()))
        ->capture_default_str()
        ->group(group);
    verb.add_option("--max-listed", options.bound.max_listed,
                    "Equilibria listed at most; counts always cover all")
        ->check(in_range(0, 100000000))
        ->capture_default_str()
        ->group(group);
    verb.add_option("--probes", options.prediction.probes,
                    "Random descents to predict the cost from")
        ->check(in_range(2, 10000000))
        ->capture_default_str()
        ->group(group);
    verb.add_flag("!--no-marginal", options.bound.count_marginal,
                  "Do not count marginal equilibria: faster where weights have many ties (stable, "
                  "stable-vertices)")
        ->group(group);
}

}  // namespace resdyn::cli
