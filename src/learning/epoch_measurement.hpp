/// @file
/// The line of the training record that describes a network: everything that is measured on it,
/// apart from what the batches of its epoch summed up.
#pragma once

#include <resdyn/learning/trainer.hpp>

namespace resdyn {

/// Accuracies, settle measure, norms and energy of a network with these parameters; `loss` is that
/// of the train sample, a draw of the training data; `energy_sample` is a draw of that.
template <class Scalar>
EpochRecord measured_record(const NetworkShape& shape,
                            const Eigen::Matrix<Scalar, Eigen::Dynamic, 1>& parameters,
                            const Dataset& train_sample, const Dataset& energy_sample,
                            const TrainingSets& sets, int threads);

}  // namespace resdyn
