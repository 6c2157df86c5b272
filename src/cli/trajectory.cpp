// resdyn trajectory: one run of the flow or the layer map, as CSV and as a figure.
#include <fmt/format.h>

#include <memory>
#include <nlohmann/json.hpp>

#include <plots/figures.hpp>
#include <plots/gnuplot.hpp>
#include <resdyn/core/error.hpp>
#include <resdyn/core/random.hpp>
#include <resdyn/io/output_folder.hpp>
#include <resdyn/io/results.hpp>
#include <resdyn/io/tables.hpp>
#include <resdyn/model/residual_system.hpp>

#include "common.hpp"
#include "source.hpp"

namespace resdyn::cli {

namespace {

struct TrajectoryOptions {
    CommonOptions common;
    SourceOptions source;
    std::string x0;
    std::string u0;
    std::string y0;
    std::string clock = "flow";
    std::optional<double> t_end;
    std::optional<Index> layers;
    SimulationOptions simulation;
};

struct Start {
    Vector value;
    StartVariable variable = StartVariable::Residual;
    std::string text;
};

/// The start as given, or a seeded random residual (u_0 for unbounded activations).
Start start_of(const TrajectoryOptions& options, Source& source) {
    const int given = static_cast<int>(!options.x0.empty()) +
                      static_cast<int>(!options.u0.empty()) + static_cast<int>(!options.y0.empty());
    if (given > 1) {
        reject_argument("trajectory", "one of --x0, --u0, --y0", fmt::format("{} of them", given));
    }
    if (!options.x0.empty()) {
        return {numbers_or_file(options.x0, "--x0", source.inputs), StartVariable::Activity, "x0"};
    }
    if (!options.u0.empty()) {
        return {numbers_or_file(options.u0, "--u0", source.inputs), StartVariable::Preactivation,
                "u0"};
    }
    if (!options.y0.empty()) {
        return {numbers_or_file(options.y0, "--y0", source.inputs), StartVariable::Residual, "y0"};
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

/// The run that is drawn, and beside a flow its network's layers from the same start.
plots::TrajectoryView view_of(const Simulation& run, const Source& source, const Start& start,
                              const SimulationOptions& simulation) {
    plots::TrajectoryView view;
    view.range = levels(source.network.activation);
    if (simulation.clock == Clock::Map) {
        view.layer_t = run.t;
        view.layer_y = run.y;
        return view;
    }
    view.t = run.t;
    view.y = run.y;
    constexpr double most_dots = 400;
    if (run.t.back() / source.network.step <= most_dots) {
        SimulationOptions layers = simulation;
        layers.clock = Clock::Map;
        layers.layers = static_cast<Index>(std::floor(run.t.back() / source.network.step + 1e-9));
        const Simulation network = simulate(source.network, start.value, layers);
        view.layer_t = network.t;
        view.layer_y = network.y;
    }
    return view;
}

int run(const TrajectoryOptions& options) {
    Source source = load_source(options.source, options.common);
    const Start start = start_of(options, source);
    const SimulationOptions simulation = simulation_of(options, source, start.variable);
    if (options.common.figures) {
        plots::require_gnuplot();
    }
    const Simulation result = simulate(source.network, start.value, simulation);

    nlohmann::ordered_json json = to_json(result);
    json["schema"] = results_schema;
    json["clock"] = to_string(simulation.clock);
    json["start"] = start.text;
    json["provenance"] = to_json(make_provenance(options.common, source.inputs));
    OutputFolder folder(options.common.out);
    folder.write("results.json", json.dump(2) + "\n");
    folder.write("trajectory.csv", simulation_table(result).text());
    plots::render(plots::trajectory_figures(view_of(result, source, start, simulation)), folder,
                  options.common.figures);
    const auto files = folder.commit();

    if (options.common.json) {
        fmt::print("{}\n", json.dump(2));
    } else if (!options.common.quiet) {
        fmt::print("{}{}: {} from {}, {} samples to t = {:.6g}\n", source.name,
                   source.is_default ? " (no matrix was named)" : "", to_string(simulation.clock),
                   start.text, result.t.size(), result.t.back());
        fmt::print("outcome: {}, {} steps, {} rejected, final speed {:.3e}\n",
                   to_string(result.outcome), result.steps, result.rejected, result.final_speed);
        if (result.rest) {
            fmt::print("settled at {} ({}, {})\n", to_string(result.rest->pattern),
                       to_string(result.rest->type),
                       result.rest->proved ? "proved" : "verified in double precision");
        } else {
            fmt::print("not settled: no verified attracting equilibrium within {:.0e} of the end\n",
                       SettleOptions{}.settle_tol);
        }
        for (const auto& file : files) {
            fmt::print("written: {}\n", file.string());
        }
    }
    return result.outcome == Outcome::NonFinite || result.outcome == Outcome::StepUnderflow
               ? CheckFailed
               : Done;
}

}  // namespace

Verb add_trajectory(CLI::App& program, const std::string& command) {
    auto options = std::make_shared<TrajectoryOptions>();
    options->common.command = command;
    CLI::App* app = program.add_subcommand(
        "trajectory", "Simulate the flow or the layer map from one start: CSV and figure");
    add_source_options(*app, options->source);
    app->add_option("--x0", options->x0, "Start as activity: numbers \"0.1,0.2\" or a file");
    app->add_option("--u0", options->u0, "Start as pre-activation");
    app->add_option("--y0", options->y0, "Start as residual (default: a random u0 of the seed)");
    app->add_option("--clock", options->clock, "flow (ODE) or map (layers)")
        ->check(CLI::IsMember({"flow", "map"}))
        ->capture_default_str();
    app->add_option("--t-end", options->t_end,
                    "Final time (default: depth x step of a model, or 40)");
    app->add_option("--layers", options->layers, "Layers to run instead: t-end = layers x step");
    app->add_option("--rel-tol", options->simulation.rel_tol, "Relative error per step")
        ->capture_default_str();
    app->add_option("--abs-tol", options->simulation.abs_tol, "Absolute error per step")
        ->capture_default_str();
    app->add_option("--max-steps", options->simulation.max_steps, "Steps tried at most")
        ->capture_default_str();
    app->add_option("--samples", options->simulation.samples,
                    "Equally spaced samples of the flow (default 0: every step)");
    add_common_options(*app, options->common, {.figures = true});
    app->footer("Example: resdyn trajectory --system winner-takes-all --y0 0.3,0.2 --t-end 20");
    return {app, [options] { return run(*options); }};
}

}  // namespace resdyn::cli
