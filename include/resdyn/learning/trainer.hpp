/// @file
/// Training of networks by stochastic gradient descent on the softmax cross-entropy.
///
/// Returns the network, what happened epoch by epoch, and how the run ended: a run that goes wrong
/// numerically is a value, with the last good network kept.
/// Method: exact gradients (gradient.hpp), batches in an order drawn anew each epoch.
/// Wholly determined by data, options and seed: same bytes for any number of threads, and whether
/// or not the run was stopped and went on from a checkpoint. What it can miss: it finds some
/// minimum, not the best; another seed ends elsewhere.
/// Reference: mini-batch gradient descent with the optimisers of optimizer.hpp; early stopping as
/// in L. Prechelt, Early stopping — but when?, 1998 (patience).
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include <resdyn/data/dataset.hpp>
#include <resdyn/depth/depth_rule.hpp>
#include <resdyn/learning/checkpoint.hpp>
#include <resdyn/learning/growth.hpp>
#include <resdyn/learning/optimizer.hpp>
#include <resdyn/learning/record.hpp>
#include <resdyn/learning/regularizer.hpp>
#include <resdyn/learning/settling_penalty.hpp>
#include <resdyn/model/parameters.hpp>

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

/// The data of a run; what is absent is not recorded.
struct TrainingSets {
    const Dataset& training;
    const Dataset* held_out = nullptr;  ///< for early stopping; never trained on.
    const Dataset* test = nullptr;      ///< looked at, never used.
};

struct TrainOptions {
    Index epochs = 3;   ///< passes over the data, >= 0.
    Index batch = 128;  ///< samples a step, 1 … size of the data.
    RateOptions rate{};
    OptimizerOptions optimizer{};
    RegularizerOptions regularizer{};
    SettlingPenalty settling{};  ///< off unless its weight is > 0.
    double clip = 0.0;  ///< largest 2-norm of a gradient that is stepped along; 0: no clipping.
    /// Epochs without a smaller held-out loss after which the run ends, its network that of the
    /// smallest; 0: off. Needs held-out samples.
    Index patience = 0;
    /// Own weights begin equal in all layers, those of the first; else each layer's are drawn.
    bool equal_layers = false;
    DoublingOptions growth{};       ///< off unless it doubles; not together with depth_rule.
    DepthRuleOptions depth_rule{};  ///< off unless enabled; then held-out samples are needed.
    Precision precision = Precision::Float32;
    std::uint64_t seed = 1;     ///< of the initial weights and the order of the samples.
    int threads = 0;            ///< 0: all; never changes a result.
    Index train_sample = 5000;  ///< accuracy on training data is taken on a draw of so many, >= 1.
    /// A run has diverged when the mean loss of an epoch exceeds this many times the larger of
    /// log C (chance) and the loss at the start; > 1.
    double divergence_factor = 10.0;

    /// Called after every batch; may be empty.
    std::function<void(const TrainProgress&)> on_progress{};
    /// Asked after every batch; true ends the run there (Interrupted). May be empty.
    std::function<bool()> stop_requested{};
    /// Given the state after every checkpoint_every epochs (0: never) but the last, and when
    /// the run is interrupted. May be empty.
    std::function<void(const Checkpoint&)> on_checkpoint{};
    Index checkpoint_every = 0;          ///< epochs, >= 0.
    bool checkpoint_ends = false;        ///< also before the first epoch and after the last.
    const Checkpoint* resume = nullptr;  ///< go on from there; the run must be the same one.
};

enum class TrainOutcome {
    Finished,      ///< all epochs done; the network is the last one (with patience: the one of the
                   ///< smallest held-out loss).
    EarlyStopped,  ///< no smaller held-out loss for `patience` epochs; the network is the one of
                   ///< the smallest.
    Interrupted,   ///< stop_requested; the network is as it stood. Go on from the checkpoint.
    NonFinite,     ///< loss or gradient was NaN or infinite; the network is that of the last whole
                   ///< epoch. Try a smaller learning rate or step, or clipping.
    Diverged,      ///< the loss grew past divergence_factor; the network is that of the epoch
                   ///< before. Try a smaller learning rate or step, or clipping.
};
/// "finished", "early-stopped", "interrupted", "non-finite", "diverged".
std::string_view to_string(TrainOutcome outcome);

struct TrainResult {
    Network network;  ///< of its own depth and step, where they change in training.
    TrainOutcome outcome = TrainOutcome::Finished;
    std::string reason;               ///< of an outcome other than Finished, one line.
    std::vector<EpochRecord> record;  ///< whole epochs, 0 included.
    Index network_epoch = 0;          ///< whole epochs that the network has behind it.
    Index steps = 0;                  ///< optimiser steps taken.
    double seconds = 0.0;             ///< wall time, since the run went on where it did.
    double samples_per_second = 0.0;  ///< of the optimiser steps alone, evaluation apart.

    /// The line of the record that describes the network.
    const EpochRecord& of_network() const;
};

/// Trains a network of `shape`, the depth and step it begins with. Throws std::invalid_argument
/// (InputError for data that do not fit the shape, or a checkpoint of another run) before any work.
TrainResult train(const NetworkShape& shape, const TrainingSets& sets,
                  const TrainOptions& options = {});

}  // namespace resdyn
