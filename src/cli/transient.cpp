// resdyn transient: how a network comes to its decision, layer by layer, on labelled data.
#include <fmt/format.h>

#include <memory>
#include <optional>

#include "accounts/layer_account.hpp"
#include "deliver.hpp"
#include "labelled.hpp"
#include "number_check.hpp"

namespace resdyn::cli {

namespace {

struct TransientOptions {
    CommonOptions common;
    LabelledOptions labelled;
    LayerStudyOptions study;
};

int run(const TransientOptions& options) {
    const Labelled input = load_labelled(options.labelled, options.common);
    LayerStudyOptions study_options = options.study;
    study_options.seed = options.common.seed;
    study_options.threads = options.common.threads;
    std::optional<Progress> progress;
    progress.emplace("transient", 6.0, options.common.progress());
    double part = 0.0;
    study_options.on_part = [&](const std::string& name) { progress->update(part++, name); };
    const LayerStudy study = study_layers(input.network, input.data, study_options);
    progress.reset();

    return deliver(findings_of(account_of(study, input.network, input.data),
                               fmt::format("{}: {}\n", input.model_name, describe(input.network))),
                   options.common, input.provenance);
}

}  // namespace

Verb add_transient(App& program, const std::string& command) {
    auto options = std::make_shared<TransientOptions>();
    options->common.command = command;
    App* app = program.add_subcommand(
        "transient", "How a network comes to its decision, layer by layer, on labelled data");
    add_labelled_options(*app, options->labelled);
    LayerStudyOptions& study = options->study;
    app->add_option("--held-out", study.separability.held_out,
                    "Share of the samples that probes and class means are judged on")
        ->capture_default_str();
    app->add_option("--ridge", study.separability.ridge,
                    "Of the linear probe, in units of the mean eigenvalue of the scatter")
        ->check(not_negative())
        ->capture_default_str();
    app->add_option("--settle-samples", study.sample,
                    "Inputs (a seeded sample) followed to rest and with a ledger in double")
        ->check(whole_from(1))
        ->capture_default_str();
    app->add_option("--max-layers", study.regime.settle.max_layers,
                    "Layers each of them may take to rest")
        ->check(whole_from(1))
        ->capture_default_str();
    app->add_option("--arrival-tol", study.regime.arrival_tol,
                    "Distance to its resting place at which an input has arrived, in units of the "
                    "range of f")
        ->check(positive())
        ->capture_default_str();
    app->add_option("--slow-speed", study.regime.slow_speed,
                    "Change of the residual a layer below which an input is slow, likewise")
        ->check(positive())
        ->capture_default_str();
    app->add_option("--impulse", study.filter.impulse,
                    "Size of the impulses, in units of the input")
        ->check(number_check("a finite number other than 0", [](double a) { return a != 0; }))
        ->capture_default_str();
    app->add_option("--ftle-points", study.ftle.points,
                    "Grid points a side of the FTLE field of 2-D data")
        ->check(in_range(2, 2000))
        ->capture_default_str();
    add_settle_options(*app, study.regime.settle);
    add_common_options(*app, options->common, {.figures = true});
    app->footer("Example: resdyn transient model.safetensors --data mnist/ --out transient");
    return {app, [options] { return run(*options); }};
}

}  // namespace resdyn::cli
