/// @file
/// How the numbers of a text stand apart: recognised from all of it.
#pragma once

#include <string_view>
#include <vector>

namespace resdyn {

enum class Separator { Comma, Semicolon, Tab, Blanks };

struct CsvLayout {
    Separator separator = Separator::Comma;
    char mark = '.';        ///< of decimals.
    bool has_mark = false;  ///< some number may have decimals.
    char line_end = '\n';   ///< '\r' where no line ends otherwise.
};

/// The layout of a text in UTF-8. A semicolon separates wherever there is one, then a tab that
/// stands between two cells, then a comma, then blanks between numbers; commas are decimal where
/// semicolons or tabs separate and there is no point. A first line of names is not looked at.
CsvLayout recognise_layout(std::string_view text);

/// Takes the first line off a text, without its end and the blanks around it.
std::string_view take_line(std::string_view& text, const CsvLayout& layout);

/// The cells of a line without the blanks around them; at least one. `cells` is what is filled.
void split_line(std::string_view line, const CsvLayout& layout,
                std::vector<std::string_view>& cells);

std::string_view without_blanks(std::string_view text);

}  // namespace resdyn
