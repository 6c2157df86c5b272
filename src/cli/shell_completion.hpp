/// @file
/// Completion of the command line by the shell: verbs, options, and the values of options that have
/// a list of them.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "command_description.hpp"

namespace resdyn::cli {

/// Names that an option of this name takes among other values, in any verb: "--system".
using SuggestedWords = std::map<std::string, std::vector<std::string>>;

/// Throws InputError for another shell than bash, zsh and fish.
std::string completion_script(const std::string& shell, const ProgramDescription& description,
                              const SuggestedWords& suggested);

}  // namespace resdyn::cli
