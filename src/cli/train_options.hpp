/// @file
/// What `resdyn train` is told, and the data, shape and options that follow from it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <resdyn/data/load_dataset.hpp>
#include <resdyn/learning/trainer.hpp>

#include "command_line.hpp"
#include "common.hpp"

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
    Index depth = 10;
    double step = 1.0;
    Index units = 0;
    Index hidden_units = 0;
    bool own_weights = false;
    // Training
    std::optional<Index> epochs;
    std::optional<Index> batch;
    std::string optimizer = "adam";
    std::optional<double> learning_rate;
    double momentum = 0.9;
    std::string schedule = "cosine";
    Index step_epochs = 10;
    double step_factor = 0.1;
    double clip = 0.0;
    Index patience = 0;
    std::string dtype = "float32";
    // Regularisers
    double weight_decay = 0.0;
    std::string structure = "free";
    double damping = 0.0;
    double spectral_penalty = 0.0;
    // Depth
    bool adapt_depth = false;
    DepthRuleOptions depth_rule;
    std::string depth_norm = "rms";
    std::string depth_reduction = "q95";
    std::optional<Index> depth_every;
    // The run
    Index runs = 1;
    std::optional<Index> checkpoint_every;
    bool keep_checkpoints = false;
    bool resume = false;
};

/// Adds every option to the verb.
void add_train_options(App& verb, TrainVerbOptions& options);

/// What is trained on, judged by and tested on, the files they came from and what was noticed.
struct Sets {
    Dataset training;
    std::optional<Dataset> held_out;
    std::optional<Dataset> test;
    Inputs inputs;

    TrainingSets view() const {
        return {training, held_out ? &*held_out : nullptr, test ? &*test : nullptr};
    }
};

/// Throws InputError for data that cannot be read, split or learnt from (a class without samples).
Sets load_sets(const TrainVerbOptions& options);

NetworkShape shape_for(const TrainVerbOptions& options, const Sets& sets);

TrainOptions train_options(const TrainVerbOptions& options, const Sets& sets);

/// The command that makes the same model again: every option that shapes it, none that does not
/// (threads, output folder, folders of the data), so that the model's bytes do not depend on those.
std::string repeating_command(const TrainVerbOptions& options, const TrainOptions& train,
                              const NetworkShape& shape);

}  // namespace resdyn::cli
