/// @file
/// CSV: matrices of numbers and labelled samples read strictly, tables of results written so that
/// every double comes back bit by bit.
///
/// Read: comma-separated decimal numbers, no header, blanks around a number allowed, LF or CRLF,
/// every line of the same length. Anything else is an InputError that names file, line and column
/// (both from 1). What is not read: quotes, other separators, comments.
/// Written: a header line, numbers with up to 17 significant digits, texts quoted where RFC 4180
/// needs it.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <resdyn/core/types.hpp>
#include <resdyn/learning/dataset.hpp>

namespace resdyn {

/// The matrix in a CSV text, a line of the file a row; at least one number, all finite. `where`
/// names the text in errors.
Matrix parse_csv_matrix(std::string_view text, std::string_view where);
/// parse_csv_matrix of a file.
Matrix read_csv_matrix(const std::filesystem::path& path);

/// Labelled samples, one a line: D numbers, then the class, a whole number >= 0. The number of
/// classes is the largest label + 1.
Dataset read_csv_dataset(const std::filesystem::path& path);

/// A table of results on its way to a CSV file.
class CsvTable {
  public:
    using Cell = std::variant<double, long, std::string>;

    explicit CsvTable(std::vector<std::string> columns);
    /// Adds a line; throws std::invalid_argument if it has not one cell a column.
    void add(const std::vector<Cell>& row);
    std::size_t rows() const { return rows_; }
    /// Header and lines, each ended by a newline. Numbers that are not finite read nan, inf, -inf.
    const std::string& text() const { return text_; }

  private:
    std::size_t columns_;
    std::size_t rows_ = 0;
    std::string text_;
};

}  // namespace resdyn
