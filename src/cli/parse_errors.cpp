#include "parse_errors.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <regex>
#include <string>
#include <vector>

#include "cli11.hpp"
#include "core/suggestion.hpp"

namespace resdyn::cli {

namespace {

/// The verb that the command line names; null where it names none.
const CLI::App* named_verb(const CLI::App& program) {
    const std::vector<CLI::App*> verbs = program.get_subcommands();
    return verbs.empty() ? nullptr : verbs.front();
}

/// What an option takes, in words, by the type that CLI11 gives it.
std::string expected_of(const CLI::App& program, const std::string& name) {
    const CLI::App* verb = named_verb(program);
    if (verb == nullptr) {
        return "a value";
    }
    if (const CLI::Option* option = verb->get_option_no_throw(name)) {
        const std::string type = option->get_type_name();
        return type.starts_with("INT")     ? "a whole number"
               : type.starts_with("UINT")  ? "a whole number from 0"
               : type.starts_with("FLOAT") ? "a number"
                                           : type;
    }
    return "a value";
}

}  // namespace

std::string said_of_extra(const CLI::App& program) {
    const std::vector<std::string> words = program.remaining(true);
    const std::string word = words.empty() ? std::string() : words.front();
    const CLI::App* verb = named_verb(program);
    const CLI::App& app = verb == nullptr ? program : *verb;
    const std::string who = verb == nullptr ? "resdyn" : "resdyn " + verb->get_name();
    if (word.starts_with('-')) {
        std::vector<std::string> names;
        for (const CLI::Option* option : app.get_options()) {
            for (const std::string& name : option->get_lnames()) {
                names.push_back("--" + name);
            }
        }
        const std::string name = word.substr(0, word.find('='));
        return fmt::format("{}: expected an option of {}, got none of this name{}", name, who,
                           did_you_mean(name, names));
    }
    if (verb != nullptr) {
        return fmt::format("{}: expected options only from here on, got {}", who, word);
    }
    std::vector<std::string> names;
    for (const CLI::App* one : program.get_subcommands({})) {
        names.push_back(one->get_name());
    }
    return fmt::format("{}: expected a verb, got none of this name{}", word,
                       did_you_mean(word, names));
}

std::string said_of_value(const CLI::App& program, const std::string& text) {
    static const std::regex conversion("Could not convert: (\\S+) = (.*)");
    std::smatch found;
    if (std::regex_match(text, found, conversion)) {
        return fmt::format("{}: expected {}, got {}", found[1].str(),
                           expected_of(program, found[1]), found[2].str());
    }
    return text;
}

std::string see_help(const CLI::App& program) {
    const CLI::App* verb = named_verb(program);
    return fmt::format(" (see resdyn {}--help)",
                       verb == nullptr ? std::string() : verb->get_name() + " ");
}

namespace {

/// A refusal that names an option is answered by the help of its verb.
std::string with_help(const CLI::App& program, const std::string& message) {
    return message.starts_with("--") ? message + see_help(program) : message;
}

}  // namespace

std::string by_option_of(const CLI::App& program, const std::string& message) {
    const std::size_t end = message.find(':');
    const CLI::App* verb = named_verb(program);
    if (verb == nullptr || end == std::string::npos) {
        return with_help(program, message);
    }
    std::string name = "--" + message.substr(0, end);
    std::replace_if(
        name.begin(), name.end(), [](char c) { return c == ' ' || c == '_'; }, '-');
    return with_help(
        program, verb->get_option_no_throw(name) != nullptr ? name + message.substr(end) : message);
}

}  // namespace resdyn::cli
