// The tree search in tasks of a farm: the first nodes are looked at by everybody, alike, until as
// many are open as there are to be tasks; a task is the whole tree below one of them.
#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <utility>

#include <resdyn/core/error.hpp>
#include <resdyn/core/interrupt.hpp>

#include "core/parallel.hpp"
#include "equilibria/face_fields.hpp"
#include "model/weights_hash.hpp"
#include "search_task.hpp"
#include "work/task_fields.hpp"

namespace resdyn {

inline auto task_fields(SearchWork& work) {
    return std::tie(work.nodes, work.excluded_by_row, work.excluded_by_rows, work.excluded_by_trace,
                    work.leaves, work.exact_decisions);
}

inline auto task_fields(PatternSearch& found) {
    return std::tie(found.work, found.vertices, found.faces, found.continua, found.marginal,
                    found.listed, found.companions);
}

inline auto task_fields(ProofStep& step) {
    return std::tie(step.unit, step.removed, step.multipliers);
}

inline auto task_fields(NodeProof& proof) {
    return std::tie(proof.states, proof.mirrored, proof.steps, proof.end, proof.branch_unit);
}

/// What a task found; `open` is left behind.
inline auto task_fields(SearchTask& task) {
    return std::tie(task.found, task.proofs);
}

namespace {

/// Trees of one size class differ by orders of magnitude: many are needed for the widest to be a
/// small share of the work. Where nodes are dear, trees are small, and so are fewer of them.
constexpr double most_subtrees = 2048;
constexpr double fewest_subtrees = 256;
/// Nodes with so many states fewer to lose than the widest wait: their trees are smaller.
constexpr int wait_behind_widest = 6;
constexpr Index tasks_per_round = 256;
constexpr std::uint64_t nodes_between_trims = 4096;

/// What is known before the tasks: the first nodes, and the open ones, a task each.
struct Trunk {
    PatternSearch found;
    std::vector<SearchTask> open;
};

/// Breadth first, the widest trees first, until enough nodes are open.
Trunk trunk_of(const FaceRelaxation& relaxation, const DecideLeaf& decide,
               const BranchAndBoundOptions& options) {
    Trunk trunk;
    for (SearchNode& root : relaxation.roots()) {
        trunk.open.emplace_back().open.push_back(std::move(root));
    }
    const bool keep_proofs = static_cast<bool>(options.on_proof);
    const auto enough =
        static_cast<std::size_t>(std::max(fewest_subtrees, most_subtrees / relaxation.node_cost()));
    // All roots first: a proof lists them in their order.
    for (bool at_roots = true; !trunk.open.empty() && trunk.open.size() < enough;
         at_roots = false) {
        int widest = 0;
        for (const SearchTask& task : trunk.open) {
            widest = std::max(widest, states_to_lose(task.open.front()));
        }
        parallel_for(static_cast<Index>(trunk.open.size()), options.threads, [&](Index k) {
            SearchTask& task = trunk.open[static_cast<std::size_t>(k)];
            if (at_roots || states_to_lose(task.open.front()) > widest - wait_behind_widest) {
                look_at(task, 1, relaxation, decide, keep_proofs);
            }
        });
        for (SearchTask& task : trunk.open) {
            absorb(trunk.found, task.found);
            keep_first(trunk.found.listed, static_cast<std::size_t>(options.max_listed));
            for (const NodeProof& proof : std::exchange(task.proofs, {})) {
                options.on_proof(proof);
            }
        }
        trunk.open = one_node_a_task(std::move(trunk.open));
        stop_if_interrupted("branch and bound");
    }
    return trunk;
}

/// All that a task's bytes depend on.
Job job_of(const SearchJob& job, const BranchAndBoundOptions& options, std::size_t tasks) {
    const auto said = [](bool yes) { return std::string(yes ? "yes" : "no"); };
    return {.name = job.name,
            .identity = {{"activation", std::string(to_string(job.system.activation()))},
                         {"bytes of a task", "subtrees 2"},
                         {"evidence", said(static_cast<bool>(options.on_proof))},
                         {"links", fmt::format("{}", static_cast<int>(options.bound))},
                         {"listed at most", fmt::format("{}", options.max_listed)},
                         {"marginal", said(options.count_marginal)},
                         {"most nodes", fmt::format("{}", options.max_nodes)},
                         {"units", fmt::format("{}", job.system.dimension())},
                         {"weights", weights_hash(job.system)}},
            .tasks = static_cast<Index>(tasks),
            .tasks_per_round = tasks_per_round};
}

}  // namespace

void search_nothing(const SearchJob& job, const BranchAndBoundOptions& options) {
    if (job.farm != nullptr) {
        job.farm->run(job_of(job, options, 0), {});
    }
}

PatternSearch search_subtrees(const FaceRelaxation& relaxation, const DecideLeaf& decide,
                              const BranchAndBoundOptions& options, const SearchJob& job) {
    const auto max_listed = static_cast<std::size_t>(options.max_listed);
    const bool keep_proofs = static_cast<bool>(options.on_proof);
    Trunk trunk = trunk_of(relaxation, decide, options);
    PatternSearch result = std::move(trunk.found);
    const auto beyond = [&options](std::uint64_t nodes) {
        return options.max_nodes > 0 && nodes > options.max_nodes;
    };
    std::atomic<bool> too_many{beyond(result.work.nodes)};
    FarmWork work{.threads = options.threads};
    work.stop_requested = [&] { return interrupt_requested() || too_many; };
    work.task = [&](Index k) -> std::optional<std::string> {
        SearchTask task;
        task.open = trunk.open[static_cast<std::size_t>(k)].open;
        while (!task.open.empty() && !beyond(task.found.work.nodes)) {
            look_at(task, nodes_between_trims, relaxation, decide, keep_proofs);
            if (!task.open.empty() && interrupt_requested()) {
                return std::nullopt;
            }
            keep_first(task.found.listed, max_listed);
        }
        return task_bytes(task);
    };
    work.fold = [&](Index, std::string_view bytes) {
        SearchTask part = task_result<SearchTask>(bytes);
        absorb(result, part.found);
        keep_first(result.listed, max_listed);
        if (beyond(result.work.nodes)) {
            too_many = true;
        }
        for (const NodeProof& proof : part.proofs) {
            options.on_proof(proof);
        }
    };
    work.on_round = [&](const FarmProgress&) {
        if (options.on_progress) {
            options.on_progress(result.work);
        }
    };
    // Where the first nodes are too many already, nobody has a task.
    const std::size_t tasks = too_many ? 0 : trunk.open.size();
    const bool complete = job.farm->run(job_of(job, options, tasks), work).complete();
    if (too_many && !job.farm->is_shard()) {
        // Which nodes come before the last that is allowed is a matter of the search in one piece.
        BranchAndBoundOptions in_one_piece = options;
        if (keep_proofs) {
            in_one_piece.on_proof = [](const NodeProof&) {};  // prove nothing without the rest
        }
        return search_patterns(relaxation, decide, in_one_piece);
    }
    result.end = complete ? SearchEnd::Complete : SearchEnd::Interrupted;
    std::sort(result.listed.begin(), result.listed.end());
    return result;
}

}  // namespace resdyn
