/// @file
/// Starts named on the command line: --y0, --u0 or --x0, one or several.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <resdyn/model/residual_network.hpp>
#include <resdyn/transient/simulation.hpp>

#include "command_line.hpp"
#include "inputs.hpp"

namespace resdyn::cli {

struct StartOptions {
    std::string x0;
    std::string u0;
    std::string y0;
};

/// --y0, --u0, --x0: "0.1,0.2", several with semicolons between them, or a file with one a line.
void add_start_options(App& verb, StartOptions& options);

struct Starts {
    Matrix columns;  ///< a start a column, of the size its variable has.
    StartVariable variable = StartVariable::Residual;
    std::string text;  ///< for people: "y0".
};

/// The starts that were named; empty without one. Throws InputError for numbers that do not fit the
/// network, std::invalid_argument if more than one variable is named. `inputs` gains the file.
std::optional<Starts> named_starts(const StartOptions& options, const ResidualNetwork& network,
                                   Inputs& inputs);

}  // namespace resdyn::cli
