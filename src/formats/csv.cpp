#include "csv.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include <resdyn/core/error.hpp>

#include "csv_grid.hpp"

namespace resdyn {

namespace {

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
        return std::isnan(*number) ? std::string() : fmt::format("{:.17g}", *number);
    }
    if (const auto* whole = std::get_if<long>(&cell)) {
        return fmt::format("{}", *whole);
    }
    return csv_quoted(std::get<std::string>(cell));
}

/// The narrowest kind of column that the cell can stand in.
CsvTable::Kind kind_of(const CsvTable::Cell& cell) {
    if (const auto* text = std::get_if<std::string>(&cell)) {
        return text->empty() ? CsvTable::Kind::Whole : CsvTable::Kind::Text;
    }
    return std::holds_alternative<double>(cell) ? CsvTable::Kind::Number : CsvTable::Kind::Whole;
}

}  // namespace

MatrixFile parse_csv_matrix(std::string_view text, std::string_view where,
                            const CsvFormat& format) {
    Grid grid = parse_grid(text, where, {.format = format});
    return {grid.matrix(), std::move(grid.notes)};
}

CsvTable::CsvTable(std::vector<std::string> columns) : kinds_(columns.size(), Kind::Whole) {
    std::transform(columns.begin(), columns.end(), columns.begin(), csv_quoted);
    text_ = fmt::format("{}\n", fmt::join(columns, ","));
}

void CsvTable::add(const std::vector<Cell>& row) {
    if (row.size() != kinds_.size()) {
        reject_argument("CsvTable::add", fmt::format("{} cells", kinds_.size()),
                        fmt::format("{}", row.size()));
    }
    std::vector<std::string> cells(row.size());
    std::transform(row.begin(), row.end(), cells.begin(), written);
    std::transform(row.begin(), row.end(), kinds_.begin(), kinds_.begin(),
                   [](const Cell& cell, Kind so_far) { return std::max(so_far, kind_of(cell)); });
    text_ += fmt::format("{}\n", fmt::join(cells, ","));
    ++rows_;
}

}  // namespace resdyn
