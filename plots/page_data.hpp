/// @file
/// JSON inside a page.
#pragma once

#include <string>

namespace resdyn::plots {

/// JSON that may stand inside a <script> element: every "<" as an escape, so that no end tag or
/// comment can begin in it.
inline std::string script_safe(const std::string& json) {
    std::string result;
    result.reserve(json.size());
    for (const char c : json) {
        if (c == '<') {
            result += "\\u003c";
        } else {
            result += c;
        }
    }
    return result;
}

}  // namespace resdyn::plots
