/// @file
/// What a training run is made of between two steps, beside the memories of its optimiser,
/// regulariser and depth rule; and its way into a checkpoint and back.
#pragma once

#include <map>
#include <string>
#include <vector>

#include <resdyn/learning/trainer.hpp>

#include "depth_adjustment.hpp"

namespace resdyn {

/// Over the samples of the running epoch.
struct EpochSums {
    double loss = 0.0;
    double penalty = 0.0;
    double gradient_norm = 0.0;
};

template <class Scalar>
struct TrainingState {
    using Parameters = Eigen::Matrix<Scalar, Eigen::Dynamic, 1>;
    Parameters parameters;
    Parameters whole_epoch;  ///< after the last whole epoch.
    Parameters best;         ///< of best_epoch.
    Index epoch = 0;         ///< whole epochs done.
    Index batch = 0;         ///< batches done in the next one.
    Index best_epoch = 0;
    Index best_depth = 0;
    TrainingVectors<Scalar> fallback;  ///< before a change of depth that is not judged yet.
    EpochSums sums;
};

/// What a checkpoint says about its run.
struct CheckpointHeading {
    std::map<std::string, std::string> identity;
    Precision precision = Precision::Float32;
    bool keeps_best = false;  ///< early stopping is on.
};

template <class Scalar>
Checkpoint checkpoint_of(const CheckpointHeading& heading, const TrainingState<Scalar>& state,
                         const OptimizerMemory<Scalar>& optimizer,
                         const Eigen::Matrix<Scalar, Eigen::Dynamic, 1>& power_iteration,
                         const DepthMemory& depth, const std::vector<EpochRecord>& record);

/// Throws InputError naming what has not the size that a run of this shape and these options, with
/// `batches` batches an epoch, gives it.
void require_fits(const Checkpoint& from, const NetworkShape& start, const TrainOptions& options,
                  Index batches);

/// Of a checkpoint that fits.
template <class Scalar>
TrainingState<Scalar> state_from(const Checkpoint& from);

}  // namespace resdyn
