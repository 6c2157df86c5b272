#include "training_state.hpp"

#include <fmt/format.h>

#include <algorithm>

#include <resdyn/core/error.hpp>

namespace resdyn {

template <class Scalar>
Checkpoint checkpoint_of(const CheckpointHeading& heading, const TrainingState<Scalar>& state,
                         const OptimizerMemory<Scalar>& optimizer,
                         const Eigen::Matrix<Scalar, Eigen::Dynamic, 1>& power_iteration,
                         const DepthMemory& depth, const std::vector<EpochRecord>& record) {
    const auto exact = [](const auto& vector) { return Vector(vector.template cast<double>()); };
    Checkpoint checkpoint;
    checkpoint.identity = heading.identity;
    checkpoint.type = heading.precision == Precision::Float32 ? TensorType::F32 : TensorType::F64;
    checkpoint.epoch = state.epoch;
    checkpoint.batch = state.batch;
    checkpoint.steps = optimizer.steps;
    checkpoint.best_epoch = state.best_epoch;
    checkpoint.best_depth = state.best_depth;
    checkpoint.depth = depth;
    checkpoint.loss_sum = state.sums.loss;
    checkpoint.penalty_sum = state.sums.penalty;
    checkpoint.gradient_norm_sum = state.sums.gradient_norm;
    checkpoint.parameters = exact(state.parameters);
    checkpoint.whole_epoch = exact(state.whole_epoch);
    checkpoint.best = heading.keeps_best ? exact(state.best) : Vector();
    checkpoint.mean = exact(optimizer.mean);
    checkpoint.squares = exact(optimizer.squares);
    checkpoint.fallback = exact(state.fallback.parameters);
    checkpoint.fallback_mean = exact(state.fallback.mean);
    checkpoint.fallback_squares = exact(state.fallback.squares);
    checkpoint.power_iteration = exact(power_iteration);
    checkpoint.record = record;
    return checkpoint;
}

void require_fits(const Checkpoint& from, const NetworkShape& start, const TrainOptions& options,
                  Index batches) {
    const auto need = [](bool holds, const char* what) {
        if (!holds) {
            reject_input("checkpoint", fmt::format("{} of this run's size", what), "another");
        }
    };
    const DepthRuleOptions& rule = options.depth_rule;
    const Index deepest =
        std::max(start.depth << options.growth.doublings, rule.enabled ? rule.max_depth : 0);
    const auto size_at = [&](Index depth) {
        need(depth >= 1 && depth <= deepest, "depth");
        if (options.growth.enabled()) {
            Index doubled = start.depth;
            while (doubled < depth) {
                doubled *= 2;
            }
            need(doubled == depth, "depth");
        }
        NetworkShape shape = start;
        shape.depth = depth;
        return ParameterLayout(shape).size;
    };
    const Index size = size_at(from.depth.depth);
    const Index fallback = from.depth.pending ? size_at(from.depth.fallback_depth) : 0;
    need(from.fallback.size() == fallback, "fallback");
    // The optimiser's memory then is as long as the parameters, where it has one at all.
    need(from.fallback_mean.size() == (from.mean.size() > 0 ? fallback : 0), "fallback_mean");
    need(from.fallback_squares.size() == (from.squares.size() > 0 ? fallback : 0),
         "fallback_squares");
    need(from.depth.fallback_epoch >= 0 && from.depth.fallback_epoch <= from.epoch,
         "fallback_epoch");
    need(from.parameters.size() == size, "parameters");
    need(from.whole_epoch.size() == size, "whole_epoch");
    need(from.best.size() == (options.patience > 0 ? size_at(from.best_depth) : 0), "best");
    need(from.epoch >= 0 && from.epoch < options.epochs, "epoch");
    need(from.batch >= 0 && from.batch <= batches, "batch");
    need(from.best_epoch >= 0 && from.best_epoch <= from.epoch, "best_epoch");
    need(static_cast<Index>(from.record.size()) == from.epoch + 1, "record");
}

template <class Scalar>
TrainingState<Scalar> state_from(const Checkpoint& from) {
    using Parameters = typename TrainingState<Scalar>::Parameters;
    const auto back = [](const Vector& vector) {
        return Parameters(vector.template cast<Scalar>());
    };
    TrainingState<Scalar> state;
    state.parameters = back(from.parameters);
    state.whole_epoch = back(from.whole_epoch);
    state.best = back(from.best);
    state.best_depth = from.best_depth;
    state.fallback = {back(from.fallback), back(from.fallback_mean), back(from.fallback_squares)};
    state.epoch = from.epoch;
    state.batch = from.batch;
    state.best_epoch = from.best_epoch;
    state.sums = {from.loss_sum, from.penalty_sum, from.gradient_norm_sum};
    return state;
}

#define RESDYN_INSTANTIATE(Scalar)                                                            \
    template Checkpoint checkpoint_of(const CheckpointHeading&, const TrainingState<Scalar>&, \
                                      const OptimizerMemory<Scalar>&,                         \
                                      const Eigen::Matrix<Scalar, Eigen::Dynamic, 1>&,        \
                                      const DepthMemory&, const std::vector<EpochRecord>&);   \
    template TrainingState<Scalar> state_from(const Checkpoint&);
RESDYN_INSTANTIATE(float)
RESDYN_INSTANTIATE(double)
#undef RESDYN_INSTANTIATE

}  // namespace resdyn
