// resdyn train: a labelled data set in, a network with its training record out.
#include <fmt/format.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>

#include <resdyn/core/error.hpp>
#include <resdyn/core/interrupt.hpp>

#include "choice.hpp"
#include "deliver.hpp"
#include "figures/figures.hpp"
#include "formats/input_file.hpp"
#include "formats/output_folder.hpp"
#include "formats/sha256.hpp"
#include "results/training_record.hpp"
#include "results/training_results.hpp"
#include "run_files.hpp"
#include "train_options.hpp"

namespace resdyn::cli {

namespace {

using Json = nlohmann::ordered_json;
namespace fs = std::filesystem;

constexpr const char* checkpoint_name = "checkpoint.safetensors";

/// A run as it is to be made: data, options, and the command that makes it again.
struct PlannedRun {
    TrainingData data;
    Inputs inputs;
    TrainingStudyOptions study;
    std::string repeat;
};

PlannedRun plan(const TrainVerbOptions& options) {
    TrainOptions given = options.given;
    given.seed = options.common.seed;
    PlannedRun run;
    run.inputs = Inputs(options.common.quiet || !options.says_notes);
    const LoadOptions load{
        .samples = options.samples, .seed = options.common.seed, .format = options.format};
    LoadedDataset training = load_dataset(options.data, load);
    run.inputs.add(training);
    const LoadOptions load_test{.part = DataPart::Test,
                                .seed = load.seed,
                                .format = options.format,
                                .trained_on = trained_on(training.data)};
    std::optional<LoadedDataset> loaded =
        options.test_data.empty() ? load_matching_test_set(options.data, load_test)
                                  : std::optional(load_dataset(options.test_data, load_test));
    std::optional<Dataset> test;
    if (loaded) {
        run.inputs.add(*loaded);
        test = std::move(loaded->data);
    }
    run.data = training_data(std::move(training.data), std::move(test), given, options.held_out);
    run.study.network = options.network;
    run.study.network.activation = known_activation(options.activation);
    run.study.network.kind =
        one_of("--kind", options.kind, {NetworkKind::Residual, NetworkKind::Perceptron});
    run.study.train = train_options(options, run.data.training.size());
    run.repeat = repeating_command(options, planned_shape(run.study.network, run.data.training),
                                   run.study.train);
    return run;
}

/// The state to go on from: none for a new run. Refuses to start over what could go on.
std::optional<Checkpoint> starting_point(const fs::path& path, bool resume, bool must_exist) {
    const bool exists = fs::exists(path);
    if (resume && exists) {
        return load_checkpoint(path);
    }
    if (resume && must_exist) {
        reject_input(path.string(), "the checkpoint of an interrupted run", "no such file");
    }
    if (exists) {
        reject_input(path.string(),
                     "no checkpoint of an interrupted run (go on with --resume, or remove it)",
                     "one");
    }
    return std::nullopt;
}

/// Checkpoints that an earlier run kept are no epochs of a new one.
void remove_kept_checkpoints(const fs::path& folder) {
    std::error_code ignored;
    for (const auto& entry : fs::directory_iterator(folder, ignored)) {
        const std::string name = entry.path().filename().string();
        if (name.starts_with("epoch-") && name.ends_with(".safetensors")) {
            fs::remove(entry.path(), ignored);
        }
    }
}

/// model.safetensors, training.csv, results.json and the figure of the record in `folder`.
void deliver_run(const TrainVerbOptions& options, const PlannedRun& run, const TrainingStudy& study,
                 const fs::path& folder) {
    CommonOptions common = options.common;
    common.out = folder.string();
    if (options.runs > 1) {  // all of them are told together
        common.json = false;
        common.quiet = true;
    }
    Findings findings{
        .json = to_json(study),
        .files = {{"model.safetensors", format_model(model_of(study, run.data.training, run.repeat,
                                                              run.inputs.sha256()))},
                  {"training.csv", format_training_record(study.result.record)}},
        .figures = {figures::training_figure(study.result.record)},
        .summary = [&] { fmt::print("{}", summary(study)); },
        .partial = true,
    };
    findings.json["provenance"]["repeat"] = run.repeat;
    findings.json["files"] = {"model.safetensors", "training.csv", "results.json",
                              "figures/training.csv", "figures/training.gp"};
    deliver(std::move(findings), common, make_provenance(options.common, run.inputs));
}

/// One run into `folder`. `options` has the run's seed.
TrainingStudy run_once(const TrainVerbOptions& options, const fs::path& folder, bool may_begin) {
    PlannedRun run = plan(options);
    TrainOptions& train = run.study.train;
    const fs::path checkpoint_path = folder / checkpoint_name;
    const std::optional<Checkpoint> from =
        starting_point(checkpoint_path, options.resume, !may_begin);
    train.resume = from ? &*from : nullptr;
    // An output folder that cannot be written shows now, not after the training.
    { const OutputFolder probe(folder.string(), options.common.verb); }
    if (!from) {
        remove_kept_checkpoints(folder / "checkpoints");
    }
    std::optional<Progress> progress;
    progress.emplace(options.runs > 1 ? fmt::format("training, seed {}", train.seed) : "training",
                     static_cast<double>(train.epochs), options.common.progress());
    train.on_progress = [&](const TrainProgress& now) {
        progress->update(now.done,
                         fmt::format("epoch {}/{} · loss {:.4f} · {:.0f} samples/s", now.epoch,
                                     train.epochs, now.loss, now.samples_per_second));
    };
    train.on_checkpoint = [&](const Checkpoint& state) {
        const std::string bytes = format_checkpoint(state);
        write_file_atomically(checkpoint_path, bytes);
        if (options.keep_checkpoints && state.batch == 0) {
            write_file_atomically(
                folder / "checkpoints" / fmt::format("epoch-{:06}.safetensors", state.epoch),
                bytes);
        }
    };
    train.stop_requested = [] { return interrupt_requested(); };
    TrainingStudy study = study_training(run.data, run.study);
    progress.reset();
    const TrainOutcome outcome = study.result.outcome;
    if (outcome == TrainOutcome::Interrupted) {
        fmt::print(stderr, "resdyn: {}; the same command with --resume goes on from {}\n",
                   study.result.reason, checkpoint_path.string());
        return study;
    }
    deliver_run(options, run, study, folder);
    fs::remove(checkpoint_path);
    if (study.train.epochs == 0 && !options.common.quiet) {
        fmt::print(stderr, "resdyn: --epochs 0: nothing was trained, the network is as it began\n");
    }
    if (outcome == TrainOutcome::NonFinite || outcome == TrainOutcome::Diverged) {
        fmt::print(stderr, "resdyn: training stopped, the last good network is kept: {}; {}\n",
                   study.result.reason, remedy(study));
    }
    return study;
}

ExitCode exit_code(TrainOutcome outcome) {
    switch (outcome) {
        case TrainOutcome::Finished:
        case TrainOutcome::EarlyStopped:
            return Done;
        case TrainOutcome::Interrupted:
            return ResourceFailure;
        case TrainOutcome::NonFinite:
        case TrainOutcome::Diverged:
            return CheckFailed;
    }
    return CheckFailed;
}

/// What an earlier call left of a run with the same command, if it was finished.
std::optional<TrainedRun> finished_before(const TrainVerbOptions& options, const fs::path& folder) {
    const fs::path path = folder / "results.json";
    if (!options.resume || !fs::exists(path)) {
        return std::nullopt;
    }
    const std::string repeat = plan(options).repeat;
    const Json results = Json::parse(read_file(path), nullptr, false);
    const auto theirs = results.is_discarded()
                            ? std::string("another file")
                            : results.value("/provenance/repeat"_json_pointer, std::string("none"));
    if (theirs != repeat) {
        reject_input(path.string(), repeat, theirs);
    }
    return trained_run(results, path.string());
}

/// Of several runs the one numbered k, and its folder.
std::pair<TrainVerbOptions, fs::path> run_numbered(const TrainVerbOptions& options, Index k) {
    TrainVerbOptions one = options;
    one.common.seed = options.common.seed + static_cast<std::uint64_t>(k);
    one.says_notes = k == 0;
    return {one, fs::path(options.common.out) / fmt::format("seed-{}", one.common.seed)};
}

/// All runs told together.
void deliver_runs(const TrainVerbOptions& options, std::vector<TrainedRun> runs) {
    const TrainingRuns all = compare_runs(std::move(runs));
    Findings findings{
        .json = to_json(all),
        .files = {{"runs.csv", run_table(all).text()}},
        .summary = [&] { fmt::print("{}", summary(all)); },
        .partial = true,
    };
    findings.json["files"] = {"results.json", "runs.csv"};
    deliver(std::move(findings), options.common, make_provenance(options.common));
}

int run_all(const TrainVerbOptions& options) {
    std::vector<TrainedRun> runs;
    ExitCode worst = Done;
    for (Index k = 0; k < options.runs; ++k) {
        const auto [one, folder] = run_numbered(options, k);
        if (const std::optional<TrainedRun> before = finished_before(one, folder)) {
            runs.push_back(*before);
            continue;
        }
        const TrainingStudy study = run_once(one, folder, true);
        worst = std::max(worst, exit_code(study.result.outcome));
        if (study.result.outcome == TrainOutcome::Interrupted) {
            return worst;
        }
        runs.push_back(run_of(study));
    }
    deliver_runs(options, std::move(runs));
    return worst;
}

/// A task is a run; what is kept of it is its folder.
Job runs_job(const TrainVerbOptions& options) {
    const PlannedRun first = plan(run_numbered(options, 0).first);
    std::string hashes;
    for (const auto& [file, hash] : first.inputs.sha256()) {
        hashes += hash;
    }
    const CommonOptions& common = options.common;
    return {
        .name = "train",
        .identity = {{"bytes of a task", "train 1"},
                     {"data", sha256(hashes)},
                     {"pictures", common.figures ? fmt::format("{}", fmt::join(common.formats, " "))
                                                 : std::string("none")},
                     {"run", first.repeat}},
        .tasks = options.runs,
        .tasks_per_round = 1};
}

int run_all(const TrainVerbOptions& options, Farm& farm) {
    std::vector<TrainedRun> runs;
    ExitCode worst = Done;
    FarmWork work{.threads = 1, .stop_requested = interrupt_requested};
    work.task = [&](Index k) -> std::optional<std::string> {
        const auto [one, folder] = run_numbered(options, k);
        if (!finished_before(one, folder) &&
            run_once(one, folder, true).result.outcome == TrainOutcome::Interrupted) {
            return std::nullopt;
        }
        return packed_files(folder, checkpoint_name);
    };
    work.fold = [&](Index k, std::string_view bytes) {
        const RunFiles files = unpacked_files(bytes);
        const fs::path folder = run_numbered(options, k).second;
        restore_files(files, folder, "results.json");
        const Json results = Json::parse(files.at("results.json"), nullptr, false);
        runs.push_back(trained_run(results, (folder / "results.json").string()));
        worst = std::max(worst, exit_code(runs.back().outcome));
    };
    const bool complete = farm.run(runs_job(options), work).complete();
    if (farm.is_shard()) {
        return end_shard(options.work, options.common, farm);
    }
    if (!complete) {
        return ResourceFailure;
    }
    deliver_runs(options, std::move(runs));
    if (talks(options.common)) {
        print_next_step(options.work, farm);
    }
    return worst;
}

int run(const TrainVerbOptions& options) {
    const InterruptScope interrupts;
    WorkOptions work = options.work;
    work.resume = options.resume && !work.journal.empty();
    std::optional<Farm> farm = farm_of(work, options.common);
    if (farm && options.runs < 2) {
        reject_argument("--journal", "several runs (--runs), which are its tasks",
                        "one, which goes on from its checkpoint");
    }
    if (options.runs > 1) {
        return farm ? run_all(options, *farm) : run_all(options);
    }
    return exit_code(run_once(options, options.common.out, !options.resume).result.outcome);
}

}  // namespace

Verb add_train(App& program, const std::string& command) {
    App* verb = program.add_subcommand("train",
                                       "Train a residual network or a perceptron on labelled data");
    auto options = std::make_shared<TrainVerbOptions>();
    options->common.command = command;
    add_train_options(*verb, *options);
    add_work_options(
        *verb, options->work, options->common,
        {.journal = "With --runs: folder that keeps every finished run (--resume goes on)",
         .resume = false});
    add_common_options(*verb, options->common, {.figures = true});
    verb->footer(
        "Writes model.safetensors, training.csv, results.json and figures/ into --out. Ctrl-C "
        "saves the\n"
        "whole state there (exit code 3); the same command with --resume goes on from it, to the\n"
        "same bytes.\n"
        "Example: resdyn train --data mnist/ --depth 10 --epochs 3 --out mnist-run");
    return {verb, [options] { return run(*options); }};
}

}  // namespace resdyn::cli
