// resdyn bifurcations --checkpoints: the equilibria of a network while it learns.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include <resdyn/core/error.hpp>
#include <resdyn/learning/checkpoint.hpp>

#include "bifurcations.hpp"
#include "deliver.hpp"
#include "figures/bifurcation_figures.hpp"
#include "results/bifurcation_results.hpp"
#include "results/bifurcation_text.hpp"
#include "results/results.hpp"
#include "results/training_record.hpp"

namespace resdyn::cli {

namespace {

struct Run {
    std::vector<EpochSystem> systems;
    std::vector<EpochRecord> record;  ///< lines of the epochs in `systems`.
    std::vector<std::filesystem::path> files;
};

Run load_run(const std::string& folder) {
    if (!std::filesystem::is_directory(folder)) {
        reject_input(folder, "a folder of checkpoints (resdyn train --keep-checkpoints)",
                     std::filesystem::exists(folder) ? "a file" : "nothing there");
    }
    Run run;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        if (entry.path().extension() == ".safetensors") {
            run.files.push_back(entry.path());
        }
    }
    std::sort(run.files.begin(), run.files.end());
    if (run.files.size() < 2) {
        reject_input(folder, "at least two checkpoints (resdyn train --keep-checkpoints)",
                     fmt::format("{}", run.files.size()));
    }
    std::map<std::string, std::string> identity;
    std::map<Index, std::pair<ResidualSystem, EpochRecord>> by_epoch;
    for (const std::filesystem::path& file : run.files) {
        const Checkpoint checkpoint = load_checkpoint(file);
        if (identity.empty()) {
            identity = checkpoint.identity;
        }
        for (const auto& [key, value] : identity) {
            const auto found = checkpoint.identity.find(key);
            const std::string theirs = found == checkpoint.identity.end() ? "none" : found->second;
            if (theirs != value) {
                reject_input(file.string() + ", " + key,
                             fmt::format("{}, as in {} (checkpoints of one run)", value,
                                         run.files.front().string()),
                             theirs);
            }
        }
        const Network network = network_of(checkpoint, file.string());
        const auto* residual = std::get_if<ResidualNetwork>(&network);
        if (residual == nullptr) {
            reject_input(file.string(), "a residual network", "a perceptron");
        }
        if (!residual->has_shared_weights()) {
            reject_input(file.string(), "weights shared by all layers",
                         fmt::format("{} different layers", residual->blocks.size()));
        }
        if (!is_bounded(residual->activation)) {
            reject_input(file.string(), "logistic or tanh", to_string(residual->activation));
        }
        by_epoch.emplace(checkpoint.epoch,
                         std::pair{residual_system(*residual), checkpoint.record.back()});
    }
    for (auto& [epoch, found] : by_epoch) {
        run.systems.push_back({epoch, std::move(found.first)});
        run.record.push_back(found.second);
    }
    return run;
}

}  // namespace

int run_checkpoints(const BifurcationVerbOptions& options) {
    if (!(options.source.model.empty() && options.source.weights.empty() &&
          options.source.system.empty())) {
        reject_argument("--checkpoints", "no network beside it",
                        "MODEL, --weights or --system too");
    }
    const Run run = load_run(options.checkpoints);
    PatternHistory history;
    {
        Progress progress("checkpoints", static_cast<double>(run.systems.size()),
                          options.common.progress());
        history = pattern_history(run.systems,
                                  {.seed = options.common.seed,
                                   .threads = options.common.threads,
                                   .on_progress = [&](double done) { progress.update(done); }});
    }
    const ResidualSystem& system = run.systems.front().system;
    Inputs inputs;
    for (const std::filesystem::path& file : run.files) {
        inputs.add(file);
    }
    Findings findings;
    findings.json = head_of(system);
    findings.json.update(to_json(history));
    findings.files = {{"patterns.csv", history_table(history).text()},
                      {"changes.csv", change_table(history).text()},
                      {"epochs.csv", epoch_table(history, run.record).text()}};
    findings.figures = figures::pattern_history_figures(history, run.record);
    findings.summary = [&] {
        fmt::print("{}: {} checkpoints, {}, N = {}, h = {}\n", options.checkpoints,
                   run.systems.size(), to_string(system.activation()), system.dimension(),
                   system.step());
        fmt::print("{}", history_text(history, run.record));
    };
    return deliver(std::move(findings), options.common, make_provenance(options.common, inputs));
}

}  // namespace resdyn::cli
