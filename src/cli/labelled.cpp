#include "labelled.hpp"

#include <fmt/format.h>

#include <filesystem>

#include <resdyn/core/error.hpp>
#include <resdyn/io/model_file.hpp>
#include <resdyn/model/parameters.hpp>

namespace resdyn::cli {

void add_labelled_options(CLI::App& verb, LabelledOptions& options) {
    verb.add_option("MODEL", options.model, "Model file (safetensors) of either kind");
    verb.add_option("--data", options.data,
                    "rings, moons, spirals, xor, a CSV file (label last), an IDX file or a folder "
                    "with MNIST-like files (its test half)");
    verb.add_option("--samples", options.samples,
                    "Use so many samples, drawn with each class in its share (0: all; built-in "
                    "sets 2000)")
        ->check(CLI::Range(0, 100000000))
        ->capture_default_str();
}

void warn(const std::vector<std::string>& warnings) {
    for (const std::string& warning : warnings) {
        fmt::print(stderr, "resdyn: warning: {}\n", warning);
    }
}

void check_data(const Network& network, const Dataset& data) {
    const NetworkShape shape = shape_of(network);
    if (data.width() != shape.data_width()) {
        reject_input(data.name, fmt::format("samples of width {}", shape.data_width()),
                     fmt::format("{}", data.width()));
    }
    if (data.labels.maxCoeff() >= shape.classes) {
        reject_input(data.name, fmt::format("labels from 0 to {}", shape.classes - 1),
                     fmt::format("{}", data.labels.maxCoeff()));
    }
    if (data.size() < shape.classes) {
        reject_input(data.name,
                     fmt::format("at least as many samples as classes ({})", shape.classes),
                     fmt::format("{}", data.size()));
    }
}

Labelled load_labelled(const LabelledOptions& options, const CommonOptions& common) {
    if (options.model.empty()) {
        reject_input("MODEL", "a model file (safetensors)", "none");
    }
    if (options.data.empty()) {
        reject_input("--data", "labelled data", "none");
    }
    Labelled result;
    result.network = load_model(options.model).network;
    if (std::visit([](const auto& one) { return !one.has_readout(); }, result.network)) {
        reject_input(options.model, "a network with a read-out V, c", "none");
    }
    LoadedDataset loaded = load_dataset(
        options.data, {.part = DataPart::Test, .samples = options.samples, .seed = common.seed});
    result.data = std::move(loaded.data);
    check_data(result.network, result.data);
    result.warnings = class_remarks(result.data, shape_of(result.network).classes);
    result.model_name = std::filesystem::path(options.model).filename().string();
    result.provenance = make_provenance(common, {options.model});
    for (const InputFile& file : loaded.files) {
        result.provenance.input_sha256[file.name] = file.sha256;
    }
    return result;
}

std::string describe(const Network& network) {
    const NetworkShape shape = shape_of(network);
    const bool residual = shape.kind == NetworkKind::Residual;
    return fmt::format("{}, {}, N = {}, L = {}{}, {} weights",
                       residual ? "residual network" : "perceptron", to_string(shape.activation),
                       shape.width, shape.depth,
                       residual ? fmt::format(", h = {:g}", shape.step) : "",
                       shape.shared_weights ? "shared" : "own");
}

}  // namespace resdyn::cli
