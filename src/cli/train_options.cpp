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

void add_data_options(CLI::App& verb, TrainVerbOptions& options) {
    verb.add_option("--data", options.data,
                    "rings, moons, spirals or xor; a folder with MNIST-like IDX files; an IDX "
                    "file of images (.gz too); a CSV file, label last")
        ->capture_default_str()
        ->group("Data");
    verb.add_option("--test-data", options.test_data,
                    "Data to test on (default: the t10k files of the folder, a second draw of a "
                    "built-in set, else none)")
        ->group("Data");
    verb.add_option("--held-out", options.held_out,
                    "Share of the training samples held out to judge by, 0 to below 1 (default: "
                    "0.1 where there is no test data or with --patience or --adapt-depth, else 0)")
        ->group("Data");
    verb.add_option("--samples", options.samples,
                    "Train on so many samples, drawn with each class in its share (0: all; "
                    "built-in sets 2000)")
        ->capture_default_str()
        ->group("Data");
    add_data_format_options(verb, options.format, "Data");
}

void add_network_options(CLI::App& verb, TrainVerbOptions& options) {
    verb.add_option("--kind", options.kind,
                    "residual, x += h f(Wx + b), or perceptron, y = f(Wy + b)")
        ->capture_default_str()
        ->group("Network");
    verb.add_option("--activation", options.activation, "logistic, tanh, softplus or relu")
        ->capture_default_str()
        ->group("Network");
    verb.add_option("--depth", options.depth, "Layers L, >= 1")
        ->capture_default_str()
        ->group("Network");
    verb.add_option("--step", options.step, "Step h of x += h f(Wx + b), > 0")
        ->capture_default_str()
        ->group("Network");
    verb.add_option("--units", options.units,
                    "Units N; other than the width of the data, a linear input layer is trained "
                    "too (0: the width of the data)")
        ->capture_default_str()
        ->group("Network");
    verb.add_option("--hidden-units", options.hidden_units,
                    "Residuals M of blocks with two matrices, x += h A f(Bx + b) (0: one matrix)")
        ->capture_default_str()
        ->group("Network");
    verb.add_flag("--own-weights", options.own_weights,
                  "Every layer has its own weights (default: all share one)")
        ->group("Network");
}

void add_training_options(CLI::App& verb, TrainVerbOptions& options) {
    verb.add_option("--epochs", options.epochs,
                    "Passes over the data (default: 5, built-in sets 300)")
        ->group("Training");
    verb.add_option("--batch", options.batch, "Samples a step (default: 128, or all if fewer)")
        ->group("Training");
    verb.add_option("--optimizer", options.optimizer, "adam or sgd")
        ->capture_default_str()
        ->group("Training");
    verb.add_option("--learning-rate", options.learning_rate,
                    "Learning rate, > 0 (default: adam 0.002, on built-in sets 0.03; sgd 0.1)")
        ->group("Training");
    verb.add_option("--momentum", options.momentum, "Of sgd, 0 to below 1")
        ->capture_default_str()
        ->group("Training");
    verb.add_option("--schedule", options.schedule, "Learning rate: constant, step or cosine")
        ->capture_default_str()
        ->group("Training");
    verb.add_option("--step-epochs", options.step_epochs, "Schedule step: every so many epochs …")
        ->capture_default_str()
        ->group("Training");
    verb.add_option("--step-factor", options.step_factor, "… the rate is multiplied by this")
        ->capture_default_str()
        ->group("Training");
    verb.add_option("--clip", options.clip,
                    "Largest 2-norm of a gradient that is stepped along (0: no clipping)")
        ->capture_default_str()
        ->group("Training");
    verb.add_option("--patience", options.patience,
                    "Stop after so many epochs without a smaller held-out loss and keep the best "
                    "network (0: never)")
        ->capture_default_str()
        ->group("Training");
    verb.add_option("--dtype", options.dtype, "Numbers to train in: float32 or float64")
        ->capture_default_str()
        ->group("Training");
}

void add_regularizer_options(CLI::App& verb, TrainVerbOptions& options) {
    verb.add_option("--weight-decay", options.weight_decay,
                    "All matrices shrink by this × learning rate a step")
        ->capture_default_str()
        ->group("Regularisers");
    verb.add_option("--structure", options.structure,
                    "Of W: free, antisymmetric (W = K − Kᵀ − γI) or symmetric")
        ->capture_default_str()
        ->group("Regularisers");
    verb.add_option("--damping", options.damping, "γ of --structure antisymmetric")
        ->capture_default_str()
        ->group("Regularisers");
    verb.add_option("--spectral-penalty", options.spectral_penalty,
                    "s of the penalty (s/2) ‖W‖₂² on the matrices of the blocks")
        ->capture_default_str()
        ->group("Regularisers");
}

void add_depth_options(CLI::App& verb, TrainVerbOptions& options) {
    DepthRuleOptions& rule = options.depth_rule;
    verb.add_flag("--adapt-depth", options.adapt_depth,
                  "Drop the last layer while the residuals of the last two differ by less than a "
                  "tolerance, on the train sample, as far as the held-out accuracy bears it; undo "
                  "what it has not recovered from")
        ->group("Depth");
    verb.add_option("--depth-norm", options.depth_norm,
                    "Of that difference: 2, rms (2 over the root of the number of units) or inf")
        ->capture_default_str()
        ->group("Depth");
    verb.add_option("--depth-reduction", options.depth_reduction,
                    "Of it over the samples: mean, q95 or max")
        ->capture_default_str()
        ->group("Depth");
    verb.add_option("--depth-tolerance", rule.tolerance, "The tolerance, > 0")
        ->capture_default_str()
        ->group("Depth");
    verb.add_option("--depth-patience", rule.patience,
                    "Checks in a row below it before a cut, >= 1")
        ->capture_default_str()
        ->group("Depth");
    verb.add_option("--depth-every", options.depth_every,
                    "Epochs between checks, >= 1 (default: 1, built-in sets 10)")
        ->group("Depth");
    verb.add_option("--min-depth", rule.min_depth,
                    "Never fewer layers (default: 2, or 1 where --depth is 1)")
        ->check(CLI::Range(1, 100000000))
        ->group("Depth");
    verb.add_option("--depth-stride", rule.stride, "Most layers that one cut takes (0: no limit)")
        ->capture_default_str()
        ->group("Depth");
    verb.add_option("--depth-rise", rule.rise,
                    "No cut while the held-out accuracy rises by more from check to check")
        ->capture_default_str()
        ->group("Depth");
    verb.add_option("--cut-cost", rule.cut_cost,
                    "A cut goes no further than where the read-out there, by the same weights, has "
                    "lost more of the held-out accuracy (1: no limit)")
        ->capture_default_str()
        ->group("Depth");
    verb.add_option("--depth-recovery", rule.recovery,
                    "Epochs of training after a change before it is judged, at the next check")
        ->capture_default_str()
        ->group("Depth");
    verb.add_option("--accuracy-allowance", rule.allowance,
                    "A change that leaves the held-out accuracy more than this below its best is "
                    "undone when it is judged")
        ->capture_default_str()
        ->group("Depth");
    verb.add_flag("!--no-accuracy-guard", rule.guard,
                  "Never wait, try or undo; no held-out samples needed")
        ->group("Depth");
    verb.add_option("--max-depth", rule.max_depth,
                    "Grow by a layer, up to so many, while the difference is above --grow-factor "
                    "times the tolerance (0: never)")
        ->capture_default_str()
        ->group("Depth");
    verb.add_option("--grow-factor", rule.grow_factor, "Of --max-depth, > 1")
        ->capture_default_str()
        ->group("Depth");
}

void add_run_options(CLI::App& verb, TrainVerbOptions& options) {
    verb.add_option("--runs", options.runs,
                    "Repeat over so many seeds from --seed on, into OUT/seed-S; mean ± standard "
                    "error")
        ->capture_default_str()
        ->group("Run");
    verb.add_option("--checkpoint-every", options.checkpoint_every,
                    "Save the whole state every so many epochs (0: only at Ctrl-C; default: 1, "
                    "built-in sets 50)")
        ->group("Run");
    verb.add_flag("--keep-checkpoints", options.keep_checkpoints,
                  "Keep them all, with the first and the last epoch, as "
                  "OUT/checkpoints/epoch-NNNNNN.safetensors: for resdyn bifurcations")
        ->group("Run");
    verb.add_flag("--resume", options.resume,
                  "Go on from OUT/checkpoint.safetensors, with the options of that run")
        ->group("Run");
}

}  // namespace

void add_train_options(CLI::App& verb, TrainVerbOptions& options) {
    add_data_options(verb, options);
    add_network_options(verb, options);
    add_training_options(verb, options);
    add_regularizer_options(verb, options);
    add_depth_options(verb, options);
    add_run_options(verb, options);
}

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
        reject_name("--activation", activation_names, options.activation);
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
