#include "npy.hpp"

#include <fmt/format.h>

#include <cstdint>
#include <optional>
#include <vector>

#include <resdyn/core/error.hpp>

#include "file_kind.hpp"
#include "input_file.hpp"
#include "npy_header.hpp"

namespace resdyn {

namespace {

constexpr std::string_view magic{"\x93NUMPY", 6};

/// The header's text and what follows it.
struct Parts {
    std::string_view header;
    std::string_view data;
};

Parts parts_of(std::string_view bytes, std::string_view where) {
    constexpr std::size_t version_at = 6;
    constexpr std::size_t length_at = 8;
    if (!is_npy(bytes)) {
        reject_input(where, "a .npy file (magic \\x93NUMPY)", nature_of(bytes).description);
    }
    if (bytes.size() < length_at + 4) {
        reject_input(where, "a .npy file with a header", fmt::format("{} bytes", bytes.size()));
    }
    const int version = static_cast<unsigned char>(bytes[version_at]);
    if (version < 1 || version > 3) {
        reject_input(where, ".npy format version 1, 2 or 3", fmt::format("{}", version));
    }
    const std::size_t length_bytes = version == 1 ? 2 : 4;
    std::size_t length = 0;
    for (std::size_t i = length_bytes; i-- > 0;) {
        length = length << 8 | static_cast<unsigned char>(bytes[length_at + i]);
    }
    const std::size_t header_at = length_at + length_bytes;
    if (length > bytes.size() - header_at) {
        reject_input(where, fmt::format("a .npy header of {} bytes as it claims", length),
                     fmt::format("{} bytes left in the file", bytes.size() - header_at));
    }
    return {bytes.substr(header_at, length), bytes.substr(header_at + length)};
}

}  // namespace

bool is_npy(std::string_view bytes) {
    return bytes.starts_with(magic);
}

MatrixFile parse_npy(std::string_view bytes, std::string_view where) {
    const Parts parts = parts_of(bytes, where);
    const NpyHeader header = parse_npy_header(parts.header, where);
    const Index rows = header.shape[0];
    const Index cols = header.shape.size() == 2 ? header.shape[1] : 1;
    const std::uint64_t claimed =
        static_cast<std::uint64_t>(rows) * static_cast<std::uint64_t>(cols) * header.type.size;
    if (claimed != parts.data.size()) {
        reject_input(where, fmt::format("{} bytes of numbers for {}x{}", claimed, rows, cols),
                     fmt::format("{}", parts.data.size()));
    }
    const std::optional<std::vector<double>> values = widened(parts.data, header.type);
    if (!values) {
        reject_input(where,
                     header.type.kind == StoredKind::Bool
                         ? "bools of 0 and 1"
                         : "whole numbers that a double holds exactly (to 2^53)",
                     header.type.kind == StoredKind::Bool ? "another byte" : "a larger one");
    }
    MatrixFile result;
    // C order is the transpose, stored by columns.
    result.values = header.fortran_order
                        ? Matrix(Eigen::Map<const Matrix>(values->data(), rows, cols))
                        : Matrix(Eigen::Map<const Matrix>(values->data(), cols, rows).transpose());
    if (!result.values.allFinite()) {
        reject_input(where, "finite numbers", "NaN or infinity");
    }
    const bool usual = header.type.kind == StoredKind::Float && header.type.size >= 4;
    if (!usual) {
        result.notes.push_back(
            fmt::format("{}: {} was read as double, exactly.", where, name_of(header.type)));
    }
    return result;
}

MatrixFile read_npy(const std::filesystem::path& path) {
    return parse_npy(read_file(path), path.string());
}

}  // namespace resdyn
