#include "csv_layout.hpp"

#include <algorithm>

namespace resdyn {

namespace {

constexpr std::string_view blanks = " \t\r";

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/// What may begin a number; '\xe2' begins the minus sign U+2212.
bool may_begin_number(char c) {
    return is_digit(c) || c == '+' || c == '-' || c == '.' || c == '\xe2';
}

bool may_end_number(char c) {
    return is_digit(c) || c == '.';
}

bool is_cell(char c) {
    return blanks.find(c) == std::string_view::npos && c != '\n' && c != ',' && c != ';';
}

/// What stands between the cells of a text, and in them.
struct Census {
    bool semicolon = false;
    bool tab_between = false;    ///< between two cells that no comma parts.
    bool blank_between = false;  ///< between two numbers.
    bool comma = false;
    bool comma_apart = false;  ///< a comma that has not a digit on both sides.
    bool point = false;
};

Census take_census(std::string_view text) {
    Census census;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        const char before = i > 0 ? text[i - 1] : '\n';
        const char after = i + 1 < text.size() ? text[i + 1] : '\n';
        census.semicolon = census.semicolon || c == ';';
        census.point = census.point || c == '.';
        if (c == ',') {
            census.comma = true;
            census.comma_apart = census.comma_apart || !(is_digit(before) && is_digit(after));
        }
        if (c != ' ' && c != '\t') {
            continue;
        }
        std::size_t end = i;
        bool has_tab = false;
        while (end < text.size() && (text[end] == ' ' || text[end] == '\t')) {
            has_tab = has_tab || text[end] == '\t';
            ++end;
        }
        const char next = end < text.size() ? text[end] : '\n';
        if (has_tab) {
            census.tab_between = census.tab_between || (is_cell(before) && is_cell(next));
        } else {
            census.blank_between =
                census.blank_between || (may_end_number(before) && may_begin_number(next));
        }
        i = end - 1;
    }
    return census;
}

/// Whether a line may consist of numbers alone.
bool may_be_numbers(std::string_view line) {
    return line.find_first_not_of("0123456789+-.,;eE \t\r\"\xe2\x88\x92") == std::string_view::npos;
}

/// Where the first cell of a line ends: separators between its quotes are part of it.
std::size_t cell_end(std::string_view line, char separator) {
    const std::size_t opening = line.find_first_not_of(blanks);
    if (opening == std::string_view::npos || line[opening] != '"') {
        return line.find(separator);
    }
    const std::size_t closing = line.find('"', opening + 1);
    return line.find(separator, closing == std::string_view::npos ? 0 : closing);
}

}  // namespace

std::string_view without_blanks(std::string_view text) {
    const std::size_t first = text.find_first_not_of(blanks);
    if (first == std::string_view::npos) {
        return {};
    }
    return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

CsvLayout recognise_layout(std::string_view text) {
    CsvLayout layout;
    const bool has_line_feed = text.find('\n') != std::string_view::npos;
    layout.line_end = has_line_feed || text.find('\r') == std::string_view::npos ? '\n' : '\r';
    const std::size_t end = std::min(text.find(layout.line_end), text.size());
    const std::string_view rest = text.substr(std::min(end + 1, text.size()));
    const bool has_more = rest.find_first_not_of(" \t\r\n") != std::string_view::npos;
    const Census census =
        take_census(has_more && !may_be_numbers(text.substr(0, end)) ? rest : text);
    const bool decimal_commas = census.comma && !census.comma_apart && !census.point;
    if (census.semicolon) {
        layout.separator = Separator::Semicolon;
        layout.mark = decimal_commas ? ',' : '.';
    } else if (census.tab_between && (!census.comma || decimal_commas)) {
        const bool any_blank = census.blank_between && !census.comma;
        layout.separator = any_blank ? Separator::Blanks : Separator::Tab;
        layout.mark = decimal_commas ? ',' : '.';
    } else if (!census.comma && (census.blank_between || census.tab_between)) {
        layout.separator = Separator::Blanks;
    }
    layout.has_mark = layout.mark == ',' || census.point;
    return layout;
}

std::string_view take_line(std::string_view& text, const CsvLayout& layout) {
    const std::size_t end = std::min(text.find(layout.line_end), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (layout.separator == Separator::Tab) {
        // A tab at either end has an empty cell beside it.
        line.remove_suffix(line.ends_with('\r') ? 1 : 0);
        return line;
    }
    return without_blanks(line);
}

void split_line(std::string_view line, const CsvLayout& layout,
                std::vector<std::string_view>& cells) {
    cells.clear();
    if (layout.separator == Separator::Blanks) {
        while (!(line = without_blanks(line)).empty()) {
            const std::size_t end = std::min(line.find_first_of(blanks), line.size());
            cells.push_back(line.substr(0, end));
            line.remove_prefix(end);
        }
        return;
    }
    const char separator = layout.separator == Separator::Semicolon ? ';'
                           : layout.separator == Separator::Tab     ? '\t'
                                                                    : ',';
    for (bool more = true; more;) {
        const std::size_t end = cell_end(line, separator);
        more = end != std::string_view::npos;
        cells.push_back(without_blanks(line.substr(0, end)));
        line.remove_prefix(more ? end + 1 : line.size());
    }
}

}  // namespace resdyn
