/// @file
/// What `resdyn train` leaves: the files of a run, and the lines it prints.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "deliver.hpp"
#include "train_options.hpp"

namespace resdyn::cli {

/// A finished run with all that its files say.
struct FinishedRun {
    const TrainVerbOptions& options;
    const Sets& sets;
    const NetworkShape& shape;
    const TrainOptions& train;
    const TrainResult& result;
    std::string repeat;  ///< repeating_command.
};

/// Writes model.safetensors, training.csv, results.json and the figure of the record into `folder`,
/// together, and, if it is the only run, prints what came of it; returns what results.json
/// holds within its envelope.
nlohmann::ordered_json write_run(const FinishedRun& run, const std::string& folder);

void print_run(const FinishedRun& run, const nlohmann::ordered_json& results);

/// Mean ± standard error of the final figures over the results of several runs: results.json and
/// runs.csv in --out, and printed.
void write_runs(const TrainVerbOptions& options, const std::vector<nlohmann::ordered_json>& runs);

void print_runs(const nlohmann::ordered_json& summary);

}  // namespace resdyn::cli
