/// @file
/// Pages that script/explorer builds, which the program fills where they lie beside it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace resdyn::cli {

/// The text of the page `name` as an installation has it (share/resdyn) or a build beside its own
/// folder (build/explorer); none where there is no file of that name with `mark` in it.
std::optional<std::string> built_page(std::string_view name, std::string_view mark);

/// As built_page, of the file `path`.
std::optional<std::string> page_at(const std::string& path, std::string_view mark);

}  // namespace resdyn::cli
