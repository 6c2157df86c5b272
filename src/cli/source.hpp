/// @file
/// Where a verb's network comes from: a model file, a bare matrix, or a named test system.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include <resdyn/model/residual_network.hpp>

#include "cli11.hpp"

namespace resdyn::cli {

/// MODEL | --weights | --system, with --activation, --bias and --step for the bare matrix.
struct SourceOptions {
    std::string model;
    std::string weights;
    std::string bias;
    std::string system;
    std::string activation;
    std::optional<double> step;
};

void add_source_options(CLI::App& verb, SourceOptions& options);

struct Source {
    ResidualNetwork network;
    std::string name;                           ///< for people: the file or the system.
    std::vector<std::filesystem::path> inputs;  ///< files read, for provenance.
    bool is_default = false;                    ///< nothing was named: winner-takes-all.
};

/// Throws InputError (bad files or values) or std::invalid_argument (contradicting options).
Source load_source(const SourceOptions& options);

/// Numbers given on the command line, "0.3,0.7", or the name of a file that holds them.
Vector numbers_or_file(const std::string& text, const std::string& option,
                       std::vector<std::filesystem::path>& inputs);

}  // namespace resdyn::cli
