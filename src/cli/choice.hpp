/// @file
/// An option whose values are names of an enumeration.
#pragma once

#include <fmt/format.h>

#include <initializer_list>
#include <string>

#include "core/suggestion.hpp"

namespace resdyn::cli {

/// The value whose to_string is `text`; throws InputError naming all of them.
template <class Value>
Value one_of(const char* option, const std::string& text, std::initializer_list<Value> values) {
    std::string names;
    for (const Value value : values) {
        if (to_string(value) == text) {
            return value;
        }
        const bool last = value == *(values.end() - 1);
        names += fmt::format("{}{}", names.empty() ? "" : (last ? " or " : ", "), to_string(value));
    }
    reject_name(option, names, text);
}

}  // namespace resdyn::cli
