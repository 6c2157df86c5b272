/// @file
/// NumPy's .npy arrays, read only: format versions 1 to 3, little-endian float32 or float64, one or
/// two dimensions, C or Fortran order. Every claim of the header is checked against the real length
/// before anything is allocated.
/// Reference: NumPy manual, numpy.lib.format.
#pragma once

#include <filesystem>
#include <string_view>

#include <resdyn/core/types.hpp>

namespace resdyn {

/// Whether the bytes start with the magic of a .npy file.
bool is_npy(std::string_view bytes);

/// The array as a matrix of finite doubles; a 1-D array is one column. Throws InputError naming
/// `where`, what was expected and what was got.
Matrix parse_npy(std::string_view bytes, std::string_view where);
/// parse_npy of a file.
Matrix read_npy(const std::filesystem::path& path);

}  // namespace resdyn
