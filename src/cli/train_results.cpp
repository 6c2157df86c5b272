#include "train_results.hpp"

#include <fmt/format.h>

#include <cmath>

#include <resdyn/data/model_file.hpp>
#include <resdyn/depth/shortening.hpp>
#include <resdyn/figures/figures.hpp>
#include <resdyn/formats/csv.hpp>
#include <resdyn/formats/output_folder.hpp>
#include <resdyn/results/training_record.hpp>
#include <resdyn/transient/orientation.hpp>

namespace resdyn::cli {

namespace {

using Json = nlohmann::ordered_json;

Json or_null(double value) {
    return std::isnan(value) ? Json() : Json(value);
}

/// Every change of the depth: when, from what to what, and the figures that led to it.
Json depth_history(const FinishedRun& run) {
    const DepthRuleOptions& rule = run.train.depth_rule;
    if (!rule.enabled) {
        return {};
    }
    Json changes = Json::array();
    for (const EpochRecord& line : run.result.record) {
        const auto change = std::isnan(line.depth_change)
                                ? DepthChange::Kept
                                : static_cast<DepthChange>(static_cast<int>(line.depth_change));
        if (change != DepthChange::Kept) {
            changes.push_back({{"epoch", line.epoch},
                               {"change", to_string(change)},
                               {"from", line.depth},
                               {"to", line.depth_next},
                               {"criterion", or_null(line.criterion)},
                               {"held_out_accuracy", or_null(line.held_out_accuracy)}});
        }
    }
    return {{"start", run.shape.depth},
            {"final", depth_of(run.result.network)},
            {"norm", to_string(rule.norm)},
            {"reduction", to_string(rule.reduction)},
            {"tolerance", rule.tolerance},
            {"patience", rule.patience},
            {"every", rule.every},
            {"min_depth", rule.min_depth},
            {"stride", rule.stride},
            {"rise", rule.rise},
            {"cut_cost", rule.cut_cost},
            {"recovery", rule.recovery},
            {"allowance", rule.allowance},
            {"guard", rule.guard},
            {"max_depth", rule.max_depth},
            {"grow_factor", rule.grow_factor},
            {"changes", changes}};
}

std::map<std::string, std::string> model_metadata(const FinishedRun& run) {
    const Dataset& data = run.sets.training;
    std::map<std::string, std::string> metadata;
    metadata["resdyn_version"] = RESDYN_VERSION;
    metadata["command"] = run.repeat;
    metadata["data"] = data.name;
    metadata.merge(training_metadata(data));
    metadata["labels"] = fmt::format("0 to {}, softmax", run.shape.classes - 1);
    metadata["outcome"] = to_string(run.result.outcome);
    metadata["epoch"] = fmt::format("{}", run.result.network_epoch);
    if (run.train.depth_rule.enabled) {
        const Json history = depth_history(run);
        metadata["lineage rule"] = fmt::format(
            "depth adjusted in training from {} layers, r_L < {} ({}, {}), cut cost {}, allowance "
            "{}",
            run.shape.depth, run.train.depth_rule.tolerance, to_string(run.train.depth_rule.norm),
            to_string(run.train.depth_rule.reduction), run.train.depth_rule.cut_cost,
            run.train.depth_rule.allowance);
        metadata["lineage figures"] = history.at("changes").dump();
    }
    if (data.image_rows > 0) {
        metadata["image"] = fmt::format("{}x{}", data.image_rows, data.image_cols);
    }
    for (const auto& [name, hash] : run.sets.inputs.sha256()) {
        metadata["sha256 " + name] = hash;
    }
    return metadata;
}

Json final_figures(const EpochRecord& line) {
    Json figures;
    const std::vector<double> numbers = to_numbers(line);
    const std::string settle = "settle_";
    for (std::size_t i = 1; i < numbers.size(); ++i) {
        const std::string& name = record_columns()[i];
        if (name.starts_with(settle)) {
            figures["settle"][name.substr(settle.size())] = or_null(numbers[i]);
        } else if (name != "seconds") {
            figures[name] = or_null(numbers[i]);
        }
    }
    return figures;
}

/// Whether the layers could be a flow's, at the states of some training samples; null for a
/// perceptron, and where a determinant a state would cost too much.
Json flow_verdict(const FinishedRun& run) {
    const auto* network = std::get_if<ResidualNetwork>(&run.result.network);
    if (network == nullptr || orientation_size(*network) > cheap_orientation_size) {
        return {};
    }
    const Matrix data =
        run.sets.training.draw(energy_samples, run.train.seed).inputs.cast<double>();
    return to_json(
        layer_orientation(*network, initial_activity(*network, data), run.options.common.threads));
}

Json results_json(const FinishedRun& run) {
    const NetworkShape& shape = run.shape;
    const auto size_of = [](const std::optional<Dataset>& data) { return data ? data->size() : 0; };
    Json json;
    json["provenance"]["repeat"] = run.repeat;
    json["network"] = {{"kind", to_string(shape.kind)},
                       {"activation", to_string(shape.activation)},
                       {"step", shape.kind == NetworkKind::Residual ? Json(shape.step) : Json()},
                       {"depth", depth_of(run.result.network)},
                       {"width", shape.width},
                       {"hidden_width", shape.residuals()},
                       {"two_matrices", shape.has_two_matrices()},
                       {"input_width", shape.data_width()},
                       {"input_layer", shape.has_input_layer()},
                       {"classes", shape.classes},
                       {"shared_weights", shape.shared_weights},
                       {"parameters", flatten(run.result.network).size()}};
    json["data"] = {{"name", run.sets.training.name},
                    {"samples", run.sets.training.size()},
                    {"held_out_samples", size_of(run.sets.held_out)},
                    {"test", run.sets.test ? Json(run.sets.test->name) : Json()},
                    {"test_samples", size_of(run.sets.test)},
                    {"scaling", run.sets.training.scaling}};
    json["training"] = {{"outcome", to_string(run.result.outcome)},
                        {"reason", run.result.reason},
                        {"seed", run.train.seed},
                        {"epochs", run.result.record.back().epoch},
                        {"network_epoch", run.result.network_epoch},
                        {"batch", run.train.batch},
                        {"optimizer", to_string(run.train.optimizer.method)},
                        {"learning_rate", run.train.rate.rate},
                        {"schedule", to_string(run.train.rate.schedule)},
                        {"weight_decay", run.train.regularizer.weight_decay},
                        {"structure", to_string(run.train.regularizer.structure)},
                        {"damping", run.train.regularizer.damping},
                        {"spectral_penalty", run.train.regularizer.spectral_penalty},
                        {"clip", run.train.clip},
                        {"patience", run.train.patience},
                        {"dtype", to_string(run.train.precision)},
                        {"steps", run.result.steps},
                        {"seconds", run.result.seconds},
                        {"samples_per_second", run.result.samples_per_second}};
    json["depth_history"] = depth_history(run);
    json["final"] = final_figures(run.result.of_network());
    json["layers_as_flow"] = flow_verdict(run);
    json["files"] = {"model.safetensors", "training.csv", "results.json", "figures/training.csv",
                     "figures/training.gp"};
    return json;
}

/// What a table of several runs shows of each.
struct Compared {
    const char* name;   ///< as in training.csv.
    const char* place;  ///< in `final`.
};
constexpr Compared compared[] = {{"loss", "/loss"},
                                 {"depth", "/depth"},
                                 {"train_accuracy", "/train_accuracy"},
                                 {"held_out_accuracy", "/held_out_accuracy"},
                                 {"test_accuracy", "/test_accuracy"},
                                 {"settle_mean", "/settle/mean"}};

const Json& figure_of(const Json& run, const Compared& figure) {
    return run.at("final").at(Json::json_pointer(figure.place));
}

}  // namespace

Json write_run(const FinishedRun& run, const std::string& folder) {
    ModelFile model;
    model.network = run.result.network;
    model.metadata = model_metadata(run);
    model.type = run.train.precision == Precision::Float32 ? TensorType::F32 : TensorType::F64;
    Json json = results_json(run);
    CommonOptions common = run.options.common;
    common.out = folder;
    if (run.options.runs > 1) {  // all of them are told together
        common.json = false;
        common.quiet = true;
    }
    Findings findings{
        .json = json,
        .files = {{"model.safetensors", format_model(model)},
                  {"training.csv", format_training_record(run.result.record)}},
        .figures = {figures::training_figure(run.result.record)},
        .summary = [&] { print_run(run, json); },
        .partial = true,
    };
    deliver(std::move(findings), common, make_provenance(run.options.common, run.sets.inputs));
    return json;
}

void print_run(const FinishedRun& run, const Json& results) {
    const NetworkShape& shape = run.shape;
    const EpochRecord& last = run.result.of_network();
    fmt::print("loss {:.4f}, accuracy {:.4f} in training", last.loss, last.train_accuracy);
    if (run.sets.held_out) {
        fmt::print(", {:.4f} on {} samples held out", last.held_out_accuracy,
                   run.sets.held_out->size());
    }
    if (run.sets.test) {
        fmt::print(", {:.4f} on {}", last.test_accuracy, run.sets.test->name);
    }
    fmt::print("\n");
    const Json& flow = results.at("layers_as_flow");
    if (flow.is_object()) {
        fmt::print("{}\n", flow.at("statement").get<std::string>());
    }
    fmt::print("{} samples of {} ({}), {} with {} units, depth {}{}, {}, {}\n",
               run.sets.training.size(), run.sets.training.name, run.sets.training.scaling,
               shape.kind == NetworkKind::Residual ? "residual network" : "perceptron", shape.width,
               depth_of(run.result.network),
               shape.kind == NetworkKind::Residual ? fmt::format(", step {}", shape.step) : "",
               to_string(shape.activation),
               shape.shared_weights ? "shared weights" : "own weights in every layer");
    fmt::print("{} after {} epochs, {} steps, {:.1f} s ({:.0f} samples/s)\n",
               to_string(run.result.outcome), run.result.record.back().epoch, run.result.steps,
               run.result.seconds, run.result.samples_per_second);
    const Json& history = results.at("depth_history");
    if (history.is_object()) {
        fmt::print("depth {}", history.at("start").get<Index>());
        for (const Json& change : history.at("changes")) {
            fmt::print(" → {} ({}, epoch {})", change.at("to").get<double>(),
                       change.at("change").get<std::string>(), change.at("epoch").get<Index>());
        }
        fmt::print("\n");
    }
    if (run.result.network_epoch != run.result.record.back().epoch) {
        fmt::print("the network is that of epoch {}\n", run.result.network_epoch);
    }
}

void write_runs(const TrainVerbOptions& options, const std::vector<Json>& runs) {
    std::vector<std::string> columns{"seed", "outcome"};
    for (const Compared& figure : compared) {
        columns.emplace_back(figure.name);
    }
    columns.insert(columns.end(), {"seconds", "folder"});
    CsvTable table(columns);
    Json summary;
    summary["runs"] = Json::array();
    for (const Json& run : runs) {
        const auto seed = run.at("training").at("seed").get<Index>();
        const std::string place = fmt::format("seed-{}", seed);
        std::vector<CsvTable::Cell> cells{seed,
                                          run.at("training").at("outcome").get<std::string>()};
        for (const Compared& figure : compared) {
            const Json& value = figure_of(run, figure);
            cells.push_back(value.is_null() ? CsvTable::Cell(std::string())
                                            : CsvTable::Cell(value.get<double>()));
        }
        cells.emplace_back(run.at("training").at("seconds").get<double>());
        cells.emplace_back(place);
        table.add(cells);
        summary["runs"].push_back({{"seed", seed},
                                   {"outcome", run.at("training").at("outcome")},
                                   {"final", run.at("final")},
                                   {"folder", place}});
    }
    const auto count = static_cast<double>(runs.size());
    for (const Compared& figure : compared) {
        const char* name = figure.name;
        double sum = 0.0;
        double squares = 0.0;
        bool whole = true;
        for (const Json& run : runs) {
            const Json& value = figure_of(run, figure);
            whole = whole && value.is_number();
            sum += whole ? value.get<double>() : 0.0;
        }
        const double mean = sum / count;
        for (const Json& run : runs) {
            const Json& value = figure_of(run, figure);
            squares += whole ? (value.get<double>() - mean) * (value.get<double>() - mean) : 0.0;
        }
        // s/√K with s the sample standard deviation; one run has no error to show.
        const bool has_error = whole && runs.size() > 1;
        summary["mean"][name] = whole ? Json(mean) : Json();
        summary["standard_error"][name] =
            has_error ? Json(std::sqrt(squares / ((count - 1) * count))) : Json();
    }
    summary["files"] = {"results.json", "runs.csv"};
    Findings findings{
        .json = summary,
        .files = {{"runs.csv", table.text()}},
        .summary = [&] { print_runs(summary); },
        .partial = true,
    };
    deliver(std::move(findings), options.common, make_provenance(options.common));
}

void print_runs(const Json& summary) {
    fmt::print("{} runs\n", summary.at("runs").size());
    for (const Compared& figure : compared) {
        const char* name = figure.name;
        const Json& mean = summary.at("mean").at(name);
        const Json& error = summary.at("standard_error").at(name);
        if (mean.is_number()) {
            fmt::print("{:<18} {:.5f}{}\n", name, mean.get<double>(),
                       error.is_number() ? fmt::format(" ± {:.5f}", error.get<double>()) : "");
        }
    }
}

}  // namespace resdyn::cli
