/// @file
/// NumPy's .npy arrays, read only: format versions 1 to 3; float16, float32, float64, integers of 8
/// to 64 bits and bool, in either byte order; one or two dimensions, C or Fortran order. Numbers
/// are widened to double exactly, or refused where they cannot be.
///
/// The header is read as what it is, a Python dictionary of `descr`, `fortran_order` and `shape`:
/// in any order, with either quotes and any blanks, `True` and `False` as Python spells them, sizes
/// also as `2L` (Python 2) and `np.int64(2)` (NumPy 2). Every claim is checked against the real
/// length before anything is allocated. What is not read: structured and complex arrays, texts,
/// objects, long doubles; each is named with what to save instead.
/// Reference: NumPy manual, numpy.lib.format.
#pragma once

#include <filesystem>
#include <string_view>

#include <resdyn/core/types.hpp>
#include <resdyn/formats/matrix_file.hpp>

namespace resdyn {

/// Whether the bytes start with the magic of a .npy file.
bool is_npy(std::string_view bytes);

/// The array as a matrix of finite doubles; a 1-D array is one column. A note says what was widened
/// from other types than float32 and float64. Throws InputError naming `where`, what was expected
/// and what was got.
MatrixFile parse_npy(std::string_view bytes, std::string_view where);
/// parse_npy of a file.
MatrixFile read_npy(const std::filesystem::path& path);

}  // namespace resdyn
