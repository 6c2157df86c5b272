/// @file
/// Numbers of other types as doubles, exactly or not at all.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace resdyn {

enum class StoredKind { Bool, Signed, Unsigned, Float, BFloat };

/// A type of numbers in a file: kind, bytes a number, byte order.
struct StoredType {
    StoredKind kind = StoredKind::Float;
    std::size_t size = 8;
    bool big_endian = false;

    bool is_double() const { return kind == StoredKind::Float && size == 8; }
    /// Whether float32 holds every number of the type.
    bool fits_single() const {
        return kind == StoredKind::Float || kind == StoredKind::BFloat ? size <= 4 : size <= 2;
    }
};

/// "float16", "big-endian int32", "bfloat16", "bool".
std::string name_of(const StoredType& type);

/// All numbers in `bytes` (whose size is a multiple of the type's) as doubles. None if one cannot
/// be held exactly: a whole number beyond 2^53 that is no double; a bool other than 0 and 1.
std::optional<std::vector<double>> widened(std::string_view bytes, const StoredType& type);

}  // namespace resdyn
