/// @file
/// As much of Unicode as reading numbers needs: text of any of its usual encodings as UTF-8, and
/// the names of characters that are taken for signs and blanks.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace resdyn {

struct CodePoint {
    std::uint32_t value = 0;
    std::size_t bytes = 1;  ///< that it takes in the text, >= 1.
    bool valid = true;      ///< false: a byte that is no UTF-8; `value` is that byte.
};

/// Of a text that is not empty.
CodePoint first_code_point(std::string_view text);

/// "U+2013, an en dash"; "the byte 80".
std::string name_of(const CodePoint& point);

/// The text without its byte order mark, UTF-16 with one turned into UTF-8, in `storage` where it
/// is not a part of `text`. A lone surrogate becomes U+FFFD.
std::string_view as_utf8(std::string_view text, std::string& storage);

}  // namespace resdyn
