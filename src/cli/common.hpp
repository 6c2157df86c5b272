/// @file
/// What every verb of the program shares: the common options, the way a verb is added, and the
/// exit codes. A verb file parses and prints; the work is the library's.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include <resdyn/settling/settle.hpp>

#include "command_line.hpp"
#include "core/progress.hpp"
#include "formats/output_folder.hpp"
#include "inputs.hpp"
#include "results/results.hpp"

namespace resdyn::cli {

enum ExitCode : int {
    Done = 0,
    CheckFailed = 1,      ///< the analysis ran and a claim or check failed.
    BadInput = 2,         ///< bad input or usage.
    ResourceFailure = 3,  ///< the environment failed.
};

/// Options that every verb takes.
struct CommonOptions {
    std::uint64_t seed = 1;
    int threads = 0;
    std::string out;  ///< folder for results.
    bool json = false;
    bool quiet = false;
    bool figures = true;
    std::vector<std::string> formats = {"svg"};  ///< of pictures: svg, pdf, png.
    std::string verb;                            ///< whose results the folder holds.
    std::string command;                         ///< the command line as typed, for provenance.
    bool write_files = true;  ///< false: --json alone, of a verb that then writes no file.

    ProgressMode progress() const { return quiet ? ProgressMode::Quiet : ProgressMode::Automatic; }
};

/// A verb's sub-command and what it does; `run` returns an exit code and may throw.
struct Verb {
    App* app = nullptr;
    std::function<int()> run;
};

/// Which of the common options a verb has beyond --seed, --threads and --quiet.
struct CommonTraits {
    bool out = true;
    bool json = true;
    bool figures = false;
    bool json_alone = false;  ///< --json without --out writes no file.
};

/// Adds the common options to a verb; with figures, --no-figures and --format. `--out` defaults to
/// resdyn-out/VERB; a folder that holds another verb's results, or that
/// cannot be written, is refused before any work.
void add_common_options(App& verb, CommonOptions& options, const CommonTraits& traits = {});

/// Who made a result, from what.
Provenance make_provenance(const CommonOptions& options, const Inputs& inputs = Inputs());

/// "; the one trained last: FILE" where `resdyn train` has left a model in a folder here or in
/// resdyn-out, for the refusal of a verb that needs one; else nothing.
std::string trained_here();

/// --settle-tol, for every verb that follows starts to rest.
void add_settle_options(App& verb, SettleOptions& options);

Verb add_train(App& program, const std::string& command);
Verb add_import(App& program, const std::string& command);
Verb add_info(App& program, const std::string& command);
Verb add_analyze(App& program, const std::string& command);
Verb add_trajectory(App& program, const std::string& command);
Verb add_equilibria(App& program, const std::string& command);
Verb add_explore(App& program, const std::string& command);
Verb add_interactions(App& program, const std::string& command);
Verb add_spectrum(App& program, const std::string& command);
Verb add_bifurcations(App& program, const std::string& command);
Verb add_discretisation(App& program, const std::string& command);
Verb add_transient(App& program, const std::string& command);
Verb add_depth(App& program, const std::string& command);
Verb add_perturb(App& program, const std::string& command);
Verb add_reduce(App& program, const std::string& command);
Verb add_validate(App& program, const std::string& command);
Verb add_portrait(App& program, const std::string& command);
Verb add_basins(App& program, const std::string& command);
Verb add_cycles(App& program, const std::string& command);

}  // namespace resdyn::cli
