// The stable equilibria and the faces that can attract, by branch and bound: the cost is predicted
// and told first.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>

#include <resdyn/stable/stable_equilibria.hpp>
#include <resdyn/stable/stable_vertices.hpp>

#include "equilibria_parts.hpp"
#include "stable/branch_and_bound_farm.hpp"

namespace resdyn {

namespace {

/// The cost as `predict` sees it, told with the time that it stands for.
template <typename Predict>
CostPrediction predicted(const EquilibriaTask& task, const Predict& predict) {
    using Clock = std::chrono::steady_clock;
    PredictionOptions options = task.options.prediction;
    options.seed = task.options.seed;
    options.threads = task.options.threads;
    if (task.options.certificate) {
        options.bound = NodeBound::Rows;  // as a search that keeps its evidence
    }
    options.on_progress = [&task](Index made, Index of) {
        task.progress("prediction", static_cast<double>(made) / static_cast<double>(of),
                      fmt::format("{} passes", made));
    };
    const Clock::time_point start = Clock::now();
    const CostPrediction prediction = predict(task.system(), options);
    if (prediction.probes > 0) {
        const double probing = std::chrono::duration<double>(Clock::now() - start).count();
        const double seconds =
            prediction.nodes * probing /
            static_cast<double>(std::max<std::uint64_t>(1, prediction.probed_nodes));
        const bool counted = prediction.low == prediction.high;
        task.note(fmt::format("predicted: {} nodes, about {:.2g} s ({})",
                              counted ? fmt::format("{:.0f}", prediction.nodes)
                                      : fmt::format("{:.2g} ({:.1g} to {:.1g})", prediction.nodes,
                                                    prediction.low, prediction.high),
                              seconds,
                              counted ? "counted" : fmt::format("{} passes", prediction.probes)));
    } else if (std::isnan(prediction.nodes)) {
        task.note(
            "predicted: nothing, one way down the tree takes too long (--max-nodes limits it)");
    }
    return prediction;
}

/// Options of the search; its evidence goes to `tree` where a certificate is wanted.
BranchAndBoundOptions search_options(const EquilibriaTask& task, const CostPrediction& prediction,
                                     ProofTree& tree) {
    BranchAndBoundOptions options = task.options.search;
    options.threads = task.options.threads;
    options.on_progress = [&task, nodes = prediction.nodes](const SearchWork& work) {
        const double share = nodes > 0 ? static_cast<double>(work.nodes) / nodes : 1.0;
        task.progress("branch and bound", std::min(share, 1.0),
                      fmt::format("{} nodes", work.nodes));
    };
    if (task.options.certificate) {
        options.on_proof = [&tree](const NodeProof& node) { tree.add(node); };
    }
    return options;
}

/// The tree of a search that ran to its end.
std::optional<SearchProof> proof_of(const EquilibriaTask& task, const ProofTree& tree) {
    if (tree.too_large()) {
        task.study.proof_too_large = true;
        task.note(
            "certificate: without the tree of the search, which is too large: that the list is all "
            "cannot be checked from it");
    }
    return tree.proof();
}

void certify_stable(const EquilibriaTask& task, const StableAnswer& answer, const ProofTree& tree) {
    if (!task.options.certificate) {
        return;
    }
    const StableSearch& search = answer.search;
    const bool whole = search.complete() && search.all_listed();
    const CertificateClaim claim = !whole                 ? CertificateClaim::Listed
                                   : answer.vertices_only ? CertificateClaim::StableVerticesComplete
                                                          : CertificateClaim::StableComplete;
    task.study.certificate = certify(task.system(), search.equilibria, claim,
                                     whole ? proof_of(task, tree) : std::nullopt);
}

StableSearch stable_found(const EquilibriaTask& task, bool vertices_only,
                          const BranchAndBoundOptions& options) {
    if (Farm* farm = task.options.farm) {
        return vertices_only ? stable_vertices(task.system(), options, *farm)
                             : stable_equilibria(task.system(), options, *farm);
    }
    return vertices_only ? stable_vertices(task.system(), options)
                         : stable_equilibria(task.system(), options);
}

/// max_nodes: 0 for no limit.
void search_stable(const EquilibriaTask& task, bool vertices_only, const CostPrediction& prediction,
                   std::uint64_t max_nodes) {
    ProofTree tree;
    BranchAndBoundOptions options = search_options(task, prediction, tree);
    options.origin = true;
    options.max_nodes = max_nodes;
    StableAnswer answer{.search = stable_found(task, vertices_only, options),
                        .vertices_only = vertices_only,
                        .prediction = prediction};
    std::vector<Equilibrium>& listed = answer.search.equilibria;
    const bool interrupted = answer.search.end == SearchEnd::Interrupted;
    if (task.does_shard()) {
        task.study.interrupted = interrupted;
        return;
    }
    add_margins(task, listed, answer.verdicts);
    answer.verdicts.clocks = clocks_of_list(task, listed, interrupted);
    certify_stable(task, answer, tree);
    answer.directions = affordable_directions(task, answer.search.origin);
    if (const auto& whole = task.study.whole) {
        for (Equilibrium& equilibrium : listed) {
            in_units_of(*whole, equilibrium);
        }
        for (TwoClocks& clocks : answer.verdicts.clocks) {
            in_units_of(*whole, clocks);
        }
    }
    task.study.interrupted = interrupted;
    task.study.stable = std::move(answer);
}

}  // namespace

void add_stable(const EquilibriaTask& task, bool vertices_only) {
    const CostPrediction prediction =
        predicted(task, vertices_only ? predict_stable_vertices : predict_stable_equilibria);
    search_stable(task, vertices_only, prediction, task.options.search.max_nodes);
}

std::optional<CostPrediction> add_stable_within(const EquilibriaTask& task,
                                                const NodeLimits& limits) {
    const CostPrediction prediction = predicted(task, predict_stable_equilibria);
    if (!(prediction.nodes <= limits.predicted)) {
        return prediction;
    }
    const auto allowed =
        static_cast<std::uint64_t>(std::max(limits.least, limits.allowance * prediction.nodes));
    const std::uint64_t asked = task.options.search.max_nodes;
    search_stable(task, false, prediction, asked > 0 ? asked : allowed);
    return std::nullopt;
}

void add_attracting(const EquilibriaTask& task) {
    ProofTree tree;
    AttractingAnswer answer;
    answer.prediction = predicted(task, predict_attracting_faces);
    const BranchAndBoundOptions options = search_options(task, answer.prediction, tree);
    Farm* farm = task.options.farm;
    answer.search = farm != nullptr ? attracting_faces(task.system(), options, *farm)
                                    : attracting_faces(task.system(), options);
    if (task.does_shard()) {
        task.study.interrupted = answer.search.end == SearchEnd::Interrupted;
        return;
    }
    if (task.network.has_readout()) {
        for (const AttractingFace& face : answer.search.faces) {
            answer.evidence.push_back(evidence_rate(task.network, face.y));
        }
    }
    if (task.system().activation() == Activation::Logistic) {
        answer.growth = growth_form(task.system());
    }
    if (task.options.certificate) {
        task.study.certificate =
            certify(task.system(), answer.search,
                    answer.search.complete() ? proof_of(task, tree) : std::nullopt);
    }
    task.study.interrupted = answer.search.end == SearchEnd::Interrupted;
    task.study.attracting = std::move(answer);
}

}  // namespace resdyn
