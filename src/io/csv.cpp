#include <resdyn/io/csv.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <utility>

#include <resdyn/core/error.hpp>
#include <resdyn/io/input_file.hpp>

namespace resdyn {

namespace {

/// Labels above this are taken for data that slipped into the last column.
constexpr double largest_label = 1e6;

std::string place(std::string_view where, std::size_t line, std::size_t column) {
    return fmt::format("{}, line {}, column {}", where, line, column);
}

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view blanks = " \t\r";
    const std::size_t first = text.find_first_not_of(blanks);
    if (first == std::string_view::npos) {
        return {};
    }
    return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

/// A cell as it may be shown in a one-line message: quoted, short, printable.
std::string shown(std::string_view cell) {
    if (cell.empty()) {
        return "an empty cell";
    }
    constexpr std::size_t longest = 24;
    std::string text;
    for (const char c : cell.substr(0, longest)) {
        text += c >= ' ' && c <= '~' ? c : '?';
    }
    return fmt::format("\"{}{}\"", text, cell.size() > longest ? "..." : "");
}

double parse_number(std::string_view cell, std::string_view where, std::size_t line,
                    std::size_t column) {
    double value = 0.0;
    const auto [end, error] = std::from_chars(cell.data(), cell.data() + cell.size(), value);
    const bool whole = end == cell.data() + cell.size() && !cell.empty();
    if (error != std::errc() || !whole || !std::isfinite(value)) {
        reject_input(place(where, line, column), "a finite number", shown(cell));
    }
    return value;
}

/// Numbers line by line, and how many a line.
struct Grid {
    std::vector<double> values;
    std::size_t rows = 0;
    std::size_t columns = 0;
};

Grid parse_grid(std::string_view text, std::string_view where) {
    Grid grid;
    std::size_t line = 0;
    while (!text.empty()) {
        ++line;
        const std::size_t end = std::min(text.find('\n'), text.size());
        std::string_view rest = trimmed(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
        if (rest.empty() && text.find_first_not_of(" \t\r\n") == text.npos) {
            break;  // blank lines at the end
        }
        std::size_t column = 0;
        for (bool more = true; more;) {
            const std::size_t comma = rest.find(',');
            more = comma != std::string_view::npos;
            grid.values.push_back(
                parse_number(trimmed(rest.substr(0, comma)), where, line, ++column));
            rest.remove_prefix(more ? comma + 1 : rest.size());
        }
        if (grid.rows > 0 && column != grid.columns) {
            reject_input(fmt::format("{}, line {}", where, line),
                         fmt::format("{} numbers as on line 1", grid.columns),
                         fmt::format("{}", column));
        }
        grid.columns = column;
        ++grid.rows;
    }
    if (grid.rows == 0) {
        reject_input(where, "comma-separated numbers", "an empty file");
    }
    return grid;
}

using RowMajor = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

Eigen::Map<const RowMajor> as_matrix(const Grid& grid) {
    return {grid.values.data(), static_cast<Index>(grid.rows), static_cast<Index>(grid.columns)};
}

std::string csv_quoted(const std::string& text) {
    if (text.find_first_of(",\"\n\r") == std::string::npos) {
        return text;
    }
    std::string doubled;
    for (const char c : text) {
        doubled.append(c == '"' ? 2 : 1, c);
    }
    return fmt::format("\"{}\"", doubled);
}

std::string written(const CsvTable::Cell& cell) {
    if (const auto* number = std::get_if<double>(&cell)) {
        return fmt::format("{:.17g}", *number);
    }
    if (const auto* whole = std::get_if<long>(&cell)) {
        return fmt::format("{}", *whole);
    }
    return csv_quoted(std::get<std::string>(cell));
}

}  // namespace

Matrix parse_csv_matrix(std::string_view text, std::string_view where) {
    return as_matrix(parse_grid(text, where));
}

Matrix read_csv_matrix(const std::filesystem::path& path) {
    return parse_csv_matrix(read_file(path), path.string());
}

Dataset read_csv_dataset(const std::filesystem::path& path) {
    const std::string where = path.string();
    const Grid grid = parse_grid(read_file(path), where);
    if (grid.columns < 2) {
        reject_input(where, "lines of at least one number and a label",
                     fmt::format("{} column", grid.columns));
    }
    const auto table = as_matrix(grid);
    Dataset data;
    data.name = path.filename().string();
    data.scaling = "none";
    data.labels.resize(table.rows());
    for (Index i = 0; i < table.rows(); ++i) {
        const double label = table(i, table.cols() - 1);
        if (label < 0 || label != std::floor(label) || label > largest_label) {
            reject_input(place(where, static_cast<std::size_t>(i + 1), grid.columns),
                         "a label, a whole number >= 0", fmt::format("{}", label));
        }
        data.labels[i] = static_cast<int>(label);
    }
    data.classes = data.labels.maxCoeff() + 1;
    data.inputs = table.leftCols(table.cols() - 1).transpose().cast<float>();
    validate(data);
    return data;
}

CsvTable::CsvTable(std::vector<std::string> columns) : columns_(columns.size()) {
    std::transform(columns.begin(), columns.end(), columns.begin(), csv_quoted);
    text_ = fmt::format("{}\n", fmt::join(columns, ","));
}

void CsvTable::add(const std::vector<Cell>& row) {
    if (row.size() != columns_) {
        reject_argument("CsvTable::add", fmt::format("{} cells", columns_),
                        fmt::format("{}", row.size()));
    }
    std::vector<std::string> cells(row.size());
    std::transform(row.begin(), row.end(), cells.begin(), written);
    text_ += fmt::format("{}\n", fmt::join(cells, ","));
    ++rows_;
}

}  // namespace resdyn
