// resdyn portrait: the phase portrait on a plane, as figure and as numbers.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <memory>
#include <string_view>

#include <plots/animation.hpp>
#include <resdyn/core/error.hpp>
#include <resdyn/core/stratified_sample.hpp>
#include <resdyn/portrait/cube.hpp>
#include <resdyn/portrait/line.hpp>
#include <resdyn/results/portrait_results.hpp>
#include <resdyn/results/results.hpp>
#include <resdyn/results/tables.hpp>
#include <resdyn/settling/seeds.hpp>

#include "deliver.hpp"
#include "figure_options.hpp"
#include "labelled.hpp"
#include "number_check.hpp"
#include "slicing.hpp"
#include "starts.hpp"

namespace resdyn::cli {

namespace {

constexpr Index data_drawn = 24;    // trajectories of the data, unless --trajectories says more
constexpr Index starts_drawn = 12;  // and where there are no data
constexpr Index layers_of_a_matrix = 20;  // drawn where no network says how many it has
constexpr Index cube_samples = 801;       // of each trajectory in the cube
constexpr std::size_t most_printed = 16;

struct PortraitVerbOptions {
    CommonOptions common;
    SourceOptions source;
    SlicingOptions slicing;
    FigureOptions figures;
    StartOptions start;
    PortraitOptions portrait;
    std::optional<Index> trajectories;
    std::optional<Index> layers;
    CubeOptions cube;
    bool animate = false;
};

/// One unit is a line: what chooses a plane, or starts on it, says nothing there.
void need_no_plane(const SlicingOptions& s, const StartOptions& start) {
    const std::array<std::pair<std::string_view, bool>, 13> given = {
        {{"--y0", !start.y0.empty()},
         {"--u0", !start.u0.empty()},
         {"--x0", !start.x0.empty()},
         {"--units", !s.units.empty()},
         {"--at", !s.at.empty()},
         {"--held", !s.held.empty()},
         {"--at-sample", s.at_sample.has_value()},
         {"--through", !s.through.empty()},
         {"--principal", s.principal},
         {"--leaf", s.leaf},
         {"--window", !s.window.empty()},
         {"--data", !s.data.empty()},
         {"--coordinates", s.coordinates != "y"}}};
    for (const auto& [name, named] : given) {
        if (named) {
            reject_argument(name, "a system of at least 2 units (one unit is drawn as a line in y)",
                            "1 unit");
        }
    }
}

Findings line(const PortraitVerbOptions& options, const ResidualSystem& system, bool talk) {
    const PhaseLine phase = phase_line(system);
    Findings findings;
    nlohmann::ordered_json list = nlohmann::ordered_json::array();
    for (const Equilibrium& e : phase.equilibria) {
        list.push_back(to_json(e));
        if (talk) {
            fmt::print("{} at y = {:g}: {}, λ = {:.6g}\n", to_string(e.pattern), e.y[0],
                       to_string(e.type), e.flow_eigenvalues.front().real());
        }
    }
    findings.json = {
        {"kind", "line"}, {"equilibria", std::move(list)}, {"all_rest", phase.all_rest}};
    findings.files.emplace_back("equilibria.csv", equilibrium_table(phase.equilibria).text());
    findings.figures = {figures::line_figure(phase, options.figures.figure_columns())};
    return findings;
}

void print_portrait(const PhasePortrait& portrait) {
    const Slice& slice = portrait.slice;
    fmt::print("plane: {}{}\n", slice.about,
               slice.is_whole()       ? ""
               : slice.is_invariant() ? "; the flow stays in it"
                                      : "");
    fmt::print("{} equilibria on it{}\n", portrait.equilibria.size(),
               portrait.complete ? " (complete)" : "");
    for (std::size_t k = 0; k < std::min(most_printed, portrait.equilibria.size()); ++k) {
        const PortraitEquilibrium& placed = portrait.equilibria[k];
        fmt::print("  {} at ({:.6g}, {:.6g}): {}{}\n", to_string(placed.equilibrium.pattern),
                   placed.at[0], placed.at[1], to_string(placed.equilibrium.type),
                   placed.distance > 0 ? fmt::format(", {:.2g} off the plane", placed.distance)
                                       : std::string());
    }
    for (const PortraitContinuum& continuum : portrait.continua) {
        fmt::print("  {}: a continuum from ({:g}, {:g}) to ({:g}, {:g})\n",
                   to_string(continuum.pattern), continuum.ends(0, 0), continuum.ends(1, 0),
                   continuum.ends(0, 1), continuum.ends(1, 1));
    }
    for (std::size_t k = 0; k < std::min(most_printed, portrait.curves.size()); ++k) {
        const InvariantCurve& c = portrait.curves[k].curve;
        fmt::print("  {} {} {}, eigenvalue {:.6g}: {}\n", to_string(c.kind),
                   c.kind == CurveKind::Ray ? "at" : "manifold of", to_string(c.from), c.eigenvalue,
                   c.end ? fmt::format("{} {} ({:.1e} away)",
                                       c.kind == CurveKind::Stable ? "comes from" : "ends at",
                                       to_string(*c.end), c.end_distance)
                   : c.cut == CurveCut::Cycle
                       ? std::string("winds onto a limit cycle (cut where it is near it)")
                   : c.cut == CurveCut::Itself
                       ? std::string("winds onto a closed orbit (cut after a turn along itself)")
                   : c.cut == CurveCut::Turns
                       ? std::string("turns on (cut; where it goes was not asked)")
                       : std::string("its other end is no isolated equilibrium on the plane"));
    }
    for (const LimitCycle& cycle : portrait.cycles) {
        fmt::print(
            "  limit cycle of period {:.8g}: {} (Floquet multiplier {:.6g}, mismatch {:.1e})\n",
            cycle.period, cycle.attracts() ? "attracts" : "repels", cycle.multiplier,
            cycle.residual);
    }
    for (const std::string& note : portrait.notes) {
        fmt::print("note: {}\n", note);
    }
}

/// What trajectories are drawn from, and for how many layers.
struct DrawnStarts {
    Matrix columns;
    Eigen::VectorXi labels;
    Index layers = 0;
};

/// Named starts in the variable that the plane's trajectories run in: x for activities, else u.
Matrix in_plane(const Starts& named, const Source& source, const StateSpace& space) {
    if (space.coordinate() == Coordinate::Activity) {
        if (named.variable != StartVariable::Activity) {
            reject_argument("--" + named.text, "--x0 with --coordinates x", "--" + named.text);
        }
        return named.columns;
    }
    if (named.variable != StartVariable::Residual) {
        return named.variable == StartVariable::Preactivation
                   ? named.columns
                   : initial_preactivation(source.network, named.columns);
    }
    const Levels range = levels(space.system().activation());
    if (!(named.columns.minCoeff() >= range.low && named.columns.maxCoeff() <= range.high)) {
        reject_input("--y0", fmt::format("residuals within [{}, {}]", range.low, range.high),
                     fmt::format("{} to {}", named.columns.minCoeff(), named.columns.maxCoeff()));
    }
    return open_preactivation(space.system().activation(), named.columns);
}

DrawnStarts starts_of(const PortraitVerbOptions& options, Source& source, const Plane& plane,
                      const Matrix& otherwise) {
    DrawnStarts starts;
    starts.layers = options.layers.value_or(
        source.is_model || options.source.depth ? source.network.depth : layers_of_a_matrix);
    if (const auto named = named_starts(options.start, source.network, source.inputs)) {
        starts.columns = in_plane(*named, source, plane.space);
    } else if (plane.starts.cols() > 0) {
        const std::vector<Index> drawn = stratified_sample(
            plane.labels, options.trajectories.value_or(data_drawn), options.common.seed);
        starts.columns = plane.starts(Eigen::all, drawn);
        starts.labels = plane.labels(drawn);
    } else {
        starts.columns = otherwise;
    }
    return starts;
}

/// Three units: the cube as well, seeded random starts where there are no data.
void add_cube(const PortraitVerbOptions& options, Source& source, const Plane& plane,
              Findings& findings, bool talk) {
    const ResidualSystem& system = plane.space.system();
    const DrawnStarts starts = starts_of(
        options, source, plane,
        random_seeds(system, options.trajectories.value_or(starts_drawn), options.common.seed));
    CubeOptions cube_options = options.cube;
    cube_options.t_end = options.portrait.t_end;
    cube_options.threads = options.common.threads;
    cube_options.seed = options.common.seed;
    cube_options.samples = cube_samples;
    const CubePortrait cube =
        cube_portrait(system, starts.columns, starts.labels, starts.layers, cube_options);
    findings.figures.push_back(figures::cube_figure(cube, options.figures.figure_columns()));
    findings.files.emplace_back("cube.csv", cube_table(cube).text());
    constexpr const char* not_drawn =
        "In the cube the manifolds of saddles of dimension two are neither computed nor drawn.";
    findings.json["notes"].push_back(not_drawn);
    if (talk) {
        fmt::print("note: {}\n", not_drawn);
    }
    if (options.animate) {
        findings.files.emplace_back(
            "animation.html",
            plots::animation_html(cube, cube_options,
                                  fmt::format("Residuals of {} in the cube", source.name)));
    }
}

Findings plane(const PortraitVerbOptions& options, Source& source, Plane& plane, bool talk) {
    const auto [starts, labels, layers] = starts_of(
        options, source, plane,
        spread_starts(plane.space, plane.slice, options.trajectories.value_or(starts_drawn)));
    PortraitOptions portrait_options = options.portrait;
    portrait_options.threads = options.common.threads;
    const PhasePortrait portrait = phase_portrait(plane.space, plane.slice, starts, labels, layers,
                                                  portrait_options, plane.known);
    if (talk) {
        print_portrait(portrait);
    }
    Findings findings;
    findings.json = to_json(portrait);
    std::vector<Equilibrium> equilibria;
    for (const PortraitEquilibrium& placed : portrait.equilibria) {
        equilibria.push_back(placed.equilibrium);
    }
    std::vector<InvariantCurve> curves;
    for (const PortraitCurve& item : portrait.curves) {
        curves.push_back(item.curve);
    }
    findings.files.emplace_back("equilibria.csv", equilibrium_table(equilibria).text());
    findings.files.emplace_back("separatrices.csv",
                                curve_table(curves, plane.space.system().dimension()).text());
    findings.figures = {figures::portrait_figure(portrait, options.figures.figure_columns())};
    if (plane.space.system().dimension() == 3 && plane.space.coordinate() == Coordinate::Residual &&
        is_bounded(plane.space.system().activation())) {
        add_cube(options, source, plane, findings, talk);
    }
    return findings;
}

int run(const PortraitVerbOptions& options) {
    Source source = load_source(options.source, options.common);
    const ResidualSystem system = residual_system(source.network);
    const bool talk = talks(options.common);
    if (talk) {
        print_source(source, system);
    }
    if (options.animate && (system.dimension() != 3 || options.slicing.coordinates != "y" ||
                            !is_bounded(system.activation()))) {
        reject_argument("--animate", "three units of a bounded activation in --coordinates y",
                        fmt::format("{} units, {}, {}", system.dimension(),
                                    to_string(system.activation()), options.slicing.coordinates));
    }
    Findings findings;
    if (system.dimension() == 1) {
        need_no_plane(options.slicing, options.start);
        findings = line(options, system, talk);
    } else {
        Plane sliced = plane_of(options.slicing, source, options.common);
        findings = plane(options, source, sliced, talk);
    }
    nlohmann::ordered_json json = head_of(system);
    json["portrait"] = std::move(findings.json);
    findings.json = std::move(json);
    return deliver(std::move(findings), options.common,
                   make_provenance(options.common, source.inputs));
}

}  // namespace

Verb add_portrait(App& program, const std::string& command) {
    auto options = std::make_shared<PortraitVerbOptions>();
    options->common.command = command;
    App* app = program.add_subcommand(
        "portrait",
        "Phase portrait on a plane: field, nullclines, equilibria, separatrices, trajectories");
    add_source_options(*app, options->source);
    add_data_format_options(*app, options->source.format);
    add_slicing_options(*app, options->slicing);
    add_start_options(*app, options->start);
    app->add_option("--trajectories", options->trajectories,
                    "Trajectories drawn at most (default: 24 of the data, else 12 spread evenly)")
        ->check(in_range(0, 10000));
    app->add_option("--layers", options->layers,
                    "Layers drawn as dots (default: the network's; 20 for a bare matrix)")
        ->check(in_range(0, 100000));
    app->add_option("--t-end", options->portrait.t_end, "Length of the flow's trajectories")
        ->check(positive())
        ->capture_default_str();
    app->add_option("--grid", options->portrait.grid, "Arrows a side")
        ->check(in_range(2, 200))
        ->capture_default_str();
    app->add_option("--view", options->cube.azimuth,
                    "Three units: degrees the cube is turned about its third axis")
        ->check(finite())
        ->capture_default_str();
    app->add_flag("--animate", options->animate,
                  "Three units: a page in which the trajectories move through the cube");
    add_figure_options(*app, options->figures);
    add_common_options(*app, options->common, {.figures = true});
    app->footer(
        "Without --y0, --u0 or --x0 trajectories start at the data, else spread evenly.\n"
        "Example: resdyn portrait --system heteroclinic-cycle --units 0,1 --at HHL\n"
        "         resdyn portrait --y0 \"0.3,0.2;0.2,0.3\"");
    return {app, [options] { return run(*options); }};
}

}  // namespace resdyn::cli
