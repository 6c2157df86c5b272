/// @file
/// IDX files, plain or gzip: an array each; images with their labels are in idx_dataset.hpp.
///
/// Format: two zero bytes, the type (8, 9: unsigned and signed bytes; 11, 12: integers of 16 and 32
/// bits; 13, 14: float32 and float64), the number of dimensions, the dimensions as big-endian
/// 32-bit numbers, the values, big-endian. The claimed size is checked against the real length
/// while reading: memory grows with what the file holds, not with what it claims. A file that is
/// something else (a web page, a pointer, an archive) is refused as what it is.
/// Reference: Y. LeCun, C. Cortes, C. Burges, "The MNIST database of handwritten digits".
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include <resdyn/core/types.hpp>

namespace resdyn {

enum class IdxType : unsigned char {
    UnsignedByte = 0x08,
    SignedByte = 0x09,
    Int16 = 0x0b,
    Int32 = 0x0c,
    Float32 = 0x0d,
    Float64 = 0x0e,
};

/// Bytes of one value.
Index size_of(IdxType type);

/// An array, last dimension fastest.
struct IdxArray {
    IdxType type = IdxType::UnsignedByte;
    std::vector<Index> shape;          ///< 1 to 4 dimensions, each >= 1.
    std::vector<unsigned char> bytes;  ///< of the values as stored.

    /// How many values: the product of the dimensions.
    Index size() const;
    /// All values in float32, the precision of data sets; integers beyond 2^24 and float64 are
    /// rounded to nearest.
    Eigen::VectorXf values() const;
};

/// Reads one file; throws InputError if it is not IDX, cut short, or longer than it claims.
IdxArray read_idx(const std::filesystem::path& path);

/// Whether a file begins as IDX does, unpacked if it is gzip; false if it cannot be read.
bool is_idx_file(const std::filesystem::path& path);

}  // namespace resdyn
