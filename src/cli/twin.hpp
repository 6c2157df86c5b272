/// @file
/// The twin experiment of `resdyn perturb --twin`.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <resdyn/studies/twin.hpp>

#include "command_line.hpp"
#include "common.hpp"
#include "work_options.hpp"

namespace resdyn::cli {

struct TwinVerbOptions {
    std::string data;
    Index samples = 0;
    DataFormat format;
    Index test_samples = 0;
    std::string activation = "logistic";
    std::vector<double> levels;
    std::vector<std::string> noise;
    std::optional<Index> epochs;
    std::optional<double> rate;
    TwinOptions twin;
    WorkOptions work;
};

/// --seeds, --units, --epochs, --learning-rate, --weight-decay; --depth, --step and --activation
/// are those of the labelled options.
void add_twin_options(App& verb, TwinVerbOptions& options);

int run_twin(const TwinVerbOptions& options, const CommonOptions& common);

}  // namespace resdyn::cli
