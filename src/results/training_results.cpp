#include "training_results.hpp"

#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>
#include <optional>

#include <resdyn/core/error.hpp>
#include <resdyn/data/trained_on.hpp>
#include <resdyn/depth/shortening.hpp>
#include <resdyn/learning/training_options.hpp>

#include "results.hpp"

namespace resdyn {

namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view settle_prefix = "settle_";

Json or_null(double value) {
    return std::isnan(value) ? Json() : Json(value);
}

Json json_of(const TrainingOption& option, TrainOptions options) {
    return std::visit(
        [&](const auto& field) -> Json {
            if constexpr (std::is_same_v<std::decay_t<decltype(field)>, OptionChoice>) {
                return field.names.at(field.index(options));
            } else {
                return field(options);
            }
        },
        option.field);
}

/// The options whose place begins with `section`, "/training" or "/depth_history".
void add_options(const TrainOptions& train, const std::string& section, Json& json) {
    for (const TrainingOption& option : training_options()) {
        if (!option.told_by_result && option.told.starts_with(section + "/")) {
            const Json::json_pointer place(std::string(option.told.substr(section.size())));
            json[place] = json_of(option, train);
        }
    }
}

/// Every change of the depth: when, from what to what, and the figures that led to it.
Json depth_changes(const std::vector<EpochRecord>& record) {
    Json changes = Json::array();
    for (const EpochRecord& line : record) {
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
    return changes;
}

Json depth_history(const TrainingStudy& study) {
    if (!study.train.depth_rule.enabled) {
        return {};
    }
    Json history = {{"start", study.shape.depth}, {"final", depth_of(study.result.network)}};
    add_options(study.train, "/depth_history", history);
    history["changes"] = depth_changes(study.result.record);
    return history;
}

Json growth_history(const TrainingStudy& study) {
    if (!study.train.growth.enabled()) {
        return {};
    }
    Json doublings = Json::array();
    for (const Json& change : depth_changes(study.result.record)) {
        doublings.push_back(
            {{"epoch", change.at("epoch")}, {"from", change.at("from")}, {"to", change.at("to")}});
    }
    return {{"start", study.shape.depth},
            {"final", depth_of(study.result.network)},
            {"doublings", std::move(doublings)}};
}

/// h of the network as it is now; a perceptron has none.
std::optional<double> step_of(const Network& network) {
    const auto* residual = std::get_if<ResidualNetwork>(&network);
    return residual == nullptr ? std::nullopt : std::optional(residual->step);
}

Json final_figures(const EpochRecord& line) {
    Json figures;
    const std::vector<double> numbers = to_numbers(line);
    for (std::size_t i = 1; i < numbers.size(); ++i) {
        const std::string& name = record_columns()[i];
        if (name.starts_with(settle_prefix)) {
            figures["settle"][name.substr(settle_prefix.size())] = or_null(numbers[i]);
        } else if (name != "seconds") {
            figures[name] = or_null(numbers[i]);
        }
    }
    return figures;
}

Json network_json(const TrainingStudy& study) {
    const NetworkShape& shape = study.shape;
    const std::optional<double> step = step_of(study.result.network);
    return {{"kind", to_string(shape.kind)},
            {"activation", to_string(shape.activation)},
            {"step", step ? Json(*step) : Json()},
            {"depth", depth_of(study.result.network)},
            {"width", shape.width},
            {"hidden_width", shape.residuals()},
            {"two_matrices", shape.has_two_matrices()},
            {"input_width", shape.data_width()},
            {"input_layer", shape.has_input_layer()},
            {"classes", shape.classes},
            {"shared_weights", shape.shared_weights},
            {"parameters", flatten(study.result.network).size()}};
}

std::string folder_of(const TrainedRun& run) {
    return fmt::format("seed-{}", run.seed);
}

}  // namespace

Json to_json(const TrainingStudy& study) {
    const TrainResult& result = study.result;
    Json json;
    json["network"] = network_json(study);
    json["data"] = {{"name", study.data},
                    {"samples", study.samples},
                    {"held_out_samples", study.held_out_samples},
                    {"test", study.test ? Json(*study.test) : Json()},
                    {"test_samples", study.test_samples},
                    {"scaling", study.scaling}};
    Json& training = json["training"];
    training = {{"outcome", to_string(result.outcome)},
                {"reason", result.reason},
                {"seed", study.train.seed},
                {"epochs", result.record.back().epoch},
                {"network_epoch", result.network_epoch}};
    add_options(study.train, "/training", training);
    training["steps"] = result.steps;
    training["seconds"] = result.seconds;
    training["samples_per_second"] = result.samples_per_second;
    json["depth_history"] = depth_history(study);
    json["growth"] = growth_history(study);
    json["final"] = final_figures(result.of_network());
    json["layers_as_flow"] = study.orientation ? to_json(*study.orientation) : Json();
    return json;
}

std::string summary(const TrainingStudy& study) {
    const NetworkShape& shape = study.shape;
    const TrainResult& result = study.result;
    const auto* residual = std::get_if<ResidualNetwork>(&result.network);
    const EpochRecord& last = result.of_network();
    std::string text =
        fmt::format("loss {:.4f}, accuracy {:.4f} in training", last.loss, last.train_accuracy);
    if (study.held_out_samples > 0) {
        text += fmt::format(", {:.4f} on {} samples held out", last.held_out_accuracy,
                            study.held_out_samples);
    }
    if (study.test) {
        text += fmt::format(", {:.4f} on {}", last.test_accuracy, *study.test);
    }
    text += "\n";
    if (study.orientation) {
        text += describe(*study.orientation) + "\n";
    }
    text +=
        fmt::format("{} samples of {} ({}), {} with {} units, depth {}{}, {}, {}\n", study.samples,
                    study.data, study.scaling, residual ? "residual network" : "perceptron",
                    shape.width, depth_of(result.network),
                    residual ? fmt::format(", step {}", *step_of(result.network)) : "",
                    to_string(shape.activation),
                    shape.shared_weights ? "shared weights" : "own weights in every layer");
    text += fmt::format("{} after {} epochs, {} steps, {:.1f} s ({:.0f} samples/s)\n",
                        to_string(result.outcome), result.record.back().epoch, result.steps,
                        result.seconds, result.samples_per_second);
    if (study.train.depth_rule.enabled || study.train.growth.enabled()) {
        text += fmt::format("depth {}", shape.depth);
        for (const Json& change : depth_changes(result.record)) {
            text += fmt::format(" → {} ({}, epoch {})", change.at("to").get<double>(),
                                change.at("change").get<std::string>(),
                                change.at("epoch").get<Index>());
        }
        text += "\n";
    }
    if (result.network_epoch != result.record.back().epoch) {
        text += fmt::format("the network is that of epoch {}\n", result.network_epoch);
    }
    return text;
}

std::string remedy(const TrainingStudy& study) {
    const NetworkShape& shape = study.shape;
    std::string text = fmt::format("try --learning-rate {:.2g}", study.train.rate.rate / 4);
    if (study.train.clip == 0) {
        text += ", --clip 1";
    }
    if (shape.kind == NetworkKind::Residual) {
        text += fmt::format(", or a smaller --step (h = {:g}, T = hL = {:g})", shape.step,
                            shape.step * static_cast<double>(shape.depth));
    }
    return is_bounded(shape.activation) ? text : text + ", or a bounded --activation";
}

ModelFile model_of(const TrainingStudy& study, const Dataset& training, const std::string& repeat,
                   const std::map<std::string, std::string>& sha256) {
    const DepthRuleOptions& rule = study.train.depth_rule;
    ModelFile model;
    model.network = study.result.network;
    model.type = study.train.precision == Precision::Float32 ? TensorType::F32 : TensorType::F64;
    std::map<std::string, std::string>& metadata = model.metadata;
    metadata["resdyn_version"] = RESDYN_VERSION;
    metadata["command"] = repeat;
    metadata["data"] = training.name;
    metadata.merge(training_metadata(training));
    metadata["labels"] = fmt::format("0 to {}, softmax", study.shape.classes - 1);
    metadata["outcome"] = to_string(study.result.outcome);
    metadata["epoch"] = fmt::format("{}", study.result.network_epoch);
    if (rule.enabled) {
        metadata["lineage rule"] = fmt::format(
            "depth adjusted in training from {} layers, r_L < {} ({}, {}), cut cost {}, allowance "
            "{}{}",
            study.shape.depth, rule.tolerance, to_string(rule.norm), to_string(rule.reduction),
            rule.cut_cost, rule.allowance, rule.keep_time ? ", at equal hL" : "");
        metadata["lineage figures"] = depth_changes(study.result.record).dump();
    }
    if (study.train.growth.enabled()) {
        metadata["lineage rule"] = fmt::format("layers doubled in training from {} at step {}",
                                               study.shape.depth, study.shape.step);
        metadata["lineage figures"] = depth_changes(study.result.record).dump();
    }
    if (training.image_rows > 0) {
        metadata["image"] = fmt::format("{}x{}", training.image_rows, training.image_cols);
    }
    for (const auto& [name, hash] : sha256) {
        metadata["sha256 " + name] = hash;
    }
    return model;
}

std::string repeating_options(const NetworkShape& shape, const TrainOptions& train) {
    std::string command =
        fmt::format(" --kind {} --activation {} --depth {}", to_string(shape.kind),
                    to_string(shape.activation), shape.depth);
    if (shape.kind == NetworkKind::Residual) {
        command += fmt::format(" --step {}", shape.step);
    }
    command += fmt::format(" --units {}", shape.width);
    if (shape.has_two_matrices()) {
        command += fmt::format(" --hidden-units {}", shape.hidden_width);
    }
    command += shape.shared_weights ? "" : " --own-weights";
    return command + repeating_options(train) + fmt::format(" --seed {}", train.seed);
}

Json to_json(const TrainingRuns& all) {
    Json json;
    json["runs"] = Json::array();
    for (const TrainedRun& run : all.runs) {
        json["runs"].push_back({{"seed", run.seed},
                                {"outcome", to_string(run.outcome)},
                                {"final", final_figures(run.last)},
                                {"folder", folder_of(run)}});
    }
    for (const RunFigure& figure : all.figures) {
        json["mean"][figure.name] = figure.mean ? Json(*figure.mean) : Json();
        json["standard_error"][figure.name] = figure.error ? Json(*figure.error) : Json();
    }
    return json;
}

CsvTable run_table(const TrainingRuns& all) {
    std::vector<std::string> columns{"seed", "outcome"};
    for (const RunFigure& figure : all.figures) {
        columns.push_back(figure.name);
    }
    columns.insert(columns.end(), {"seconds", "folder"});
    CsvTable table(columns);
    for (std::size_t k = 0; k < all.runs.size(); ++k) {
        const TrainedRun& run = all.runs[k];
        std::vector<CsvTable::Cell> cells{static_cast<Index>(run.seed),
                                          std::string(to_string(run.outcome))};
        for (const RunFigure& figure : all.figures) {
            cells.push_back(std::isnan(figure.values[k]) ? CsvTable::Cell(std::string())
                                                         : CsvTable::Cell(figure.values[k]));
        }
        cells.emplace_back(run.seconds);
        cells.emplace_back(folder_of(run));
        table.add(cells);
    }
    return table;
}

std::string summary(const TrainingRuns& all) {
    std::string text = fmt::format("{} runs\n", all.runs.size());
    for (const RunFigure& figure : all.figures) {
        if (figure.mean) {
            text += fmt::format("{:<18} {:.5f}{}\n", figure.name, *figure.mean,
                                figure.error ? fmt::format(" ± {:.5f}", *figure.error) : "");
        }
    }
    return text;
}

TrainedRun trained_run(const Json& results, const std::string& where) {
    try {
        const Json& training = results.at("training");
        TrainedRun run;
        run.seed = training.at("seed").get<std::uint64_t>();
        run.seconds = training.at("seconds").get<double>();
        const auto outcome = training.at("outcome").get<std::string>();
        for (const TrainOutcome one :
             {TrainOutcome::Finished, TrainOutcome::EarlyStopped, TrainOutcome::Interrupted,
              TrainOutcome::NonFinite, TrainOutcome::Diverged}) {
            run.outcome = to_string(one) == outcome ? one : run.outcome;
        }
        std::vector<double> numbers{training.at("network_epoch").get<double>()};
        const Json& figures = results.at("final");
        for (std::size_t i = 1; i < record_columns().size(); ++i) {
            const std::string& name = record_columns()[i];
            const Json& value = name == "seconds" ? training.at("seconds")
                                : name.starts_with(settle_prefix)
                                    ? figures.at("settle").at(name.substr(settle_prefix.size()))
                                    : figures.at(name);
            numbers.push_back(value.is_null() ? not_recorded : value.get<double>());
        }
        run.last = record_from_numbers(numbers, where);
        return run;
    } catch (const nlohmann::json::exception&) {
        reject_input(where, "the results of a training", "others");
    }
}

}  // namespace resdyn
