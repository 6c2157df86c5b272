#include "pattern_search.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include <resdyn/core/error.hpp>
#include <resdyn/core/interrupt.hpp>

#include "core/parallel.hpp"
#include "search_task.hpp"

namespace resdyn {

namespace {

/// A round takes this many tasks at most, and below the half of it every open node becomes one.
constexpr std::size_t subtrees_per_round = 512;
/// Nodes a task looks at before the round ends: few while there are few tasks to share.
constexpr std::uint64_t first_nodes_per_task = 64;
constexpr std::uint64_t nodes_per_task = 2048;

void validate(const BranchAndBoundOptions& options) {
    if (options.max_listed < 0) {
        reject_argument("stable equilibria", "max_listed >= 0",
                        fmt::format("{}", options.max_listed));
    }
}

/// result.origin, where options ask for it: a stable equilibrium of `result` spares a search.
void add_origin(const ResidualSystem& system, const BranchAndBoundOptions& options,
                StableSearch& result) {
    if (!options.origin || system.activation() != Activation::Logistic ||
        result.end == SearchEnd::Interrupted) {
        return;
    }
    OriginOptions origin{.threads = options.threads, .stop_requested = interrupt_requested};
    origin.rival = [&]() -> StableRival {
        if (!result.equilibria.empty()) {
            return {.found = result.equilibria.front().pattern};
        }
        return {.all_searched = result.complete()};
    };
    result.origin = origin_report(system, origin);
}

}  // namespace

std::string_view to_string(SearchEnd end) {
    switch (end) {
        case SearchEnd::Complete:
            return "complete";
        case SearchEnd::BudgetSpent:
            return "budget_spent";
        case SearchEnd::Interrupted:
            return "interrupted";
    }
    return "";
}

PatternSearch search_patterns(const FaceRelaxation& relaxation, const DecideLeaf& decide,
                              const BranchAndBoundOptions& options) {
    validate(options);
    PatternSearch result;
    const auto max_listed = static_cast<std::size_t>(options.max_listed);
    const bool keep_proofs = static_cast<bool>(options.on_proof);
    std::vector<SearchTask> tasks;
    for (SearchNode& root : relaxation.roots()) {
        tasks.emplace_back().open.push_back(std::move(root));
    }
    while (!tasks.empty()) {
        std::uint64_t quota = nodes_per_task;
        if (tasks.size() < subtrees_per_round / 2) {
            tasks = one_node_a_task(std::move(tasks));
            quota = tasks.size() < subtrees_per_round / 2 ? first_nodes_per_task : quota;
        }
        std::size_t taken = std::min(tasks.size(), subtrees_per_round);
        if (options.max_nodes > 0) {
            const std::uint64_t left = options.max_nodes - result.work.nodes;
            if (left == 0) {
                result.end = SearchEnd::BudgetSpent;
                break;
            }
            taken = static_cast<std::size_t>(std::min<std::uint64_t>(taken, left));
            quota = std::min(quota, left / taken);
        }
        parallel_for(static_cast<Index>(taken), options.threads, [&](Index t) {
            look_at(tasks[static_cast<std::size_t>(t)], quota, relaxation, decide, keep_proofs);
        });
        for (std::size_t t = 0; t < taken; ++t) {
            absorb(result, tasks[t].found);
            for (const NodeProof& proof : std::exchange(tasks[t].proofs, {})) {
                options.on_proof(proof);
            }
        }
        std::erase_if(tasks, [](const SearchTask& task) { return task.open.empty(); });
        if (options.until_listed && result.listed.size() > max_listed) {
            result.listed.resize(max_listed);  // the first that came
        } else if (result.listed.size() > 2 * max_listed) {
            keep_first(result.listed, max_listed);
        }
        if (options.on_progress) {
            options.on_progress(result.work);
        }
        if (interrupt_requested() && !tasks.empty()) {
            result.end = SearchEnd::Interrupted;
            break;
        }
        if (options.until_listed && result.listed.size() == max_listed && !tasks.empty()) {
            result.end = SearchEnd::BudgetSpent;
            break;
        }
    }
    keep_first(result.listed, max_listed);
    std::sort(result.listed.begin(), result.listed.end());
    return result;
}

PatternSearch search_job(const FaceRelaxation& relaxation, const DecideLeaf& decide,
                         const BranchAndBoundOptions& options, const SearchJob& job) {
    return job.farm != nullptr ? search_subtrees(relaxation, decide, options, job)
                               : search_patterns(relaxation, decide, options);
}

StableSearch stable_search(const FaceRelaxation& relaxation, const DecideLeaf& decide,
                           const FaceSolver& solver, const BranchAndBoundOptions& options,
                           const SearchJob& job) {
    const PatternSearch found = search_job(relaxation, decide, options, job);
    StableSearch result;
    result.end = found.end;
    if (job.is_shard()) {
        return result;
    }
    result.work = found.work;
    result.stable_vertices = found.vertices;
    result.stable_faces = found.faces;
    result.marginal = found.marginal;
    result.equilibria.resize(found.listed.size());
    parallel_for(static_cast<Index>(found.listed.size()), options.threads, [&](Index k) {
        const auto at = static_cast<std::size_t>(k);
        result.equilibria[at] = std::get<Equilibrium>(solver.decide(found.listed[at]));
    });
    add_origin(job.system, options, result);
    return result;
}

StableSearch decided_by_signs(const SearchJob& job, const BranchAndBoundOptions& options,
                              StableSearch answer) {
    search_nothing(job, options);
    if (!job.is_shard()) {
        add_origin(job.system, options, answer);
    }
    return answer;
}

}  // namespace resdyn
