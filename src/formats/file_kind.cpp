#include "file_kind.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

#include "utf8.hpp"

namespace resdyn {

namespace {

using namespace std::string_view_literals;

constexpr std::size_t examined = 4096;

struct Magic {
    std::string_view bytes;
    std::string_view description;
};

/// Formats that people have numbers in, or find in place of them.
constexpr std::array magics = {
    Magic{"\x1f\x8b"sv, "a gzip archive: unpack it first"},
    Magic{"\x89HDF"sv, "an HDF5 file: save the array as .npy or CSV"},
    Magic{"MATLAB 5.0"sv, "a MATLAB file: save the matrix as CSV (writematrix)"},
    Magic{"PAR1"sv, "a Parquet file: save it as CSV"},
    Magic{"\x80\x02"sv, "a Python pickle: save the array as .npy (numpy.save)"},
    Magic{"\x80\x03"sv, "a Python pickle: save the array as .npy (numpy.save)"},
    Magic{"\x80\x04"sv, "a Python pickle: save the array as .npy (numpy.save)"},
    Magic{"\x80\x05"sv, "a Python pickle: save the array as .npy (numpy.save)"},
    Magic{"\x89PNG"sv, "a PNG picture"},
    Magic{"\xff\xd8\xff"sv, "a JPEG picture"},
    Magic{"%PDF"sv, "a PDF document"},
    Magic{"\xfd"
          "7zXZ"sv,
          "an xz archive: unpack it first"},
    Magic{"BZh"sv, "a bzip2 archive: unpack it first"},
    Magic{"\x28\xb5\x2f\xfd"sv, "a zstd archive: unpack it first"},
    Magic{"7z\xbc\xaf"sv, "a 7z archive: unpack it first"},
    Magic{"\xff\xfe\0\0"sv, "UTF-32 text: save it as UTF-8"},
    Magic{"\0\0\xfe\xff"sv, "UTF-32 text: save it as UTF-8"},
    Magic{"\xd0\xcf\x11\xe0"sv, "an old Excel or Word document: save it as CSV"},
    Magic{"version https://git-lfs"sv,
          "a Git LFS pointer, not the file itself: git lfs pull fetches it"},
};

/// The name of the first file in a zip archive.
std::string_view first_entry(std::string_view bytes) {
    constexpr std::size_t length_at = 26;
    constexpr std::size_t name_at = 30;
    if (bytes.size() < name_at) {
        return {};
    }
    const std::size_t length =
        static_cast<unsigned char>(bytes[length_at]) |
        static_cast<std::size_t>(static_cast<unsigned char>(bytes[length_at + 1])) << 8;
    return bytes.substr(name_at, length);
}

std::string zip_description(std::string_view bytes) {
    const std::string_view name = first_entry(bytes);
    if (name.ends_with(".npy")) {
        return "a NumPy archive (.npz): save one array as .npy";
    }
    if (name.ends_with("data.pkl")) {
        return "a PyTorch archive (torch.save): save the tensors as safetensors";
    }
    if (name == "[Content_Types].xml" || name.starts_with("xl/") || name.starts_with("_rels/")) {
        return "an Excel workbook: save the sheet as CSV";
    }
    return "a zip archive: unpack it first";
}

/// A header of less than 4 GB; asked first, since its length may look like any magic number.
bool is_safetensors(std::string_view bytes) {
    return bytes.size() > 8 && bytes.substr(4, 4) == "\0\0\0\0"sv && bytes[8] == '{';
}

bool is_control(char c) {
    return (static_cast<unsigned char>(c) < 0x20 && c != '\t' && c != '\n' && c != '\r') ||
           c == '\x7f';
}

bool has_mark(std::string_view bytes) {
    return bytes.starts_with("\xef\xbb\xbf") || bytes.starts_with("\xff\xfe") ||
           bytes.starts_with("\xfe\xff");
}

/// ASCII in two bytes each, without the mark that says so.
bool is_unmarked_utf16(std::string_view bytes) {
    if (bytes.size() < 4) {
        return false;
    }
    const std::size_t zero = bytes[0] == '\0' ? 0 : 1;
    for (std::size_t i = 0; i + 1 < std::min<std::size_t>(bytes.size(), 64); i += 2) {
        if (bytes[i + zero] != '\0' || bytes[i + 1 - zero] == '\0' ||
            is_control(bytes[i + 1 - zero])) {
            return false;
        }
    }
    return true;
}

bool is_idx(std::string_view bytes) {
    return bytes.size() >= 4 && bytes[0] == '\0' && bytes[1] == '\0' && bytes[2] >= '\x08' &&
           bytes[2] <= '\x0e' && bytes[3] >= '\x01' && bytes[3] <= '\x04';
}

FileNature text_nature(std::string_view bytes) {
    std::string_view visible = bytes.starts_with("\xef\xbb\xbf") ? bytes.substr(3) : bytes;
    visible.remove_prefix(std::min(visible.find_first_not_of(" \t\r\n"), visible.size()));
    if (visible.starts_with('<')) {
        const std::string_view tag = visible.substr(0, visible.find('>') + 1);
        return {FileKind::Foreign,
                fmt::format("text that begins with {} (a web page saved in place of the file?)",
                            shown(tag.empty() ? visible : tag))};
    }
    return {FileKind::Text, fmt::format("text that begins with {}", shown(visible))};
}

}  // namespace

FileNature nature_of(std::string_view bytes) {
    bytes = bytes.substr(0, examined);
    if (bytes.empty()) {
        return {FileKind::Empty, "an empty file"};
    }
    if (is_safetensors(bytes)) {
        return {FileKind::Safetensors, "a safetensors file"};
    }
    if (bytes.starts_with("\x93NUMPY")) {
        return {FileKind::Npy, "a NumPy array (.npy)"};
    }
    for (const Magic& magic : magics) {
        if (bytes.starts_with(magic.bytes)) {
            return {FileKind::Foreign, std::string(magic.description)};
        }
    }
    if (bytes.starts_with("PK\x03\x04")) {
        return {FileKind::Foreign, zip_description(bytes)};
    }
    if (has_mark(bytes) || std::none_of(bytes.begin(), bytes.end(), is_control)) {
        return text_nature(bytes);
    }
    constexpr std::size_t json_at = 8;
    if (bytes.size() > json_at && bytes[json_at] == '{') {
        return {FileKind::Safetensors, "a safetensors file"};
    }
    if (is_idx(bytes)) {
        return {FileKind::Idx, "an IDX array (as MNIST's files)"};
    }
    if (is_unmarked_utf16(bytes)) {
        return {FileKind::Foreign, "UTF-16 text without its mark: save it as UTF-8"};
    }
    std::string hex;
    for (const char c : bytes.substr(0, 4)) {
        hex += fmt::format(" {:02x}", static_cast<unsigned char>(c));
    }
    return {FileKind::Foreign, fmt::format("bytes that begin with{}", hex)};
}

std::string shown(std::string_view text) {
    if (text.empty()) {
        return "nothing";
    }
    constexpr std::size_t longest = 24;
    std::string quoted;
    std::string foreign;
    std::size_t count = 0;
    while (!text.empty() && count < longest) {
        const CodePoint point = first_code_point(text);
        text.remove_prefix(point.bytes);
        ++count;
        if (point.value >= 0x20 && point.value < 0x7f) {
            quoted += static_cast<char>(point.value);
            continue;
        }
        quoted += '?';
        if (foreign.empty()) {
            foreign = name_of(point);
        }
    }
    return fmt::format("\"{}{}\"{}", quoted, text.empty() ? "" : "...",
                       foreign.empty() ? "" : fmt::format(" (? is {})", foreign));
}

}  // namespace resdyn
