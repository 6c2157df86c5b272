/// @file
/// What `resdyn train` is told.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <resdyn/data/load_dataset.hpp>
#include <resdyn/learning/training_options.hpp>
#include <resdyn/studies/training.hpp>

#include "command_line.hpp"
#include "common.hpp"
#include "work_options.hpp"

namespace resdyn::cli {

struct TrainVerbOptions {
    CommonOptions common;
    // Data
    std::string data = "rings";
    std::string test_data;
    std::optional<double> held_out;
    Index samples = 0;
    DataFormat format;
    bool says_notes = true;  ///< false: what is noticed in the data was said before.
    // Network
    std::string kind = "residual";
    std::string activation = "logistic";
    NetworkPlan network;
    // Training: the options of the table, and which of them the command line names.
    TrainOptions given;
    std::vector<std::pair<const TrainingOption*, const Option*>> rows;
    // The run
    Index runs = 1;
    bool keep_checkpoints = false;
    bool resume = false;
    WorkOptions work;  ///< of several runs; its `resume` is the one above.
};

/// Adds every option to the verb; `options` must outlive it.
void add_train_options(App& verb, TrainVerbOptions& options);

/// The options of a training of so many samples: the usual ones, and what the command line names.
TrainOptions train_options(const TrainVerbOptions& options, Index samples);

/// The command that makes the same model again: every option that shapes it, none that does not
/// (threads, output folder, folders of the data), so that the model's bytes do not depend on those.
std::string repeating_command(const TrainVerbOptions& options, const NetworkShape& shape,
                              const TrainOptions& train);

}  // namespace resdyn::cli
