#include <resdyn/io/npy.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

#include <resdyn/core/error.hpp>
#include <resdyn/io/input_file.hpp>

namespace resdyn {

namespace {

constexpr std::string_view magic{"\x93NUMPY", 6};
/// Sizes above this are no matrix of ours; the bound keeps products of dimensions from overflowing.
constexpr Index largest_dimension = Index{1} << 28;

/// What the header says, still unchecked against the length of the file.
struct Header {
    std::string descr;
    bool fortran_order = false;
    std::vector<Index> shape;
};

/// The text after `'key':` in the header's dictionary; the header is one line written by NumPy.
std::string_view value_of(std::string_view dictionary, std::string_view key,
                          std::string_view where) {
    const std::string quoted = fmt::format("'{}':", key);
    const std::size_t at = dictionary.find(quoted);
    if (at == std::string_view::npos) {
        reject_input(where, fmt::format("a .npy header with the key '{}'", key), "none");
    }
    std::string_view value = dictionary.substr(at + quoted.size());
    value.remove_prefix(std::min(value.find_first_not_of(' '), value.size()));
    return value;
}

std::vector<Index> parse_shape(std::string_view text, std::string_view where) {
    const std::size_t close = text.find(')');
    if (text.empty() || text.front() != '(' || close == std::string_view::npos) {
        reject_input(where, "a .npy shape in parentheses", "something else");
    }
    std::vector<Index> shape;
    std::string_view list = text.substr(1, close - 1);
    while (list.find_first_not_of(" ,") != std::string_view::npos) {
        list.remove_prefix(list.find_first_not_of(" ,"));
        Index size = 0;
        const auto [end, error] = std::from_chars(list.data(), list.data() + list.size(), size);
        if (error != std::errc() || size < 1 || size > largest_dimension) {
            reject_input(
                where, fmt::format(".npy dimensions of 1 to {}", largest_dimension),
                fmt::format("\"{}\"", text.substr(0, std::min<std::size_t>(close + 1, 40))));
        }
        shape.push_back(size);
        list.remove_prefix(static_cast<std::size_t>(end - list.data()));
    }
    if (shape.empty() || shape.size() > 2) {
        reject_input(where, "an array of 1 or 2 dimensions", fmt::format("{}", shape.size()));
    }
    return shape;
}

Header parse_header(std::string_view dictionary, std::string_view where) {
    Header header;
    const std::string_view descr = value_of(dictionary, "descr", where);
    header.descr = descr.substr(0, std::min(descr.find(','), descr.size()));
    header.fortran_order = value_of(dictionary, "fortran_order", where).starts_with("True");
    header.shape = parse_shape(value_of(dictionary, "shape", where), where);
    return header;
}

template <class Scalar>
Matrix to_matrix(std::string_view data, Index rows, Index cols, bool fortran_order) {
    using Stored = Eigen::Matrix<Scalar, Eigen::Dynamic, Eigen::Dynamic>;
    Stored stored(fortran_order ? rows : cols, fortran_order ? cols : rows);
    std::memcpy(stored.data(), data.data(), data.size());
    // C order is the transpose, stored by columns.
    return fortran_order ? Matrix(stored.template cast<double>())
                         : Matrix(stored.transpose().template cast<double>());
}

}  // namespace

bool is_npy(std::string_view bytes) {
    return bytes.starts_with(magic);
}

Matrix parse_npy(std::string_view bytes, std::string_view where) {
    constexpr std::size_t version_at = 6;
    constexpr std::size_t length_at = 8;
    if (!is_npy(bytes) || bytes.size() < length_at + 4) {
        reject_input(where, "a .npy file (magic \\x93NUMPY)",
                     fmt::format("{} other bytes", bytes.size()));
    }
    const int version = static_cast<unsigned char>(bytes[version_at]);
    if (version < 1 || version > 3) {
        reject_input(where, ".npy format version 1, 2 or 3", fmt::format("{}", version));
    }
    const std::size_t length_bytes = version == 1 ? 2 : 4;
    std::size_t header_length = 0;
    for (std::size_t i = length_bytes; i-- > 0;) {
        header_length = header_length << 8 | static_cast<unsigned char>(bytes[length_at + i]);
    }
    const std::size_t header_at = length_at + length_bytes;
    if (header_length > bytes.size() - header_at) {
        reject_input(where, fmt::format("a .npy header of {} bytes as it claims", header_length),
                     fmt::format("{} bytes left in the file", bytes.size() - header_at));
    }
    const Header header = parse_header(bytes.substr(header_at, header_length), where);
    const bool is_float = header.descr == "'<f4'";
    if (!is_float && header.descr != "'<f8'") {
        reject_input(where, "a .npy array of '<f4' or '<f8'", header.descr);
    }
    const Index rows = header.shape[0];
    const Index cols = header.shape.size() == 2 ? header.shape[1] : 1;
    const std::string_view data = bytes.substr(header_at + header_length);
    const std::uint64_t claimed =
        static_cast<std::uint64_t>(rows) * static_cast<std::uint64_t>(cols) * (is_float ? 4U : 8U);
    if (claimed != data.size()) {
        reject_input(where, fmt::format("{} bytes of numbers for {}x{}", claimed, rows, cols),
                     fmt::format("{}", data.size()));
    }
    Matrix matrix = is_float ? to_matrix<float>(data, rows, cols, header.fortran_order)
                             : to_matrix<double>(data, rows, cols, header.fortran_order);
    if (!matrix.allFinite()) {
        reject_input(where, "finite numbers", "NaN or infinity");
    }
    return matrix;
}

Matrix read_npy(const std::filesystem::path& path) {
    return parse_npy(read_file(path), path.string());
}

}  // namespace resdyn
