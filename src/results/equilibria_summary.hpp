/// @file
/// The words of a study of equilibria, part by part, each appended to `out`.
#pragma once

#include <fmt/format.h>

#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "equilibria_results.hpp"
#include "results.hpp"

namespace resdyn {

using TextEnd = std::back_insert_iterator<std::string>;

template <typename... T>
void say(TextEnd out, fmt::format_string<T...> form, T&&... parts) {
    fmt::format_to(out, form, std::forward<T>(parts)...);
}

/// What stands beside a list, as the writers take it; refers to `verdicts`.
VerdictNotes notes_of(const ListedVerdicts& verdicts);

void tell_settled(TextEnd out, const SettledAnswer& answer);
void tell_roots(TextEnd out, const RootAnswer& answer);

/// Starts that all fail say nothing about what exists: what else to run. Empty where some came to
/// rest.
std::vector<std::string> next_steps(const SettledAnswer& answer);

}  // namespace resdyn
