// resdyn train: a labelled data set in, a network with its training record out.
#include <fmt/format.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>

#include <resdyn/core/error.hpp>
#include <resdyn/core/interrupt.hpp>
#include <resdyn/formats/input_file.hpp>
#include <resdyn/formats/output_folder.hpp>

#include "labelled.hpp"
#include "train_results.hpp"

namespace resdyn::cli {

namespace {

using Json = nlohmann::ordered_json;

/// How one run ended, and what its results.json holds (null if it was interrupted).
struct RunEnd {
    TrainOutcome outcome = TrainOutcome::Finished;
    Json results;
};

/// The state to go on from: none for a new run. Refuses to start over what could go on.
std::optional<Checkpoint> starting_point(const std::filesystem::path& path, bool resume,
                                         bool must_exist) {
    const bool exists = std::filesystem::exists(path);
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
void remove_kept_checkpoints(const std::filesystem::path& folder) {
    std::error_code ignored;
    for (const auto& entry : std::filesystem::directory_iterator(folder, ignored)) {
        const std::string name = entry.path().filename().string();
        if (name.starts_with("epoch-") && name.ends_with(".safetensors")) {
            std::filesystem::remove(entry.path(), ignored);
        }
    }
}

/// What may help a run that diverged, with the values it had.
std::string remedy(const TrainOptions& train, const NetworkShape& shape) {
    std::string text = fmt::format("try --learning-rate {:.2g}", train.rate.rate / 4);
    if (train.clip == 0) {
        text += ", --clip 1";
    }
    if (shape.kind == NetworkKind::Residual) {
        text += fmt::format(", or a smaller --step (h = {:g}, T = hL = {:g})", shape.step,
                            shape.step * static_cast<double>(shape.depth));
    }
    return is_bounded(shape.activation) ? text : text + ", or a bounded --activation";
}

/// One run into `folder`. `options` has the run's seed.
RunEnd run_once(const TrainVerbOptions& options, const std::string& folder, bool may_begin) {
    const Sets sets = load_sets(options);
    const NetworkShape shape = shape_for(options, sets);
    TrainOptions train_with = train_options(options, sets);
    const std::string repeat = repeating_command(options, train_with, shape);
    const std::filesystem::path checkpoint_path =
        std::filesystem::path(folder) / "checkpoint.safetensors";
    const std::optional<Checkpoint> from =
        starting_point(checkpoint_path, options.resume, !may_begin);
    train_with.resume = from ? &*from : nullptr;
    // An output folder that cannot be written shows now, not after the training.
    { const OutputFolder probe(folder, options.common.verb); }
    if (!from) {
        remove_kept_checkpoints(std::filesystem::path(folder) / "checkpoints");
    }
    std::optional<Progress> progress;
    progress.emplace(
        options.runs > 1 ? fmt::format("training, seed {}", train_with.seed) : "training",
        static_cast<double>(train_with.epochs), options.common.progress());
    train_with.on_progress = [&](const TrainProgress& now) {
        progress->update(now.done,
                         fmt::format("epoch {}/{} · loss {:.4f} · {:.0f} samples/s", now.epoch,
                                     train_with.epochs, now.loss, now.samples_per_second));
    };
    train_with.on_checkpoint = [&](const Checkpoint& state) {
        const std::string bytes = format_checkpoint(state);
        write_file_atomically(checkpoint_path, bytes);
        if (options.keep_checkpoints && state.batch == 0) {
            write_file_atomically(std::filesystem::path(folder) / "checkpoints" /
                                      fmt::format("epoch-{:06}.safetensors", state.epoch),
                                  bytes);
        }
    };
    train_with.checkpoint_ends = options.keep_checkpoints;
    train_with.stop_requested = [] { return interrupt_requested(); };
    const TrainResult result = train(shape, sets.view(), train_with);
    progress.reset();
    if (result.outcome == TrainOutcome::Interrupted) {
        fmt::print(stderr, "resdyn: {}; the same command with --resume goes on from {}\n",
                   result.reason, checkpoint_path.string());
        return {result.outcome, {}};
    }
    const FinishedRun finished{options, sets, shape, train_with, result, repeat};
    Json results = write_run(finished, folder);
    std::filesystem::remove(checkpoint_path);
    if (train_with.epochs == 0 && !options.common.quiet) {
        fmt::print(stderr, "resdyn: --epochs 0: nothing was trained, the network is as it began\n");
    }
    if (result.outcome == TrainOutcome::NonFinite || result.outcome == TrainOutcome::Diverged) {
        fmt::print(stderr, "resdyn: training stopped, the last good network is kept: {}; {}\n",
                   result.reason, remedy(train_with, shape));
    }
    return {result.outcome, std::move(results)};
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
std::optional<Json> finished_before(const TrainVerbOptions& options, const std::string& folder) {
    const std::filesystem::path path = std::filesystem::path(folder) / "results.json";
    if (!options.resume || !std::filesystem::exists(path)) {
        return std::nullopt;
    }
    const Sets sets = load_sets(options);
    const NetworkShape shape = shape_for(options, sets);
    const std::string repeat = repeating_command(options, train_options(options, sets), shape);
    const Json results = Json::parse(read_file(path), nullptr, false);
    const auto theirs = results.is_discarded()
                            ? std::string("another file")
                            : results.value("/provenance/repeat"_json_pointer, std::string("none"));
    if (theirs != repeat) {
        reject_input(path.string(), repeat, theirs);
    }
    return results;
}

int run_all(const TrainVerbOptions& options) {
    std::vector<Json> results;
    ExitCode worst = Done;
    for (Index k = 0; k < options.runs; ++k) {
        TrainVerbOptions one = options;
        one.common.seed = options.common.seed + static_cast<std::uint64_t>(k);
        one.says_notes = k == 0;
        const std::string folder = fmt::format("{}/seed-{}", options.common.out, one.common.seed);
        if (std::optional<Json> before = finished_before(one, folder)) {
            results.push_back(std::move(*before));
            continue;
        }
        RunEnd end = run_once(one, folder, true);
        worst = std::max(worst, exit_code(end.outcome));
        if (end.outcome == TrainOutcome::Interrupted) {
            return worst;
        }
        results.push_back(std::move(end.results));
    }
    write_runs(options, results);
    return worst;
}

int run(const TrainVerbOptions& options) {
    const InterruptScope interrupts;
    if (options.runs < 1) {
        reject_input("--runs", "a whole number >= 1", fmt::format("{}", options.runs));
    }
    if (options.runs > 1) {
        return run_all(options);
    }
    const RunEnd end = run_once(options, options.common.out, !options.resume);
    return exit_code(end.outcome);
}

}  // namespace

Verb add_train(App& program, const std::string& command) {
    App* verb = program.add_subcommand("train",
                                       "Train a residual network or a perceptron on labelled data");
    auto options = std::make_shared<TrainVerbOptions>();
    options->common.command = command;
    add_train_options(*verb, *options);
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
