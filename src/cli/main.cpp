// The program: parses, runs one verb, and turns what was thrown into the exit codes of the design.
#include <fmt/format.h>

#include <cstdio>
#include <filesystem>
#include <new>
#include <regex>
#include <string>
#include <vector>

#include <resdyn/core/error.hpp>

#include "common.hpp"

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

/// What an option takes, in words, by the type that CLI11 gives it.
std::string expected_of(const CLI::App& program, const std::string& name) {
    for (const CLI::App* verb : program.get_subcommands()) {
        if (const CLI::Option* option = verb->get_option_no_throw(name)) {
            const std::string type = option->get_type_name();
            return type.starts_with("INT")     ? "a whole number"
                   : type.starts_with("UINT")  ? "a whole number from 0"
                   : type.starts_with("FLOAT") ? "a number"
                                               : type;
        }
    }
    return "a value";
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
        return fmt::format("{}: expected one of {}, got {}", found[1].str(),
                           std::regex_replace(found[3].str(), std::regex(","), ", "),
                           found[2].str());
    }
    return text;
}

}  // namespace

int main(int argc, char** argv) {
    // Line by line through a pipe too, so that who reads along sees what long work says first.
    std::setvbuf(stdout, nullptr, _IOLBF, BUFSIZ);
    CLI::App program{"resdyn: the residual dynamics of residual networks"};
    program.set_version_flag("--version", "resdyn " RESDYN_VERSION);
    program.require_subcommand(0, 1);
    program.footer("Each verb has its own --help with an example: resdyn equilibria --help");
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
                return verb.run();
            }
        }
        fmt::print("{}", program.help());
        return Done;
    } catch (const CLI::Success& success) {
        return program.exit(success);  // --help, --version
    } catch (const CLI::ParseError& error) {
        return complain(
            BadInput, fmt::format("{} (see resdyn --help)", said_of_value(program, error.what())));
    } catch (const resdyn::ResourceError& error) {
        return complain(ResourceFailure, error.what());
    } catch (const std::invalid_argument& error) {
        return complain(BadInput, error.what());
    } catch (const std::filesystem::filesystem_error& error) {
        return complain(ResourceFailure, error.what());
    } catch (const std::bad_alloc&) {
        return complain(ResourceFailure, "expected enough memory, got none left");
    } catch (const std::exception& error) {
        return complain(ResourceFailure, error.what());
    }
}
