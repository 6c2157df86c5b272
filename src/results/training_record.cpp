#include "training_record.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cmath>

#include <resdyn/core/error.hpp>

#include "formats/input_file.hpp"

namespace resdyn {

namespace {

std::vector<std::string_view> split_cells(std::string_view line) {
    std::vector<std::string_view> cells;
    while (true) {
        const std::size_t comma = line.find(',');
        cells.push_back(line.substr(0, comma));
        if (comma == std::string_view::npos) {
            return cells;
        }
        line.remove_prefix(comma + 1);
    }
}

double number_of(std::string_view cell, const std::string& place) {
    if (cell.empty()) {
        return not_recorded;
    }
    double value = 0.0;
    const auto [end, error] = std::from_chars(cell.data(), cell.data() + cell.size(), value);
    if (error != std::errc() || end != cell.data() + cell.size()) {
        reject_input(place, "a number or nothing", std::string(cell.substr(0, 40)));
    }
    return value;
}

}  // namespace

CsvTable training_record_table(const std::vector<EpochRecord>& record) {
    CsvTable table(record_columns());
    for (const EpochRecord& line : record) {
        std::vector<CsvTable::Cell> cells{line.epoch};
        const std::vector<double> numbers = to_numbers(line);
        for (std::size_t i = 1; i < numbers.size(); ++i) {
            cells.push_back(std::isnan(numbers[i]) ? CsvTable::Cell(std::string())
                                                   : CsvTable::Cell(numbers[i]));
        }
        table.add(cells);
    }
    return table;
}

std::string format_training_record(const std::vector<EpochRecord>& record) {
    return training_record_table(record).text();
}

std::vector<EpochRecord> parse_training_record(std::string_view text, const std::string& where) {
    std::vector<EpochRecord> record;
    const std::vector<std::string>& names = record_columns();
    for (std::size_t line_number = 1; !text.empty(); ++line_number) {
        const std::size_t end = text.find('\n');
        std::string_view line = text.substr(0, end);
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
        if (line.ends_with('\r')) {
            line.remove_suffix(1);
        }
        const std::vector<std::string_view> cells = split_cells(line);
        const std::string place = fmt::format("{}, line {}", where, line_number);
        if (cells.size() != names.size()) {
            reject_input(place, fmt::format("the {} columns of a training record", names.size()),
                         fmt::format("{}", cells.size()));
        }
        std::vector<double> numbers;
        for (std::size_t i = 0; i < cells.size(); ++i) {
            const std::string column = fmt::format("{}, column {}", place, i + 1);
            if (line_number > 1) {
                numbers.push_back(number_of(cells[i], column));
            } else if (cells[i] != names[i]) {
                reject_input(column, names[i], std::string(cells[i].substr(0, 40)));
            }
        }
        if (line_number == 1) {
            continue;
        }
        const double last = record.empty() ? -1.0 : static_cast<double>(record.back().epoch);
        constexpr double most_epochs = 1e9;
        if (!(numbers[0] > last && numbers[0] <= most_epochs &&
              numbers[0] == std::floor(numbers[0]))) {
            reject_input(place + ", column 1", "a whole number of epochs, larger than before",
                         std::string(cells[0].substr(0, 40)));
        }
        record.push_back(record_from_numbers(numbers, place));
    }
    if (record.empty()) {
        reject_input(where, "a training record of at least one epoch", "none");
    }
    return record;
}

std::vector<EpochRecord> read_training_record(const std::filesystem::path& path) {
    return parse_training_record(read_file(path), path.string());
}

}  // namespace resdyn
