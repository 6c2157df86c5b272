#include <resdyn/noise/robustness.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include <resdyn/core/error.hpp>

#include "level_sweep.hpp"
#include "model/forward.hpp"
#include "model/weights_hash.hpp"
#include "transient/tile_scores.hpp"

namespace resdyn {

namespace {

using Buffer = Eigen::MatrixXf;
using View = kernels::View<float>;

/// Where the noise goes in.
constexpr Index at_the_input = -1;

void validate(const RobustnessOptions& options) {
    if (options.levels.empty()) {
        reject_argument("noise levels", "at least one", "none");
    }
    for (const double level : options.levels) {
        validate_level(options.kind, level);
    }
    require_at_least("draws", options.draws, 1);
}

/// One tile of samples: all draws at all levels, in the same memory.
class NoisyTile {
  public:
    NoisyTile(const OwnedTensors<float>& net, Index layer, const RobustnessOptions& options)
        : net_(net), layer_(layer), options_(options) {}

    /// Adds to shares right and mean margins of samples first … first + count − 1, by level.
    void run(const Eigen::MatrixXf& inputs, const Eigen::VectorXi& labels, Index first, Index count,
             LevelScores& scores) {
        const NetworkShape& shape = net_.shape;
        clean_ = inputs.middleCols(first, count);
        x_.resize(shape.width, count);
        y_.resize(shape.residuals(), count);
        product_.resize(shape.has_two_matrices() ? shape.width : 0, count);
        logits_.resize(shape.classes, count);
        if (layer_ != at_the_input) {
            noisy_ = clean_;
            enter_and_run(0, layer_);
            clean_ = x_;
        }
        noisy_.resize(clean_.rows(), count);
        const auto one = 1.0 / static_cast<double>(options_.draws);
        for (Index draw = 0; draw < options_.draws; ++draw) {
            // A stream for every tile and draw: the noise depends on neither threads nor levels.
            const auto tile = static_cast<std::uint64_t>(first / noise_tile);
            Random random(options_.seed, (tile << 32) + static_cast<std::uint64_t>(draw));
            const NoiseDraw noise(options_.kind, options_.range, clean_.rows(), count, random);
            for (std::size_t k = 0; k < options_.levels.size(); ++k) {
                noise.apply(options_.levels[k], clean_, noisy_);
                if (layer_ == at_the_input) {
                    enter_and_run(0, shape.depth);
                } else {
                    x_ = noisy_;
                    run_layers(layer_, shape.depth);
                }
                read_out<float>(net_.view(), view(x_), view(logits_));
                for (Index j = 0; j < count; ++j) {
                    const int label = labels[first + j];
                    scores.correct[k][first + j] += is_right(logits_, j, label) ? one : 0.0;
                    scores.margins[k][first + j] += one * margin_of(logits_, j, label);
                }
            }
        }
    }

  private:
    static View view(Buffer& buffer) { return {buffer.data(), buffer.rows(), buffer.cols()}; }

    void enter_and_run(Index from, Index to) {
        if (net_.shape.has_input_layer()) {
            enter<float>(net_.view(), view(noisy_), view(x_));
        } else {
            x_ = noisy_;
        }
        run_layers(from, to);
    }

    void run_layers(Index from, Index to) {
        for (Index n = from; n < to; ++n) {
            forward_layer<float>(net_.view(), n, view(x_), view(y_), view(product_), view(x_));
        }
    }

    const OwnedTensors<float>& net_;
    Index layer_;
    const RobustnessOptions& options_;
    Buffer clean_;
    Buffer noisy_;
    Buffer x_;
    Buffer y_;
    Buffer product_;
    Buffer logits_;
};

/// All that a tile's bytes depend on.
Job job_of(const Network& network, Index layer, const Eigen::MatrixXf& inputs,
           const Eigen::VectorXi& labels, const RobustnessOptions& options) {
    const InputRange& range = options.range;
    return {.name = options.job,
            .identity = {{"bytes of a task", "robustness 1"},
                         {"draws", fmt::format("{}", options.draws)},
                         {"inputs", numbers_hash(inputs)},
                         {"kind", std::string(to_string(options.kind))},
                         {"labels", numbers_hash(labels)},
                         {"layer", fmt::format("{}", layer)},
                         {"levels", fmt::format("{}", fmt::join(options.levels, " "))},
                         {"network", network_hash(network)},
                         {"range", fmt::format("{} {} {} {}", range.low, range.high,
                                               range.image_rows, range.image_cols)},
                         {"seed", fmt::format("{}", options.seed)}}};
}

RobustnessCurve measure(const Network& network, Index layer, const Eigen::MatrixXf& inputs,
                        const Eigen::VectorXi& labels, const RobustnessOptions& options) {
    validate(options);
    const OwnedTensors<float> net(network);
    check_labelled(net.shape, inputs, labels);
    const LevelSweep sweep{
        .levels = options.levels,
        .draws = options.draws,
        .samples = inputs.cols(),
        .threads = options.threads,
        .on_progress = options.on_progress,
        .score = [&](Index first, Index count, LevelScores& scores) {
            NoisyTile(net, layer, options).run(inputs, labels, first, count, scores);
        }};
    return options.farm == nullptr
               ? sweep_levels(sweep)
               : sweep_levels(sweep, options.farm, job_of(network, layer, inputs, labels, options));
}

}  // namespace

RobustnessPoint robustness_point(double level, Vector correct, const Vector& margins) {
    constexpr double two_sided_95 = 1.96;
    RobustnessPoint point;
    point.level = level;
    point.accuracy = mean_with_error(correct);
    const double reach = two_sided_95 * point.accuracy.standard_error;
    point.low = std::max(0.0, point.accuracy.mean - reach);
    point.high = std::min(1.0, point.accuracy.mean + reach);
    point.margin = mean_with_error(margins);
    point.correct = std::move(correct);
    return point;
}

RobustnessCurve robustness(const Network& network, const Eigen::MatrixXf& inputs,
                           const Eigen::VectorXi& labels, const RobustnessOptions& options) {
    return measure(network, at_the_input, inputs, labels, options);
}

RobustnessCurve layer_robustness(const Network& network, Index layer, const Eigen::MatrixXf& inputs,
                                 const Eigen::VectorXi& labels, const RobustnessOptions& options) {
    const Index depth = std::visit([](const auto& one) { return one.depth; }, network);
    if (layer < 0 || layer >= depth) {
        reject_argument("layer", fmt::format("0 to {}", depth - 1), fmt::format("{}", layer));
    }
    RobustnessOptions gaussian = options;
    gaussian.kind = NoiseKind::Gaussian;
    return measure(network, layer, inputs, labels, gaussian);
}

}  // namespace resdyn
