#include "search_task.hpp"

#include <algorithm>
#include <bit>
#include <iterator>
#include <utility>

#include <resdyn/core/interrupt.hpp>

namespace resdyn {

namespace {

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

}  // namespace

int states_to_lose(const SearchNode& node) {
    int result = 0;
    for (const StateSet states : node.states) {
        result += std::popcount(states) - 1;
    }
    return result;
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
                proof.branch_unit = scratch.branching.unit;
                std::vector<SearchNode> next = relaxation.children(node, scratch.branching);
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

std::vector<SearchTask> one_node_a_task(std::vector<SearchTask> tasks) {
    std::vector<SearchTask> result;
    for (SearchTask& task : tasks) {
        for (auto node = task.open.rbegin(); node != task.open.rend(); ++node) {
            result.emplace_back().open.push_back(std::move(*node));
        }
    }
    return result;
}

void absorb(PatternSearch& to, PatternSearch& part) {
    add(to.work, part.work);
    to.vertices += part.vertices;
    to.faces += part.faces;
    to.continua += part.continua;
    to.marginal += part.marginal;
    to.listed.insert(to.listed.end(), std::make_move_iterator(part.listed.begin()),
                     std::make_move_iterator(part.listed.end()));
    to.companions.merge(part.companions);
    part = {};
}

void keep_first(std::vector<Pattern>& listed, std::size_t most) {
    if (listed.size() > most) {
        std::nth_element(listed.begin(), listed.begin() + static_cast<std::ptrdiff_t>(most),
                         listed.end());
        listed.resize(most);
    }
}

}  // namespace resdyn
