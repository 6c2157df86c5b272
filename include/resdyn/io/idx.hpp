/// @file
/// IDX files of unsigned bytes, plain or gzip: MNIST, Fashion-MNIST and their kin.
///
/// Format: two zero bytes, the type (8: unsigned byte), the number of dimensions, the dimensions as
/// big-endian 32-bit numbers, the values. The claimed size is checked against the real length while
/// reading: memory grows with what the file holds, not with what it claims.
/// Reference: Y. LeCun, C. Cortes, C. Burges, "The MNIST database of handwritten digits".
#pragma once

#include <filesystem>
#include <vector>

#include <resdyn/learning/dataset.hpp>

namespace resdyn {

/// An array of bytes, last dimension fastest.
struct IdxArray {
    std::vector<Index> shape;           ///< 1 to 4 dimensions, each >= 1.
    std::vector<unsigned char> values;  ///< as many as the product of the dimensions.
};

/// Reads one file; throws InputError if it is not IDX, cut short, or longer than it claims.
IdxArray read_idx(const std::filesystem::path& path);

/// The labels that belong to a file of images, by the usual names in the same folder
/// (train-images-idx3-ubyte → train-labels-idx1-ubyte, with or without .gz). Throws InputError if
/// the name follows no such rule or the labels are missing.
std::filesystem::path idx_labels_beside(const std::filesystem::path& images);

/// Images (B×…, each flattened row by row) scaled to [0, 1] by 1/255, with their labels (B).
Dataset read_idx_dataset(const std::filesystem::path& images, const std::filesystem::path& labels);

}  // namespace resdyn
