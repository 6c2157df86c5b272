/// @file
/// A network trained on labelled data: what of the data it learns from and is judged by, its shape
/// from the data, the training, and whether its layers could be a flow's (`resdyn train`).
///
/// Wholly determined by data, options and seed, with any number of threads, stopped and gone on
/// with or not: `train.stop_requested`, `train.on_checkpoint` and `train.resume` are as in
/// trainer.hpp. Parts: trainer.hpp, training_options.hpp, transient/orientation.hpp, each with its
/// method, what it can miss and its reference.
///
/// \code{.cpp}
/// #include <iostream>
///
/// #include <resdyn/studies/training.hpp>
///
/// int main() {
///     resdyn::TrainingStudyOptions options;
///     options.network.depth = 5;
///     options.network.step = 0.4;
///     options.train.epochs = 10;
///     const resdyn::Dataset moons = resdyn::builtin_dataset("moons", 400, 1);
///     const resdyn::TrainingStudy study =
///         resdyn::study_training(resdyn::training_data(moons, {}, options.train), options);
///     std::cout << to_string(study.result.outcome) << ", training accuracy "
///               << study.result.of_network().train_accuracy << '\n';
///     return study.result.outcome == resdyn::TrainOutcome::Finished ? 0 : 1;
/// }
/// \endcode
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <resdyn/data/dataset.hpp>
#include <resdyn/learning/trainer.hpp>
#include <resdyn/transient/orientation.hpp>

namespace resdyn {

/// The network to train; its input and its classes are those of the data.
struct NetworkPlan {
    NetworkKind kind = NetworkKind::Residual;
    Activation activation = Activation::Logistic;
    double step = 1.0;       ///< h, > 0; of a perceptron 1.
    Index depth = 10;        ///< L at the start, >= 1.
    Index units = 0;         ///< N; other than the width of the data: with an input layer. 0: that.
    Index hidden_units = 0;  ///< M of blocks of two matrices; 0: one matrix.
    bool own_weights = false;  ///< every layer has its own.
};

/// What is learnt from, judged by and tested on.
struct TrainingData {
    Dataset training;
    std::optional<Dataset> held_out;
    std::optional<Dataset> test;

    TrainingSets view() const {
        return {training, held_out ? &*held_out : nullptr, test ? &*test : nullptr};
    }
};

/// Holds out a share of the training samples; empty: a tenth where there are no test data, and
/// where `train` asks for early stopping or guards a depth that adjusts itself, else none. Throws
/// std::invalid_argument for a share outside [0, 1), InputError for data of a single class, or
/// where the samples to learn from, or those held out, lack a class.
TrainingData training_data(Dataset training, std::optional<Dataset> test, const TrainOptions& train,
                           std::optional<double> held_out = {});

/// Options that usually do for so many training samples. `small`: a set of two-dimensional points
/// such as the built-in ones, which takes and needs more passes and larger steps.
TrainOptions usual_training(bool small, Index samples,
                            OptimizerMethod method = OptimizerMethod::Adam);

struct TrainingStudyOptions {
    NetworkPlan network = {};
    TrainOptions train =
        {};  ///< seed and threads included; min_depth 0 becomes what it stands for.
};

/// A finished (or interrupted) training with all that its results say.
struct TrainingStudy {
    NetworkShape shape;  ///< that it began with.
    TrainOptions train;  ///< as used, without the functions it was to call.
    TrainResult result;
    /// Of a residual network whose determinants are cheap, at some training samples.
    std::optional<Orientation> orientation;
    std::string data;                 ///< names of the data …
    std::string scaling;              ///< … and what was done to their values.
    Index samples = 0;                ///< to learn from.
    Index held_out_samples = 0;       ///< 0: none were held out.
    std::optional<std::string> test;  ///< empty: no test data.
    Index test_samples = 0;
};

/// Throws std::invalid_argument naming the option out of range, InputError for data or a checkpoint
/// that do not fit.
TrainingStudy study_training(const TrainingData& data, const TrainingStudyOptions& options = {});

/// The shape that study_training begins with. Throws as it does.
NetworkShape planned_shape(const NetworkPlan& plan, const Dataset& training);

/// One of several runs of the same options with different seeds.
struct TrainedRun {
    std::uint64_t seed = 0;
    TrainOutcome outcome = TrainOutcome::Finished;
    EpochRecord last;  ///< the line of the record that describes the network.
    double seconds = 0.0;
};
TrainedRun run_of(const TrainingStudy& study);

/// A figure of the networks over the runs.
struct RunFigure {
    std::string name;             ///< as in training.csv.
    std::vector<double> values;   ///< of each run; NaN where a run does not have it.
    std::optional<double> mean;   ///< empty where one of the runs does not have it.
    std::optional<double> error;  ///< s/√K with s the sample deviation; empty for a single run.
};

/// Several runs told together.
struct TrainingRuns {
    std::vector<TrainedRun> runs;
    std::vector<RunFigure> figures;
};
TrainingRuns compare_runs(std::vector<TrainedRun> runs);

}  // namespace resdyn
