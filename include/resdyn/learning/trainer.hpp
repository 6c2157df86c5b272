/// @file
/// Training of residual networks by stochastic gradient descent on the softmax cross-entropy.
///
/// Returns the network, what happened epoch by epoch, and how the run ended: a run that goes wrong
/// numerically is a value, with the last good network kept.
/// Method: Adam on exact gradients (gradient.hpp), batches in an order drawn anew each epoch.
/// Wholly determined by data, options and seed: same bytes for any number of threads. What it can
/// miss: it finds some minimum, not the best; another seed ends elsewhere.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include <resdyn/learning/dataset.hpp>
#include <resdyn/learning/evaluation.hpp>
#include <resdyn/learning/optimizer.hpp>
#include <resdyn/learning/parameters.hpp>

namespace resdyn {

/// Numbers in which training is done; the network returned holds the same values as doubles.
enum class Precision { Float32, Float64 };
/// "float32", "float64".
std::string_view to_string(Precision precision);

/// Where a running training stands.
struct TrainProgress {
    Index epoch = 0;    ///< 1 … epochs.
    double done = 0.0;  ///< epochs done, fractions of the running one included.
    double loss = 0.0;  ///< mean over the batches of this epoch so far.
    double samples_per_second = 0.0;
};

struct TrainOptions {
    Index epochs = 3;             ///< passes over the data, >= 0.
    Index batch = 128;            ///< samples a step, 1 … size of the data.
    double learning_rate = 1e-3;  ///< of Adam, > 0.
    RateSchedule schedule = RateSchedule::Cosine;
    AdamOptions adam{};
    Precision precision = Precision::Float32;
    std::uint64_t seed = 1;     ///< of the initial weights and the order of the samples.
    int threads = 0;            ///< 0: all; never changes a result.
    Index train_sample = 5000;  ///< accuracy on training data is taken on the first so many, >= 1.
    /// A run has diverged when the mean loss of an epoch exceeds this many times the larger of
    /// log C (chance) and the loss at the start; > 1.
    double divergence_factor = 10.0;
    std::function<void(const TrainProgress&)>
        on_progress{};  ///< called after every batch; may be empty.
};

enum class TrainOutcome {
    Finished,   ///< all epochs done; the network is the last one.
    NonFinite,  ///< loss or gradient was NaN or infinite; the network is that of the last whole
                ///< epoch. Try a smaller learning rate or step.
    Diverged,   ///< the loss grew past divergence_factor; the network is that of the epoch before.
                ///< Try a smaller learning rate or step.
};
/// "finished", "non-finite", "diverged".
std::string_view to_string(TrainOutcome outcome);

/// One line of the training record. Epoch 0 is the state before training.
struct EpochRecord {
    Index epoch = 0;
    double loss = 0.0;            ///< mean over the batches of the epoch (epoch 0: train sample).
    double train_accuracy = 0.0;  ///< on the first train_sample training samples.
    double test_accuracy = -1.0;  ///< −1: no test data.
    double gradient_norm = 0.0;   ///< 2-norm, mean over the batches of the epoch (epoch 0: 0).
    double weight_norm = 0.0;     ///< Frobenius norm over all W (and A) of the blocks.
    SettleMeasure settle;         ///< on the train sample.
    double seconds = 0.0;         ///< wall time since the start; the one column that varies.
};

struct TrainResult {
    ResidualNetwork network;
    TrainOutcome outcome = TrainOutcome::Finished;
    std::string reason;  ///< of an outcome other than Finished, one line.
    std::vector<EpochRecord> record;
    Index steps = 0;                  ///< optimiser steps taken.
    double seconds = 0.0;             ///< wall time.
    double samples_per_second = 0.0;  ///< of the optimiser steps alone, evaluation apart.
};

/// Trains a network of `shape` on `training`; `test` may be null. Throws std::invalid_argument
/// (InputError for data that do not fit the shape) before any work.
TrainResult train(const NetworkShape& shape, const Dataset& training, const Dataset* test,
                  const TrainOptions& options = {});

}  // namespace resdyn
