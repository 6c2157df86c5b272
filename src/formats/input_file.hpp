/// @file
/// Reading a whole file of the user.
#pragma once

#include <filesystem>
#include <string>

namespace resdyn {

/// The bytes of a regular file. Throws InputError naming the path if there is no such file, it is a
/// folder, or it cannot be read.
std::string read_file(const std::filesystem::path& path);

}  // namespace resdyn
