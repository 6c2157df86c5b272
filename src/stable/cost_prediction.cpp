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
#include <limits>
#include <map>
#include <utility>

#include <resdyn/core/error.hpp>
#include <resdyn/core/interrupt.hpp>
#include <resdyn/core/random.hpp>

#include "core/parallel.hpp"
#include "search_task.hpp"

namespace resdyn {

namespace {

/// Nodes that a pass keeps of a stratum, where the work allows. Of trained weights of 64 units (a
/// tree of 738,809 nodes) 16 of them give passes that scatter by a factor 3.5 and are more often
/// too low, 64 by a factor 2, of which a quarter of the passes costs as much.
constexpr std::size_t most_kept = 64;
/// No further pass where so large a share of the tree has been looked at, by what is predicted.
constexpr double enough_of_the_tree = 0.2;
/// Children that a node has, about, and that are looked at for each node kept.
constexpr double children_per_node = 2.0;
/// States that a node loses on the way to a child, about: one to branching, others to the bounds.
constexpr double states_per_level = 2.0;
/// Passes made at a time; between rounds the work done is looked at. A pass thins its nodes to what
/// the most work allows, and is given up where it takes so many times as much even so.
constexpr Index passes_per_round = 2;
constexpr double given_up_at = 2.0;
/// Roots looked at at a time.
constexpr std::size_t roots_per_round = 16;

/// The interval on a logarithmic scale: so many relative standard errors, and a margin. Few passes
/// may agree by chance: the error is taken to be at least what passes of `most_kept` were seen to
/// scatter by, 0.14, 0.42 and 0.70 at trees of 27,563, 201,191 and 738,809 nodes, and more where
/// fewer are kept.
constexpr double low_errors = 2.0;
constexpr double high_errors = 3.0;
constexpr double margin = 0.3;
constexpr double scatter_per_log_node = 0.25;
constexpr double scatter_from_log_nodes = 9.5;

constexpr double unknown = std::numeric_limits<double>::quiet_NaN();

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
    double work = 0.0;
    bool is_whole = true;  ///< no node was left out: the tree itself was counted.
    bool is_finished = false;
    Index thinned = 0;      ///< strata of which nodes were left out.
    double thinness = 0.0;  ///< Σ most_kept / kept over them.
};

struct Weighted {
    Survivor survivor = {};
    double weight = 1.0;  ///< so many nodes of the tree it stands for.
};

/// At most `kept` of the pool, drawn at even steps of their summed weights; the sum stays, and what
/// each stands for is right in the mean.
std::vector<Weighted> thinned(std::vector<Weighted> pool, std::size_t kept, Random& random) {
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

/// One pass, of so much work at most, about (0: no limit). Where that is short it keeps fewer nodes
/// of a stratum, and at last one of all that are left, which then goes down alone (Knuth 1975): the
/// choice hangs on what was seen above only, so that the estimate stays right in the mean.
class Descent {
  public:
    Descent(const FaceRelaxation& relaxation, const std::vector<Survivor>& roots, double most_work,
            Random random)
        : relaxation_(relaxation),
          most_work_(most_work),
          random_(std::move(random)),
          scratch_(relaxation.scratch()) {
        for (const Survivor& root : roots) {
            join(root, 1.0);
        }
    }

    Pass run() {
        while (!strata_.empty()) {
            if (interrupt_requested() ||
                (most_work_ > 0 && pass_.work > given_up_at * most_work_)) {
                return std::move(pass_);
            }
            const std::size_t kept = nodes_to_keep(strata_.begin()->first);
            std::vector<Weighted> pool = kept == 0 ? all_that_are_left() : next_stratum();
            const std::size_t allowed = std::max<std::size_t>(kept, 1);
            if (pool.size() > allowed) {
                pass_.is_whole = false;
                ++pass_.thinned;
                pass_.thinness += static_cast<double>(most_kept) / static_cast<double>(allowed);
            }
            for (const auto& [survivor, weight] : thinned(std::move(pool), allowed, random_)) {
                go_down(survivor, weight);
            }
        }
        pass_.is_finished = true;
        return std::move(pass_);
    }

  private:
    /// The largest first; no child has as many states to lose as its parent.
    using Strata = std::map<int, std::vector<Weighted>, std::greater<>>;

    void join(Survivor survivor, double weight) {
        strata_[states_to_lose(survivor.node)].push_back({std::move(survivor), weight});
    }

    std::vector<Weighted> next_stratum() {
        return std::move(strata_.extract(strata_.begin()).mapped());
    }

    std::vector<Weighted> all_that_are_left() {
        std::vector<Weighted> all;
        while (!strata_.empty()) {
            std::vector<Weighted> pool = next_stratum();
            std::move(pool.begin(), pool.end(), std::back_inserter(all));
        }
        return all;
    }

    /// So many of each stratum use up what is left of the work, with so many states to lose.
    std::size_t nodes_to_keep(int states) const {
        if (most_work_ == 0) {
            return most_kept;
        }
        const double cost = pass_.looked_at > 0 ? pass_.work / static_cast<double>(pass_.looked_at)
                                                : relaxation_.node_cost();
        const double levels = states / states_per_level;
        const double nodes = (most_work_ - pass_.work) / (children_per_node * cost * levels);
        return static_cast<std::size_t>(std::clamp(nodes, 0.0, static_cast<double>(most_kept)));
    }

    void go_down(const Survivor& from, double weight) {
        std::vector<SearchNode> level = relaxation_.children(from.node, from.branching);
        pass_.nodes += weight * static_cast<double>(level.size());
        pass_.looked_at += level.size();
        for (Survivor& below : survivors_of(relaxation_, std::move(level), scratch_)) {
            join(std::move(below), weight);
        }
        pass_.work = relaxation_.work(pass_.looked_at, scratch_);
    }

    const FaceRelaxation& relaxation_;
    double most_work_;
    Random random_;
    RelaxationScratch scratch_;
    Strata strata_;
    Pass pass_;
};

/// Every pass begins at the roots: they are looked at once.
struct Roots {
    std::vector<Survivor> survivors;
    std::size_t count = 0;
    double work = 0.0;
    bool are_all = true;
};

Roots look_at_roots(const FaceRelaxation& relaxation, const PredictionOptions& options) {
    std::vector<SearchNode> all = relaxation.roots();
    Roots roots;
    while (roots.count < all.size()) {
        if (interrupt_requested() ||
            (options.most_work > 0 && roots.work > given_up_at * options.most_work)) {
            roots.are_all = false;
            break;
        }
        const std::size_t now = std::min(roots_per_round, all.size() - roots.count);
        std::vector<std::vector<Survivor>> survivors(now);
        std::vector<double> work(now);
        parallel_for(static_cast<Index>(now), options.threads, [&](Index k) {
            const auto at = static_cast<std::size_t>(k);
            RelaxationScratch scratch = relaxation.scratch();
            survivors[at] = survivors_of(relaxation, {std::move(all[roots.count + at])}, scratch);
            work[at] = relaxation.work(1, scratch);
        });
        roots.count += now;
        for (std::size_t k = 0; k < now; ++k) {
            std::move(survivors[k].begin(), survivors[k].end(),
                      std::back_inserter(roots.survivors));
            roots.work += work[k];
        }
    }
    return roots;
}

double mean_nodes(const std::vector<Pass>& passes, double roots) {
    double sum = 0.0;
    for (const Pass& pass : passes) {
        sum += pass.nodes;
    }
    return roots + sum / static_cast<double>(std::max<std::size_t>(1, passes.size()));
}

/// Mean, its standard error, and the interval of CostPrediction, of finished passes.
void evaluate(const std::vector<Pass>& passes, double roots, CostPrediction& prediction) {
    const auto made = static_cast<double>(passes.size());
    prediction.probes = static_cast<Index>(passes.size());
    prediction.nodes = mean_nodes(passes, roots);
    double thinned = 0.0;
    double thinness = 0.0;
    for (const Pass& pass : passes) {
        thinned += static_cast<double>(pass.thinned);
        thinness += pass.thinness;
    }
    double squares = 0.0;
    for (const Pass& pass : passes) {
        const double off = roots + pass.nodes - prediction.nodes;
        squares += off * off;
    }
    prediction.standard_error = std::sqrt(squares / (made - 1) / made);
    const double relative =
        prediction.nodes > 0 ? prediction.standard_error / prediction.nodes : 0.0;
    const double scatter = scatter_per_log_node *
                           (std::log(std::max(1.0, prediction.nodes)) - scatter_from_log_nodes) *
                           std::sqrt(thinness / std::max(1.0, thinned) / made);
    const double error = std::max(relative, scatter);
    prediction.low = prediction.nodes * std::exp(-low_errors * error - margin);
    prediction.high = prediction.nodes * std::exp(high_errors * error + margin);
}

}  // namespace

CostPrediction predict_search(const FaceRelaxation& relaxation, const PredictionOptions& options) {
    validate(options);
    const Roots roots = look_at_roots(relaxation, options);
    CostPrediction prediction;
    prediction.node_cost = relaxation.node_cost();
    prediction.probed_nodes = roots.count;
    const auto too_dear = [&prediction] {
        prediction.nodes = prediction.standard_error = prediction.low = prediction.high = unknown;
        return prediction;
    };
    if (!roots.are_all) {
        return interrupt_requested() ? prediction : too_dear();
    }
    double work = roots.work;
    std::vector<Pass> finished;
    const auto count = static_cast<double>(roots.count);
    for (Index begun = 0; begun < options.probes; begun += passes_per_round) {
        const bool is_dear = options.most_work > 0 && work >= options.most_work;
        const bool is_enough = static_cast<double>(prediction.probed_nodes) >=
                               enough_of_the_tree * mean_nodes(finished, count);
        if (interrupt_requested() || (begun > 0 && (is_dear || is_enough))) {
            break;
        }
        std::vector<Pass> passes(
            static_cast<std::size_t>(std::min(passes_per_round, options.probes - begun)));
        parallel_for(static_cast<Index>(passes.size()), options.threads, [&](Index k) {
            passes[static_cast<std::size_t>(k)] =
                Descent(relaxation, roots.survivors, options.most_work,
                        Random(options.seed, static_cast<std::uint64_t>(begun + k)))
                    .run();
        });
        for (const Pass& pass : passes) {
            prediction.probed_nodes += pass.looked_at;
            work += pass.work;
            if (!pass.is_finished && !interrupt_requested()) {
                return too_dear();  // what was finished tells of the cheap ones only
            }
            if (pass.is_finished) {
                finished.push_back(pass);
            }
        }
        if (options.on_progress) {
            options.on_progress(static_cast<Index>(finished.size()), options.probes);
        }
        if (passes.front().is_finished && passes.front().is_whole) {
            prediction.nodes = prediction.low = prediction.high = count + passes.front().nodes;
            prediction.probes = static_cast<Index>(finished.size());
            return prediction;
        }
    }
    if (finished.size() >= 2) {
        evaluate(finished, count, prediction);
    }
    return prediction;
}

}  // namespace resdyn
