// resdyn info: what a model file holds.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include <resdyn/core/error.hpp>
#include <resdyn/io/model_file.hpp>
#include <resdyn/io/sha256.hpp>

#include "common.hpp"

namespace resdyn::cli {

namespace {

using Json = nlohmann::ordered_json;

struct Options {
    CommonOptions common;
    std::string model;
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

Json describe(const Options& options) {
    if (options.model.empty()) {
        reject_input("MODEL", "a model file (safetensors)", "none" + trained_here());
    }
    const ModelFile model = load_model(options.model);
    Json json;
    json["schema"] = results_schema;
    json["verb"] = "info";
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
    json["dtype"] = to_string(model.type);
    json["metadata"] = model.metadata;
    return json;
}

void print(const Json& json) {
    for (const auto& [key, value] : json.items()) {
        if (key == "schema" || key == "verb") {
            continue;
        }
        if (value.is_object()) {
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

Verb add_info(CLI::App& program, const std::string& command) {
    CLI::App* verb = program.add_subcommand("info", "Print what a model file holds");
    auto options = std::make_shared<Options>();
    options->common.command = command;
    verb->add_option("MODEL", options->model, "A model in safetensors");
    verb->add_flag("--json", options->common.json, "Print it as JSON");
    verb->footer("Example: resdyn info resdyn-out/train/model.safetensors");
    return {verb, [options] {
                const Json json = describe(*options);
                if (options->common.json) {
                    print_json(json);
                } else {
                    print(json);
                }
                return static_cast<int>(Done);
            }};
}

}  // namespace resdyn::cli
