/// @file
/// CSV: matrices of numbers read strictly, tables of results written so that every double comes
/// back bit by bit; labelled samples are in csv_dataset.hpp.
///
/// Read: decimal numbers in UTF-8 or UTF-16 (with a byte order mark), lines ended by LF, CRLF or
/// CR, a number a cell, as many in every line. What separates them is recognised from the whole
/// text: semicolons, tabs, commas or blanks; commas are decimal between semicolons or tabs where no
/// point is. Signs are -, + and U+2212; quotes around a number, empty cells at the ends of lines,
/// empty lines at the end and lines that begin with # are no matter; numbers too small for a double
/// are 0. What was not plain is said in notes. Anything else is an InputError that names file, line
/// and column (both from 1) and, where it can, what to do: a header, names of lines, decimal
/// commas, foreign dashes, a web page, an archive. What is not read: thousands separators,
/// separators within quotes. Written: a header line, numbers with up to 17 significant digits,
/// texts quoted where RFC 4180 needs it.
#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <resdyn/formats/csv_format.hpp>
#include <resdyn/formats/matrix_file.hpp>

namespace resdyn {

/// The matrix in a CSV text, a line of the file a row; at least one number, all finite. `where`
/// names the text in errors.
MatrixFile parse_csv_matrix(std::string_view text, std::string_view where,
                            const CsvFormat& format = {});

/// A table of results on its way to a CSV file.
class CsvTable {
  public:
    using Cell = std::variant<double, long, std::string>;

    /// What a column holds: whole numbers, numbers, or texts. Empty texts are absent values and
    /// may stand in any of them.
    enum class Kind { Whole, Number, Text };

    explicit CsvTable(std::vector<std::string> columns);
    /// Adds a line; throws std::invalid_argument if it has not one cell a column.
    void add(const std::vector<Cell>& row);
    std::size_t rows() const { return rows_; }
    /// By column, as far as its cells say; Whole without any.
    const std::vector<Kind>& kinds() const { return kinds_; }
    /// Header and lines, each ended by a newline. Infinity reads inf, -inf; NaN is an empty cell.
    const std::string& text() const { return text_; }

  private:
    std::vector<Kind> kinds_;
    std::size_t rows_ = 0;
    std::string text_;
};

}  // namespace resdyn
