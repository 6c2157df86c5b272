// resdyn merge: what the undisturbed run would have left, of the journals of its shards. The verb
// that began them is run again with the options that it was given then; its farm folds what the
// journals hold.
#include "merge.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <utility>

#include <resdyn/core/error.hpp>
#include <resdyn/work/journal.hpp>

#include "command_words.hpp"
#include "work_options.hpp"

namespace resdyn::cli {

namespace {

struct MergeOptions {
    std::vector<std::string> journals;
    std::string out;
    int threads = 0;
    bool quiet = false;
    bool json = false;
};

/// None where it is not whole, or the file no journal, which the farm will say.
std::optional<JournalHead> head_of(const std::filesystem::path& file) {
    try {
        return journal_head({file});
    } catch (const InputError&) {
        return std::nullopt;
    }
}

/// A command without what may differ between shards and between a run and its resumption.
std::string core_of(const std::string& command) {
    return command_of(without(words_of(command), {{"--out"},
                                                  {"--threads"},
                                                  {"--quiet", false},
                                                  {"--json", false},
                                                  {"--no-figures", false}}));
}

/// The command of them all. Shards may have said it in another order, and a command may have begun
/// several jobs; but jobs of which none was begun by the words of the first are of another command.
/// What else a job's journals may differ in, its farm refuses.
std::string command_of_all(const std::vector<std::filesystem::path>& files) {
    const JournalHead first = journal_head(files);
    std::map<std::string, std::set<std::string>> commands;  ///< by job.
    std::map<std::string, std::string> places;
    for (const std::filesystem::path& file : files) {
        if (const std::optional<JournalHead> head = head_of(file)) {
            commands[head->job.name].insert(core_of(head->command));
            places.emplace(head->job.name, file.string());
        }
    }
    const std::set<std::string>& known = commands.at(first.job.name);
    for (const auto& [job, said] : commands) {
        const auto is_known = [&](const std::string& command) { return known.contains(command); };
        if (std::none_of(said.begin(), said.end(), is_known)) {
            reject_input("journals",
                         fmt::format("those of one command, {}", core_of(first.command)),
                         fmt::format("{} of {}", places.at(job), *said.begin()));
        }
    }
    return first.command;
}

int run(const MergeOptions& options, const App& app, const RunAgain& run_again) {
    const std::vector<std::filesystem::path> files =
        journals_in({options.journals.begin(), options.journals.end()});
    const std::string command = command_of_all(files);
    std::vector<std::string> words = words_of(command);
    if (words.empty()) {
        reject_input(files.front().string(), "a journal that the program began",
                     "one of a call of the library");
    }
    const auto replace = [&words](const char* option, const std::string& value) {
        words = without(std::move(words), {{option}});
        words.insert(words.end(), {option, value});
    };
    const auto add_flag = [&words](const char* flag) {
        words = without(std::move(words), {{flag, false}});
        words.emplace_back(flag);
    };
    if (app.count("--out") > 0) {
        replace("--out", options.out);
    }
    if (app.count("--threads") > 0) {
        replace("--threads", std::to_string(options.threads));
    }
    if (options.quiet) {
        add_flag("--quiet");
    }
    if (options.json) {
        add_flag("--json");
    }
    for (const std::filesystem::path& file : files) {
        words.push_back(fmt::format("{}={}", merged_option, file.string()));
    }
    return run_again(words, command);
}

}  // namespace

Verb add_merge(App& program, RunAgain run_again) {
    auto options = std::make_shared<MergeOptions>();
    App* app = program.add_subcommand(
        "merge", "The result of finished journals (--journal, --shard), as of one undisturbed run");
    app->add_option("JOURNAL", options->journals,
                    "Journals of one job, or the folders that hold them");
    app->add_option("--out", options->out, "Folder for results (default: that of the run)");
    app->add_option("--threads", options->threads,
                    "Threads (0: all processors); never changes a result")
        ->check(in_range(0, 1024))
        ->capture_default_str();
    app->add_flag("--quiet", options->quiet, "No progress, no summary: files and exit code only");
    app->add_flag("--json", options->json, "Print what results.json holds on stdout");
    app->footer(
        "Example: resdyn equilibria W.csv --method atlas --journal J --shard 0/2\n"
        "         resdyn equilibria W.csv --method atlas --journal J --shard 1/2\n"
        "         resdyn merge J\n"
        "Run it where the shards were run: their command is read again, and the files it names.\n"
        "Output: byte for byte what the command leaves without --journal and --shard.");
    return {app, [options, app, run_again = std::move(run_again)] {
                if (options->journals.empty()) {
                    reject_argument("merge", "one journal or more", "none");
                }
                return run(*options, *app, run_again);
            }};
}

}  // namespace resdyn::cli
