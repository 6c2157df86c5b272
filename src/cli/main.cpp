// The program: parses, runs one verb, and turns what was thrown into the exit codes of the design.
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <new>
#include <string>
#include <vector>

#include <resdyn/core/error.hpp>
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

}  // namespace

int main(int argc, char** argv) {
    const Terminal terminal;
    App program("resdyn: the residual dynamics of residual networks");
    program.set_version_flag("resdyn " RESDYN_VERSION);
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
        add_depth(program, command),        add_reduce(program, command),
        add_validate(program, command),
    };
    try {
        if (!program.parse(argc, argv)) {
            return Done;
        }
        const auto named = std::find_if(verbs.begin(), verbs.end(),
                                        [](const Verb& verb) { return verb.app->parsed(); });
        const int code = named->run();
        say_notes();
        return code;
    } catch (const resdyn::ResourceError& error) {
        return complain(ResourceFailure, error.what());
    } catch (const std::invalid_argument& error) {
        return complain(BadInput, program.by_option(error.what()));
    } catch (const std::filesystem::filesystem_error& error) {
        return complain(ResourceFailure, error.what());
    } catch (const std::bad_alloc&) {
        return complain(ResourceFailure, "expected enough memory, got none left");
    } catch (const std::exception& error) {
        return complain(ResourceFailure, error.what());
    }
}
