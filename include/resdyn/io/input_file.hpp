/// @file
/// Reading a whole file of the user, and the matrix files that every reader of weights accepts.
#pragma once

#include <filesystem>
#include <string>

#include <resdyn/core/types.hpp>

namespace resdyn {

/// The bytes of a regular file. Throws InputError naming the path if there is no such file, it is a
/// folder, or it cannot be read.
std::string read_file(const std::filesystem::path& path);

/// A matrix of numbers from a .npy file (told by its magic) or else a CSV file; see npy.hpp and
/// csv.hpp. A 1-D array is one column.
Matrix read_matrix_file(const std::filesystem::path& path);

}  // namespace resdyn
