#include "labelled.hpp"

#include <fmt/format.h>

#include <filesystem>

#include <resdyn/core/error.hpp>
#include <resdyn/data/trained_on.hpp>
#include <resdyn/formats/matrix_file.hpp>
#include <resdyn/model/parameters.hpp>

namespace resdyn::cli {

void add_labelled_options(App& verb, LabelledOptions& options, bool twins) {
    verb.add_option("MODEL", options.model, "Model file (safetensors) of either kind");
    verb.add_option("--data", options.data,
                    "rings, moons, spirals, xor, a CSV file (label last), an IDX file or a folder "
                    "with MNIST-like files (its test half)");
    verb.add_option("--samples", options.samples,
                    "Use so many samples, drawn with each class in its share (0: all; built-in "
                    "sets 2000)")
        ->check(in_range(0, 100000000))
        ->capture_default_str();
    add_data_format_options(verb, options.format);
    const std::string group =
        twins ? "Instead of the model file's own; with --twin, of what is trained"
              : "Instead of the model file's own";
    verb.add_option("--activation", options.activation, "logistic, tanh, softplus or relu")
        ->group(group);
    verb.add_option("--step", options.step, "Step h")->group(group);
    verb.add_option("--depth", options.depth, "Layers L")
        ->check(in_range(1, 10000000))
        ->group(group);
}

ModelOverrides overrides_of(const LabelledOptions& options) {
    ModelOverrides overrides{.step = options.step, .depth = options.depth};
    if (!options.activation.empty()) {
        overrides.activation = known_activation(options.activation);
    }
    return overrides;
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

ModelFile load_labelled_model(const LabelledOptions& options) {
    if (options.model.empty()) {
        reject_input("MODEL", "a model file (safetensors)", "none" + trained_here());
    }
    if (options.data.empty()) {
        reject_input("--data", "labelled data", "none");
    }
    if (is_matrix_file(options.model)) {
        reject_input(options.model, "a model (safetensors) with a read-out V, c", "a bare matrix");
    }
    ModelFile model = load_model(options.model, overrides_of(options));
    if (std::visit([](const auto& one) { return !one.has_readout(); }, model.network)) {
        reject_input(options.model, "a network with a read-out V, c", "none");
    }
    return model;
}

Labelled load_labelled(const LabelledOptions& options, const CommonOptions& common) {
    ModelFile model = load_labelled_model(options);
    const TrainedOn expected = trained_on(model);
    Labelled result;
    result.network = std::move(model.network);
    Inputs inputs(common.quiet);
    inputs.add(options.model);
    inputs.note(model.notes);
    LoadedDataset loaded = load_dataset(options.data, {.part = DataPart::Test,
                                                       .samples = options.samples,
                                                       .seed = common.seed,
                                                       .format = options.format,
                                                       .trained_on = expected});
    inputs.add(loaded);
    result.data = std::move(loaded.data);
    check_data(result.network, result.data);
    result.model_name = std::filesystem::path(options.model).filename().string();
    result.provenance = make_provenance(common, inputs);
    return result;
}

}  // namespace resdyn::cli
