#include "source.hpp"

#include <fmt/format.h>

#include <resdyn/core/error.hpp>
#include <resdyn/core/suggestion.hpp>
#include <resdyn/io/csv.hpp>
#include <resdyn/io/input_file.hpp>
#include <resdyn/io/model_file.hpp>
#include <resdyn/model/systems.hpp>

namespace resdyn::cli {

namespace {

Activation activation_or(const std::string& name, Activation otherwise) {
    if (name.empty()) {
        return otherwise;
    }
    const auto activation = activation_from_name(name);
    if (!activation) {
        reject_name("--activation", activation_names, name);
    }
    return *activation;
}

/// A bare matrix as a one-layer network without read-out.
ResidualNetwork bare_network(Matrix W, Vector b, Activation activation, double step) {
    return {.activation = activation,
            .step = step,
            .depth = 1,
            .blocks = {{std::move(W), std::move(b), std::nullopt}},
            .readout = {},
            .input = std::nullopt};
}

Source from_weights(const SourceOptions& options) {
    Source source;
    Matrix W = read_matrix_file(options.weights);
    if (W.rows() != W.cols()) {
        reject_input(options.weights, "a square matrix (N lines of N numbers)",
                     fmt::format("{} lines of {}", W.rows(), W.cols()));
    }
    source.inputs.emplace_back(options.weights);
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
                                  options.step.value_or(1.0));
    source.name = options.weights;
    return source;
}

Source from_system(const SourceOptions& options) {
    Source source;
    source.is_default = options.system.empty();
    const NamedSystem& system =
        named_system(source.is_default ? "winner-takes-all" : options.system);
    source.network = bare_network(system.W, Vector::Zero(system.W.rows()),
                                  activation_or(options.activation, system.activation),
                                  options.step.value_or(1.0));
    source.name = system.name;
    return source;
}

Source from_model(const SourceOptions& options) {
    Source source;
    source.network = load_residual_network(options.model);
    if (options.step) {
        source.network.step = *options.step;
    }
    source.inputs.emplace_back(options.model);
    source.name = std::filesystem::path(options.model).filename().string();
    return source;
}

}  // namespace

void add_source_options(CLI::App& verb, SourceOptions& options) {
    verb.add_option("MODEL", options.model, "Model file (safetensors)");
    verb.add_option("--weights", options.weights,
                    "Bare square matrix W instead of a model: CSV without header, or NumPy .npy");
    verb.add_option("--bias", options.bias, "b for --weights: numbers or a file (default 0)");
    verb.add_option("--system", options.system,
                    "Named test system instead of a model, such as heteroclinic-cycle");
    verb.add_option("--activation", options.activation,
                    "For --weights or --system: logistic (default), tanh, softplus, relu");
    verb.add_option("--step", options.step, "Step h of the layer map (default: the model's, or 1)");
}

Source load_source(const SourceOptions& options) {
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
    if (!options.model.empty() && !(options.activation.empty() && options.bias.empty())) {
        reject_argument("source", "--activation and --bias with --weights or --system only",
                        "a model, which holds its own");
    }
    if (!options.bias.empty() && options.weights.empty()) {
        reject_argument("--bias", "--weights beside it", "none");
    }
    Source source = !options.model.empty()     ? from_model(options)
                    : !options.weights.empty() ? from_weights(options)
                                               : from_system(options);
    validate(source.network);
    if (!source.network.has_shared_weights()) {
        reject_input(source.name, "weights shared by all layers (this verb analyses one system)",
                     fmt::format("{} different layers", source.network.blocks.size()));
    }
    return source;
}

Vector numbers_or_file(const std::string& text, const std::string& option,
                       std::vector<std::filesystem::path>& inputs) {
    const bool is_numbers = text.find_first_not_of("0123456789+-.,eE ") == std::string::npos &&
                            text.find_first_of("0123456789") != std::string::npos;
    Matrix values;
    if (is_numbers && !std::filesystem::exists(text)) {
        values = parse_csv_matrix(text, option);
    } else {
        values = read_matrix_file(text);
        inputs.emplace_back(text);
    }
    if (values.rows() != 1 && values.cols() != 1) {
        reject_input(option, "one row or one column of numbers",
                     fmt::format("{}x{}", values.rows(), values.cols()));
    }
    return values.reshaped();
}

}  // namespace resdyn::cli
