#include "layer_flow.hpp"

#include <algorithm>
#include <limits>

#include <resdyn/core/interrupt.hpp>
#include <resdyn/numerics/ensemble.hpp>

#include "core/parallel.hpp"

namespace resdyn {

namespace {

constexpr Index flow_columns = 32;

Matrix field_of(const ResidualBlock& block, Activation activation, const Matrix& x) {
    const Matrix y = activate(activation, Matrix((block.W * x).colwise() + block.b));
    return block.A ? Matrix(*block.A * y) : y;
}

/// x and the fraction s of the way from layer n to layer n + 1, which grows with the time: an
/// autonomous field of N + 1 components.
class SegmentField final : public BatchField {
  public:
    SegmentField(const ResidualNetwork& network, Index n)
        : activation_(network.activation),
          step_(network.step),
          from_(&network.block(n)),
          to_(&network.block(std::min(n + 1, network.depth - 1))) {}
    Index dimension() const override { return from_->W.cols() + 1; }
    void value(const ConstBlock& state, Block velocity) const override {
        const Index N = from_->W.cols();
        const Matrix x = state.topRows(N);
        velocity.row(N).setConstant(1.0 / step_);
        if (from_ == to_) {
            velocity.topRows(N) = field_of(*from_, activation_, x);
            return;
        }
        const auto s = state.row(N).array();
        if (from_->A) {
            const Matrix first = field_of(*from_, activation_, x);
            const Matrix second = field_of(*to_, activation_, x);
            velocity.topRows(N) =
                first.array().rowwise() * (1.0 - s) + second.array().rowwise() * s;
            return;
        }
        const Matrix first = (from_->W * x).colwise() + from_->b;
        const Matrix second = (to_->W * x).colwise() + to_->b;
        const Matrix u = first.array().rowwise() * (1.0 - s) + second.array().rowwise() * s;
        velocity.topRows(N) = activate(activation_, u);
    }

  private:
    Activation activation_;
    double step_;
    const ResidualBlock* from_;
    const ResidualBlock* to_;
};

}  // namespace

LayerBetween::LayerBetween(const ResidualNetwork& network, Index n, double fraction)
    : activation_(network.activation), from_(&network.block(n)), fraction_(fraction) {
    const ResidualBlock& next = network.block(std::min(n + 1, network.depth - 1));
    if (fraction > 0 && &next != from_) {
        to_ = &next;
        if (!from_->A) {
            W_ = (1.0 - fraction) * from_->W + fraction * next.W;
            b_ = (1.0 - fraction) * from_->b + fraction * next.b;
        }
    }
}

Matrix LayerBetween::velocity(const Matrix& x) const {
    if (to_ == nullptr) {
        return field_of(*from_, activation_, x);
    }
    if (from_->A) {
        return (1.0 - fraction_) * field_of(*from_, activation_, x) +
               fraction_ * field_of(*to_, activation_, x);
    }
    return activate(activation_, Matrix((W_ * x).colwise() + b_));
}

LayerFlow follow_layer_flow(const ResidualNetwork& network, const Matrix& x0,
                            const LayerFlowOptions& options) {
    const Index N = x0.rows();
    const Index B = x0.cols();
    LayerFlow flow;
    flow.x.assign(static_cast<std::size_t>(network.depth + 1),
                  Matrix::Constant(N, B, std::numeric_limits<double>::quiet_NaN()));
    flow.x.front() = x0;
    flow.outcomes.assign(static_cast<std::size_t>(B), Outcome::ReachedEnd);
    std::vector<Index> running;
    for (Index s = 0; s < B; ++s) {
        running.push_back(s);
    }
    constexpr double first_steps = 16.0;  // a layer
    const EnsembleOptions with{.t_end = network.step,
                               .rel_tol = options.rel_tol,
                               .abs_tol = options.abs_tol,
                               .initial_step = network.step / first_steps,
                               .threads = options.threads};
    for (Index n = 0; n < network.depth && !running.empty(); ++n) {
        const auto at = static_cast<std::size_t>(n);
        Matrix start(N + 1, static_cast<Index>(running.size()));
        start.topRows(N) = flow.x[at](Eigen::all, running);
        start.row(N).setZero();
        const EnsembleResult result = integrate_ensemble(SegmentField(network, n), start, with);
        std::vector<Index> reached;
        for (std::size_t k = 0; k < running.size(); ++k) {
            const Index s = running[k];
            if (result.outcomes[k] == Outcome::ReachedEnd) {
                flow.x[at + 1].col(s) = result.x.col(static_cast<Index>(k)).head(N);
                reached.push_back(s);
            } else {
                flow.outcomes[static_cast<std::size_t>(s)] = result.outcomes[k];
            }
        }
        running = std::move(reached);
    }
    return flow;
}

Matrix refined_end(const ResidualNetwork& network, const Matrix& x0, Index refinement,
                   int threads) {
    const double h = network.step / static_cast<double>(refinement);
    const Index tasks = (x0.cols() + flow_columns - 1) / flow_columns;
    Matrix x = x0;
    for (Index m = 0; m < network.depth * refinement; ++m) {
        const LayerBetween layer(
            network, m / refinement,
            static_cast<double>(m % refinement) / static_cast<double>(refinement));
        parallel_for(tasks, threads, [&](Index task) {
            const Index first = task * flow_columns;
            const Index count = std::min(flow_columns, x.cols() - first);
            x.middleCols(first, count) += h * layer.velocity(x.middleCols(first, count));
        });
    }
    return x;
}

}  // namespace resdyn
