/// @file
/// What a file is, told by its first bytes and not by its name: so that a web page, a pointer or an
/// archive saved in place of numbers is named as what it is, with what to do about it.
///
/// What it can miss: a format without a magic number that is not in the list is "bytes that begin
/// with …"; text is taken for text, whatever it means.
#pragma once

#include <string>
#include <string_view>

namespace resdyn {

enum class FileKind {
    Empty,
    Text,         ///< no control characters near its beginning, or with a mark of UTF-8 or UTF-16.
    Npy,          ///< one NumPy array.
    Safetensors,  ///< a header in JSON behind its length.
    Idx,          ///< an array of the MNIST kind.
    Foreign,      ///< none of these: the description says what, and how to save it otherwise.
};

struct FileNature {
    FileKind kind = FileKind::Empty;
    std::string description;  ///< a noun phrase for "got …", with the remedy where there is one.
};

/// Decided from the first 4096 bytes at most.
FileNature nature_of(std::string_view bytes);

/// The beginning of a text as it may be shown in a one-line message: quoted, at most 24 characters,
/// what is not ASCII by its code point ("U+2212, a minus sign").
std::string shown(std::string_view text);

}  // namespace resdyn
