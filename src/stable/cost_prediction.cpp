// The size of a search tree by heterogeneous sampling (Chen 1992): one pass goes down the tree
// stratum by stratum and keeps a few nodes of each, drawn with the chance that their weights have,
// for all that they stand for. Every stratum is seen in every pass, where a random descent (Knuth
// 1975) sees one path: the estimates are as unbiased, and much less skewed. Few passes that keep
// several nodes err less than many that keep one, where one heavy node may rule the estimate
// (stochastic enumeration, Vaisman and Kroese 2017).
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <iterator>
#include <map>
#include <utility>

#include <resdyn/core/error.hpp>
#include <resdyn/core/interrupt.hpp>
#include <resdyn/core/random.hpp>

#include "core/parallel.hpp"
#include "search_task.hpp"

namespace resdyn {

namespace {

/// Nodes that a pass keeps of a stratum.
constexpr std::size_t kept = 16;
/// Passes made at a time; the bound on work is looked at in between.
constexpr Index passes_per_round = 2;

/// The interval on a logarithmic scale, as measured (see CostPrediction): so many relative standard
/// errors, and a margin for passes that agree by chance.
constexpr double low_errors = 2.0;
constexpr double high_errors = 3.0;
constexpr double margin = 0.3;

void validate(const PredictionOptions& options) {
    if (options.probes < 2 || options.probes > 10000000) {
        reject_argument("prediction of cost", "2 <= probes <= 10000000",
                        fmt::format("{}", options.probes));
    }
    if (!(options.most_work >= 0)) {
        reject_argument("prediction of cost", "most_work >= 0",
                        fmt::format("{}", options.most_work));
    }
}

/// A node with a unit to branch on.
struct Survivor {
    SearchNode node;
    Branching branching;
};

std::vector<Survivor> survivors_of(const FaceRelaxation& relaxation, std::vector<SearchNode> level,
                                   RelaxationScratch& scratch) {
    std::vector<Survivor> survivors;
    for (SearchNode& node : level) {
        if (relaxation.look(node, scratch) == NodeVerdict::Branch) {
            survivors.push_back({std::move(node), scratch.branching});
        }
    }
    return survivors;
}

struct Pass {
    double nodes = 0.0;  ///< estimated below the roots.
    std::uint64_t looked_at = 0;
    bool is_whole = true;  ///< no node was left out: the tree itself was counted.
};

struct Weighted {
    Survivor survivor = {};
    double weight = 1.0;  ///< so many nodes of the tree it stands for.
};

/// At most `kept` of the pool, drawn at even steps of their summed weights; the sum stays, and what
/// each stands for is right in the mean.
std::vector<Weighted> thinned(std::vector<Weighted> pool, Random& random) {
    if (pool.size() <= kept) {
        return pool;
    }
    double total = 0.0;
    for (const Weighted& one : pool) {
        total += one.weight;
    }
    const double step = total / static_cast<double>(kept);
    std::vector<Weighted> drawn;
    double passed = 0.0;
    double next = random.uniform() * step;
    for (Weighted& one : pool) {
        passed += one.weight;
        double weight = 0.0;
        for (; next < passed; next += step) {
            weight += step;
        }
        if (weight > 0.0) {
            drawn.push_back({std::move(one.survivor), weight});
        }
    }
    return drawn;
}

Pass pass_down(const FaceRelaxation& relaxation, const std::vector<Survivor>& roots,
               Random random) {
    RelaxationScratch scratch = relaxation.scratch();
    std::map<int, std::vector<Weighted>, std::greater<>> strata;
    const auto join = [&](Survivor survivor, double weight) {
        std::vector<Weighted>& stratum = strata[states_to_lose(survivor.node)];
        stratum.push_back({std::move(survivor), weight});
    };
    for (const Survivor& root : roots) {
        join(root, 1.0);
    }
    Pass pass;
    while (!strata.empty()) {
        std::vector<Weighted> pool = std::move(strata.extract(strata.begin()).mapped());
        pass.is_whole = pass.is_whole && pool.size() <= kept;
        for (const auto& [survivor, weight] : thinned(std::move(pool), random)) {
            std::vector<SearchNode> level = relaxation.children(survivor.node, survivor.branching);
            pass.nodes += weight * static_cast<double>(level.size());
            pass.looked_at += level.size();
            for (Survivor& below : survivors_of(relaxation, std::move(level), scratch)) {
                join(std::move(below), weight);
            }
        }
    }
    return pass;
}

/// Mean, its standard error, and the interval of CostPrediction.
void evaluate(const std::vector<double>& nodes, CostPrediction& prediction) {
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
    const double relative =
        prediction.nodes > 0 ? prediction.standard_error / prediction.nodes : 0.0;
    prediction.low = prediction.nodes * std::exp(-low_errors * relative - margin);
    prediction.high = prediction.nodes * std::exp(high_errors * relative + margin);
}

}  // namespace

CostPrediction predict_search(const FaceRelaxation& relaxation, const PredictionOptions& options) {
    validate(options);
    // Every pass begins at the roots: they are looked at once.
    std::vector<SearchNode> all = relaxation.roots();
    const std::size_t count = all.size();
    std::vector<std::vector<Survivor>> of_root(count);
    parallel_for(static_cast<Index>(count), options.threads, [&](Index k) {
        const auto at = static_cast<std::size_t>(k);
        RelaxationScratch scratch = relaxation.scratch();
        of_root[at] = survivors_of(relaxation, {std::move(all[at])}, scratch);
    });
    std::vector<Survivor> roots;
    for (std::vector<Survivor>& survivors : of_root) {
        std::move(survivors.begin(), survivors.end(), std::back_inserter(roots));
    }
    CostPrediction prediction;
    prediction.node_cost = relaxation.node_cost();
    prediction.probed_nodes = count;
    std::vector<double> nodes;
    for (Index begun = 0; begun < options.probes; begun += passes_per_round) {
        const auto work = static_cast<double>(prediction.probed_nodes) * prediction.node_cost;
        if (interrupt_requested() ||
            (begun > 0 && options.most_work > 0 && work >= options.most_work)) {
            break;
        }
        std::vector<Pass> passes(
            static_cast<std::size_t>(std::min(passes_per_round, options.probes - begun)));
        parallel_for(static_cast<Index>(passes.size()), options.threads, [&](Index k) {
            passes[static_cast<std::size_t>(k)] = pass_down(
                relaxation, roots, Random(options.seed, static_cast<std::uint64_t>(begun + k)));
        });
        for (const Pass& pass : passes) {
            nodes.push_back(static_cast<double>(count) + pass.nodes);
            prediction.probed_nodes += pass.looked_at;
        }
        if (options.on_progress) {
            options.on_progress(static_cast<Index>(nodes.size()), options.probes);
        }
        if (passes.front().is_whole) {
            prediction.nodes = prediction.low = prediction.high = nodes.front();
            prediction.probes = static_cast<Index>(nodes.size());
            return prediction;
        }
    }
    if (nodes.size() >= 2) {
        evaluate(nodes, prediction);
    }
    return prediction;
}

}  // namespace resdyn
