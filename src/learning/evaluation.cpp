#include <resdyn/learning/evaluation.hpp>

#include <algorithm>
#include <cmath>
#include <vector>

#include <resdyn/core/quantile.hpp>

#include "core/parallel.hpp"
#include "model/forward.hpp"

namespace resdyn {

namespace {

/// Samples of one product, and products of one task.
constexpr Index tile_samples = 128;
constexpr Index task_samples = 8 * tile_samples;

/// Evaluates one tile after another in the same memory.
template <class Scalar>
class Runner {
  public:
    Runner(const Tensors<Scalar>& net, const Dataset& data) : net_(net), data_(data) {
        const NetworkShape& shape = net.shape;
        input_.resize(shape.input_width, tile_samples);
        x_.resize(shape.width, tile_samples);
        y_.resize(shape.residuals(), tile_samples);
        y_before_.resize(shape.residuals(), tile_samples);
        product_.resize(shape.has_two_matrices() ? shape.width : 0, tile_samples);
        logits_.resize(shape.classes, tile_samples);
    }

    /// Samples first … first+count−1; writes their settle measures.
    kernels::SoftmaxLoss run(Index first, Index count, double* settle) {
        std::vector<Index> columns(static_cast<std::size_t>(count));
        for (std::size_t j = 0; j < columns.size(); ++j) {
            columns[j] = first + static_cast<Index>(j);
        }
        View x = view(x_, count);
        if (net_.shape.has_input_layer()) {
            View d = view(input_, count);
            gather<Scalar>(data_.inputs, columns, d);
            enter<Scalar>(net_, d, x);
        } else {
            gather<Scalar>(data_.inputs, columns, x);
        }
        for (Index n = 0; n < net_.shape.depth; ++n) {
            std::swap(y_, y_before_);
            forward_layer<Scalar>(net_, n, x, view(y_, count), view(product_, count), x);
        }
        for (Index j = 0; j < count; ++j) {
            settle[j] = static_cast<double>((y_.col(j) - y_before_.col(j)).norm());
        }
        View logits = view(logits_, count);
        read_out<Scalar>(net_, x, logits);
        return kernels::softmax_cross_entropy<Scalar>(
            std::span(data_.labels.data() + first, static_cast<std::size_t>(count)), Scalar(1),
            logits);
    }

  private:
    using View = kernels::View<Scalar>;
    using Buffer = Eigen::Matrix<Scalar, Eigen::Dynamic, Eigen::Dynamic>;

    static View view(Buffer& buffer, Index count) { return {buffer.data(), buffer.rows(), count}; }

    Tensors<Scalar> net_;
    const Dataset& data_;
    Buffer input_;
    Buffer x_;
    Buffer y_;
    Buffer y_before_;
    Buffer product_;
    Buffer logits_;
};

SettleMeasure reduce(std::vector<double> values) {
    SettleMeasure settle;
    settle.mean = 0.0;
    for (const double value : values) {
        settle.mean += value / static_cast<double>(values.size());
    }
    settle.max = *std::max_element(values.begin(), values.end());
    settle.q95 = covering_value(std::move(values), 0.95);
    return settle;
}

}  // namespace

template <class Scalar>
Evaluation evaluate(const NetworkShape& shape,
                    const Eigen::Matrix<Scalar, Eigen::Dynamic, 1>& parameters, const Dataset& data,
                    int threads) {
    const ParameterLayout layout(shape);
    const Tensors<Scalar> net{shape, layout, parameters.data()};
    const Index tiles = (data.size() + tile_samples - 1) / tile_samples;
    std::vector<kernels::SoftmaxLoss> losses(static_cast<std::size_t>(tiles));
    std::vector<double> settle(static_cast<std::size_t>(data.size()));
    const Index tasks = (data.size() + task_samples - 1) / task_samples;
    parallel_for(tasks, threads, [&](Index task) {
        Runner<Scalar> runner(net, data);
        const Index end = std::min(data.size(), (task + 1) * task_samples);
        for (Index first = task * task_samples; first < end; first += tile_samples) {
            losses[static_cast<std::size_t>(first / tile_samples)] =
                runner.run(first, std::min(tile_samples, end - first), settle.data() + first);
        }
    });
    Evaluation evaluation;
    Index correct = 0;
    for (const kernels::SoftmaxLoss& loss : losses) {
        evaluation.loss += loss.sum;
        correct += loss.correct;
    }
    evaluation.loss /= static_cast<double>(data.size());
    evaluation.accuracy = static_cast<double>(correct) / static_cast<double>(data.size());
    if (shape.depth > 1) {
        evaluation.settle = reduce(std::move(settle));
    }
    return evaluation;
}

template Evaluation evaluate(const NetworkShape&, const Eigen::VectorXf&, const Dataset&, int);
template Evaluation evaluate(const NetworkShape&, const Eigen::VectorXd&, const Dataset&, int);

}  // namespace resdyn
