// The program: parses, runs one verb, and turns what was thrown into the exit codes of the design.
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <new>
#include <regex>
#include <string>
#include <vector>

#include <resdyn/core/error.hpp>
#include <resdyn/core/suggestion.hpp>
#include <resdyn/results/glossary.hpp>

#include "common.hpp"
#include "inputs.hpp"
#include "terminal.hpp"

namespace {

using namespace resdyn::cli;

/// The command line as a shell would take it again.
std::string quoted_command(int argc, char** argv) {
    std::string command = "resdyn";
    for (int i = 1; i < argc; ++i) {
        const std::string word = argv[i];
        const bool plain = !word.empty() && word.find_first_not_of(
                                                "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTU"
                                                "VWXYZ0123456789_-./=,:+@%") == std::string::npos;
        if (plain) {
            command += " " + word;
            continue;
        }
        std::string quoted;
        for (const char c : word) {
            quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
        }
        command += " '" + quoted + "'";
    }
    return command;
}

int complain(int code, std::string message) {
    for (char& c : message) {
        c = c == '\n' ? ' ' : c;  // one line, always
    }
    fmt::print(stderr, "resdyn: {}\n", message);
    return code;
}

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

/// A word that is no option, or no verb, of this program.
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
                           resdyn::did_you_mean(name, names));
    }
    if (verb != nullptr) {
        return fmt::format("{}: expected options only from here on, got {}", who, word);
    }
    std::vector<std::string> names;
    for (const CLI::App* one : program.get_subcommands({})) {
        names.push_back(one->get_name());
    }
    return fmt::format("{}: expected a verb, got none of this name{}", word,
                       resdyn::did_you_mean(word, names));
}

/// What CLI11 says of a value, in this program's words: "--only: expected a whole number, got x".
std::string said_of_value(const CLI::App& program, const std::string& text) {
    static const std::regex conversion("Could not convert: (\\S+) = (.*)");
    static const std::regex range("(\\S+): Value (.*) not in range (\\S+) to (\\S+)");
    static const std::regex member("(\\S+): (.*) not in \\{(.*)\\}");
    std::smatch found;
    if (std::regex_match(text, found, conversion)) {
        return fmt::format("{}: expected {}, got {}", found[1].str(),
                           expected_of(program, found[1]), found[2].str());
    }
    if (std::regex_match(text, found, range)) {
        return fmt::format("{}: expected {} from {} to {}, got {}", found[1].str(),
                           expected_of(program, found[1]), found[3].str(), found[4].str(),
                           found[2].str());
    }
    if (std::regex_match(text, found, member)) {
        const std::string list = found[3].str();
        const std::regex comma(",");
        const std::vector<std::string> names(
            std::sregex_token_iterator(list.begin(), list.end(), comma, -1), {});
        return fmt::format("{}: expected one of {}, got {}{}", found[1].str(),
                           std::regex_replace(list, comma, ", "), found[2].str(),
                           resdyn::did_you_mean(found[2].str(), names));
    }
    return text;
}

/// "(see resdyn VERB --help)", of the verb at hand.
std::string see_help(const CLI::App& program) {
    const CLI::App* verb = named_verb(program);
    return fmt::format(" (see resdyn {}--help)",
                       verb == nullptr ? std::string() : verb->get_name() + " ");
}

/// A refusal that names an option is answered by the help of its verb.
std::string with_help(const CLI::App& program, const std::string& message) {
    return message.starts_with("--") ? message + see_help(program) : message;
}

/// A field of the library's options, "learning rate" or "rel_tol", by the verb's option that sets
/// it: "--learning-rate".
std::string by_option(const CLI::App& program, const std::string& message) {
    const std::size_t end = message.find(':');
    const CLI::App* verb = named_verb(program);
    if (verb == nullptr || end == std::string::npos) {
        return message;
    }
    std::string name = "--" + message.substr(0, end);
    std::replace_if(
        name.begin(), name.end(), [](char c) { return c == ' ' || c == '_'; }, '-');
    return verb->get_option_no_throw(name) != nullptr ? name + message.substr(end) : message;
}

}  // namespace

int main(int argc, char** argv) {
    const Terminal terminal;
    CLI::App program{"resdyn: the residual dynamics of residual networks"};
    program.set_version_flag("--version", "resdyn " RESDYN_VERSION);
    program.require_subcommand(0, 1);
    program.footer(
        "Each verb has its own --help with an example: resdyn equilibria --help\n\nWords:\n" +
        resdyn::glossary_text());
    const std::string command = quoted_command(argc, argv);
    const std::vector<Verb> verbs = {
        add_train(program, command),        add_info(program, command),
        add_analyze(program, command),      add_trajectory(program, command),
        add_equilibria(program, command),   add_interactions(program, command),
        add_spectrum(program, command),     add_transient(program, command),
        add_bifurcations(program, command), add_portrait(program, command),
        add_basins(program, command),       add_perturb(program, command),
        add_depth(program, command),        add_validate(program, command),
    };
    try {
        program.parse(argc, argv);
        for (const Verb& verb : verbs) {
            if (verb.app->parsed()) {
                const int code = verb.run();
                resdyn::cli::say_notes();
                return code;
            }
        }
        fmt::print("{}", program.help());
        return Done;
    } catch (const CLI::CallForHelp&) {
        fmt::print("{}", program.help());
        return Done;
    } catch (const CLI::Success& success) {
        fmt::print("{}\n", success.what());  // --version
        return Done;
    } catch (const CLI::ExtrasError&) {
        return complain(BadInput, said_of_extra(program) + see_help(program));
    } catch (const CLI::ParseError& error) {
        return complain(BadInput, said_of_value(program, error.what()) + see_help(program));
    } catch (const resdyn::ResourceError& error) {
        return complain(ResourceFailure, error.what());
    } catch (const std::invalid_argument& error) {
        return complain(BadInput, with_help(program, by_option(program, error.what())));
    } catch (const std::filesystem::filesystem_error& error) {
        return complain(ResourceFailure, error.what());
    } catch (const std::bad_alloc&) {
        return complain(ResourceFailure, "expected enough memory, got none left");
    } catch (const std::exception& error) {
        return complain(ResourceFailure, error.what());
    }
}
