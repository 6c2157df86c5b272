/// @file
/// What a refusal says: the text of an exception, and whether it is one line that holds what it
/// must.
#pragma once

#include <stdexcept>
#include <string>

namespace resdyn::test {

/// The text of the `Error` that `action` throws; a note if it throws nothing. Other exceptions pass
/// through and fail the test.
template <class Error = std::invalid_argument, class Action>
std::string refusal(Action action) {
    try {
        action();
    } catch (const Error& error) {
        return error.what();
    }
    return "(nothing was thrown)";
}

/// Whether `text` is one line that holds every part.
template <class... Parts>
bool says(const std::string& text, const Parts&... parts) {
    return text.find('\n') == std::string::npos && ((text.find(parts) != std::string::npos) && ...);
}

}  // namespace resdyn::test
