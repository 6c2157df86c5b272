#include "csv_dataset.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <set>

#include <resdyn/core/error.hpp>

#include "formats/counting.hpp"
#include "formats/csv_grid.hpp"
#include "formats/decimal_number.hpp"
#include "formats/file_kind.hpp"
#include "formats/input_file.hpp"

namespace resdyn {

namespace {

/// Labels above this are taken for data that slipped into the column of labels.
constexpr double largest_label = 1e6;
/// Names of classes beyond this are taken for something else.
constexpr std::size_t most_names = 1000;
/// Fewer samples tell nothing about what a column holds.
constexpr std::size_t enough_samples = 10;

/// A column of whole numbers as labels would be: from 0 or 1 without gaps, most of them often.
struct LabelLook {
    bool looks_so = false;
    Index classes = 0;
    double least = 0.0;
    double largest = 0.0;
};

LabelLook look_at(const Vector& column) {
    std::set<double> found;
    const std::size_t most =
        std::min<std::size_t>(most_names, static_cast<std::size_t>(column.size()) / 2);
    for (const double value : column) {
        if (!(value >= 0.0 && value <= largest_label && value == std::floor(value))) {
            return {};
        }
        found.insert(value);
        if (found.size() > most) {
            return {};
        }
    }
    LabelLook look{false, static_cast<Index>(found.size()), *found.begin(), *found.rbegin()};
    look.looks_so = found.size() >= 2 && look.least <= 1.0 &&
                    look.largest - look.least + 1.0 == static_cast<double>(found.size());
    return look;
}

/// The labels as numbers; none if they are names. Throws InputError where some are and some not.
std::optional<Vector> numbers_of(const Grid& grid, const std::string& where) {
    Vector numbers(static_cast<Index>(grid.rows));
    std::size_t names = 0;
    for (std::size_t i = 0; i < grid.rows; ++i) {
        const DecimalNumber number = parse_decimal(grid.labels[i], grid.layout.mark);
        names += number.kind == NumberKind::NotANumber ? 1 : 0;
        if (names != 0 && names != i + 1) {
            reject_input(place_in(where, grid.lines[i], grid.label_column),
                         names == i ? "a name as label, as above" : "a label, a whole number >= 0",
                         grid.labels[i].empty() ? "an empty cell" : shown(grid.labels[i]));
        }
        numbers[static_cast<Index>(i)] = number.kind == NumberKind::NotFinite
                                             ? std::numeric_limits<double>::quiet_NaN()
                                             : number.value;
    }
    return names == 0 ? std::optional(numbers) : std::nullopt;
}

std::string first_column_hint(const LabelLook& look) {
    return fmt::format("column 1 looks like the labels ({} classes, {:g} to {:g})", look.classes,
                       look.least, look.largest);
}

void take_numbers(const Grid& grid, const Vector& numbers, const std::string& where,
                  const std::string& hint, Dataset& data) {
    for (Index i = 0; i < numbers.size(); ++i) {
        const double label = numbers[i];
        if (!(label >= 0 && label == std::floor(label) && label <= largest_label)) {
            reject_input(
                place_in(where, grid.lines[static_cast<std::size_t>(i)], grid.label_column),
                "a label, a whole number >= 0", fmt::format("{}{}", label, hint));
        }
    }
    data.labels = numbers.cast<int>();
    data.classes = data.labels.maxCoeff() + 1;
}

void take_names(const Grid& grid, const std::string& where, const std::string& hint, Dataset& data,
                std::vector<std::string>& notes) {
    const std::set<std::string> names(grid.labels.begin(), grid.labels.end());
    if (names.size() > most_names || names.contains("")) {
        const auto at = std::find(grid.labels.begin(), grid.labels.end(), "") - grid.labels.begin();
        reject_input(names.contains("") ? place_in(where, grid.lines[static_cast<std::size_t>(at)],
                                                   grid.label_column)
                                        : where,
                     "labels, whole numbers >= 0 or names of classes",
                     (names.contains("") ? std::string("an empty cell")
                                         : fmt::format("{} different names", names.size())) +
                         hint);
    }
    data.class_labels.assign(names.begin(), names.end());
    data.classes = static_cast<Index>(names.size());
    for (std::size_t i = 0; i < grid.rows; ++i) {
        data.labels[static_cast<Index>(i)] =
            static_cast<int>(std::distance(names.begin(), names.find(grid.labels[i])));
    }
    constexpr std::size_t most_said = 10;
    notes.push_back(fmt::format(
        "{}: labels are names; classes 0 to {} are {}{}.", where, names.size() - 1,
        fmt::join(names.begin(),
                  std::next(names.begin(), static_cast<long>(std::min(most_said, names.size()))),
                  ", "),
        names.size() > most_said ? ", ..." : ""));
}

/// What in the numbers beside the labels looks like no measurement.
void note_strange_lines(const Grid& grid, const std::optional<Vector>& labels,
                        const CsvFormat& format, const std::string& where,
                        std::vector<std::string>& notes) {
    const auto table = grid.matrix();
    if (!format.index && grid.label_column != 1 && counts_up(table.col(0))) {
        notes.push_back(fmt::format(
            "{}: column 1 counts the lines ({} to {}) and is read as a feature: if it is an index, "
            "drop it with --index.",
            where, table(0, 0), table(table.rows() - 1, 0)));
    }
    if (format.header || !labels || grid.columns < 2) {
        return;
    }
    // The first line as it stands in the file.
    Vector line(table.cols() + 1);
    const auto label_at = std::min(static_cast<Index>(grid.label_column) - 1, table.cols());
    line << table.row(0).transpose().head(label_at), (*labels)[0],
        table.row(0).transpose().tail(table.cols() - label_at);
    if (counts_up(line)) {
        notes.push_back(
            fmt::format("{}: line {} counts the columns ({} to {}) and is read as a sample: if it "
                        "is a header, drop it with --header.",
                        where, grid.lines.front(), line[0], line[line.size() - 1]));
    }
}

/// Refuses or notes labels in the first column where the last one was read for them.
void check_label_column(const Grid& grid, const Vector& labels, const LabelLook& first,
                        const std::string& where, std::vector<std::string>& notes) {
    if (!first.looks_so || grid.rows < enough_samples) {
        return;
    }
    const std::set<double> found(labels.begin(), labels.end());
    const auto classes = static_cast<double>(found.size());
    const bool may_be_labels =
        classes >= 2 && 2 * found.size() <= grid.rows && labels.maxCoeff() + 1.0 <= 2.0 * classes;
    if (!may_be_labels) {
        reject_input(
            where, "labels in the last column",
            fmt::format(
                "{} there (whole numbers {:g} to {:g}), and {}: give --label "
                "first, or --label last",
                found.size() == 1 ? "one class" : fmt::format("{} different numbers", found.size()),
                labels.minCoeff(), labels.maxCoeff(), first_column_hint(first)));
    }
    constexpr Index looked_at = 1000;
    const auto table = grid.matrix().topRows(std::min<Index>(looked_at, labels.size()));
    Index alike = 0;
    for (Index j = 1; j < table.cols(); ++j) {
        alike += look_at(table.col(j)).looks_so ? 1 : 0;
    }
    if (table.cols() > 1 && 2 * alike < table.cols() - 1) {
        notes.push_back(
            fmt::format("{}: labels were read from the last column ({} classes), but {} "
                        "too: --label first reads them there.",
                        where, found.size(), first_column_hint(first)));
    }
}

LabelColumn column_of(const std::string& label) {
    return label.empty() || label == "last" ? LabelColumn::Last
           : label == "first"               ? LabelColumn::First
                                            : LabelColumn::Named;
}

}  // namespace

CsvDataset read_csv_dataset(const std::filesystem::path& path, const CsvFormat& format,
                            const std::string& label) {
    const std::string where = path.string();
    Grid grid = parse_grid(
        read_file(path), where,
        {.format = format, .labels = column_of(label), .label_name = label, .take_header = true});
    CsvDataset result;
    result.notes = std::move(grid.notes);
    Dataset& data = result.data;
    data.name = path.filename().string();
    data.scaling = "none";
    data.labels.resize(static_cast<Index>(grid.rows));
    const bool has_inputs = grid.rows > 0 && grid.columns > 0;
    const LabelLook first =
        label.empty() && has_inputs ? look_at(grid.matrix().col(0)) : LabelLook{};
    const std::string hint =
        first.looks_so ? fmt::format(" ({}: --label first)", first_column_hint(first)) : "";
    const std::optional<Vector> numbers = numbers_of(grid, where);
    if (numbers) {
        take_numbers(grid, *numbers, where, hint, data);
        check_label_column(grid, *numbers, first, where, result.notes);
    } else {
        take_names(grid, where, hint, data, result.notes);
    }
    if (has_inputs && grid.rows >= enough_samples) {
        note_strange_lines(grid, numbers, format, where, result.notes);
    }
    data.inputs = grid.matrix().transpose().cast<float>();
    validate(data);
    return result;
}

}  // namespace resdyn
