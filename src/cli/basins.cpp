// resdyn basins: which attractor each start comes to, on a plane and in the whole cube.
#include <fmt/format.h>

#include <memory>
#include <optional>
#include <string_view>

#include <resdyn/core/error.hpp>
#include <resdyn/core/interrupt.hpp>

#include "accounts/basin_account.hpp"
#include "deliver.hpp"
#include "figure_options.hpp"
#include "labelled.hpp"
#include "number_check.hpp"
#include "slicing.hpp"
#include "work_options.hpp"

namespace resdyn::cli {

namespace {

struct BasinVerbOptions {
    CommonOptions common;
    SourceOptions source;
    SlicingOptions slicing;
    FigureOptions figures;
    WorkOptions work;
    BasinStudyOptions study;
    std::string clock = "flow";
    bool integrate = false;
};

int run(const BasinVerbOptions& options) {
    const InterruptScope interrupts;
    std::optional<Farm> farm = farm_of(options.work, options.common);
    Source source = load_source(options.source, options.common);
    const ResidualSystem system = residual_system(source.network);
    // First: a plane would be refused for another reason.
    require_bounded("basins", system.activation());
    if (system.dimension() < 2) {
        reject_argument("basins", "a system of at least 2 units (resdyn portrait draws one)", "1");
    }
    const Plane plane = plane_of(options.slicing, source, options.common);
    BasinStudyOptions with = options.study;
    with.basins.settle.clock = options.clock == "flow" ? Clock::Flow : Clock::Map;
    with.basins.settle.prove_first = with.basins.settle.skip_hopeless = !options.integrate;
    with.basins.stop_requested = [] { return interrupt_requested(); };
    with.seed = options.common.seed;
    with.threads = options.common.threads;
    with.farm = farm ? &*farm : nullptr;
    std::optional<Progress> progress;
    progress.emplace("basins", 1.0, options.common.progress());
    with.on_part = [&](std::string_view part, double done) {
        progress->update(done, std::string(part),
                         part == "basins" ? resumed_share(with.farm) : 0.0);
    };
    const BasinStudy study = study_basins(plane, with);
    progress.reset();
    if (const auto code = end_without_result(options.work, options.common, farm)) {
        return *code;
    }
    stop_if_interrupted("basins");
    Findings findings = findings_of(account_of(study, system, options.figures.figure_columns()),
                                    source_line(source, system));
    say_next_step(findings, options.work, farm);
    return deliver(std::move(findings), options.common,
                   make_provenance(options.common, source.inputs));
}

}  // namespace

Verb add_basins(App& program, const std::string& command) {
    auto options = std::make_shared<BasinVerbOptions>();
    options->common.command = command;
    options->slicing.projections = true;  // a map needs no plane that the flow stays in
    App* app = program.add_subcommand(
        "basins", "Which attractor each start comes to: a map on a plane, shares of the cube");
    add_source_options(*app, options->source);
    add_data_format_options(*app, options->source.format);
    add_slicing_options(*app, options->slicing);
    app->add_option("--clock", options->clock, "flow, or map (the layers)")
        ->check(is_member({"flow", "map"}))
        ->capture_default_str();
    app->add_option("--width", options->study.basins.width, "Cells along the first axis")
        ->check(in_range(2, 4096))
        ->capture_default_str();
    app->add_option("--height", options->study.basins.height, "Cells along the second axis")
        ->check(in_range(2, 4096))
        ->capture_default_str();
    app->add_option("--t-end", options->study.basins.settle.t_end,
                    "Time a cell is followed at most")
        ->check(positive())
        ->capture_default_str();
    app->add_option("--max-layers", options->study.basins.settle.max_layers,
                    "Layers a cell is followed at most (--clock map)")
        ->check(in_range(1, 100000000))
        ->capture_default_str();
    app->add_option("--rel-tol", options->study.basins.settle.rel_tol,
                    "Relative error of a step in u")
        ->check(positive())
        ->capture_default_str();
    app->add_flag("--integrate", options->integrate,
                  "Follow every cell, even where a proof says how all of them end");
    app->add_option("--share-samples", options->study.share_samples,
                    "Random starts for the shares of the cube (0: none)")
        ->check(in_range(0, 100000000))
        ->capture_default_str();
    app->add_option("--settle-samples", options->study.settle_samples,
                    "Data samples followed for basin against class at most, drawn with each class "
                    "in its share")
        ->check(in_range(1, 100000000))
        ->capture_default_str();
    add_settle_options(*app, options->study.basins.settle);
    add_figure_options(*app, options->figures);
    add_work_options(*app, options->work, options->common);
    add_common_options(*app, options->common, {.figures = true});
    app->footer("Example: resdyn basins --system winner-takes-all --width 512 --height 512");
    return {app, [options] { return run(*options); }};
}

}  // namespace resdyn::cli
