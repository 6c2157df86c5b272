/// @file
/// A training told: as JSON, as a model file with its metadata, and in words; several runs
/// likewise.
#pragma once

#include <map>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include <resdyn/data/model_file.hpp>
#include <resdyn/studies/training.hpp>

#include "formats/csv.hpp"

namespace resdyn {

/// network, data, training, depth_history, final, layers_as_flow.
nlohmann::ordered_json to_json(const TrainingStudy& study);

/// What a terminal shows, several lines.
std::string summary(const TrainingStudy& study);

/// What may help a run that diverged, with the values it had.
std::string remedy(const TrainingStudy& study);

/// The network with where it comes from. `repeat`: the command that makes it again; `sha256`: of
/// the files of the data.
ModelFile model_of(const TrainingStudy& study, const Dataset& training, const std::string& repeat,
                   const std::map<std::string, std::string>& sha256);

/// " --kind residual … --epochs 3 … --seed 1": the options of `resdyn train`, those of the data
/// apart, that make the network again.
std::string repeating_options(const NetworkShape& shape, const TrainOptions& train);

/// runs, mean, standard_error; a run's `folder` is "seed-SEED".
nlohmann::ordered_json to_json(const TrainingRuns& runs);

/// runs.csv: a line a run.
CsvTable run_table(const TrainingRuns& runs);

/// Mean ± standard error of the figures, several lines.
std::string summary(const TrainingRuns& runs);

/// The run that to_json(TrainingStudy) has told. Throws InputError naming `where` for anything
/// else.
TrainedRun trained_run(const nlohmann::ordered_json& results, const std::string& where);

}  // namespace resdyn
