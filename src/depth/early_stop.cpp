#include <resdyn/depth/early_stop.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include <resdyn/core/error.hpp>

#include "core/parallel.hpp"
#include "model/residual_batch.hpp"
#include "stop_proofs.hpp"

namespace resdyn {

namespace {

constexpr Index inputs_per_tile = 128;
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

/// What a try costs an input, in layers: once, and for each layer that remains.
struct TryCost {
    double once = 0.0;
    double a_layer = 0.0;
};

TryCost cost_of_try(const ResidualNetwork& network, const EarlyStopOptions& options) {
    // In operations of a large product a unit, as timings gave them (N = 64 and 784, AVX-512):
    // f; what a try begins with; a step of the tail, its passes and its products with few rows.
    constexpr double of_f = 12.0;
    constexpr double of_beginning = 70.0;
    constexpr double of_passes = 50.0;
    constexpr double of_thin_product = 9.0;
    const auto N = static_cast<double>(network.width());
    const auto M = static_cast<double>(network.hidden_width());
    const auto C = static_cast<double>(network.classes());
    const double layer = M * ((network.blocks.front().A ? 2.0 : 1.0) * N + of_f);
    TryCost cost{.once = of_thin_product * C * N / layer, .a_layer = 0.0};
    if (network.has_shared_weights()) {
        cost.once += M * of_beginning / layer;
        cost.a_layer = M * (of_passes + of_thin_product * 2.0 * C) / layer;
    }
    if (options.boxes) {
        cost.once += 2.0 * options.rounds;  // products of a box, at most
    }
    return cost;
}

/// The layers of least cost to try at, given the layer at which each pilot input would first be
/// certified: by dynamic programming from the last candidate to the first.
std::vector<Index> cheapest_tries(const std::vector<Index>& candidates,
                                  const std::vector<Index>& first_certified, Index depth,
                                  const TryCost& cost) {
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
            const double whole = alive * (static_cast<double>(there - here) + cost.once +
                                          cost.a_layer * static_cast<double>(depth - there)) +
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

/// `count` of the inputs, spread over them.
Matrix spread(const Matrix& inputs, Index count) {
    const Index B = inputs.cols();
    const Index some = std::min(count, B);
    Matrix chosen(inputs.rows(), some);
    for (Index j = 0; j < some; ++j) {
        chosen.col(j) = inputs.col(j * B / some);
    }
    return chosen;
}

}  // namespace

/// What stopping works with; `tries` by layer, 0 … L − 1.
struct StoppingNetwork::Work {
    ResidualNetwork network;
    StopProofs proofs;
    int threads = 0;
    std::vector<bool> tries{};
    std::vector<Index> tried_after{};

    bool tries_at(Index layer) const { return tries[static_cast<std::size_t>(layer)]; }
    void try_after(const std::vector<Index>& layers);
    std::vector<bool> certified(Index n, const TailStart& start,
                                const std::vector<Leader>& leaders) const;
    void run_tile(const Matrix& inputs, Index first, Index count, EarlyStop& result) const;
    EarlyStop run(const Matrix& inputs) const;
};

void StoppingNetwork::Work::try_after(const std::vector<Index>& layers) {
    tries.assign(static_cast<std::size_t>(network.depth), false);
    for (const Index n : layers) {
        tries[static_cast<std::size_t>(n)] = true;
    }
    tried_after.clear();
    for (Index n = 0; n < network.depth; ++n) {
        if (tries_at(n)) {
            tried_after.push_back(n);
        }
    }
}

/// Which inputs of a tile are certified after layer n, by their leaders.
std::vector<bool> StoppingNetwork::Work::certified(Index n, const TailStart& start,
                                                   const std::vector<Leader>& leaders) const {
    const Index count = start.logits.cols();
    const Index rest = network.depth - n;
    std::vector<bool> stops(leaders.size(), false);
    if (proofs.tail && n >= 2) {
        stops = proofs.tail->keeps_lead(start, rest);
    }
    std::optional<BoxBounds> box;
    if (proofs.box && n >= 1) {
        box = proofs.box->bounds(start.last, start.logits, rest, 1);
    }
    for (Index j = 0; j < count; ++j) {
        const auto at = static_cast<std::size_t>(j);
        stops[at] = stops[at] ||
                    (proofs.cube && proofs.cube->keeps(n, leaders[at], start.logits.col(j))) ||
                    (box && all_positive(box->lead.col(j)));
    }
    return stops;
}

/// Runs the inputs first … first + count − 1 to their ends.
void StoppingNetwork::Work::run_tile(const Matrix& inputs, Index first, Index count,
                                     EarlyStop& result) const {
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
        if (n < L && !tries_at(n)) {
            continue;
        }
        const TailStart start{before.leftCols(count), u.leftCols(count),
                              network.readout(x.leftCols(count))};
        std::vector<Leader> leaders;
        for (Index j = 0; j < count; ++j) {
            leaders.push_back(leader_of(start.logits.col(j)));
        }
        const std::vector<bool> stops =
            n == L ? std::vector<bool>(leaders.size(), true) : certified(n, start, leaders);
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

EarlyStop StoppingNetwork::Work::run(const Matrix& inputs) const {
    const Index B = inputs.cols();
    EarlyStop result;
    result.classes.resize(B);
    result.layers.assign(static_cast<std::size_t>(B), network.depth);
    result.tried_after = tried_after;
    parallel_for((B + inputs_per_tile - 1) / inputs_per_tile, threads, [&](Index tile) {
        const Index first = tile * inputs_per_tile;
        run_tile(inputs, first, std::min(inputs_per_tile, B - first), result);
    });
    for (const Index n : result.layers) {
        result.layer_runs += n;
    }
    return result;
}

StoppingNetwork::StoppingNetwork(const ResidualNetwork& network, const Matrix& examples,
                                 const EarlyStopOptions& options) {
    check_stoppable(network);
    validate(options, network.depth);
    if (examples.cols() < 1) {
        reject_argument("examples", "at least 1 input", "none");
    }
    Work work{.network = network, .proofs = {}, .threads = options.threads};
    work.try_after({});
    if (options.proofs) {
        work.proofs = StopProofs(network, options.boxes, options.rounds);
        if (options.tried_after.empty()) {
            const Index stride = (network.depth + most_candidates - 1) / most_candidates;
            std::vector<Index> candidates;
            for (Index n = 0; n < network.depth; n += stride) {
                candidates.push_back(n);
            }
            work.try_after(candidates);
            const EarlyStop first = work.run(spread(examples, options.pilot));
            work.try_after(cheapest_tries(candidates, first.layers, network.depth,
                                          cost_of_try(network, options)));
        } else {
            work.try_after(options.tried_after);
        }
    }
    work_ = std::make_unique<const Work>(std::move(work));
}

StoppingNetwork::~StoppingNetwork() = default;
StoppingNetwork::StoppingNetwork(StoppingNetwork&&) noexcept = default;

const std::vector<Index>& StoppingNetwork::tried_after() const {
    return work_->tried_after;
}

EarlyStop StoppingNetwork::run(const Matrix& inputs) const {
    return work_->run(inputs);
}

EarlyStop run_with_early_stop(const ResidualNetwork& network, const Matrix& inputs,
                              const EarlyStopOptions& options) {
    return StoppingNetwork(network, spread(inputs, options.pilot), options).run(inputs);
}

}  // namespace resdyn
