#include "csv_grid.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include <resdyn/core/error.hpp>

#include "counting.hpp"
#include "decimal_number.hpp"
#include "file_kind.hpp"
#include "utf8.hpp"

namespace resdyn {

namespace {

using Cells = std::vector<std::string_view>;

std::string_view unquoted(std::string_view cell) {
    const bool quoted = cell.size() >= 2 && cell.front() == '"' && cell.back() == '"';
    return quoted ? cell.substr(1, cell.size() - 2) : cell;
}

bool is_number(std::string_view cell, char mark) {
    return parse_decimal(cell, mark).kind != NumberKind::NotANumber;
}

/// How many cells a line has before the empty ones at its end.
std::size_t filled(const Cells& cells) {
    const auto last =
        std::find_if(cells.rbegin(), cells.rend(), [](std::string_view c) { return !c.empty(); });
    return static_cast<std::size_t>(cells.rend() - last);
}

/// Whether the cells from the second on count, as pandas names columns.
bool counts_columns(const Cells& cells, std::size_t used) {
    Vector numbers(static_cast<Index>(used) - 1);
    for (std::size_t i = 1; i < used; ++i) {
        const DecimalNumber number = parse_decimal(cells[i]);
        if (number.kind != NumberKind::Finite) {
            return false;
        }
        numbers[static_cast<Index>(i) - 1] = number.value;
    }
    return counts_up(numbers);
}

/// Whether a first line is one of names: no cell of it is a number; or the first one is empty and
/// the others count columns, as pandas writes them.
bool is_header(const Cells& cells, char mark) {
    const std::size_t used = filled(cells);
    if (used == 0) {
        return false;
    }
    const bool no_numbers =
        std::none_of(cells.begin(), cells.begin() + static_cast<long>(used),
                     [&](std::string_view c) { return is_number(c, mark) || is_number(c, ','); });
    return no_numbers || (unquoted(cells[0]).empty() && counts_columns(cells, used));
}

std::string header_shown(const Cells& cells) {
    constexpr std::size_t most = 3;
    std::string text;
    for (std::size_t i = 0; i < std::min(most, cells.size()); ++i) {
        text += fmt::format("{}{}", i > 0 ? ", " : "",
                            cells[i].empty() ? "an empty cell" : shown(unquoted(cells[i])));
    }
    return text + (cells.size() > most ? ", ..." : "");
}

class GridParser {
  public:
    GridParser(std::string_view where, const GridOptions& options, const CsvLayout& layout)
        : where_(where), options_(options) {
        grid_.layout = layout;
    }

    void read(std::string_view text) {
        bool is_first = true;
        while (!text.empty()) {
            ++line_;
            const std::string_view line = take_line(text, grid_.layout);
            if (line.starts_with('#')) {
                ++comments_;
                continue;
            }
            split_line(line, grid_.layout, cells_);
            if (filled(cells_) == 0) {
                if (text.find_first_not_of(" \t\r\n,;") == std::string_view::npos) {
                    break;  // nothing but emptiness to the end
                }
                reject_input(fmt::format("{}, line {}", where_, line_), "numbers", "an empty line");
            }
            if (is_first && take_header()) {
                is_first = false;
                continue;
            }
            is_first = false;
            take_row();
        }
    }

    Grid finish() {
        if (grid_.rows == 0) {
            reject_input(where_, "lines of numbers",
                         has_header_ ? "nothing but a header"
                                     : (comments_ > 0 ? "nothing but comments" : "an empty file"));
        }
        if (comments_ > 0) {
            note(fmt::format("{} that begin with # were skipped",
                             comments_ == 1 ? "1 line" : fmt::format("{} lines", comments_)));
        }
        if (underflows_ > 0) {
            note(fmt::format("{} too small for a double {} read as 0 ({})",
                             underflows_ == 1 ? "1 number" : fmt::format("{} numbers", underflows_),
                             underflows_ == 1 ? "was" : "were", first_underflow_));
        }
        return std::move(grid_);
    }

  private:
    void note(const std::string& text) {
        grid_.notes.push_back(fmt::format("{}: {}.", where_, text));
    }

    /// Whether the line is the header, which is kept.
    bool take_header() {
        const bool looks_so = is_header(cells_, grid_.layout.mark);
        if (!options_.format.header && options_.labels != LabelColumn::Named) {
            if (!looks_so) {
                return false;
            }
            const bool has_corner = unquoted(cells_[0]).empty();
            if (!options_.take_header) {
                reject_input(
                    fmt::format("{}, line {}", where_, line_), "numbers",
                    fmt::format("a header ({}){}", header_shown(cells_),
                                has_corner && cells_.size() > 1
                                    ? ", and column 1 looks like an index: remove both or give "
                                      "--header --index"
                                    : ": remove it or give --header"));
            }
            note(
                fmt::format("line {} is a header ({}) and no sample", line_, header_shown(cells_)));
        }
        has_header_ = true;
        header_.assign(cells_.begin(), cells_.begin() + static_cast<long>(filled(cells_)));
        for (std::string& name : header_) {
            name = unquoted(name);
        }
        return true;
    }

    /// Which column of the file the labels are in, the line having `used` cells.
    std::size_t label_index(std::size_t used) const {
        const std::size_t first = options_.format.index ? 1 : 0;
        if (options_.labels != LabelColumn::Named) {
            return options_.labels == LabelColumn::First ? first : used - 1;
        }
        const auto found = std::find(header_.begin(), header_.end(), options_.label_name);
        if (found == header_.end()) {
            reject_input("--label",
                         fmt::format("first, last or a name in the header of {}", where_),
                         shown(options_.label_name));
        }
        // A header without a name for the column of the lines' names, as R writes it.
        const std::size_t shift = header_.size() + 1 == used ? 1 : 0;
        const std::size_t column = static_cast<std::size_t>(found - header_.begin()) + shift;
        if (column >= used) {
            reject_input(
                fmt::format("{}, line {}", where_, line_),
                fmt::format("a cell for each of the {} names of the header", header_.size()),
                fmt::format("{}", used));
        }
        if (column < first) {
            reject_input("--label", "a column beside the index (--index takes the first)",
                         shown(options_.label_name));
        }
        return column;
    }

    void start(std::size_t used) {
        used_ = used;
        const std::size_t taken =
            (options_.format.index ? 1U : 0U) + (options_.labels != LabelColumn::None ? 1U : 0U);
        if (used <= taken) {
            reject_input(where_,
                         options_.labels != LabelColumn::None
                             ? "lines of at least one number and a label"
                             : "lines of at least one number beside the index",
                         fmt::format("{} column{}", used, used == 1 ? "" : "s"));
        }
        grid_.columns = used - taken;
        if (options_.labels != LabelColumn::None) {
            label_ = label_index(used);
            grid_.label_column = *label_ + 1;
        }
    }

    void take_row() {
        if (grid_.rows == 0) {
            start(filled(cells_));
        }
        const std::size_t used = filled(cells_);
        if (used > used_ || cells_.size() < used_) {
            reject_input(fmt::format("{}, line {}", where_, line_),
                         fmt::format("{} cells as in the first row", used_),
                         fmt::format("{}", std::max(used, cells_.size())));
        }
        for (std::size_t i = options_.format.index ? 1 : 0; i < used_; ++i) {
            if (i == label_) {
                grid_.labels.emplace_back(unquoted(cells_[i]));
            } else {
                grid_.values.push_back(number(i));
            }
        }
        grid_.lines.push_back(line_);
        ++grid_.rows;
    }

    double number(std::size_t column) {
        const std::string_view cell = cells_[column];
        const DecimalNumber parsed = parse_decimal(cell, grid_.layout.mark);
        if (parsed.kind == NumberKind::Underflow) {
            if (underflows_++ == 0) {
                first_underflow_ =
                    fmt::format("line {}, column {}: {}", line_, column + 1, shown(cell));
            }
        } else if (parsed.kind != NumberKind::Finite) {
            reject_input(place_in(where_, line_, column + 1), "a finite number",
                         (cell.empty() ? "an empty cell" : shown(cell)) + hint(column));
        }
        return parsed.value;
    }

    /// What may be behind a cell that is no number.
    std::string hint(std::size_t column) const {
        const std::string_view cell = cells_[column];
        const char mark = grid_.layout.mark;
        if (cell.find(',') != std::string_view::npos) {
            return " (a decimal comma? Save with decimal points)";
        }
        if (grid_.layout.separator == Separator::Comma &&
            is_number(cell.substr(0, cell.find(' ')), mark) &&
            cell.find(' ') != std::string_view::npos) {
            return " (decimal commas with blanks between the numbers? Save with decimal points)";
        }
        const bool others_are_numbers =
            column == 0 && used_ > 1 &&
            std::all_of(cells_.begin() + 1, cells_.begin() + static_cast<long>(used_),
                        [&](std::string_view c) { return is_number(c, mark); });
        if (others_are_numbers && parse_decimal(cell, mark).kind == NumberKind::NotANumber) {
            return " (names of the lines? Remove column 1 or give --index)";
        }
        return {};
    }

    std::string_view where_;
    const GridOptions& options_;
    Grid grid_;
    std::vector<std::string> header_;
    bool has_header_ = false;
    std::size_t line_ = 0;
    std::size_t used_ = 0;  ///< cells a row; what is beyond them is empty.
    std::optional<std::size_t> label_;
    std::size_t comments_ = 0;
    std::size_t underflows_ = 0;
    std::string first_underflow_;
    Cells cells_;
};

}  // namespace

std::string place_in(std::string_view where, std::size_t line, std::size_t column) {
    return fmt::format("{}, line {}, column {}", where, line, column);
}

Grid parse_grid(std::string_view text, std::string_view where, const GridOptions& options) {
    const FileNature nature = nature_of(text);
    if (nature.kind != FileKind::Text && nature.kind != FileKind::Empty) {
        reject_input(where, "a text of numbers (CSV)", nature.description);
    }
    std::string storage;
    const std::string_view readable = as_utf8(text, storage);
    GridParser parser(where, options, recognise_layout(readable));
    parser.read(readable);
    return parser.finish();
}

}  // namespace resdyn
