/// @file
/// What `resdyn bifurcations` is told, and its half that looks at checkpoints.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <resdyn/bifurcation/bifurcation.hpp>

#include "common.hpp"
#include "source.hpp"
#include "weight_reading.hpp"
#include "work_options.hpp"

namespace resdyn::cli {

struct BifurcationVerbOptions {
    CommonOptions common;
    SourceOptions source;
    std::vector<std::string> path = {"self-coupling"};
    std::optional<double> from;
    std::optional<double> to;
    Index points = 41;
    bool continuation = false;
    bool cycles = false;
    Index max_period = 64;
    std::vector<double> marks;
    BifurcationOptions bifurcation;
    std::string checkpoints;
    bool layers = false;  ///< over the depth of a model whose weights differ by layer.
    std::string data;     ///< with `layers`: whose residuals are shown; empty: none.
    Index shown = 24;     ///< samples of it.
    WeightReading reading;
    WorkOptions work;
};

/// Equilibria by pattern over the checkpoints in options.checkpoints.
int run_checkpoints(const BifurcationVerbOptions& options);

}  // namespace resdyn::cli
