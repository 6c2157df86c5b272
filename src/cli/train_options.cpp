#include "train_options.hpp"

#include <fmt/format.h>

#include <filesystem>

#include "number_check.hpp"
#include "results/training_results.hpp"

namespace resdyn::cli {

namespace {

void add_data_options(App& verb, TrainVerbOptions& options) {
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
        ->check(number_check("a share from 0 to below 1", [](double s) { return s >= 0 && s < 1; }))
        ->group("Data");
    verb.add_option("--samples", options.samples,
                    "Train on so many samples, drawn with each class in its share (0: all; "
                    "built-in sets 2000)")
        ->check(whole_from(0))
        ->capture_default_str()
        ->group("Data");
    add_data_format_options(verb, options.format, "Data");
}

void add_network_options(App& verb, TrainVerbOptions& options) {
    NetworkPlan& network = options.network;
    verb.add_option("--kind", options.kind,
                    "residual, x += h f(Wx + b), or perceptron, y = f(Wy + b)")
        ->capture_default_str()
        ->group("Network");
    verb.add_option("--activation", options.activation, activation_names())
        ->capture_default_str()
        ->group("Network");
    verb.add_option("--depth", network.depth, "Layers L, >= 1")
        ->check(whole_from(1))
        ->capture_default_str()
        ->group("Network");
    verb.add_option("--step", network.step, "Step h of x += h f(Wx + b), > 0")
        ->check(positive())
        ->capture_default_str()
        ->group("Network");
    verb.add_option("--units", network.units,
                    "Units N; other than the width of the data, a linear input layer is trained "
                    "too (0: the width of the data)")
        ->check(whole_from(0))
        ->capture_default_str()
        ->group("Network");
    verb.add_option("--hidden-units", network.hidden_units,
                    "Residuals M of blocks with two matrices, x += h A f(Bx + b) (0: one matrix)")
        ->check(whole_from(0))
        ->capture_default_str()
        ->group("Network");
    verb.add_flag("--own-weights", network.own_weights,
                  "Every layer has its own weights (default: all share one)")
        ->group("Network");
}

/// An option of the table as its field asks.
Option* add_row(App& verb, const TrainingOption& row, TrainOptions& given) {
    const std::string name = row.option();
    const std::string help(row.help);
    const Check range_check =
        number_check(row.range.words(std::holds_alternative<Index& (*)(TrainOptions&)>(row.field)),
                     [range = row.range](double value) { return range.contains(value); });
    return std::visit(
        [&](const auto& field) -> Option* {
            if constexpr (std::is_same_v<std::decay_t<decltype(field)>, OptionChoice>) {
                return verb
                    .add_option_function(
                        name, [&](const std::string& text) { choose(row, text, given); }, help)
                    ->default_str(text_of(row, given));
            } else if constexpr (std::is_same_v<decltype(field(given)), bool&>) {
                return verb.add_flag((field(given) ? "!" : "") + name, field(given), help);
            } else {
                Option* option = verb.add_option(name, field(given), help)->check(range_check);
                return row.usual == OptionDefault::FromData ? option
                                                            : option->capture_default_str();
            }
        },
        row.field);
}

void add_run_options(App& verb, TrainVerbOptions& options) {
    verb.add_option("--runs", options.runs,
                    "Repeat over so many seeds from --seed on, into OUT/seed-S; mean ± standard "
                    "error")
        ->check(whole_from(1))
        ->capture_default_str()
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

void add_train_options(App& verb, TrainVerbOptions& options) {
    add_data_options(verb, options);
    add_network_options(verb, options);
    for (const TrainingOption& row : training_options()) {
        if (!row.group.empty()) {
            Option* option = add_row(verb, row, options.given);
            option->group(std::string(row.group));
            options.rows.emplace_back(&row, option);
        }
    }
    add_run_options(verb, options);
}

TrainOptions train_options(const TrainVerbOptions& options, Index samples) {
    TrainOptions train =
        usual_training(is_builtin_dataset(options.data), samples, options.given.optimizer.method);
    for (const auto& [row, option] : options.rows) {
        if (option->count() > 0) {
            copy_value(*row, options.given, train);
        }
    }
    train.seed = options.common.seed;
    train.threads = options.common.threads;
    train.checkpoint_ends = options.keep_checkpoints;
    return train;
}

std::string repeating_command(const TrainVerbOptions& options, const NetworkShape& shape,
                              const TrainOptions& train) {
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
    return command + repeating_options(shape, train);
}

}  // namespace resdyn::cli
