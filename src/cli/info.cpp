// resdyn info: what a model file holds.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include <resdyn/core/error.hpp>
#include <resdyn/data/model_file.hpp>
#include <resdyn/formats/matrix_file.hpp>

#include "deliver.hpp"
#include "formats/sha256.hpp"

namespace resdyn::cli {

namespace {

using Json = nlohmann::ordered_json;

struct Options {
    CommonOptions common;
    std::string model;
    std::string activation;
    ModelOverrides overrides;
    CsvFormat csv;
};

void describe_blocks(const ResidualNetwork& network, Json& json) {
    json["step"] = network.step;
    json["hidden_width"] = network.hidden_width();
    json["two_matrices"] = network.blocks.front().A.has_value();
    json["weight_norm"] = network.blocks.front().W.norm();
}

void describe_blocks(const Perceptron& network, Json& json) {
    json["weight_norm"] = network.layers.front().M.norm();
}

/// A bare matrix, which other verbs take as W.
Json describe_matrix(const Options& options) {
    const MatrixFile file = read_matrix_file(options.model, options.csv);
    Json json;
    json["file"] = options.model;
    json["sha256"] = sha256_file(options.model);
    json["kind"] = "matrix";
    json["rows"] = file.values.rows();
    json["columns"] = file.values.cols();
    json["weight_norm"] = file.values.norm();
    json["notes"] = file.notes;
    return json;
}

Json describe(const Options& options) {
    if (options.model.empty()) {
        reject_input("MODEL", "a model file (safetensors)", "none" + trained_here());
    }
    if (is_matrix_file(options.model)) {
        return describe_matrix(options);
    }
    const ModelFile model = load_model(options.model, options.overrides);
    Json json;
    json["file"] = options.model;
    json["sha256"] = sha256_file(options.model);
    json["kind"] = to_string(kind_of(model.network));
    std::visit(
        [&](const auto& network) {
            json["activation"] = to_string(network.activation);
            json["depth"] = network.depth;
            json["width"] = network.width();
            json["shared_weights"] = network.has_shared_weights();
            json["input_width"] = network.input_width();
            json["input_layer"] = network.input.has_value();
            json["classes"] = network.has_readout() ? Json(network.classes()) : Json();
            describe_blocks(network, json);
        },
        model.network);
    json["dtype"] = model.stored;
    json["notes"] = model.notes;
    json["metadata"] = model.metadata;
    return json;
}

void print(const Json& json) {
    for (const auto& [key, value] : json.items()) {
        if (value.is_array()) {
            for (const Json& text : value) {
                fmt::print("{:<16} {}\n", "note", text.get<std::string>());
            }
        } else if (value.is_object()) {
            for (const auto& [name, text] : value.items()) {
                fmt::print("{:<16} {} = {}\n", key, name, text.get<std::string>());
            }
        } else {
            fmt::print("{:<16} {}\n", key,
                       value.is_string() ? value.get<std::string>() : value.dump());
        }
    }
}

}  // namespace

Verb add_info(App& program, const std::string& command) {
    App* verb = program.add_subcommand("info", "Print what a model file holds");
    auto options = std::make_shared<Options>();
    options->common.command = command;
    verb->add_option("MODEL", options->model, "A model in safetensors, or a matrix (CSV, .npy)");
    verb->add_option("--activation", options->activation, "In place of the file's");
    verb->add_option("--step", options->overrides.step, "In place of the file's");
    verb->add_option("--depth", options->overrides.depth, "In place of the file's");
    add_csv_options(*verb, options->csv);
    verb->add_flag("--json", options->common.json, "Print it as JSON");
    verb->footer("Example: resdyn info resdyn-out/train/model.safetensors");
    return {verb, [options] {
                if (!options->activation.empty()) {
                    options->overrides.activation = known_activation(options->activation);
                }
                const Json json = describe(*options);
                if (options->common.json) {
                    print_json(enveloped(json, "info",
                                         {RESDYN_VERSION,
                                          options->common.command,
                                          options->common.seed,
                                          {{options->model, json.at("sha256")}},
                                          json.at("notes")}));
                } else {
                    print(json);
                }
                return static_cast<int>(Done);
            }};
}

}  // namespace resdyn::cli
