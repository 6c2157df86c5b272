#include <resdyn/transient/early_stop.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include <resdyn/core/error.hpp>
#include <resdyn/core/parallel.hpp>
#include <resdyn/model/residual_batch.hpp>

#include "stop_proofs.hpp"

namespace resdyn {

namespace {

constexpr Index tile_width = 128;
/// Layers at which the pilot inputs try the proofs, at most.
constexpr Index most_candidates = 32;

void validate(const EarlyStopOptions& options, Index depth) {
    if (options.pilot < 1) {
        reject_argument("pilot", "at least 1 input", fmt::format("{}", options.pilot));
    }
    for (const Index layer : options.tried_after) {
        if (layer < 0 || layer >= depth) {
            reject_argument("tried_after", fmt::format("layers from 0 to {}", depth - 1),
                            fmt::format("{}", layer));
        }
    }
}

/// What stopping works with; `tries` by layer, 0 … L.
struct Work {
    const ResidualNetwork& network;
    const StopProofs& proofs;
    std::vector<bool> tries;

    bool tries_at(Index layer) const { return tries[static_cast<std::size_t>(layer)]; }
};

/// Which inputs of a tile are certified after layer n, by their leaders.
std::vector<bool> certified(const Work& work, Index n, const TailStart& start,
                            const std::vector<Leader>& leaders) {
    const Index count = start.logits.cols();
    const Index rest = work.network.depth - n;
    std::vector<bool> stops(leaders.size(), false);
    if (work.proofs.tail && n >= 2) {
        stops = work.proofs.tail->keeps_lead(start, rest);
    }
    std::optional<BoxBounds> box;
    if (work.proofs.box && n >= 1) {
        box = work.proofs.box->bounds(start.last, start.logits, rest, 1);
    }
    for (Index j = 0; j < count; ++j) {
        const auto at = static_cast<std::size_t>(j);
        stops[at] =
            stops[at] ||
            (work.proofs.cube && work.proofs.cube->keeps(n, leaders[at], start.logits.col(j))) ||
            (box && all_positive(box->lead.col(j)));
    }
    return stops;
}

/// Runs the inputs first … first + count − 1 to their ends.
void run_tile(const Work& work, const Matrix& inputs, Index first, Index count, EarlyStop& result) {
    const ResidualNetwork& network = work.network;
    const Index L = network.depth;
    std::vector<Index> sample(static_cast<std::size_t>(count));
    for (Index j = 0; j < count; ++j) {
        sample[static_cast<std::size_t>(j)] = first + j;
    }
    Matrix x = initial_activity(network, inputs.middleCols(first, count));
    Matrix u(network.hidden_width(), count);
    Matrix before(network.hidden_width(), count);
    Matrix y(network.hidden_width(), count);
    for (Index n = 0; n <= L && count > 0; ++n) {
        if (n > 0) {
            const ResidualBlock& block = network.block(n - 1);
            std::swap(u, before);
            u.leftCols(count).noalias() = block.W * x.leftCols(count);
            u.leftCols(count).colwise() += block.b;
            activate_batch(network.activation, u.leftCols(count), y.leftCols(count));
            if (block.A) {
                x.leftCols(count).noalias() += network.step * (*block.A * y.leftCols(count));
            } else {
                x.leftCols(count) += network.step * y.leftCols(count);
            }
        }
        if (n < L && !work.tries_at(n)) {
            continue;
        }
        const TailStart start{before.leftCols(count), u.leftCols(count),
                              network.readout(x.leftCols(count))};
        std::vector<Leader> leaders;
        for (Index j = 0; j < count; ++j) {
            leaders.push_back(leader_of(start.logits.col(j)));
        }
        const std::vector<bool> stops =
            n == L ? std::vector<bool>(leaders.size(), true) : certified(work, n, start, leaders);
        // Inputs that go on move to the front, in their order.
        Index kept = 0;
        for (Index j = 0; j < count; ++j) {
            const auto at = static_cast<std::size_t>(j);
            const Index number = sample[at];
            if (stops[at]) {
                result.classes[number] = static_cast<int>(leaders[at].first);
                result.layers[static_cast<std::size_t>(number)] = n;
                continue;
            }
            if (kept != j) {
                x.col(kept) = x.col(j);
                u.col(kept) = u.col(j);
                sample[static_cast<std::size_t>(kept)] = number;
            }
            ++kept;
        }
        count = kept;
    }
}

EarlyStop run_all(const Work& work, const Matrix& inputs, int threads) {
    const Index B = inputs.cols();
    EarlyStop result;
    result.classes.resize(B);
    result.layers.assign(static_cast<std::size_t>(B), work.network.depth);
    parallel_for((B + tile_width - 1) / tile_width, threads, [&](Index tile) {
        const Index first = tile * tile_width;
        run_tile(work, inputs, first, std::min(tile_width, B - first), result);
    });
    for (const Index n : result.layers) {
        result.layer_runs += n;
    }
    for (Index n = 0; n < work.network.depth; ++n) {
        if (work.tries_at(n)) {
            result.tried_after.push_back(n);
        }
    }
    return result;
}

/// What a try costs an input, in layers, for each layer that remains.
double cost_of_try(const ResidualNetwork& network, const EarlyStopOptions& options) {
    // Of one operation of a large product, as measured (script/bench depth): f costs some ten, a
    // step of the tail evaluates f and its slope and passes over the units; its products with few
    // rows run at a third of the speed.
    constexpr double of_f = 12.0;
    constexpr double of_tail = 45.0;
    constexpr double of_thin_product = 3.0;
    const auto N = static_cast<double>(network.width());
    const auto M = static_cast<double>(network.hidden_width());
    const auto C = static_cast<double>(network.classes());
    const double products = network.blocks.front().A ? 2.0 : 1.0;
    const double layer = M * (products * N + of_f);
    double cost = network.has_shared_weights() ? M * (of_tail + of_thin_product * 2.0 * C) : C;
    if (options.boxes) {
        cost += layer * 2.0 * options.rounds;  // whatever remains: an upper bound
    }
    return cost / layer;
}

/// The layers of least cost to try at, given the layer at which each pilot input would first be
/// certified: by dynamic programming from the last candidate to the first.
std::vector<Index> cheapest_tries(const std::vector<Index>& candidates,
                                  const std::vector<Index>& first_certified, Index depth,
                                  double cost) {
    const std::size_t count = candidates.size();
    // Cost for all inputs from a try on, and the next try (`count`: none). Place 0 is the start.
    std::vector<double> least(count + 1);
    std::vector<std::size_t> next(count + 1, count);
    for (std::size_t at = count + 1; at-- > 0;) {
        const Index here = at == 0 ? 0 : candidates[at - 1];
        const auto alive = static_cast<double>(
            at == 0 ? static_cast<std::ptrdiff_t>(first_certified.size())
                    : std::count_if(first_certified.begin(), first_certified.end(),
                                    [&](Index n) { return n > here; }));
        least[at] = alive * static_cast<double>(depth - here);
        for (std::size_t then = at; then < count; ++then) {
            const Index there = candidates[then];
            const double whole = alive * (static_cast<double>(there - here) +
                                          cost * static_cast<double>(depth - there)) +
                                 least[then + 1];
            if (whole < least[at]) {
                least[at] = whole;
                next[at] = then;
            }
        }
    }
    std::vector<Index> tries;
    for (std::size_t at = next[0]; at < count; at = next[at + 1]) {
        tries.push_back(candidates[at]);
    }
    return tries;
}

std::vector<Index> chosen_tries(const ResidualNetwork& network, const StopProofs& proofs,
                                const Matrix& inputs, const EarlyStopOptions& options) {
    const Index B = inputs.cols();
    const Index count = std::min(options.pilot, B);
    Matrix pilot(inputs.rows(), count);
    for (Index j = 0; j < count; ++j) {
        pilot.col(j) = inputs.col(j * B / count);
    }
    const Index stride = (network.depth + most_candidates - 1) / most_candidates;
    std::vector<Index> candidates;
    Work work{network, proofs, std::vector<bool>(static_cast<std::size_t>(network.depth), false)};
    for (Index n = 0; n < network.depth; n += stride) {
        candidates.push_back(n);
        work.tries[static_cast<std::size_t>(n)] = true;
    }
    const EarlyStop first = run_all(work, pilot, options.threads);
    return cheapest_tries(candidates, first.layers, network.depth, cost_of_try(network, options));
}

}  // namespace

EarlyStop run_with_early_stop(const ResidualNetwork& network, const Matrix& inputs,
                              const EarlyStopOptions& options) {
    check_stoppable(network);
    validate(options, network.depth);
    const StopProofs proofs =
        options.proofs ? StopProofs(network, options.boxes, options.rounds) : StopProofs();
    std::vector<Index> tries;
    if (options.proofs && inputs.cols() > 0) {
        tries = options.tried_after.empty() ? chosen_tries(network, proofs, inputs, options)
                                            : options.tried_after;
    }
    Work work{network, proofs, std::vector<bool>(static_cast<std::size_t>(network.depth), false)};
    for (const Index n : tries) {
        work.tries[static_cast<std::size_t>(n)] = true;
    }
    return run_all(work, inputs, options.threads);
}

}  // namespace resdyn
