/// @file
/// What happened in a training, epoch by epoch.
///
/// Shapes: one line an epoch, the columns of training.csv in the order of record_columns().
/// What it can miss: accuracies and settle measure on training data are of the train sample only;
/// what happens between the ends of epochs is summed up, not kept.
#pragma once

#include <limits>
#include <string>
#include <vector>

#include <resdyn/learning/evaluation.hpp>

namespace resdyn {

/// Value of a quantity that a run does not have (no test data, one layer, a perceptron's energy).
inline constexpr double not_recorded = std::numeric_limits<double>::quiet_NaN();

/// One line of the training record. Epoch 0 is the state before training.
struct EpochRecord {
    Index epoch = 0;
    double learning_rate = 0.0;  ///< at the end of the epoch.
    double loss = 0.0;     ///< cross-entropy, mean over the batches of the epoch (epoch 0: the
                           ///< train sample).
    double penalty = 0.0;  ///< spectral, smoothness, settling: mean over the batches of the epoch.
    double train_accuracy = 0.0;              ///< on the train sample.
    double held_out_loss = not_recorded;      ///< on the held-out samples.
    double held_out_accuracy = not_recorded;  ///< on the held-out samples.
    double test_accuracy = not_recorded;      ///< on the test data.
    double gradient_norm = 0.0;  ///< 2-norm before clipping, mean over the batches of the epoch.
    double weight_norm = 0.0;    ///< Frobenius norm over all matrices of the blocks.
    SettleMeasure settle;        ///< on the train sample.
    double energy_work = not_recorded;       ///< work of the flow, sum over the layers
                                             ///< (transient/energy.hpp), mean over a draw of
                                             ///< `energy_samples` of the train sample.
    double energy_injection = not_recorded;  ///< what Euler's steps add, likewise.
    double depth = 0.0;                      ///< L of the network that this line describes.
    double criterion = not_recorded;   ///< r_L of the rule that adjusts the depth (depth_rule.hpp).
    double depth_next = not_recorded;  ///< L that training goes on with; likewise.
    double depth_change = not_recorded;  ///< a DepthChange as its number; likewise.
    double seconds = 0.0;                ///< wall time since the start; the one column that varies.
};

/// Samples on which the energy budget is taken.
inline constexpr Index energy_samples = 200;

/// A line as numbers, all columns in the order of record_columns(), and back.
std::vector<double> to_numbers(const EpochRecord& record);
/// @throws InputError naming `where` for another number of columns, an epoch that is no count, or a
/// depth_change that is no DepthChange.
EpochRecord record_from_numbers(const std::vector<double>& numbers, const std::string& where);
/// "epoch", "learning_rate", … as in training.csv.
const std::vector<std::string>& record_columns();

}  // namespace resdyn
