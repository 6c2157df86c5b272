// resdyn portrait: the phase portrait on a plane, as figure and as numbers.
#include <fmt/format.h>

#include <memory>

#include <plots/animation.hpp>
#include <resdyn/core/error.hpp>

#include "accounts/portrait_account.hpp"
#include "deliver.hpp"
#include "figure_options.hpp"
#include "number_check.hpp"
#include "slicing.hpp"
#include "starts.hpp"

namespace resdyn::cli {

namespace {

constexpr Index layers_of_a_matrix = 20;  // drawn where no network says how many it has

struct PortraitVerbOptions {
    CommonOptions common;
    SourceOptions source;
    SlicingOptions slicing;
    FigureOptions figures;
    StartOptions start;
    PortraitStudyOptions study;
    bool animate = false;
};

int run(const PortraitVerbOptions& options) {
    Source source = load_source(options.source, options.common);
    const ResidualSystem system = residual_system(source.network);
    if (talks(options.common)) {
        print_source(source, system);
    }
    if (options.animate && (system.dimension() != 3 || options.slicing.coordinates != "y" ||
                            !is_bounded(system.activation()))) {
        reject_argument("--animate", "three units of a bounded activation in --coordinates y",
                        fmt::format("{} units, {}, {}", system.dimension(),
                                    to_string(system.activation()), options.slicing.coordinates));
    }
    PortraitStudyOptions with = options.study;
    with.seed = options.common.seed;
    with.threads = options.common.threads;
    if (!with.layers && !source.is_model && !options.source.depth) {
        with.layers = layers_of_a_matrix;
    }
    with.plane = plane_options(options.slicing, source);
    if (const auto named = named_starts(options.start, source.network, source.inputs)) {
        with.starts = NamedStarts{named->columns, named->variable};
    }
    const std::optional<Dataset> data = plane_data(options.slicing, source, options.common.seed);
    const PortraitStudy study = study_portrait(source.network, data ? &*data : nullptr, with);

    Findings findings = findings_of(account_of(study, system, options.figures.figure_columns()));
    if (options.animate) {
        findings.files.emplace_back(
            "animation.html",
            plots::animation_html(*study.cube, study.cube_options,
                                  fmt::format("Residuals of {} in the cube", source.name)));
    }
    return deliver(std::move(findings), options.common,
                   make_provenance(options.common, source.inputs));
}

}  // namespace

Verb add_portrait(App& program, const std::string& command) {
    auto options = std::make_shared<PortraitVerbOptions>();
    PortraitStudyOptions& study = options->study;
    options->common.command = command;
    App* app = program.add_subcommand(
        "portrait",
        "Phase portrait on a plane: field, nullclines, equilibria, separatrices, trajectories");
    add_source_options(*app, options->source);
    add_data_format_options(*app, options->source.format);
    add_slicing_options(*app, options->slicing);
    add_start_options(*app, options->start);
    app->add_option("--trajectories", study.trajectories,
                    "Trajectories drawn at most (default: 24 of the data, else 12 spread evenly)")
        ->check(in_range(0, 10000));
    app->add_option("--layers", study.layers,
                    "Layers drawn as dots (default: the network's; 20 for a bare matrix)")
        ->check(in_range(0, 100000));
    app->add_option("--t-end", study.portrait.t_end, "Length of the flow's trajectories")
        ->check(positive())
        ->capture_default_str();
    app->add_option("--grid", study.portrait.grid, "Arrows a side")
        ->check(in_range(2, 200))
        ->capture_default_str();
    app->add_option("--view", study.cube.azimuth,
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
