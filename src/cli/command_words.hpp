/// @file
/// A command line as one text and back: results and journals keep it so that it can be run again.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace resdyn::cli {

/// "resdyn VERB …" as a shell would take it again. `words`: all but the program's name.
std::string command_of(const std::vector<std::string>& words);
/// The words of what command_of has written.
std::vector<std::string> words_of(const std::string& command);

/// An option to be taken out of a command line.
struct TakenOption {
    std::string_view name;  ///< "--out"
    bool has_value = true;  ///< in the next word or behind "=".
};
std::vector<std::string> without(std::vector<std::string> words,
                                 const std::vector<TakenOption>& options);

}  // namespace resdyn::cli
