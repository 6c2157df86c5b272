/// @file
/// What the command line's reader refuses, in the words of this program: "--only: expected a whole
/// number, got x (see resdyn VERB --help)".
#pragma once

#include <string>

namespace CLI {
class App;
}

namespace resdyn::cli {

/// A word that is no option, or no verb, of this program.
std::string said_of_extra(const CLI::App& program);
/// What CLI11 says of a value.
std::string said_of_value(const CLI::App& program, const std::string& text);
/// " (see resdyn VERB --help)", of the verb at hand.
std::string see_help(const CLI::App& program);
/// See App::by_option.
std::string by_option_of(const CLI::App& program, const std::string& message);

}  // namespace resdyn::cli
