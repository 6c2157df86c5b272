#include "train_options.hpp"

#include <fmt/format.h>

#include <algorithm>

#include <resdyn/core/error.hpp>
#include <resdyn/core/suggestion.hpp>

#include "choice.hpp"

namespace resdyn::cli {

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
    if ((data.labels.array() == data.labels[0]).all()) {
        reject_input(
            data.name, "samples of at least two classes",
            fmt::format("one class alone ({}): are the labels in another column? (--label)",
                        data.class_labels.empty() ? fmt::format("{}", data.labels[0])
                                                  : data.class_labels.front()));
    }
}

}  // namespace

Sets load_sets(const TrainVerbOptions& options) {
    const LoadOptions load{
        .samples = options.samples, .seed = options.common.seed, .format = options.format};
    LoadedDataset training = load_dataset(options.data, load);
    Sets sets;
    sets.inputs = Inputs(options.common.quiet || !options.says_notes);
    need_two_classes(training.data);
    sets.inputs.add(training);
    const LoadOptions load_test{.part = DataPart::Test,
                                .seed = load.seed,
                                .format = options.format,
                                .trained_on = trained_on(training.data)};
    std::optional<LoadedDataset> test =
        options.test_data.empty() ? load_matching_test_set(options.data, load_test)
                                  : std::optional(load_dataset(options.test_data, load_test));
    Index classes = training.data.classes;
    if (test) {
        sets.inputs.add(*test);
        classes = std::max(classes, test->data.classes);
        sets.test = std::move(test->data);
    }
    constexpr double usual_share = 0.1;
    const bool guarded = options.adapt_depth && options.depth_rule.guard;
    const bool wanted = !sets.test || options.patience > 0 || guarded;
    const double share = options.held_out.value_or(wanted ? usual_share : 0.0);
    if (!(share >= 0 && share < 1)) {
        reject_input("--held-out", "a share from 0 to below 1", fmt::format("{}", share));
    }
    if (share > 0) {
        Split parts = split(training.data, share, options.common.seed);
        sets.training = std::move(parts.training);
        sets.held_out = std::move(parts.held_out);
        need_every_class(*sets.held_out, "held-out", classes);
    } else {
        sets.training = std::move(training.data);
    }
    need_every_class(sets.training, "training", classes);
    return sets;
}

NetworkShape shape_for(const TrainVerbOptions& options, const Sets& sets) {
    const std::optional<Activation> activation = activation_from_name(options.activation);
    if (!activation) {
        reject_name("--activation", activation_names(), options.activation);
    }
    if (options.units < 0) {
        reject_input("--units", "a whole number >= 0", fmt::format("{}", options.units));
    }
    if (options.hidden_units < 0) {
        reject_input("--hidden-units", "a whole number >= 0",
                     fmt::format("{}", options.hidden_units));
    }
    const Index data_width = sets.training.width();
    const Index units = options.units > 0 ? options.units : data_width;
    return {
        .kind = one_of("--kind", options.kind, {NetworkKind::Residual, NetworkKind::Perceptron}),
        .activation = *activation,
        .step = options.step,
        .depth = options.depth,
        .width = units,
        .hidden_width = options.hidden_units,
        .shared_weights = !options.own_weights,
        .input_width = units == data_width ? 0 : data_width,
        .classes = sets.training.classes};
}

TrainOptions train_options(const TrainVerbOptions& options, const Sets& sets) {
    constexpr Index epochs_on_files = 5;
    constexpr Index epochs_on_builtin_sets = 300;
    constexpr Index usual_batch = 128;
    const bool builtin = is_builtin_dataset(options.data);
    TrainOptions train;
    train.epochs = options.epochs.value_or(builtin ? epochs_on_builtin_sets : epochs_on_files);
    train.batch = options.batch.value_or(std::min(usual_batch, sets.training.size()));
    train.optimizer.method =
        one_of("--optimizer", options.optimizer, {OptimizerMethod::Adam, OptimizerMethod::Sgd});
    train.optimizer.momentum = options.momentum;
    // Few units bear, and need, larger steps.
    constexpr double rate_on_files = 2e-3;
    constexpr double rate_on_builtin_sets = 0.03;
    constexpr double rate_of_sgd = 0.1;
    const double usual_rate = train.optimizer.method == OptimizerMethod::Sgd ? rate_of_sgd
                              : builtin                                      ? rate_on_builtin_sets
                                                                             : rate_on_files;
    train.rate = {
        .rate = options.learning_rate.value_or(usual_rate),
        .schedule = one_of("--schedule", options.schedule,
                           {RateSchedule::Constant, RateSchedule::Step, RateSchedule::Cosine}),
        .step_epochs = options.step_epochs,
        .step_factor = options.step_factor};
    train.regularizer = {.weight_decay = options.weight_decay,
                         .structure = one_of("--structure", options.structure,
                                             {WeightStructure::Free, WeightStructure::Antisymmetric,
                                              WeightStructure::Symmetric}),
                         .damping = options.damping,
                         .spectral_penalty = options.spectral_penalty};
    train.clip = options.clip;
    train.patience = options.patience;
    train.depth_rule = options.depth_rule;
    train.depth_rule.enabled = options.adapt_depth;
    if (train.depth_rule.min_depth == 0) {
        train.depth_rule.min_depth = std::min<Index>(2, options.depth);  // as results are to say
    }
    train.depth_rule.norm = one_of("--depth-norm", options.depth_norm,
                                   {ChangeNorm::Two, ChangeNorm::Rms, ChangeNorm::Inf});
    train.depth_rule.reduction =
        one_of("--depth-reduction", options.depth_reduction,
               {SampleReduction::Mean, SampleReduction::Q95, SampleReduction::Max});
    constexpr Index checks_on_builtin_sets = 10;
    train.depth_rule.every = options.depth_every.value_or(builtin ? checks_on_builtin_sets : 1);
    train.precision = one_of("--dtype", options.dtype, {Precision::Float32, Precision::Float64});
    train.seed = options.common.seed;
    train.threads = options.common.threads;
    constexpr Index checkpoints_on_builtin_sets = 50;
    train.checkpoint_every =
        options.checkpoint_every.value_or(builtin ? checkpoints_on_builtin_sets : 1);
    return train;
}

std::string repeating_command(const TrainVerbOptions& options, const TrainOptions& train,
                              const NetworkShape& shape) {
    const auto base = [](const std::string& path) {
        const std::filesystem::path whole(path);
        return (whole.has_filename() ? whole : whole.parent_path()).filename().string();
    };
    std::string command = fmt::format("resdyn train --data {}", base(options.data));
    const auto add = [&](bool given, const char* name, const auto& value) {
        command += given ? fmt::format(" {} {}", name, value) : "";
    };
    add(!options.test_data.empty(), "--test-data", base(options.test_data));
    add(options.held_out.has_value(), "--held-out", options.held_out.value_or(0.0));
    add(options.samples > 0, "--samples", options.samples);
    command += options.format.csv.header ? " --header" : "";
    command += options.format.csv.index ? " --index" : "";
    add(!options.format.label.empty(), "--label", options.format.label);
    add(!options.format.scaling.empty(), "--scaling", options.format.scaling);
    command += fmt::format(" --kind {} --activation {} --depth {}", to_string(shape.kind),
                           to_string(shape.activation), shape.depth);
    add(shape.kind == NetworkKind::Residual, "--step", shape.step);
    add(true, "--units", shape.width);
    add(shape.has_two_matrices(), "--hidden-units", shape.hidden_width);
    command += shape.shared_weights ? "" : " --own-weights";
    command +=
        fmt::format(" --epochs {} --batch {} --optimizer {} --learning-rate {}", train.epochs,
                    train.batch, to_string(train.optimizer.method), train.rate.rate);
    add(train.optimizer.method == OptimizerMethod::Sgd, "--momentum", train.optimizer.momentum);
    add(true, "--schedule", to_string(train.rate.schedule));
    add(train.rate.schedule == RateSchedule::Step, "--step-epochs", train.rate.step_epochs);
    add(train.rate.schedule == RateSchedule::Step, "--step-factor", train.rate.step_factor);
    add(train.clip > 0, "--clip", train.clip);
    add(train.patience > 0, "--patience", train.patience);
    const RegularizerOptions& regularizer = train.regularizer;
    add(regularizer.weight_decay > 0, "--weight-decay", regularizer.weight_decay);
    add(regularizer.structure != WeightStructure::Free, "--structure",
        to_string(regularizer.structure));
    add(regularizer.damping != 0, "--damping", regularizer.damping);
    add(regularizer.spectral_penalty > 0, "--spectral-penalty", regularizer.spectral_penalty);
    if (train.depth_rule.enabled) {
        const DepthRuleOptions& rule = train.depth_rule;
        command += fmt::format(
            " --adapt-depth --depth-norm {} --depth-reduction {} --depth-tolerance {} "
            "--depth-patience {} --depth-every {} --min-depth {} --accuracy-allowance {}",
            to_string(rule.norm), to_string(rule.reduction), rule.tolerance, rule.patience,
            rule.every, rule.min_depth, rule.allowance);
        command += rule.guard ? "" : " --no-accuracy-guard";
        command +=
            fmt::format(" --depth-stride {} --depth-rise {} --cut-cost {} --depth-recovery {}",
                        rule.stride, rule.rise, rule.cut_cost, rule.recovery);
        add(rule.max_depth > 0, "--max-depth", rule.max_depth);
        add(rule.max_depth > 0, "--grow-factor", rule.grow_factor);
    }
    return command + fmt::format(" --dtype {} --seed {}", to_string(train.precision), train.seed);
}

}  // namespace resdyn::cli
