// What a search will cost, from random descents.
#include <fmt/format.h>

#include <cmath>
#include <iterator>
#include <numeric>
#include <utility>

#include <resdyn/core/error.hpp>
#include <resdyn/core/interrupt.hpp>
#include <resdyn/core/parallel.hpp>
#include <resdyn/core/random.hpp>

#include "search_task.hpp"

namespace resdyn {

namespace {

void validate(const PredictionOptions& options) {
    if (options.probes < 2 || options.probes > 10000000) {
        reject_argument("prediction of cost", "2 <= probes <= 10000000",
                        fmt::format("{}", options.probes));
    }
}

/// A node with a unit to branch on.
struct Survivor {
    SearchNode node;
    Index unit = -1;
    double size = 1.0;  ///< what its tree is taken for when descents choose: any > 0 is unbiased.
};

/// Trees grow about so much with an open unit; a descent goes where most nodes are.
double guessed_size(const SearchNode& node) {
    constexpr double growth_per_state = 1.14;
    return std::pow(growth_per_state, states_to_lose(node));
}

std::vector<Survivor> survivors_of(const FaceRelaxation& relaxation, std::vector<SearchNode> level,
                                   RelaxationScratch& scratch) {
    std::vector<Survivor> survivors;
    for (SearchNode& node : level) {
        if (relaxation.look(node, scratch) == NodeVerdict::Branch) {
            const double size = guessed_size(node);
            survivors.push_back({std::move(node), scratch.branch_unit, size});
        }
    }
    return survivors;
}

/// Nodes below the roots that one random descent comes to, each weighted by the inverse of the
/// chance to come to it.
double probe(const FaceRelaxation& relaxation, const std::vector<Survivor>& roots, Random random,
             std::uint64_t& looked_at) {
    RelaxationScratch scratch = relaxation.scratch();
    double nodes = 0.0;
    double weight = 1.0;
    std::vector<Survivor> below;
    for (const std::vector<Survivor>* survivors = &roots; !survivors->empty();) {
        double total = 0.0;
        for (const Survivor& survivor : *survivors) {
            total += survivor.size;
        }
        double left = random.uniform() * total;
        std::size_t chosen = 0;
        while (chosen + 1 < survivors->size() && left >= (*survivors)[chosen].size) {
            left -= (*survivors)[chosen++].size;
        }
        const auto& [node, unit, size] = (*survivors)[chosen];
        weight *= total / size;
        std::vector<SearchNode> level = children(relaxation, node, unit);
        nodes += weight * static_cast<double>(level.size());
        looked_at += level.size();
        below = survivors_of(relaxation, std::move(level), scratch);
        survivors = &below;
    }
    return nodes;
}

}  // namespace

CostPrediction predict_search(const FaceRelaxation& relaxation, const PredictionOptions& options) {
    validate(options);
    // Every descent begins at the roots: they are looked at once.
    std::vector<SearchNode> all = relaxation.roots();
    const auto count = static_cast<double>(all.size());
    std::vector<std::vector<Survivor>> of_root(all.size());
    parallel_for(static_cast<Index>(all.size()), options.threads, [&](Index k) {
        const auto at = static_cast<std::size_t>(k);
        RelaxationScratch scratch = relaxation.scratch();
        of_root[at] = survivors_of(relaxation, {std::move(all[at])}, scratch);
    });
    std::vector<Survivor> roots;
    for (std::vector<Survivor>& survivors : of_root) {
        std::move(survivors.begin(), survivors.end(), std::back_inserter(roots));
    }
    const auto probes = static_cast<std::size_t>(options.probes);
    constexpr double not_made = -1.0;
    std::vector<double> nodes(probes, not_made);
    std::vector<std::uint64_t> looked_at(probes, 0);
    parallel_for(options.probes, options.threads, [&](Index k) {
        if (interrupt_requested()) {  // the prediction is then from the probes before it
            return;
        }
        const auto at = static_cast<std::size_t>(k);
        nodes[at] =
            count + probe(relaxation, roots, Random(options.seed, static_cast<std::uint64_t>(k)),
                          looked_at[at]);
    });
    CostPrediction prediction;
    prediction.node_cost = relaxation.node_cost();
    prediction.probed_nodes =
        std::accumulate(looked_at.begin(), looked_at.end(), std::uint64_t{of_root.size()});
    std::erase(nodes, not_made);
    if (nodes.size() < 2) {
        return prediction;
    }
    const auto made = static_cast<double>(nodes.size());
    prediction.probes = static_cast<Index>(nodes.size());
    for (const double estimate : nodes) {
        prediction.nodes += estimate / made;
    }
    double squares = 0.0;
    for (const double estimate : nodes) {
        squares += (estimate - prediction.nodes) * (estimate - prediction.nodes);
    }
    prediction.standard_error = std::sqrt(squares / (made - 1) / made);
    return prediction;
}

}  // namespace resdyn
