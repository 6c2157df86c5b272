#include <resdyn/studies/training.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include <resdyn/core/error.hpp>
#include <resdyn/learning/training_options.hpp>

namespace resdyn {

namespace {

/// A network cannot learn a class that it never sees, and a share of a class that is not there
/// cannot be judged.
void need_every_class(const Dataset& part, const char* role, Index classes) {
    std::vector<bool> seen(static_cast<std::size_t>(classes), false);
    for (const int label : part.labels) {
        seen[static_cast<std::size_t>(label)] = true;
    }
    const auto missing = std::find(seen.begin(), seen.end(), false);
    if (missing != seen.end()) {
        reject_input(part.name,
                     fmt::format("{} samples of every class, 0 to {}", role, classes - 1),
                     fmt::format("none of class {}", missing - seen.begin()));
    }
}

/// A single class is learnt without learning anything: accuracy 1.
void need_two_classes(const Dataset& data) {
    if (data.size() > 0 && (data.labels.array() == data.labels[0]).all()) {
        reject_input(
            data.name, "samples of at least two classes",
            fmt::format("one class alone ({}): are the labels in another column? (--label)",
                        data.class_labels.empty() ? fmt::format("{}", data.labels[0])
                                                  : data.class_labels.front()));
    }
}

/// Whether the layers could be a flow's, where a determinant a state is cheap.
std::optional<Orientation> cheap_orientation(const Network& any, const Dataset& training,
                                             const TrainOptions& train) {
    const auto* network = std::get_if<ResidualNetwork>(&any);
    if (network == nullptr || orientation_size(*network) > cheap_orientation_size) {
        return std::nullopt;
    }
    const Matrix data = training.draw(energy_samples, train.seed).inputs.cast<double>();
    return layer_orientation(*network, initial_activity(*network, data), train.threads);
}

}  // namespace

TrainingData training_data(Dataset training, std::optional<Dataset> test, const TrainOptions& train,
                           std::optional<double> held_out) {
    constexpr double usual_share = 0.1;
    need_two_classes(training);
    TrainingData data;
    Index classes = training.classes;
    if (test) {
        classes = std::max(classes, test->classes);
        data.test = std::move(test);
    }
    const bool guarded = train.depth_rule.enabled && train.depth_rule.guard;
    const bool wanted = !data.test || train.patience > 0 || guarded;
    const double share = held_out.value_or(wanted ? usual_share : 0.0);
    require("held_out", share >= 0 && share < 1, "a share from 0 to below 1", share);
    if (share > 0) {
        Split parts = split(training, share, train.seed);
        data.training = std::move(parts.training);
        data.held_out = std::move(parts.held_out);
        need_every_class(*data.held_out, "held-out", classes);
    } else {
        data.training = std::move(training);
    }
    need_every_class(data.training, "training", classes);
    return data;
}

TrainOptions usual_training(bool small, Index samples, OptimizerMethod method) {
    constexpr Index usual_batch = 128;
    TrainOptions train;
    train.epochs = small ? 300 : 5;
    train.batch = std::min(usual_batch, samples);
    train.optimizer.method = method;
    // Few units bear, and need, larger steps.
    train.rate.rate = method == OptimizerMethod::Sgd ? 0.1 : small ? 0.03 : 2e-3;
    train.depth_rule.every = small ? 10 : 1;
    train.checkpoint_every = small ? 50 : 1;
    return train;
}

NetworkShape planned_shape(const NetworkPlan& plan, const Dataset& training) {
    require_at_least("units", plan.units, 0);
    require_at_least("hidden_units", plan.hidden_units, 0);
    const Index data_width = training.width();
    const Index units = plan.units > 0 ? plan.units : data_width;
    return {.kind = plan.kind,
            .activation = plan.activation,
            .step = plan.step,
            .depth = plan.depth,
            .width = units,
            .hidden_width = plan.hidden_units,
            .shared_weights = !plan.own_weights,
            .input_width = units == data_width ? 0 : data_width,
            .classes = training.classes};
}

TrainingStudy study_training(const TrainingData& data, const TrainingStudyOptions& options) {
    TrainingStudy study;
    study.shape = planned_shape(options.network, data.training);
    study.train = options.train;
    Index& min_depth = study.train.depth_rule.min_depth;
    if (min_depth == 0) {
        min_depth = std::min<Index>(2, options.network.depth);
    }
    study.result = train(study.shape, data.view(), study.train);
    study.train.on_progress = {};
    study.train.on_checkpoint = {};
    study.train.stop_requested = {};
    study.train.resume = nullptr;
    if (study.result.outcome != TrainOutcome::Interrupted) {
        study.orientation = cheap_orientation(study.result.network, data.training, study.train);
    }
    const auto size_of = [](const std::optional<Dataset>& part) { return part ? part->size() : 0; };
    study.data = data.training.name;
    study.scaling = data.training.scaling;
    study.samples = data.training.size();
    study.held_out_samples = size_of(data.held_out);
    study.test_samples = size_of(data.test);
    if (data.test) {
        study.test = data.test->name;
    }
    return study;
}

TrainedRun run_of(const TrainingStudy& study) {
    return {study.train.seed, study.result.outcome, study.result.of_network(),
            study.result.seconds};
}

TrainingRuns compare_runs(std::vector<TrainedRun> runs) {
    TrainingRuns all{std::move(runs), {}};
    const std::vector<std::string>& columns = record_columns();
    const auto count = static_cast<double>(all.runs.size());
    for (const char* name :
         {"loss", "depth", "train_accuracy", "held_out_accuracy", "test_accuracy", "settle_mean"}) {
        const auto column = std::find(columns.begin(), columns.end(), name) - columns.begin();
        RunFigure figure;
        figure.name = name;
        double sum = 0.0;
        double squares = 0.0;
        for (const TrainedRun& run : all.runs) {
            figure.values.push_back(to_numbers(run.last)[static_cast<std::size_t>(column)]);
            sum += figure.values.back();
        }
        const double mean = sum / count;
        for (const double value : figure.values) {
            squares += (value - mean) * (value - mean);
        }
        if (!std::isnan(mean)) {
            figure.mean = mean;
            if (all.runs.size() > 1) {
                figure.error = std::sqrt(squares / ((count - 1) * count));
            }
        }
        all.figures.push_back(std::move(figure));
    }
    return all;
}

}  // namespace resdyn
