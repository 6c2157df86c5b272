#include "pattern_search.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>

#include <resdyn/core/error.hpp>
#include <resdyn/core/interrupt.hpp>
#include <resdyn/core/parallel.hpp>
#include <resdyn/core/random.hpp>

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
    std::vector<Pattern> stable;
    std::uint64_t stable_vertices = 0;
    std::uint64_t stable_faces = 0;
    std::uint64_t marginal = 0;
    SearchWork work;
};

void add(SearchWork& to, const SearchWork& part) {
    to.nodes += part.nodes;
    to.excluded_by_row += part.excluded_by_row;
    to.excluded_by_rows += part.excluded_by_rows;
    to.excluded_by_trace += part.excluded_by_trace;
    to.leaves += part.leaves;
    to.exact_decisions += part.exact_decisions;
}

Pattern mirror_image(Pattern pattern) {
    for (UnitState& state : pattern.states) {
        if (state != UnitState::Free) {
            state = state == UnitState::Low ? UnitState::High : UnitState::Low;
        }
    }
    return pattern;
}

/// The children of a node, Low first.
std::vector<SearchNode> children(const FaceRelaxation& relaxation, const SearchNode& node,
                                 Index unit) {
    std::vector<SearchNode> result;
    for (const StateSet state : {only_low, only_high, only_free}) {
        if ((node.states[static_cast<std::size_t>(unit)] & state) != 0) {
            result.push_back(relaxation.child(node, unit, state));
        }
    }
    return result;
}

void note_leaf(SearchTask& task, const SearchNode& leaf, const LeafDecision& decision) {
    ++task.work.leaves;
    task.work.exact_decisions += decision.exact ? 1 : 0;
    const std::uint64_t copies = leaf.mirrored ? 2 : 1;
    if (decision.kind == LeafKind::Marginal) {
        task.marginal += copies;
    } else if (decision.kind == LeafKind::Stable) {
        Pattern pattern = FaceRelaxation::pattern(leaf);
        (pattern.is_vertex() ? task.stable_vertices : task.stable_faces) += copies;
        if (leaf.mirrored) {
            task.stable.push_back(mirror_image(pattern));
        }
        task.stable.push_back(std::move(pattern));
    }
}

void look_at(SearchTask& task, std::uint64_t nodes, const FaceRelaxation& relaxation,
             const DecideLeaf& decide) {
    RelaxationScratch scratch = relaxation.scratch();
    for (; nodes > 0 && !task.open.empty() && !interrupt_requested(); --nodes) {
        SearchNode node = std::move(task.open.back());
        task.open.pop_back();
        ++task.work.nodes;
        switch (relaxation.look(node, scratch)) {
            case NodeVerdict::ExcludedByRow:
                ++task.work.excluded_by_row;
                break;
            case NodeVerdict::ExcludedByRows:
                ++task.work.excluded_by_rows;
                break;
            case NodeVerdict::ExcludedByTrace:
                ++task.work.excluded_by_trace;
                break;
            case NodeVerdict::Leaf:
                note_leaf(task, node, decide(node));
                break;
            case NodeVerdict::Branch: {
                std::vector<SearchNode> next = children(relaxation, node, scratch.branch_unit);
                task.open.insert(task.open.end(), std::make_move_iterator(next.rbegin()),
                                 std::make_move_iterator(next.rend()));
                break;
            }
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

void validate(const PredictionOptions& options) {
    if (options.probes < 2 || options.probes > 10000000) {
        reject_argument("prediction of cost", "2 <= probes <= 10000000",
                        fmt::format("{}", options.probes));
    }
}

/// Nodes of one random descent, each weighted by the inverse of the chance to come to it.
double probe(const FaceRelaxation& relaxation, std::vector<SearchNode> level, Random random,
             std::uint64_t& looked_at) {
    RelaxationScratch scratch = relaxation.scratch();
    double nodes = 0.0;
    double weight = 1.0;
    while (!level.empty()) {
        nodes += weight * static_cast<double>(level.size());
        looked_at += level.size();
        std::vector<std::pair<SearchNode, Index>> survivors;
        for (SearchNode& node : level) {
            if (relaxation.look(node, scratch) == NodeVerdict::Branch) {
                survivors.emplace_back(std::move(node), scratch.branch_unit);
            }
        }
        if (survivors.empty()) {
            break;
        }
        weight *= static_cast<double>(survivors.size());
        const auto& [node, unit] = survivors[random.below(survivors.size())];
        level = children(relaxation, node, unit);
    }
    return nodes;
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

StableSearch search_patterns(const FaceRelaxation& relaxation, const FaceSolver& solver,
                             const DecideLeaf& decide, const BranchAndBoundOptions& options) {
    validate(options);
    StableSearch result;
    std::vector<Pattern> listed;
    const auto max_listed = static_cast<std::size_t>(options.max_listed);
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
            look_at(tasks[static_cast<std::size_t>(t)], quota, relaxation, decide);
        });
        for (std::size_t t = 0; t < taken; ++t) {
            SearchTask& task = tasks[t];
            add(result.work, task.work);
            task.work = {};
            result.stable_vertices += std::exchange(task.stable_vertices, 0);
            result.stable_faces += std::exchange(task.stable_faces, 0);
            result.marginal += std::exchange(task.marginal, 0);
            const std::size_t room = max_listed - listed.size();
            const std::size_t kept = std::min(room, task.stable.size());
            listed.insert(
                listed.end(), std::make_move_iterator(task.stable.begin()),
                std::make_move_iterator(task.stable.begin() + static_cast<std::ptrdiff_t>(kept)));
            task.stable.clear();
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
    std::sort(listed.begin(), listed.end());
    result.equilibria.resize(listed.size());
    parallel_for(static_cast<Index>(listed.size()), options.threads, [&](Index k) {
        const auto at = static_cast<std::size_t>(k);
        result.equilibria[at] = std::get<Equilibrium>(solver.decide(listed[at]));
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
    if (!result.equilibria.empty()) {
        origin.known_stable = result.equilibria.front().pattern;
    }
    result.origin = origin_report(system, origin);
}

CostPrediction predict_search(const FaceRelaxation& relaxation, const PredictionOptions& options) {
    validate(options);
    const std::vector<SearchNode> roots = relaxation.roots();
    const auto probes = static_cast<std::size_t>(options.probes);
    std::vector<double> nodes(probes, 0.0);
    std::vector<std::uint64_t> looked_at(probes, 0);
    parallel_for(options.probes, options.threads, [&](Index k) {
        const auto at = static_cast<std::size_t>(k);
        nodes[at] = probe(relaxation, roots, Random(options.seed, static_cast<std::uint64_t>(k)),
                          looked_at[at]);
    });
    CostPrediction prediction;
    prediction.probes = options.probes;
    for (std::size_t k = 0; k < probes; ++k) {
        prediction.nodes += nodes[k] / static_cast<double>(probes);
        prediction.probed_nodes += looked_at[k];
    }
    double squares = 0.0;
    for (const double estimate : nodes) {
        squares += (estimate - prediction.nodes) * (estimate - prediction.nodes);
    }
    prediction.standard_error =
        std::sqrt(squares / static_cast<double>(probes - 1) / static_cast<double>(probes));
    return prediction;
}

}  // namespace resdyn
