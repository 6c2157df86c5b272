/// @file
/// A compact residual network that imitates a given one: two matrices, M residuals, shared weights,
/// x ← x + ĥ A f(Bx + b), trained on the decisions and the stream of the original instead of on
/// labels. The original may be of any kind: shared or own weights, one matrix or two, a perceptron.
///
/// Returns the imitation, its record and how the run ended.
/// Method: exact gradients (gradient.hpp) of imitation_loss.hpp by Adam in float32, in batches of
/// an order drawn anew each epoch. Units, input layer (not trained) and, of a residual network, the
/// read-out to begin with are those of the original; ĥ L̂ = hL, or L̂ = L and ĥ = 1 of a perceptron.
/// Wholly determined by original, data, options and seed: same bytes for any number of threads.
/// What it can miss: it finds some minimum; what the imitation is worth is to be measured on data
/// that it has not seen (transient/agreement.hpp). What is proved of it is not proved of the
/// original.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <resdyn/learning/imitation_loss.hpp>
#include <resdyn/learning/trainer.hpp>

namespace resdyn {

struct ImitationOptions {
    Index hidden_units = 16;                    ///< M, >= 1.
    Index depth = 0;                            ///< L̂, >= 1; 0: that of the original.
    std::optional<Activation> activation = {};  ///< absent: that of the original.
    double temperature = 2.0;                   ///< τ of the loss, finite and > 0.
    double state_weight = 1.0;                  ///< s of the loss, finite and >= 0.
    Index epochs = 5;                           ///< passes over the data, >= 0.
    Index batch = 128;                          ///< samples a step, >= 1.
    RateOptions rate{.rate = 4e-3};
    Index way_sample = 1000;  ///< samples on which the way of the original is measured, >= 1.
    std::uint64_t seed = 1;   ///< of the initial weights and the order of the samples.
    int threads = 0;          ///< 0: all; never changes a result.
    /// Called after every batch; may be empty.
    std::function<void(const TrainProgress&)> on_progress{};
    /// Asked after every batch; true ends the run there (Interrupted). May be empty.
    std::function<bool()> stop_requested{};
};

/// What is usual for data of this kind, a built-in set or files: epochs and rate.
ImitationOptions usual_imitation(bool builtin);

struct ImitationEpoch {
    Index epoch = 0;         ///< 1 … epochs.
    double loss = 0.0;       ///< mean over the batches.
    double agreement = 0.0;  ///< share of the training samples with the class of the original, each
                             ///< by the weights that it met.
    double gradient_norm = 0.0;  ///< mean over the batches.
};

struct Imitation {
    ResidualNetwork network;
    TrainOutcome outcome = TrainOutcome::Finished;  ///< or Interrupted, or NonFinite: then the
                                                    ///< network is that of the last whole epoch.
    std::string reason;                             ///< of an outcome other than Finished.
    std::vector<ImitationEpoch> record;             ///< whole epochs.
    Index matched_layers = 0;  ///< layers of the original's stream that it was held to.
    Index samples = 0;         ///< that it was trained on.
    Index steps = 0;           ///< of the optimiser.
    double seconds = 0.0;      ///< wall time.
};

/// The shape of the imitation that the options ask for.
NetworkShape imitation_shape(const Network& original, const ImitationOptions& options);

/// Throws std::invalid_argument naming the option out of range, InputError for data that do not fit
/// the original, before any work. The labels of the data are not used.
Imitation imitate(const Network& original, const Dataset& data,
                  const ImitationOptions& options = {});

}  // namespace resdyn
