#include "suggestion.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include <resdyn/core/error.hpp>

namespace resdyn {

namespace {

std::string lower(std::string_view text) {
    std::string result(text);
    std::transform(result.begin(), result.end(), result.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return result;
}

/// Restricted Damerau-Levenshtein distance.
std::size_t distance(std::string_view a, std::string_view b) {
    std::vector<std::vector<std::size_t>> d(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
    for (std::size_t i = 0; i <= a.size(); ++i) {
        d[i][0] = i;
    }
    for (std::size_t j = 0; j <= b.size(); ++j) {
        d[0][j] = j;
    }
    for (std::size_t i = 1; i <= a.size(); ++i) {
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t replaced = d[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
            d[i][j] = std::min({d[i - 1][j] + 1, d[i][j - 1] + 1, replaced});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
                d[i][j] = std::min(d[i][j], d[i - 2][j - 2] + 1);
            }
        }
    }
    return d[a.size()][b.size()];
}

/// The names of "one of a, b or c".
std::vector<std::string> names_in(std::string_view text) {
    std::vector<std::string> names;
    std::string word;
    const auto end_word = [&] {
        if (!word.empty() && word != "or" && word != "one" && word != "of") {
            names.push_back(word);
        }
        word.clear();
    };
    for (const char c : text) {
        if (c == ' ' || c == ',') {
            end_word();
        } else {
            word += c;
        }
    }
    end_word();
    return names;
}

}  // namespace

std::string nearest_name(std::string_view word, const std::vector<std::string>& names) {
    constexpr std::size_t longest = 64;  // what is longer is no mistyped name
    if (word.empty() || word.size() > longest) {
        return {};
    }
    const std::string meant = lower(word);
    std::string nearest;
    std::size_t least = std::max<std::size_t>(1, meant.size() / 3) + 1;
    for (const std::string& name : names) {
        const std::size_t edits = distance(meant, lower(name));
        if (edits < least) {
            least = edits;
            nearest = name;
        }
    }
    if (!nearest.empty()) {
        return nearest;
    }
    const auto begins = [&meant](const std::string& name) {
        return lower(name).starts_with(meant);
    };
    const auto found = std::find_if(names.begin(), names.end(), begins);
    return std::count_if(names.begin(), names.end(), begins) == 1 ? *found : std::string();
}

std::string did_you_mean(std::string_view word, const std::vector<std::string>& names) {
    const std::string nearest = nearest_name(word, names);
    return nearest.empty() ? nearest : fmt::format("; did you mean {}?", nearest);
}

void reject_name(std::string_view where, std::string_view names, std::string_view got) {
    reject_input(where, names, fmt::format("{}{}", got, did_you_mean(got, names_in(names))));
}

}  // namespace resdyn
