#include <resdyn/formats/matrix_file.hpp>

#include <fmt/format.h>

#include <cmath>
#include <fstream>
#include <system_error>

#include <resdyn/core/error.hpp>

#include "counting.hpp"
#include "csv.hpp"
#include "file_kind.hpp"
#include "input_file.hpp"
#include "npy.hpp"

namespace resdyn {

namespace {

/// Whether these may be names of units: whole numbers from 0, each larger than the one before.
bool may_be_ids(const Vector& v) {
    for (Index i = 0; i < v.size(); ++i) {
        if (v[i] < 0.0 || v[i] != std::floor(v[i]) || (i > 0 && v[i] <= v[i - 1])) {
            return false;
        }
    }
    return v.size() >= 2;
}

/// What an oblong matrix may be instead.
std::string oblong_hint(const Matrix& m) {
    const bool whole = (m.array() == m.array().floor()).all();
    if (m.rows() == m.cols() + 1 && counts_up(m.row(0).transpose())) {
        return " (line 1 counts the columns: --header drops it)";
    }
    if (m.cols() == m.rows() + 1 && counts_up(m.col(0))) {
        return " (column 1 counts the lines: --index drops it)";
    }
    if (m.cols() == 2 * m.rows() && whole) {
        return " (decimal commas between commas? Save with decimal points, or with semicolons "
               "between the numbers)";
    }
    return {};
}

}  // namespace

bool is_matrix_file(const std::filesystem::path& path) {
    std::error_code error;
    if (path.extension() == ".safetensors" || !std::filesystem::is_regular_file(path, error)) {
        return false;
    }
    constexpr std::size_t looked_at = 4096;
    std::string beginning(looked_at, '\0');
    std::ifstream file(path, std::ios::binary);
    file.read(beginning.data(), static_cast<std::streamsize>(beginning.size()));
    beginning.resize(static_cast<std::size_t>(file.gcount()));
    const FileKind kind = nature_of(beginning).kind;
    return kind == FileKind::Npy || kind == FileKind::Text;
}

MatrixFile read_matrix_file(const std::filesystem::path& path, const CsvFormat& format) {
    const std::string bytes = read_file(path);
    const FileNature nature = nature_of(bytes);
    if (nature.kind == FileKind::Npy) {
        return parse_npy(bytes, path.string());
    }
    if (nature.kind == FileKind::Safetensors) {
        reject_input(path.string(), "a matrix (CSV or .npy)",
                     "a safetensors file: name it as MODEL, without an option");
    }
    return parse_csv_matrix(bytes, path.string(), format);
}

MatrixFile read_weight_matrix(const std::filesystem::path& path, const CsvFormat& format) {
    MatrixFile file = read_matrix_file(path, format);
    const Matrix& m = file.values;
    if (m.rows() != m.cols()) {
        reject_input(path.string(), "a square matrix (N lines of N numbers)",
                     m.cols() == 1 || m.rows() == 1
                         ? fmt::format("a vector of {}", m.size())
                         : fmt::format("{} lines of {}{}", m.rows(), m.cols(), oblong_hint(m)));
    }
    const Vector top = m.row(0).tail(m.cols() - 1).transpose();
    const Vector left = m.col(0).tail(m.rows() - 1);
    if (may_be_ids(top) && top == left) {
        file.notes.push_back(fmt::format(
            "{}: line 1 and column 1 hold the same growing whole numbers. If they are ids and no "
            "weights, give --header --index.",
            path.string()));
    }
    return file;
}

}  // namespace resdyn
