/// @file
/// The safetensors format as it lies on disk: an 8-byte little-endian header length, a JSON header
/// (name → dtype, shape, byte offsets; `__metadata__`: text → text), the tensors without gaps.
///
/// Read strictly: every length and offset is checked against the file before use, keys may occur
/// once, dtypes are F32 and F64. Numbers are handed over as doubles, which hold both exactly.
/// Reference: github.com/huggingface/safetensors, "Format".
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <resdyn/core/types.hpp>

namespace resdyn {

enum class TensorType { F32, F64 };
/// "F32", "F64".
std::string_view to_string(TensorType type);

struct Tensor {
    TensorType type = TensorType::F64;
    std::vector<Index> shape;    ///< each >= 0; empty: one number.
    std::vector<double> values;  ///< row-major, as many as the product of the shape.
};

struct Safetensors {
    std::map<std::string, Tensor> tensors;
    std::map<std::string, std::string> metadata;
};

/// Throws InputError naming `where`, what was expected and what was got. NaN and infinity pass: the
/// format allows them.
Safetensors parse_safetensors(std::string_view bytes, std::string_view where);

/// The file's bytes; the same content gives the same bytes. F32 values are rounded to nearest.
/// Throws std::invalid_argument if a tensor has not as many values as its shape says.
std::string format_safetensors(const Safetensors& content);

}  // namespace resdyn
