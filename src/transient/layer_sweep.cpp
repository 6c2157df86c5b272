#include <resdyn/transient/layer_sweep.hpp>

#include <fmt/format.h>

#include <functional>

#include <resdyn/core/error.hpp>

#include "core/parallel.hpp"
#include "model/forward.hpp"

namespace resdyn {

namespace {

using View = kernels::View<float>;
using ConstView = kernels::ConstView<float>;

View columns(Eigen::MatrixXf& matrix, Index first, Index count) {
    return {matrix.data() + first * matrix.rows(), matrix.rows(), count};
}

ConstView columns(const Eigen::MatrixXf& matrix, Index first, Index count) {
    return {matrix.data() + first * matrix.rows(), matrix.rows(), count};
}

/// Calls task(first, count) for every tile of samples.
void for_each_tile(Index samples, int threads, const std::function<void(Index, Index)>& task) {
    parallel_for((samples + sweep_tile - 1) / sweep_tile, threads, [&](Index tile) {
        const Index first = tile * sweep_tile;
        task(first, std::min(sweep_tile, samples - first));
    });
}

}  // namespace

struct LayerSweep::Parameters : OwnedTensors<float> {
    using OwnedTensors<float>::OwnedTensors;
};

LayerSweep::LayerSweep(const Network& network, const Eigen::MatrixXf& inputs, int threads)
    : net_(std::make_unique<const Parameters>(network)), threads_(threads) {
    const NetworkShape& shape = net_->shape;
    if (inputs.rows() != shape.data_width() || inputs.cols() < 1) {
        reject_argument("inputs", fmt::format("samples of width {}", shape.data_width()),
                        fmt::format("{} of width {}", inputs.cols(), inputs.rows()));
    }
    if (shape.has_input_layer()) {
        start_.resize(shape.width, inputs.cols());
        for_each_tile(inputs.cols(), threads_, [&](Index first, Index count) {
            enter<float>(net_->view(), columns(inputs, first, count),
                         columns(start_, first, count));
        });
    } else {
        start_ = inputs;
    }
    state_ = start_;
    residual_.resize(shape.residuals(), inputs.cols());
    product_.resize(shape.has_two_matrices() ? shape.width : 0, inputs.cols());
    logits_.resize(shape.classes, inputs.cols());
}

LayerSweep::~LayerSweep() = default;

Index LayerSweep::depth() const {
    return net_->shape.depth;
}

void LayerSweep::advance() {
    if (layer_ >= depth()) {
        reject_argument("LayerSweep::advance", fmt::format("a layer below {}", depth()),
                        fmt::format("{}", layer_));
    }
    for_each_tile(samples(), threads_, [&](Index first, Index count) {
        const View x = columns(state_, first, count);
        forward_layer<float>(net_->view(), layer_, x, columns(residual_, first, count),
                             columns(product_, first, count), x);
    });
    ++layer_;
    has_logits_ = false;
}

const Eigen::MatrixXf& LayerSweep::logits() {
    if (!has_logits_) {
        for_each_tile(samples(), threads_, [&](Index first, Index count) {
            read_out<float>(net_->view(), columns(state_, first, count),
                            columns(logits_, first, count));
        });
        has_logits_ = true;
    }
    return logits_;
}

}  // namespace resdyn
