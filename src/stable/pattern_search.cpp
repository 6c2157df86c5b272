#include "pattern_search.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include <resdyn/core/error.hpp>
#include <resdyn/core/interrupt.hpp>
#include <resdyn/core/parallel.hpp>

namespace resdyn {

namespace {

/// A round takes this many tasks at most, and below the half of it every open node becomes one.
constexpr std::size_t tasks_per_round = 512;
/// Nodes a task looks at before the round ends: few while there are few tasks to share.
constexpr std::uint64_t first_nodes_per_task = 64;
constexpr std::uint64_t nodes_per_task = 2048;

/// Nodes still to be looked at, the last first, and what the task has found so far.
struct SearchTask {
    std::vector<SearchNode> open;
    PatternSearch found;
    std::vector<NodeProof> proofs;
};

void add(SearchWork& to, const SearchWork& part) {
    to.nodes += part.nodes;
    to.excluded_by_row += part.excluded_by_row;
    to.excluded_by_rows += part.excluded_by_rows;
    to.excluded_by_trace += part.excluded_by_trace;
    to.leaves += part.leaves;
    to.exact_decisions += part.exact_decisions;
}

/// Moves what a task found to the whole.
void add(PatternSearch& to, PatternSearch& part, std::size_t max_listed) {
    add(to.work, part.work);
    to.vertices += part.vertices;
    to.faces += part.faces;
    to.continua += part.continua;
    to.marginal += part.marginal;
    const std::size_t kept = std::min(max_listed - to.listed.size(), part.listed.size());
    to.listed.insert(
        to.listed.end(), std::make_move_iterator(part.listed.begin()),
        std::make_move_iterator(part.listed.begin() + static_cast<std::ptrdiff_t>(kept)));
    to.companions.merge(part.companions);
    part = {};
}

Pattern mirror_image(Pattern pattern) {
    for (UnitState& state : pattern.states) {
        if (state != UnitState::Free) {
            state = state == UnitState::Low ? UnitState::High : UnitState::Low;
        }
    }
    return pattern;
}

void note_leaf(PatternSearch& found, const SearchNode& leaf, LeafDecision decision) {
    ++found.work.leaves;
    found.work.exact_decisions += decision.exact ? 1 : 0;
    const std::uint64_t copies = leaf.mirrored ? 2 : 1;
    if (decision.companion) {
        found.companions.insert(std::move(*decision.companion));
    }
    if (decision.kind == LeafKind::Marginal) {
        found.marginal += copies;
    } else if (decision.kind == LeafKind::Listed) {
        Pattern pattern = FaceRelaxation::pattern(leaf);
        (pattern.is_vertex() ? found.vertices : found.faces) += copies;
        found.continua += decision.continuum ? copies : 0;
        if (leaf.mirrored) {
            found.listed.push_back(mirror_image(pattern));
        }
        found.listed.push_back(std::move(pattern));
    }
}

void look_at(SearchTask& task, std::uint64_t nodes, const FaceRelaxation& relaxation,
             const DecideLeaf& decide, bool keep_proofs) {
    RelaxationScratch scratch = relaxation.scratch();
    SearchWork& work = task.found.work;
    for (; nodes > 0 && !task.open.empty() && !interrupt_requested(); --nodes) {
        SearchNode node = std::move(task.open.back());
        task.open.pop_back();
        ++work.nodes;
        NodeProof proof;
        if (keep_proofs) {
            proof.states = node.states;
            proof.mirrored = node.mirrored;
            scratch.steps = &proof.steps;
        }
        switch (relaxation.look(node, scratch)) {
            case NodeVerdict::ExcludedByRow:
                ++work.excluded_by_row;
                break;
            case NodeVerdict::ExcludedByRows:
                ++work.excluded_by_rows;
                break;
            case NodeVerdict::ExcludedByTrace:
                ++work.excluded_by_trace;
                break;
            case NodeVerdict::Leaf:
                proof.end = NodeProof::End::Leaf;
                note_leaf(task.found, node, decide(node));
                break;
            case NodeVerdict::Branch: {
                proof.end = NodeProof::End::Branch;
                proof.branch_unit = scratch.branch_unit;
                std::vector<SearchNode> next = relaxation.children(node, scratch.branch_unit);
                task.open.insert(task.open.end(), std::make_move_iterator(next.rbegin()),
                                 std::make_move_iterator(next.rend()));
                break;
            }
        }
        if (keep_proofs) {
            task.proofs.push_back(std::move(proof));
        }
    }
}

/// Every open node a task of its own.
std::vector<SearchTask> split(std::vector<SearchTask> tasks) {
    std::vector<SearchTask> result;
    for (SearchTask& task : tasks) {
        for (auto node = task.open.rbegin(); node != task.open.rend(); ++node) {
            result.emplace_back().open.push_back(std::move(*node));
        }
    }
    return result;
}

void validate(const BranchAndBoundOptions& options) {
    if (options.max_listed < 0) {
        reject_argument("stable equilibria", "max_listed >= 0",
                        fmt::format("{}", options.max_listed));
    }
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
        if (tasks.size() < tasks_per_round / 2) {
            tasks = split(std::move(tasks));
            quota = tasks.size() < tasks_per_round / 2 ? first_nodes_per_task : quota;
        }
        std::size_t taken = std::min(tasks.size(), tasks_per_round);
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
            add(result, tasks[t].found, max_listed);
            for (const NodeProof& proof : std::exchange(tasks[t].proofs, {})) {
                options.on_proof(proof);
            }
        }
        std::erase_if(tasks, [](const SearchTask& task) { return task.open.empty(); });
        if (options.on_progress) {
            options.on_progress(result.work);
        }
        if (interrupt_requested() && !tasks.empty()) {
            result.end = SearchEnd::Interrupted;
            break;
        }
    }
    std::sort(result.listed.begin(), result.listed.end());
    return result;
}

StableSearch stable_search(const PatternSearch& search, const FaceSolver& solver, int threads) {
    StableSearch result;
    result.end = search.end;
    result.work = search.work;
    result.stable_vertices = search.vertices;
    result.stable_faces = search.faces;
    result.marginal = search.marginal;
    result.equilibria.resize(search.listed.size());
    parallel_for(static_cast<Index>(search.listed.size()), threads, [&](Index k) {
        const auto at = static_cast<std::size_t>(k);
        result.equilibria[at] = std::get<Equilibrium>(solver.decide(search.listed[at]));
    });
    return result;
}

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

}  // namespace resdyn
