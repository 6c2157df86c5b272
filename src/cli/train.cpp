// resdyn train: a labelled data set in, a network with its training record out.
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>

#include <resdyn/core/error.hpp>
#include <resdyn/io/csv.hpp>
#include <resdyn/io/load_dataset.hpp>
#include <resdyn/io/model_file.hpp>
#include <resdyn/io/output_folder.hpp>
#include <resdyn/learning/trainer.hpp>

#include "common.hpp"

namespace resdyn::cli {

namespace {

using Json = nlohmann::ordered_json;

struct Options {
    CommonOptions common;
    std::string data = "rings";
    std::string test_data;
    double held_out = 0.1;
    Index samples = 0;
    std::string activation = "logistic";
    Index depth = 10;
    double step = 1.0;
    Index units = 0;
    std::optional<Index> epochs;
    std::optional<Index> batch;
    std::optional<double> learning_rate;
    std::string schedule = "cosine";
    std::string dtype = "float32";
};

/// What is trained on and tested on, and the files both came from.
struct Sets {
    Dataset training;
    std::optional<Dataset> test;
    std::string test_source;  ///< in words, for the summary.
    std::vector<InputFile> files;
};

void append(std::vector<InputFile>& files, const std::vector<InputFile>& more) {
    files.insert(files.end(), more.begin(), more.end());
}

Sets load_sets(const Options& options) {
    const LoadOptions load{.samples = options.samples, .seed = options.common.seed};
    LoadedDataset training = load_dataset(options.data, load);
    if (!(options.held_out >= 0 && options.held_out < 1)) {
        reject_input("--held-out", "a share from 0 to below 1",
                     fmt::format("{}", options.held_out));
    }
    Sets sets;
    sets.files = training.files;
    std::optional<LoadedDataset> test;
    if (!options.test_data.empty()) {
        test = load_dataset(options.test_data, {.part = DataPart::Test, .seed = load.seed});
    } else {
        test = load_matching_test_set(options.data, {.seed = load.seed});
    }
    if (test) {
        append(sets.files, test->files);
        sets.test_source = test->data.name;
        sets.test = std::move(test->data);
        sets.training = std::move(training.data);
    } else if (options.held_out != 0) {
        Split parts = split(training.data, options.held_out, options.common.seed);
        sets.training = std::move(parts.training);
        sets.test = std::move(parts.held_out);
        sets.test_source = fmt::format("{} held out", sets.test->size());
    } else {
        sets.training = std::move(training.data);
    }
    return sets;
}

template <class Value>
Value one_of(const char* option, const std::string& text, std::initializer_list<Value> values) {
    std::string names;
    for (const Value value : values) {
        if (to_string(value) == text) {
            return value;
        }
        names += fmt::format("{}{}", names.empty() ? "" : " or ", to_string(value));
    }
    reject_input(option, names, text);
}

NetworkShape shape_for(const Options& options, const Sets& sets) {
    const std::optional<Activation> activation = activation_from_name(options.activation);
    if (!activation) {
        reject_input("--activation", activation_names, options.activation);
    }
    if (options.units < 0) {
        reject_input("--units", "a whole number >= 0", fmt::format("{}", options.units));
    }
    const Index data_width = sets.training.width();
    const Index units = options.units > 0 ? options.units : data_width;
    const Index test_classes = sets.test ? sets.test->classes : 0;
    return {.activation = *activation,
            .step = options.step,
            .depth = options.depth,
            .width = units,
            .input_width = units == data_width ? 0 : data_width,
            .classes = std::max(sets.training.classes, test_classes)};
}

TrainOptions train_options(const Options& options, const Sets& sets) {
    constexpr Index epochs_on_files = 5;
    constexpr Index epochs_on_builtin_sets = 300;
    constexpr Index usual_batch = 128;
    const bool builtin = is_builtin_dataset(options.data);
    TrainOptions train;
    train.epochs = options.epochs.value_or(builtin ? epochs_on_builtin_sets : epochs_on_files);
    train.batch = options.batch.value_or(std::min(usual_batch, sets.training.size()));
    // Few units bear, and need, larger steps.
    constexpr double rate_on_files = 2e-3;
    constexpr double rate_on_builtin_sets = 0.03;
    train.learning_rate =
        options.learning_rate.value_or(builtin ? rate_on_builtin_sets : rate_on_files);
    train.schedule =
        one_of("--schedule", options.schedule, {RateSchedule::Constant, RateSchedule::Cosine});
    train.precision = one_of("--dtype", options.dtype, {Precision::Float32, Precision::Float64});
    train.seed = options.common.seed;
    train.threads = options.common.threads;
    return train;
}

/// The command that makes the same model again: every option that shapes it, none that does not
/// (threads, output folder, folders of the data), so that the model's bytes do not depend on those.
std::string repeating_command(const Options& options, const TrainOptions& train,
                              const NetworkShape& shape) {
    const auto base = [](const std::string& path) {
        const std::filesystem::path whole(path);
        return (whole.has_filename() ? whole : whole.parent_path()).filename().string();
    };
    std::string command = fmt::format("resdyn train --data {}", base(options.data));
    if (!options.test_data.empty()) {
        command += fmt::format(" --test-data {}", base(options.test_data));
    }
    command += fmt::format(
        " --held-out {} --samples {} --activation {} --depth {} --step {} --units {} --epochs {}"
        " --batch {} --learning-rate {} --schedule {} --dtype {} --seed {}",
        options.held_out, options.samples, to_string(shape.activation), shape.depth, shape.step,
        shape.width, train.epochs, train.batch, train.learning_rate, to_string(train.schedule),
        to_string(train.precision), train.seed);
    return command;
}

std::map<std::string, std::string> model_metadata(const Sets& sets, const std::string& command,
                                                  const TrainResult& result) {
    std::map<std::string, std::string> metadata;
    metadata["resdyn_version"] = RESDYN_VERSION;
    metadata["command"] = command;
    metadata["data"] = sets.training.name;
    metadata["scaling"] = sets.training.scaling;
    metadata["outcome"] = to_string(result.outcome);
    if (sets.training.image_rows > 0) {
        metadata["image"] =
            fmt::format("{}x{}", sets.training.image_rows, sets.training.image_cols);
    }
    for (const InputFile& file : sets.files) {
        metadata["sha256 " + file.name] = file.sha256;
    }
    return metadata;
}

std::string training_csv(const TrainResult& result) {
    CsvTable table({"epoch", "loss", "train_accuracy", "test_accuracy", "gradient_norm",
                    "weight_norm", "settle_mean", "settle_q95", "settle_max", "seconds"});
    // An empty cell is a quantity that the run does not have (no test data, one layer).
    const auto or_empty = [](double value) {
        return value < 0 ? CsvTable::Cell(std::string()) : CsvTable::Cell(value);
    };
    for (const EpochRecord& record : result.record) {
        table.add({record.epoch, record.loss, record.train_accuracy, or_empty(record.test_accuracy),
                   record.gradient_norm, record.weight_norm, or_empty(record.settle.mean),
                   or_empty(record.settle.q95), or_empty(record.settle.max), record.seconds});
    }
    return table.text();
}

Json results_json(const Options& options, const TrainOptions& train, const Sets& sets,
                  const NetworkShape& shape, const TrainResult& result,
                  const std::string& command) {
    Provenance provenance = make_provenance(options.common, {});
    for (const InputFile& file : sets.files) {
        provenance.input_sha256[file.name] = file.sha256;
    }
    const EpochRecord& last = result.record.back();
    const auto or_null = [](double value) { return value < 0 ? Json() : Json(value); };
    Json json;
    json["schema"] = results_schema;
    json["verb"] = "train";
    json["provenance"] = to_json(provenance);
    json["provenance"]["repeat"] = command;
    json["network"] = {{"kind", "residual"},
                       {"activation", to_string(shape.activation)},
                       {"step", shape.step},
                       {"depth", shape.depth},
                       {"width", shape.width},
                       {"input_width", shape.data_width()},
                       {"classes", shape.classes},
                       {"shared_weights", shape.shared_weights},
                       {"parameters", ParameterLayout(shape).size}};
    json["data"] = {{"name", sets.training.name},
                    {"samples", sets.training.size()},
                    {"test", sets.test ? Json(sets.test_source) : Json()},
                    {"test_samples", sets.test ? sets.test->size() : 0},
                    {"scaling", sets.training.scaling}};
    json["training"] = {{"outcome", to_string(result.outcome)},
                        {"reason", result.reason},
                        {"epochs", last.epoch},
                        {"batch", train.batch},
                        {"learning_rate", train.learning_rate},
                        {"schedule", to_string(train.schedule)},
                        {"dtype", to_string(train.precision)},
                        {"steps", result.steps},
                        {"seconds", result.seconds},
                        {"samples_per_second", result.samples_per_second}};
    json["final"] = {{"loss", last.loss},
                     {"train_accuracy", last.train_accuracy},
                     {"test_accuracy", or_null(last.test_accuracy)},
                     {"gradient_norm", last.gradient_norm},
                     {"weight_norm", last.weight_norm},
                     {"settle",
                      {{"mean", or_null(last.settle.mean)},
                       {"q95", or_null(last.settle.q95)},
                       {"max", or_null(last.settle.max)}}}};
    json["files"] = {"model.safetensors", "training.csv", "results.json"};
    return json;
}

void print_summary(const Options& options, const Sets& sets, const NetworkShape& shape,
                   const TrainResult& result) {
    const EpochRecord& last = result.record.back();
    fmt::print("{} samples of {} ({}), {} units, depth {}, step {}, {}\n", sets.training.size(),
               sets.training.name, sets.training.scaling, shape.width, shape.depth, shape.step,
               to_string(shape.activation));
    fmt::print("{} after {} epochs, {} steps, {:.1f} s ({:.0f} samples/s)\n",
               to_string(result.outcome), last.epoch, result.steps, result.seconds,
               result.samples_per_second);
    fmt::print("loss {:.4f}, accuracy {:.4f} in training", last.loss, last.train_accuracy);
    if (sets.test) {
        fmt::print(", {:.4f} on {}", last.test_accuracy, sets.test_source);
    }
    fmt::print("\n{}/model.safetensors\n", options.common.out);
}

int run(const Options& options) {
    const Sets sets = load_sets(options);
    const NetworkShape shape = shape_for(options, sets);
    TrainOptions train_with = train_options(options, sets);
    // An output folder that cannot be written shows now, not after the training.
    { const OutputFolder probe(options.common.out); }
    std::optional<Progress> progress;
    progress.emplace("training", static_cast<double>(train_with.epochs), options.common.progress());
    train_with.on_progress = [&](const TrainProgress& now) {
        progress->update(now.done,
                         fmt::format("epoch {}/{} · loss {:.4f} · {:.0f} samples/s", now.epoch,
                                     train_with.epochs, now.loss, now.samples_per_second));
    };
    const TrainResult result =
        train(shape, sets.training, sets.test ? &*sets.test : nullptr, train_with);
    progress.reset();
    const std::string command = repeating_command(options, train_with, shape);
    ModelFile model;
    model.network = result.network;
    model.metadata = model_metadata(sets, command, result);
    model.type = train_with.precision == Precision::Float32 ? TensorType::F32 : TensorType::F64;
    const Json json = results_json(options, train_with, sets, shape, result, command);
    OutputFolder out(options.common.out);
    out.write("model.safetensors", format_model(model));
    out.write("training.csv", training_csv(result));
    out.write("results.json", json.dump(2) + "\n");
    out.commit();
    if (options.common.json) {
        fmt::print("{}\n", json.dump(2));
    } else if (!options.common.quiet) {
        print_summary(options, sets, shape, result);
    }
    if (result.outcome != TrainOutcome::Finished) {
        fmt::print(stderr, "resdyn: training stopped, the last good network is kept: {}\n",
                   result.reason);
        return CheckFailed;
    }
    return Done;
}

}  // namespace

Verb add_train(CLI::App& program, const std::string& command) {
    CLI::App* verb = program.add_subcommand(
        "train", "Train a residual network with shared weights on labelled data");
    auto options = std::make_shared<Options>();
    options->common.command = command;
    verb->add_option("--data", options->data,
                     "rings, moons, spirals or xor; a folder with MNIST-like IDX files; an IDX "
                     "file of images (.gz too); a CSV file, label last")
        ->capture_default_str();
    verb->add_option("--test-data", options->test_data,
                     "Data to test on (default: the t10k files of the folder, a second draw of a "
                     "built-in set, else samples held out)");
    verb->add_option("--held-out", options->held_out,
                     "Share of the samples held out where there is no test data, 0 to 1")
        ->capture_default_str();
    verb->add_option("--samples", options->samples,
                     "Train on the first so many samples (0: all; built-in sets 2000)")
        ->capture_default_str();
    verb->add_option("--activation", options->activation, "logistic, tanh, softplus or relu")
        ->capture_default_str();
    verb->add_option("--depth", options->depth, "Layers L, >= 1")->capture_default_str();
    verb->add_option("--step", options->step, "Step h of x += h f(Wx + b), > 0")
        ->capture_default_str();
    verb->add_option("--units", options->units,
                     "Units N; other than the width of the data, a linear input layer is trained "
                     "too (0: the width of the data)")
        ->capture_default_str();
    verb->add_option("--epochs", options->epochs,
                     "Passes over the data (default: 5, built-in sets 300)");
    verb->add_option("--batch", options->batch, "Samples a step (default: 128, or all if fewer)");
    verb->add_option("--learning-rate", options->learning_rate,
                     "Of Adam, > 0 (default: 0.002, built-in sets 0.03)");
    verb->add_option("--schedule", options->schedule, "Learning rate: constant or cosine")
        ->capture_default_str();
    verb->add_option("--dtype", options->dtype, "Numbers to train in: float32 or float64")
        ->capture_default_str();
    add_common_options(*verb, options->common);
    verb->footer(
        "Writes model.safetensors, training.csv and results.json into --out.\n"
        "Example: resdyn train --data mnist/ --depth 10 --epochs 3 --out mnist-run");
    return {verb, [options] { return run(*options); }};
}

}  // namespace resdyn::cli
