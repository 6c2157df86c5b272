// The program: parses, runs one verb, and turns what was thrown into the exit codes of the design.
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <new>
#include <string>
#include <vector>

#include <resdyn/core/error.hpp>
#include <resdyn/core/interrupt.hpp>
#include <resdyn/data/dataset.hpp>
#include <resdyn/model/systems.hpp>

#include "command_description.hpp"
#include "command_words.hpp"
#include "common.hpp"
#include "inputs.hpp"
#include "manual_page.hpp"
#include "merge.hpp"
#include "results/glossary.hpp"
#include "shell_completion.hpp"
#include "terminal.hpp"
#include "world.hpp"

namespace {

using namespace resdyn::cli;
using resdyn::InterruptScope;
using resdyn::Ranks;

/// A rank above 0 leaves it to rank 0 to say.
int complain(int code, std::string message) {
    if (is_helper()) {
        ranks_of_run()->report_failure(code == BadInput, message);
        return code;
    }
    for (char& c : message) {
        c = c == '\n' ? ' ' : c;  // one line, always
    }
    fmt::print(stderr, "resdyn: {}\n", message);
    return code;
}

/// What options of these names take beside files and other values.
SuggestedWords suggested_words() {
    SuggestedWords words;
    for (const resdyn::NamedSystem& system : resdyn::named_systems()) {
        words["--system"].push_back(system.name);
    }
    for (const resdyn::Activation activation : resdyn::all_activations) {
        words["--activation"].emplace_back(to_string(activation));
    }
    for (std::size_t begin = 0; begin < resdyn::builtin_dataset_names.size();) {
        const std::size_t end = std::min(resdyn::builtin_dataset_names.find_first_of(", ", begin),
                                         resdyn::builtin_dataset_names.size());
        const std::string name(resdyn::builtin_dataset_names.substr(begin, end - begin));
        if (resdyn::is_builtin_dataset(name)) {
            words["--data"].push_back(name);
        }
        begin = end + 1;
    }
    words["--completion"] = {"bash", "zsh", "fish"};
    return words;
}

/// What is made of the options themselves, for the shell and for man.
void add_shell_options(App& program) {
    program.set_text_option(
        "--completion", "SHELL", "Print the completion of this command line for bash, zsh or fish",
        [&program](const std::string& shell) {
            return completion_script(shell, program.describe(), suggested_words());
        });
    program.set_text_option(
        "--manual-page", "", "Print the manual page, for man",
        [&program](const std::string&) { return manual_page(program.describe(), RESDYN_VERSION); });
}

/// One run of the program; `command` is what results say of it.
int run(const std::vector<std::string>& words, const std::string& command) {
    App program("resdyn: the residual dynamics of residual networks");
    program.set_version_flag("resdyn " RESDYN_VERSION);
    add_shell_options(program);
    program.footer(
        "Each verb has its own --help with an example: resdyn equilibria --help\n\nWords:\n" +
        resdyn::glossary_text());
    const std::vector<Verb> verbs = {
        add_train(program, command),
        add_info(program, command),
        add_analyze(program, command),
        add_trajectory(program, command),
        add_equilibria(program, command),
        add_interactions(program, command),
        add_spectrum(program, command),
        add_transient(program, command),
        add_bifurcations(program, command),
        add_portrait(program, command),
        add_basins(program, command),
        add_perturb(program, command),
        add_depth(program, command),
        add_reduce(program, command),
        add_explore(program, command),
        add_validate(program, command),
        add_merge(program, run),
        add_discretisation(program, command),
        add_import(program, command),
        add_cycles(program, command),
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

/// Rank 0 of several.
int lead(Ranks& ranks, const std::vector<std::string>& words, const std::string& command) {
    int code = Done;
    try {
        ranks.introduce(RESDYN_VERSION, command);
        code = run(words, command);
    } catch (const std::invalid_argument& error) {
        code = complain(BadInput, error.what());
    } catch (const std::exception& error) {
        code = complain(ResourceFailure, error.what());
    }
    const bool quiet = std::find(words.begin(), words.end(), "--quiet") != words.end();
    if (ranks.jobs() == 0 && (code == Done || code == CheckFailed) && !quiet) {
        fmt::print(stderr,
                   "resdyn: note: rank 0 did all of it alone: there was no task for others\n");
    }
    ranks.dismiss();
    return code;
}

/// A rank above 0: runs what rank 0 opens up to the farm, whose tasks it does. A request to stop is
/// met there.
int help(Ranks& ranks, const std::vector<std::string>& words, const std::string& command) {
    const InterruptScope interrupts;
    ranks.introduce(RESDYN_VERSION, command);
    while (ranks.await_job()) {
        run(words, command);
    }
    return Done;
}

}  // namespace

int main(int argc, char** argv) {
    const Terminal terminal;
    const std::vector<std::string> words(argv + std::min(1, argc), argv + argc);
    const std::string command = command_of(words);
    const World world;
    if (Ranks* ranks = ranks_of_run()) {
        return ranks->leads() ? lead(*ranks, words, command) : help(*ranks, words, command);
    }
    try {
        check_launcher(words);
    } catch (const resdyn::ResourceError& error) {
        return complain(ResourceFailure, error.what());
    }
    return run(words, command);
}
