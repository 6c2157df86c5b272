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

#include "command_words.hpp"
#include "common.hpp"
#include "inputs.hpp"
#include "merge.hpp"
#include "terminal.hpp"

namespace {

using namespace resdyn::cli;

int complain(int code, std::string message) {
    for (char& c : message) {
        c = c == '\n' ? ' ' : c;  // one line, always
    }
    fmt::print(stderr, "resdyn: {}\n", message);
    return code;
}

/// One run of the program; `command` is what results say of it.
int run(const std::vector<std::string>& words, const std::string& command) {
    App program("resdyn: the residual dynamics of residual networks");
    program.set_version_flag("resdyn " RESDYN_VERSION);
    program.footer(
        "Each verb has its own --help with an example: resdyn equilibria --help\n\nWords:\n" +
        resdyn::glossary_text());
    const std::vector<Verb> verbs = {
        add_train(program, command),          add_info(program, command),
        add_analyze(program, command),        add_trajectory(program, command),
        add_equilibria(program, command),     add_interactions(program, command),
        add_spectrum(program, command),       add_transient(program, command),
        add_bifurcations(program, command),   add_portrait(program, command),
        add_basins(program, command),         add_perturb(program, command),
        add_depth(program, command),          add_reduce(program, command),
        add_validate(program, command),       add_merge(program, run),
        add_discretisation(program, command),
    };
    std::vector<const char*> arguments = {"resdyn"};
    for (const std::string& word : words) {
        arguments.push_back(word.c_str());
    }
    try {
        if (!program.parse(static_cast<int>(arguments.size()), arguments.data())) {
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

}  // namespace

int main(int argc, char** argv) {
    const Terminal terminal;
    const std::vector<std::string> words(argv + std::min(1, argc), argv + argc);
    return run(words, command_of(words));
}
