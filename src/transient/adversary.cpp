#include <resdyn/transient/adversary.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include <resdyn/core/parallel.hpp>

#include "model/forward.hpp"
#include "transient/level_sweep.hpp"
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
        : net_(net), y_(static_cast<std::size_t>(net.shape.depth)) {}

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
            Buffer& y = y_[static_cast<std::size_t>(n)];
            y.resize(shape.residuals(), T);
            forward_layer<Scalar>(net_.view(), n, view(x_), view(y), view(product_), view(x_));
        }
        read_out<Scalar>(net_.view(), view(x_), view(logits_));
    }

    /// After forward: the gradient of the loss with respect to the inputs; uses up the logits.
    void backward(std::span<const int> labels, Buffer& gradient) {
        const NetworkShape& shape = net_.shape;
        const Tensors<Scalar> net = net_.view();
        const Index T = logits_.cols();
        kernels::softmax_cross_entropy<Scalar>(labels, Scalar(1), view(logits_));
        g_.setZero(shape.width, T);
        kernels::add_transposed_times<Scalar>(net.V(), view(logits_), view(g_));
        const auto step = static_cast<Scalar>(shape.step);
        for (Index n = shape.depth - 1; n >= 0; --n) {
            Buffer& delta = y_[static_cast<std::size_t>(n)];
            if (shape.has_two_matrices()) {
                inner_.setZero(shape.hidden_width, T);
                kernels::add_transposed_times<Scalar>(net.A(n), view(g_), view(inner_));
                kernels::residual_to_delta<Scalar>(shape.activation, step, view(inner_),
                                                   view(delta));
            } else {
                kernels::residual_to_delta<Scalar>(shape.activation, step, view(g_), view(delta));
            }
            if (shape.kind == NetworkKind::Perceptron) {
                g_.setZero();  // no identity path
            }
            kernels::add_transposed_times<Scalar>(net.W(n), view(delta), view(g_));
        }
        if (shape.has_input_layer()) {
            gradient.setZero(shape.input_width, T);
            kernels::add_transposed_times<Scalar>(net.U(), view(g_), view(gradient));
        } else {
            gradient = g_;
        }
    }

  private:
    static View view(Buffer& buffer) { return {buffer.data(), buffer.rows(), buffer.cols()}; }

    const OwnedTensors<Scalar>& net_;
    std::vector<Buffer> y_;
    Buffer x_;
    Buffer product_;
    Buffer logits_;
    Buffer g_;
    Buffer inner_;
};

/// Sign, 0 at 0: components that the loss does not depend on stay as they are.
Eigen::MatrixXf signs(const Eigen::MatrixXf& gradient) {
    return gradient.unaryExpr([](float g) { return static_cast<float>((g > 0) - (g < 0)); });
}

/// The inputs of one tile under attack at one level.
class Attacker {
  public:
    Attacker(const OwnedTensors<float>& net, const AttackOptions& options)
        : tile_(net), options_(options) {}

    const Eigen::MatrixXf& logits() const { return tile_.logits(); }

    /// Leaves the logits of the attacked inputs.
    void run(const Eigen::MatrixXf& inputs, std::span<const int> labels, double level,
             std::uint64_t stream) {
        const auto radius = static_cast<float>(level);
        moved_ = inputs;
        if (options_.attack == Attack::Fgsm) {
            step(inputs, labels, radius, radius);
        } else {
            start_.resize(inputs.rows(), inputs.cols());
            Random(options_.seed, stream).fill_uniform(start_.data(), start_.size());
            moved_ = inputs.array() + radius * (2.0F * start_.array() - 1.0F);
            keep_within(inputs, radius);
            const auto share = static_cast<float>(options_.step_share);
            for (Index s = 0; s < options_.steps; ++s) {
                step(inputs, labels, radius, share * radius);
            }
        }
        tile_.forward(moved_);
    }

  private:
    void step(const Eigen::MatrixXf& inputs, std::span<const int> labels, float radius,
              float length) {
        tile_.forward(moved_);
        tile_.backward(labels, gradient_);
        moved_ += length * signs(gradient_);
        keep_within(inputs, radius);
    }

    void keep_within(const Eigen::MatrixXf& inputs, float radius) {
        moved_ = moved_.array().max(inputs.array() - radius).min(inputs.array() + radius);
        if (options_.clip) {
            moved_ = moved_.array().max(options_.range.low).min(options_.range.high);
        }
    }

    GradientTile<float> tile_;
    const AttackOptions& options_;
    Eigen::MatrixXf moved_;
    Eigen::MatrixXf gradient_;
    Eigen::MatrixXf start_;
};

}  // namespace

std::string_view to_string(Attack attack) {
    return attack == Attack::Fgsm ? "fgsm" : "pgd";
}

template <class Scalar>
Eigen::Matrix<Scalar, Eigen::Dynamic, Eigen::Dynamic> input_gradients(
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
        gradients.middleCols(first, count) = gradient;
    });
    return gradients;
}

template Eigen::MatrixXf input_gradients(const Network&, const Eigen::MatrixXf&,
                                         const Eigen::VectorXi&, int);
template Eigen::MatrixXd input_gradients(const Network&, const Eigen::MatrixXd&,
                                         const Eigen::VectorXi&, int);

RobustnessCurve attack(const Network& network, const Eigen::MatrixXf& inputs,
                       const Eigen::VectorXi& labels, const AttackOptions& options) {
    validate(options);
    const OwnedTensors<float> net(network);
    check_labelled(net.shape, inputs, labels);
    return sweep_levels(
        options.levels, 1, inputs.cols(), options.threads, options.on_progress,
        [&](Index first, Index count, LevelScores& scores) {
            const Eigen::MatrixXf mine = inputs.middleCols(first, count);
            const std::span<const int> of_mine(labels.data() + first,
                                               static_cast<std::size_t>(count));
            Attacker attacker(net, options);
            for (std::size_t k = 0; k < options.levels.size(); ++k) {
                attacker.run(mine, of_mine, options.levels[k],
                             static_cast<std::uint64_t>(first / noise_tile));
                for (Index j = 0; j < count; ++j) {
                    const int label = labels[first + j];
                    scores.correct[k][first + j] = is_right(attacker.logits(), j, label) ? 1 : 0;
                    scores.margins[k][first + j] = margin_of(attacker.logits(), j, label);
                }
            }
        });
}

}  // namespace resdyn
