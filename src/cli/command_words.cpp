#include "command_words.hpp"

#include <algorithm>

namespace resdyn::cli {

namespace {

constexpr std::string_view program_name = "resdyn";
constexpr std::string_view plain_letters =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./=,:+@%";

std::string quoted(const std::string& word) {
    if (!word.empty() && word.find_first_not_of(plain_letters) == std::string::npos) {
        return word;
    }
    std::string result = "'";
    for (const char c : word) {
        if (c == '\'') {
            result += "'\\''";
        } else {
            result += c;
        }
    }
    result += '\'';
    return result;
}

}  // namespace

std::string command_of(const std::vector<std::string>& words) {
    std::string command(program_name);
    for (const std::string& word : words) {
        command += ' ';
        command += quoted(word);
    }
    return command;
}

std::vector<std::string> words_of(const std::string& command) {
    std::vector<std::string> words;
    bool inside = false;  // quotes
    bool begun = false;   // a word
    for (std::size_t k = 0; k < command.size(); ++k) {
        const char c = command[k];
        if (c == ' ' && !inside) {
            begun = false;
            continue;
        }
        if (!begun) {
            words.emplace_back();
            begun = true;
        }
        if (c == '\'') {
            inside = !inside;
        } else if (c == '\\' && !inside && k + 1 < command.size()) {
            words.back() += command[++k];
        } else {
            words.back() += c;
        }
    }
    words.erase(words.begin(), words.begin() + std::min<std::ptrdiff_t>(1, std::ssize(words)));
    return words;
}

std::vector<std::string> without(std::vector<std::string> words,
                                 const std::vector<TakenOption>& options) {
    std::vector<std::string> kept;
    for (std::size_t k = 0; k < words.size(); ++k) {
        const std::string& word = words[k];
        const auto named = [&word](const TakenOption& option) {
            return word == option.name ||
                   (option.has_value && word.starts_with(std::string(option.name) + "="));
        };
        const auto option = std::find_if(options.begin(), options.end(), named);
        if (option == options.end()) {
            kept.push_back(word);
        } else if (option->has_value && word == option->name) {
            ++k;  // its value
        }
    }
    return kept;
}

}  // namespace resdyn::cli
