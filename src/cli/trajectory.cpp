// resdyn trajectory: runs of the flow or the layer map, as CSV and as figures.
#include <fmt/format.h>

#include <memory>

#include <resdyn/core/error.hpp>
#include <resdyn/core/random.hpp>

#include "accounts/trajectory_account.hpp"
#include "common.hpp"
#include "deliver.hpp"
#include "number_check.hpp"
#include "source.hpp"
#include "starts.hpp"
#include "work_options.hpp"

namespace resdyn::cli {

namespace {

struct TrajectoryOptions {
    CommonOptions common;
    SourceOptions source;
    StartOptions start;
    std::string clock = "flow";
    std::optional<double> t_end;
    std::optional<Index> layers;
    SimulationOptions simulation;
    WorkOptions work;
};

/// The starts as given, or a seeded random residual (u_0 for unbounded activations).
Starts starts_of(const TrajectoryOptions& options, Source& source) {
    if (auto named = named_starts(options.start, source.network, source.inputs)) {
        return std::move(*named);
    }
    Random random(options.common.seed);
    return {random.uniform_vector(source.network.hidden_width(), -1.0, 1.0),
            StartVariable::Preactivation,
            fmt::format("random u0 in [-1, 1] of seed {}", options.common.seed)};
}

SimulationOptions simulation_of(const TrajectoryOptions& options, const Source& source,
                                StartVariable variable) {
    SimulationOptions simulation = options.simulation;
    const double h = source.network.step;
    const bool model = source.is_model || options.source.depth;
    simulation.start = variable;
    simulation.clock = options.clock == "map" ? Clock::Map : Clock::Flow;
    if (options.t_end && options.layers) {
        reject_argument("trajectory", "one of --t-end and --layers", "both");
    }
    if (options.t_end) {
        simulation.t_end = *options.t_end;
        const double layers = std::round(*options.t_end / h);
        if (!(layers >= 0 && layers <= 1e9)) {
            reject_input("--t-end", "a number from 0 to 1e9 steps h",
                         fmt::format("{}", *options.t_end));
        }
        simulation.layers = static_cast<Index>(layers);
    } else if (options.layers || model) {
        simulation.layers = options.layers.value_or(source.network.depth);
        simulation.t_end = h * static_cast<double>(simulation.layers);
    } else {
        simulation.layers = static_cast<Index>(std::ceil(simulation.t_end / h));
    }
    return simulation;
}

int run(const TrajectoryOptions& options) {
    std::optional<Farm> farm = farm_of(options.work, options.common);
    Source source = load_source(options.source, options.common);
    const Starts starts = starts_of(options, source);
    const SimulationOptions simulation = simulation_of(options, source, starts.variable);
    const std::optional<InterruptScope> interrupts = interrupts_of(farm);
    const TrajectoryStudy study =
        study_trajectories(source.network, starts.columns, simulation, options.common.threads,
                           farm ? &*farm : nullptr);
    if (const auto code = end_without_result(options.work, options.common, farm)) {
        return *code;
    }
    Account account =
        account_of(study, source.network.activation, starts.columns, simulation, starts.text);
    account.words += fmt::format("{}{}: {} from {}\n", source.name,
                                 source.is_default ? " (no matrix was named)" : "",
                                 to_string(simulation.clock), starts.text);
    Findings findings = findings_of(std::move(account));
    say_next_step(findings, options.work, farm);
    return deliver(std::move(findings), options.common,
                   make_provenance(options.common, source.inputs));
}

}  // namespace

Verb add_trajectory(App& program, const std::string& command) {
    auto options = std::make_shared<TrajectoryOptions>();
    options->common.command = command;
    App* app = program.add_subcommand(
        "trajectory",
        "Simulate the flow or the layer map from one start or several: CSV and figures");
    add_source_options(*app, options->source);
    add_start_options(*app, options->start);
    app->add_option("--clock", options->clock, "flow (ODE) or map (layers)")
        ->check(is_member({"flow", "map"}))
        ->capture_default_str();
    app->add_option("--t-end", options->t_end,
                    "Final time (default: depth x step of a model, or 40)");
    app->add_option("--layers", options->layers, "Layers to run instead: t-end = layers x step");
    app->add_option("--rel-tol", options->simulation.rel_tol, "Relative error per step")
        ->check(positive())
        ->capture_default_str();
    app->add_option("--abs-tol", options->simulation.abs_tol, "Absolute error per step")
        ->check(positive())
        ->capture_default_str();
    app->add_option("--max-steps", options->simulation.max_steps, "Steps tried at most")
        ->check(whole_from(1))
        ->capture_default_str();
    app->add_option("--times", options->simulation.samples,
                    "Equally spaced times of the flow to record (default 0: every step)");
    app->add_option("--settle-tol", options->simulation.settle_tol,
                    "Distance |y - y*|_inf to a verified equilibrium that counts as settled")
        ->check(positive())
        ->capture_default_str();
    add_work_options(*app, options->work, options->common);
    add_common_options(*app, options->common, {.figures = true});
    app->footer(
        "Without --y0, --u0 or --x0 the start is a random u0 of the seed.\n"
        "Example: resdyn trajectory --system winner-takes-all --y0 0.3,0.2 --t-end 20\n"
        "         resdyn trajectory --system winner-takes-all --y0 \"0.3,0.2;0.2,0.3\"");
    return {app, [options] { return run(*options); }};
}

}  // namespace resdyn::cli
