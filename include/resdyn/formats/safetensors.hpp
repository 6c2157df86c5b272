/// @file
/// The safetensors format as it lies on disk: an 8-byte little-endian header length, a JSON header
/// (name → dtype, shape, byte offsets; `__metadata__`: text → text), the tensors without gaps.
///
/// Read strictly: every length and offset is checked against the file before use, keys may occur
/// once. Numbers are handed over as doubles that hold them exactly: F16, BF16, F32, F64, BOOL and
/// integers of 8 to 64 bits. Tensors of other types, or with integers that no double holds, are
/// named in `unread`: only who needs one has to refuse. Metadata that are numbers or truth values
/// instead of text are taken as their text. Written are F32 and F64.
/// Reference: github.com/huggingface/safetensors, "Format".
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <resdyn/core/types.hpp>

namespace resdyn {

/// What tensors are written as; of a tensor that was read, the narrower of the two that holds it.
enum class TensorType { F32, F64 };
/// "F32", "F64".
std::string_view to_string(TensorType type);

struct Tensor {
    TensorType type = TensorType::F64;
    std::vector<Index> shape;    ///< each >= 0; empty: one number.
    std::vector<double> values;  ///< row-major, as many as the product of the shape.
    std::string stored = {};     ///< the file's own name of its type ("BF16"); not written.
};

struct Safetensors {
    std::map<std::string, Tensor> tensors;
    std::map<std::string, std::string> metadata;
    /// Tensors whose numbers were not read: name → type and shape ("F8_E4M3, 2x2").
    std::map<std::string, std::string> unread = {};
};

/// "2x2"; "one number".
std::string shape_text(const std::vector<Index>& shape);

/// Throws InputError naming `where`, what was expected and what was got. NaN and infinity pass: the
/// format allows them.
Safetensors parse_safetensors(std::string_view bytes, std::string_view where);

/// The file's bytes; the same content gives the same bytes. F32 values are rounded to nearest.
/// Throws std::invalid_argument if a tensor has not as many values as its shape says.
std::string format_safetensors(const Safetensors& content);

}  // namespace resdyn
