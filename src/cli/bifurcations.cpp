// resdyn bifurcations: events and branches of equilibria along a path of weights, in the step h, or
// over the checkpoints of a training run.
#include <fmt/format.h>

#include <charconv>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>

#include <resdyn/core/error.hpp>
#include <resdyn/core/interrupt.hpp>
#include <resdyn/studies/named_path.hpp>

#include "accounts/branch_account.hpp"
#include "bifurcations.hpp"
#include "common.hpp"
#include "deliver.hpp"
#include "layers.hpp"
#include "number_check.hpp"
#include "source.hpp"

namespace resdyn::cli {

namespace {

Index unit_from(const std::string& word) {
    Index unit = 0;
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), unit);
    if (error != std::errc() || end != word.data() + word.size()) {
        reject_input("--path coupling", "two units, counted from 0", word);
    }
    return unit;
}

/// The weights as they are decided on: as --as-decimals reads them, or as they are stored.
WholeSystem decided_on(const BifurcationVerbOptions& options, const ResidualSystem& system) {
    auto whole = read_weights(options.reading, system);
    return whole ? std::move(*whole) : as_stored(system);
}

/// The system of an end of `between`: a model file, or a bare matrix (.csv, .npy).
WholeSystem path_end(const BifurcationVerbOptions& options, const std::string& file,
                     Inputs& inputs) {
    SourceOptions end;
    end.model = file;
    end.activation = options.source.activation;
    end.step = options.source.step;
    end.format = options.source.format;
    end.layer = options.source.layer;
    const Source source = load_source(end, options.common);
    inputs.add(source.inputs);
    return decided_on(options, residual_system(source.network));
}

/// `whole` becomes the first end of `between`.
NamedPath choose_path(const BifurcationVerbOptions& options, Source& source, WholeSystem& whole) {
    const std::string& name = options.path.front();
    const std::size_t words = options.path.size() - 1;
    const auto need = [&](std::size_t count) {
        if (words != count) {
            reject_input("--path " + name, fmt::format("{} words after it", count),
                         fmt::format("{}", words));
        }
    };
    if (name == "self-coupling" || name == "symmetry" || name == "step") {
        need(0);
        return named_path(name, whole);
    }
    if (name == "between") {
        need(2);
        if (!(options.source.model.empty() && options.source.weights.empty() &&
              options.source.system.empty())) {
            reject_argument("--path between", "no network besides its two ends",
                            "MODEL, --weights or --system too");
        }
        whole = path_end(options, options.path[1], source.inputs);
        const WholeSystem b = path_end(options, options.path[2], source.inputs);
        source.name = options.path[1] + " to " + options.path[2];
        source.is_default = false;
        return named_path_between(whole, b);
    }
    if (name == "coupling") {
        need(2);
        return named_coupling_path(whole, unit_from(options.path[1]), unit_from(options.path[2]));
    }
    reject_input("--path", named_path_names, name);
}

int run_path(const BifurcationVerbOptions& options) {
    std::optional<Farm> farm = farm_of(options.work, options.common);
    if (farm && options.path.front() == "step") {
        reject_argument("--journal", "a path of weights, whose faces are its tasks", "--path step");
    }
    Source source = load_source(options.source, options.common);
    const ResidualSystem system = residual_system(source.network);
    WholeSystem whole = decided_on(options, system);
    const NamedPath chosen = choose_path(options, source, whole);
    BranchStudyOptions with{.bifurcation = options.bifurcation,
                            .points = options.points,
                            .continuation = options.continuation,
                            .cycles = options.cycles,
                            .max_period = options.max_period,
                            .marks = options.marks,
                            .rounding = options.reading.rounding};
    with.bifurcation.from = options.from.value_or(chosen.from);
    with.bifurcation.to = options.to.value_or(chosen.to);
    with.bifurcation.threads = options.common.threads;
    with.bifurcation.farm = farm ? &*farm : nullptr;
    const InterruptScope interrupts;
    std::optional<Progress> progress;
    progress.emplace("bifurcations", 1.0, options.common.progress());
    with.on_part = [&](std::string_view part, double done) {
        progress->update(done, std::string(part), resumed_share(with.bifurcation.farm));
    };
    const BranchStudy study =
        chosen.path ? study_branches(*chosen.path, with) : study_step_branches(whole, with);
    progress.reset();
    if (const auto code = end_without_result(options.work, options.common, farm)) {
        return *code;
    }
    const BranchSubject subject{
        .path = fmt::format("{}", fmt::join(options.path, " ")),
        .parameter = chosen.parameter,
        .from = with.bifurcation.from,
        .to = with.bifurcation.to,
        .dimension = chosen.path ? chosen.path->dimension() : system.dimension(),
        .whole = options.reading.as_decimals ? std::optional(whole) : std::nullopt};
    Findings findings = findings_of(
        account_of(study, system, subject),
        fmt::format("{}{}: ", source.name, source.is_default ? " (no matrix was named)" : ""));
    say_next_step(findings, options.work, farm);
    return deliver(std::move(findings), options.common,
                   make_provenance(options.common, source.inputs));
}

int run(const BifurcationVerbOptions& options) {
    if (!options.marks.empty() && (options.layers || !options.checkpoints.empty())) {
        reject_argument("--mark", "a path of weights or the step",
                        options.layers ? "--layers" : "--checkpoints");
    }
    if (!options.layers && !options.data.empty()) {
        reject_argument("--data", "--layers beside it", "none");
    }
    if (options.layers) {
        if (!options.checkpoints.empty() || options.reading.as_decimals || options.from ||
            options.to) {
            reject_argument("--layers", "none of --checkpoints, --as-decimals, --from, --to",
                            "both");
        }
        if (!options.work.journal.empty()) {
            reject_argument("--journal", "a path of weights, whose faces are its tasks",
                            "--layers");
        }
        return run_layer_branches(options);
    }
    if (options.checkpoints.empty()) {
        return run_path(options);
    }
    if (options.reading.as_decimals) {
        reject_argument("--as-decimals", "a path of weights or the step", "--checkpoints");
    }
    if (!options.work.journal.empty()) {
        reject_argument("--journal", "a path of weights, whose faces are its tasks",
                        "--checkpoints");
    }
    return run_checkpoints(options);
}

}  // namespace

Verb add_bifurcations(App& program, const std::string& command) {
    auto options = std::make_shared<BifurcationVerbOptions>();
    options->common.command = command;
    App* app = program.add_subcommand(
        "bifurcations",
        "Where equilibria meet, vanish or change stability along a path, in h, or in training");
    add_source_options(*app, options->source);
    app->add_option("--path", options->path,
                    "self-coupling (W - alpha I), symmetry, between A B (model files or .csv, "
                    ".npy), coupling i j (alpha = w_ij, units from 0), or step (alpha = h)")
        ->expected(1, 3)
        ->capture_default_str();
    app->add_option("--from", options->from,
                    "Lower end of alpha (default by path: -2, 0, 0, w_ij - 2, 0)")
        ->check(finite());
    app->add_option("--to", options->to,
                    "Upper end of alpha (default by path: 2, 1, 1, w_ij + 2, 2)")
        ->check(finite());
    app->add_option("--points", options->points, "Rows of each branch in the table, events apart")
        ->check(in_range(2, 100000))
        ->capture_default_str();
    app->add_flag("!--no-map", options->bifurcation.layer_map,
                  "Events of the flow only: no PD, no NS");
    app->add_flag("--continuation", options->continuation,
                  "Follow every branch again by pseudo-arclength (continuation.csv)");
    app->add_flag("--cycles", options->cycles,
                  "Cycles too: the network's, from every flip on a face that can attract, in h or "
                  "along weights (cycle_branches.csv); along weights also the flow's, from every "
                  "Hopf point (flow_cycles.csv)");
    app->add_option("--max-period", options->max_period,
                    "Longest period of the network's cycles, in layers")
        ->check(in_range(2, 512))
        ->capture_default_str();
    app->add_option(
           "--mark", options->marks,
           "Values of alpha, by commas, at which every branch, of cycles too, has a row of "
           "its own (UZ)")
        ->delimiter(',');
    app->add_option("--stable-samples", options->bifurcation.stable_samples,
                    "Beyond N = 8: values of alpha at which stable equilibria are searched")
        ->check(in_range(2, 100000))
        ->capture_default_str();
    app->add_option("--max-nodes", options->bifurcation.max_nodes,
                    "Nodes of each such search (0: no limit)")
        ->check(unsigned_check())
        ->capture_default_str();
    app->add_option("--checkpoints", options->checkpoints,
                    "Instead of a path: the folder that resdyn train --keep-checkpoints filled");
    app->add_flag("--layers", options->layers,
                  "Instead of a path: from the weights of each layer to those of the next, of a "
                  "model whose weights differ by layer");
    app->add_option("--data", options->data,
                    "With --layers: show the residuals of these, as layers see them (rings, moons, "
                    "spirals, xor, a CSV file, an IDX file or a folder)");
    app->add_option("--shown", options->shown, "Samples of --data shown at most")
        ->check(in_range(1, 10000))
        ->capture_default_str();
    add_data_format_options(*app, options->source.format);
    add_reading_options(*app, options->reading, "not --checkpoints, not --layers");
    add_work_options(*app, options->work, options->common);
    add_common_options(*app, options->common, {.figures = true});
    app->footer(
        "Example: resdyn bifurcations --system winner-takes-all --path self-coupling --from -2 "
        "--to 4\n"
        "         resdyn bifurcations --weights W.csv --path step --to 4 --cycles");
    return {app, [options] { return run(*options); }};
}

}  // namespace resdyn::cli
