/// @file
/// `resdyn merge`: the result of journals.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "command_line.hpp"
#include "common.hpp"

namespace resdyn::cli {

/// Runs the program with other words, `command` being what results will say of it; returns the exit
/// code.
using RunAgain =
    std::function<int(const std::vector<std::string>& words, const std::string& command)>;

Verb add_merge(App& program, RunAgain run_again);

}  // namespace resdyn::cli
