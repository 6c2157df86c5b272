#include "source.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <utility>

#include <resdyn/core/error.hpp>
#include <resdyn/data/model_file.hpp>
#include <resdyn/formats/matrix_file.hpp>
#include <resdyn/model/systems.hpp>
#include <resdyn/studies/layer_data.hpp>

#include "core/suggestion.hpp"
#include "formats/csv.hpp"

namespace resdyn::cli {

namespace {

Activation activation_or(const std::string& name, Activation otherwise) {
    return name.empty() ? otherwise : known_activation(name);
}

/// A bare matrix as a network without read-out.
ResidualNetwork bare_network(Matrix W, Vector b, Activation activation, double step, Index depth) {
    return {.activation = activation,
            .step = step,
            .depth = depth,
            .blocks = {{std::move(W), std::move(b), std::nullopt}},
            .readout = {},
            .input = std::nullopt};
}

Source from_weights(const SourceOptions& options, Inputs inputs) {
    Source source;
    source.inputs = std::move(inputs);
    MatrixFile file = read_weight_matrix(options.weights, options.format.csv);
    source.inputs.add(options.weights);
    source.inputs.note(file.notes);
    Matrix W = std::move(file.values);
    Vector b = Vector::Zero(W.rows());
    if (!options.bias.empty()) {
        b = numbers_or_file(options.bias, "--bias", source.inputs);
        if (b.size() != W.rows()) {
            reject_input("--bias", fmt::format("{} numbers", W.rows()),
                         fmt::format("{}", b.size()));
        }
    }
    source.network = bare_network(std::move(W), std::move(b),
                                  activation_or(options.activation, Activation::Logistic),
                                  options.step.value_or(1.0), options.depth.value_or(1));
    source.name = options.weights;
    return source;
}

Source from_system(const SourceOptions& options, Inputs inputs) {
    Source source;
    source.inputs = std::move(inputs);
    source.is_default = options.system.empty();
    const NamedSystem& system =
        named_system(source.is_default ? "winner-takes-all" : options.system);
    source.network = bare_network(system.W, Vector::Zero(system.W.rows()),
                                  activation_or(options.activation, system.activation),
                                  options.step.value_or(1.0), options.depth.value_or(1));
    source.name = system.name;
    return source;
}

Source from_model(const SourceOptions& options, Inputs inputs) {
    Source source;
    source.inputs = std::move(inputs);
    ModelOverrides overrides{.step = options.step, .depth = options.depth};
    if (!options.activation.empty()) {
        overrides.activation = known_activation(options.activation);
    }
    ModelFile model = load_model(options.model, overrides);
    if (kind_of(model.network) != NetworkKind::Residual) {
        reject_input(options.model, "a residual network (kind residual)", "a perceptron");
    }
    source.is_model = true;
    source.trained_on = trained_on(model);
    source.inputs.add(options.model);
    source.inputs.note(model.notes);
    source.network = std::get<ResidualNetwork>(std::move(model.network));
    source.name = std::filesystem::path(options.model).filename().string();
    return source;
}

/// The network is from here on its layer, in all places.
void freeze(Source& source, Index layer) {
    const Index L = source.network.depth;
    if (layer >= L) {
        reject_input("--layer", fmt::format("0 to {}", L - 1), fmt::format("{}", layer));
    }
    source.layer = layer;
    source.whole = std::move(source.network);
    source.network = frozen_network(source.whole, layer);
    source.name += fmt::format(", layer {}", layer);
}

}  // namespace

void add_source_options(App& verb, SourceOptions& options) {
    verb.add_option("MODEL", options.model,
                    "Model file (safetensors), or a square matrix W (CSV or .npy)");
    verb.add_option("--weights", options.weights,
                    "Bare square matrix W instead of a model: CSV, or NumPy .npy");
    verb.add_option("--bias", options.bias, "b for --weights: numbers or a file (default 0)");
    verb.add_option("--system", options.system,
                    "Named test system instead of a model, such as heteroclinic-cycle");
    verb.add_option("--activation", options.activation,
                    "logistic, tanh, softplus or relu (default: the model's, or logistic)");
    verb.add_option("--step", options.step, "Step h of the layer map (default: the model's, or 1)");
    verb.add_option("--depth", options.depth, "Layers L (default: the model's, or 1)")
        ->check(in_range(1, 10000000));
    verb.add_option("--layer", options.layer,
                    "One layer alone (from 0), frozen: of a model whose weights differ by layer")
        ->check(in_range(0, 10000000));
    add_csv_options(verb, options.format.csv);
}

Source load_source(const SourceOptions& given, const CommonOptions& common) {
    SourceOptions options = given;
    if (!options.model.empty() && options.weights.empty() && is_matrix_file(options.model)) {
        options.weights = std::exchange(options.model, {});
    }
    const int named = static_cast<int>(!options.model.empty()) +
                      static_cast<int>(!options.weights.empty()) +
                      static_cast<int>(!options.system.empty());
    if (named > 1) {
        reject_argument("source", "one of MODEL, --weights, --system",
                        fmt::format("{} of them", named));
    }
    if (options.step && !(*options.step > 0 && std::isfinite(*options.step))) {
        reject_input("--step", "a finite number > 0", fmt::format("{}", *options.step));
    }
    if (!options.bias.empty() && options.weights.empty()) {
        reject_argument("--bias", "a bare matrix beside it (--weights)",
                        options.model.empty() ? "none" : "a model, which holds its own");
    }
    const Inputs inputs(common.quiet);
    Source source = !options.model.empty()     ? from_model(options, inputs)
                    : !options.weights.empty() ? from_weights(options, inputs)
                                               : from_system(options, inputs);
    source.format = options.format;
    validate(source.network);
    if (options.layer) {
        freeze(source, *options.layer);
    } else if (!options.own_weights && !source.network.has_shared_weights()) {
        reject_input(source.name,
                     fmt::format("weights shared by all layers (this verb analyses one system), or "
                                 "one layer, --layer 0 to {}",
                                 source.network.depth - 1),
                     fmt::format("{} different layers", source.network.blocks.size()));
    }
    return source;
}

std::string source_line(const Source& source, const ResidualSystem& system) {
    return fmt::format("{}{}: N = {}, {}, h = {}\n", source.name,
                       source.is_default ? " (no matrix was named)" : "", system.dimension(),
                       to_string(system.activation()), system.step());
}

void print_source(const Source& source, const ResidualSystem& system) {
    fmt::print("{}", source_line(source, system));
}

LoadedDataset load_data(const std::string& data, Source& source, LoadOptions options) {
    options.format = source.format;
    options.trained_on = source.trained_on;
    LoadedDataset loaded = load_dataset(data, options);
    source.inputs.add(loaded);
    if (source.layer) {
        loaded.data = data_before_layer(source.whole, *source.layer, loaded.data);
    }
    return loaded;
}

Pattern pattern_of_option(const std::string& option, const std::string& word, Index size) {
    if (static_cast<Index>(word.size()) != size ||
        word.find_first_not_of("LHF") != std::string::npos) {
        reject_input(option, fmt::format("a pattern of {} letters, each L, H or F", size),
                     fmt::format("{} ({} letters)", word, word.size()));
    }
    return pattern_from_string(word);
}

void need_numbers_or_file(const std::string& text, const std::string& option, bool is_numbers) {
    if (!is_numbers && !std::filesystem::exists(text)) {
        reject_input(option, "numbers like \"0.1,0.2\" or a file",
                     text + ", and there is no file of that name");
    }
}

Vector numbers_or_file(const std::string& text, const std::string& option, Inputs& inputs) {
    const bool is_numbers = text.find_first_not_of("0123456789+-.,eE ") == std::string::npos &&
                            text.find_first_of("0123456789") != std::string::npos;
    need_numbers_or_file(text, option, is_numbers);
    MatrixFile file;
    if (is_numbers && !std::filesystem::exists(text)) {
        file = parse_csv_matrix(text, option);
    } else {
        file = read_matrix_file(text);
        inputs.add(text);
    }
    inputs.note(file.notes);
    const Matrix& values = file.values;
    if (values.rows() != 1 && values.cols() != 1) {
        reject_input(option, "one row or one column of numbers",
                     fmt::format("{}x{}", values.rows(), values.cols()));
    }
    return values.reshaped();
}

}  // namespace resdyn::cli
