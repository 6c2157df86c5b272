#include <resdyn/noise/adversary.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include "core/parallel.hpp"
#include "level_sweep.hpp"
#include "model/activation_arrays.hpp"
#include "model/forward.hpp"
#include "model/weights_hash.hpp"
#include "transient/tile_scores.hpp"

namespace resdyn {

namespace {

void validate(const AttackOptions& options) {
    if (options.levels.empty()) {
        reject_argument("noise levels", "at least one", "none");
    }
    for (const double level : options.levels) {
        validate_level(NoiseKind::Gaussian, level);
    }
    require_at_least("steps", options.steps, 1);
    if (!(options.step_share > 0) || !std::isfinite(options.step_share)) {
        reject_argument("step_share", "a finite number > 0", fmt::format("{}", options.step_share));
    }
}

/// Forward and back to the input for one tile, in the same memory.
template <class Scalar>
class GradientTile {
  public:
    using Buffer = Eigen::Matrix<Scalar, Eigen::Dynamic, Eigen::Dynamic>;
    using View = kernels::View<Scalar>;

    explicit GradientTile(const OwnedTensors<Scalar>& net)
        : net_(net), slope_(static_cast<std::size_t>(net.shape.depth)) {}

    const Buffer& logits() const { return logits_; }

    void forward(Buffer& inputs) {
        const NetworkShape& shape = net_.shape;
        const Index T = inputs.cols();
        x_.resize(shape.width, T);
        product_.resize(shape.has_two_matrices() ? shape.width : 0, T);
        logits_.resize(shape.classes, T);
        if (shape.has_input_layer()) {
            enter<Scalar>(net_.view(), view(inputs), view(x_));
        } else {
            x_ = inputs;
        }
        for (Index n = 0; n < shape.depth; ++n) {
            run_layer(n);
        }
        read_out<Scalar>(net_.view(), view(x_), view(logits_));
    }

    /// After forward: the gradient of the margin with respect to the inputs, column j divided by 2
    /// to the power exponents()[j].
    void backward(std::span<const int> labels, Buffer& gradient) {
        const NetworkShape& shape = net_.shape;
        const Tensors<Scalar> net = net_.view();
        const Index T = logits_.cols();
        g_.resize(shape.width, T);
        exponents_.assign(static_cast<std::size_t>(T), 0);
        for (Index j = 0; j < T; ++j) {
            const int label = labels[static_cast<std::size_t>(j)];
            const std::optional<Index> rival = rival_of(logits_, j, label);
            if (rival) {
                g_.col(j) = (net.V().row(label) - net.V().row(*rival)).transpose();
            } else {
                g_.col(j).setZero();
            }
        }
        rescale(g_);
        const auto step = static_cast<Scalar>(shape.step);
        for (Index n = shape.depth - 1; n >= 0; --n) {
            Buffer& delta = slope_[static_cast<std::size_t>(n)];
            if (shape.has_two_matrices()) {
                inner_.setZero(shape.hidden_width, T);
                kernels::add_transposed_times<Scalar>(net.A(n), view(g_), view(inner_));
                delta.array() *= step * inner_.array();
            } else {
                delta.array() *= step * g_.array();
            }
            if (shape.kind == NetworkKind::Perceptron) {
                g_.setZero();  // no identity path: δ alone sets the scale
                rescale(delta);
            }
            kernels::add_transposed_times<Scalar>(net.W(n), view(delta), view(g_));
            rescale(g_);
        }
        if (shape.has_input_layer()) {
            gradient.setZero(shape.input_width, T);
            kernels::add_transposed_times<Scalar>(net.U(), view(g_), view(gradient));
        } else {
            gradient = g_;
        }
    }

    const std::vector<int>& exponents() const { return exponents_; }

  private:
    static View view(Buffer& buffer) { return {buffer.data(), buffer.rows(), buffer.cols()}; }

    /// One layer forward; keeps f'(u). From u: 1 − y would cancel where y is near a level.
    void run_layer(Index n) {
        const NetworkShape& shape = net_.shape;
        const Tensors<Scalar> net = net_.view();
        Buffer& slope = slope_[static_cast<std::size_t>(n)];
        slope.resize(shape.residuals(), x_.cols());
        kernels::multiply<Scalar>(net.W(n), view(x_), view(slope));
        y_ = slope;
        kernels::activate_in_place<Scalar>(shape.activation, net.b(n), view(y_));
        add_residual<Scalar>(net, n, view(x_), view(y_), view(product_), view(x_));
        kernels::add_to_columns<Scalar>(net.b(n), view(slope));
        auto u = slope.array();
        with_row(shape.activation, [&u](auto row) { slope_array(row, u); });
    }

    /// Brings the largest entry of each column into [1/2, 1), exactly: by a power of two.
    void rescale(Buffer& columns) {
        for (Index j = 0; j < columns.cols(); ++j) {
            const Scalar largest = columns.col(j).cwiseAbs().maxCoeff();
            if (!(largest > Scalar(0)) || !std::isfinite(largest)) {
                continue;
            }
            int exponent = 0;
            std::frexp(largest, &exponent);
            // Two factors: one alone may lie beyond the range of Scalar.
            const int half = exponent / 2;
            columns.col(j) *= std::ldexp(Scalar(1), -half);
            columns.col(j) *= std::ldexp(Scalar(1), half - exponent);
            exponents_[static_cast<std::size_t>(j)] += exponent;
        }
    }

    const OwnedTensors<Scalar>& net_;
    std::vector<Buffer> slope_;  ///< f'(u) by layer, and on the way back δ.
    std::vector<int> exponents_;
    Buffer x_;
    Buffer y_;
    Buffer product_;
    Buffer logits_;
    Buffer g_;
    Buffer inner_;
};

/// Sign, 0 at 0: components that the margin does not depend on stay as they are.
Eigen::MatrixXf signs(const Eigen::MatrixXf& gradient) {
    return gradient.unaryExpr([](float g) { return static_cast<float>((g > 0) - (g < 0)); });
}

/// The inputs of one tile under attack at one level.
class Attacker {
  public:
    Attacker(const OwnedTensors<float>& net, const AttackOptions& options)
        : tile_(net), options_(options) {}

    const Vector& margins() const { return margins_; }
    /// By input: right at the point of least margin.
    const std::vector<bool>& right() const { return right_; }
    /// By input: some step found a gradient of 0.
    const std::vector<bool>& lost() const { return lost_; }

    /// What becomes of these inputs.
    void run(const Eigen::MatrixXf& inputs, std::span<const int> labels, double level,
             std::uint64_t stream) {
        const auto radius = static_cast<float>(level);
        margins_ = Vector::Constant(inputs.cols(), std::numeric_limits<double>::infinity());
        right_.assign(labels.size(), true);
        lost_.assign(labels.size(), false);
        moved_ = inputs;
        if (options_.attack == Attack::Fgsm) {
            tile_.forward(moved_);
            step(inputs, labels, radius, radius);
        } else {
            start_.resize(inputs.rows(), inputs.cols());
            Random(options_.seed, stream).fill_uniform(start_.data(), start_.size());
            moved_ = inputs.array() + radius * (2.0F * start_.array() - 1.0F);
            keep_within(inputs, radius);
            const auto share = static_cast<float>(options_.step_share);
            for (Index s = 0; s < options_.steps; ++s) {
                tile_.forward(moved_);
                keep_worst(labels);
                step(inputs, labels, radius, share * radius);
            }
        }
        tile_.forward(moved_);
        keep_worst(labels);
    }

  private:
    /// After forward at the points where the inputs are now.
    void step(const Eigen::MatrixXf& inputs, std::span<const int> labels, float radius,
              float length) {
        tile_.backward(labels, gradient_);
        for (Index j = 0; j < gradient_.cols(); ++j) {
            if ((gradient_.col(j).array() == 0.0F).all()) {
                lost_[static_cast<std::size_t>(j)] = true;
            }
        }
        moved_ -= length * signs(gradient_);
        keep_within(inputs, radius);
    }

    void keep_within(const Eigen::MatrixXf& inputs, float radius) {
        moved_ = moved_.array().max(inputs.array() - radius).min(inputs.array() + radius);
        if (options_.clip) {
            moved_ = moved_.array().max(options_.range.low).min(options_.range.high);
        }
    }

    void keep_worst(std::span<const int> labels) {
        for (std::size_t k = 0; k < labels.size(); ++k) {
            const auto j = static_cast<Index>(k);
            const double margin = margin_of(tile_.logits(), j, labels[k]);
            // Not a NaN: a network that overflows has no margin to compare.
            if (!(margin >= margins_[j])) {
                margins_[j] = margin;
                right_[k] = is_right(tile_.logits(), j, labels[k]);
            }
        }
    }

    GradientTile<float> tile_;
    const AttackOptions& options_;
    Vector margins_;
    std::vector<bool> right_;
    std::vector<bool> lost_;
    Eigen::MatrixXf moved_;
    Eigen::MatrixXf gradient_;
    Eigen::MatrixXf start_;
};

/// All that a tile's bytes depend on.
Job job_of(const Network& network, const Eigen::MatrixXf& inputs, const Eigen::VectorXi& labels,
           const AttackOptions& options) {
    return {.name = options.job,
            .identity = {
                {"attack", std::string(to_string(options.attack))},
                {"bytes of a task", "attack 1"},
                {"inputs", numbers_hash(inputs)},
                {"labels", numbers_hash(labels)},
                {"levels", fmt::format("{}", fmt::join(options.levels, " "))},
                {"network", network_hash(network)},
                {"range", options.clip ? fmt::format("{} {}", options.range.low, options.range.high)
                                       : std::string("none")},
                {"seed", fmt::format("{}", options.seed)},
                {"steps", fmt::format("{} of {}", options.steps, options.step_share)}}};
}

}  // namespace

std::string_view to_string(Attack attack) {
    return attack == Attack::Fgsm ? "fgsm" : "pgd";
}

template <class Scalar>
Eigen::Matrix<Scalar, Eigen::Dynamic, Eigen::Dynamic> margin_gradients(
    const Network& network, const Eigen::Matrix<Scalar, Eigen::Dynamic, Eigen::Dynamic>& inputs,
    const Eigen::VectorXi& labels, int threads) {
    using Buffer = Eigen::Matrix<Scalar, Eigen::Dynamic, Eigen::Dynamic>;
    const OwnedTensors<Scalar> net(network);
    check_labelled(net.shape, inputs.template cast<float>(), labels);
    Buffer gradients(inputs.rows(), inputs.cols());
    parallel_for((inputs.cols() + noise_tile - 1) / noise_tile, threads, [&](Index tile) {
        const Index first = tile * noise_tile;
        const Index count = std::min(noise_tile, inputs.cols() - first);
        GradientTile<Scalar> run(net);
        Buffer mine = inputs.middleCols(first, count);
        Buffer gradient;
        run.forward(mine);
        run.backward({labels.data() + first, static_cast<std::size_t>(count)}, gradient);
        for (Index j = 0; j < count; ++j) {
            const int exponent = run.exponents()[static_cast<std::size_t>(j)];
            gradients.col(first + j) =
                gradient.col(j).unaryExpr([exponent](Scalar g) { return std::ldexp(g, exponent); });
        }
    });
    return gradients;
}

template Eigen::MatrixXf margin_gradients(const Network&, const Eigen::MatrixXf&,
                                          const Eigen::VectorXi&, int);
template Eigen::MatrixXd margin_gradients(const Network&, const Eigen::MatrixXd&,
                                          const Eigen::VectorXi&, int);

RobustnessCurve attack(const Network& network, const Eigen::MatrixXf& inputs,
                       const Eigen::VectorXi& labels, const AttackOptions& options) {
    validate(options);
    const OwnedTensors<float> net(network);
    check_labelled(net.shape, inputs, labels);
    const LevelSweep sweep{.levels = options.levels,
                           .samples = inputs.cols(),
                           .has_directions = true,
                           .threads = options.threads,
                           .on_progress = options.on_progress,
                           .score = [&](Index first, Index count, LevelScores& scores) {
                               const Eigen::MatrixXf mine = inputs.middleCols(first, count);
                               const std::span<const int> of_mine(labels.data() + first,
                                                                  static_cast<std::size_t>(count));
                               Attacker attacker(net, options);
                               for (std::size_t k = 0; k < options.levels.size(); ++k) {
                                   attacker.run(mine, of_mine, options.levels[k],
                                                static_cast<std::uint64_t>(first / noise_tile));
                                   scores.margins[k].segment(first, count) = attacker.margins();
                                   for (Index j = 0; j < count; ++j) {
                                       const auto at = static_cast<std::size_t>(j);
                                       scores.correct[k][first + j] = attacker.right()[at] ? 1 : 0;
                                       scores.lost[k][first + j] = attacker.lost()[at] ? 1 : 0;
                                   }
                               }
                           }};
    return options.farm == nullptr
               ? sweep_levels(sweep)
               : sweep_levels(sweep, options.farm, job_of(network, inputs, labels, options));
}

}  // namespace resdyn
