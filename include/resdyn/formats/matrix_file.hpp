/// @file
/// One way in for matrices: the files that every reader of weights and of points accepts.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include <resdyn/core/types.hpp>
#include <resdyn/formats/csv_format.hpp>

namespace resdyn {

/// A matrix and what was noticed in reading it, a sentence each: numbers that were widened, lines
/// that were skipped, what looks unlike weights. `values` hold every number of the file exactly,
/// or the double nearest to its decimals.
struct MatrixFile {
    Matrix values;
    std::vector<std::string> notes;
};

/// Whether a file is a matrix by its beginning: a .npy array, or text that is no web page or the
/// like; never one whose name ends in .safetensors, which is to be refused as that. False if it
/// cannot be read, and for pipes.
bool is_matrix_file(const std::filesystem::path& path);

/// A matrix of numbers from a .npy array or a CSV text, told by their first bytes; see npy.hpp and
/// csv.hpp. A 1-D array is one column. Throws InputError naming what else the file is.
MatrixFile read_matrix_file(const std::filesystem::path& path, const CsvFormat& format = {});

/// read_matrix_file, where only a square matrix makes sense. Refusals say what an extra line or
/// column looks like; a note says where line 1 and column 1 of a square matrix look like ids.
MatrixFile read_weight_matrix(const std::filesystem::path& path, const CsvFormat& format = {});

}  // namespace resdyn
