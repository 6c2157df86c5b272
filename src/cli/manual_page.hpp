/// @file
/// The manual page resdyn(1), in the language of man(7).
#pragma once

#include <string>

#include "command_description.hpp"

namespace resdyn::cli {

std::string manual_page(const ProgramDescription& description, const std::string& version);

}  // namespace resdyn::cli
