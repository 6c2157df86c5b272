// resdyn discretisation: is a network an ODE? Its step halved again and again, against the flow
// through its layers.
#include <fmt/format.h>

#include <memory>
#include <optional>

#include <resdyn/core/interrupt.hpp>

#include "accounts/discretisation_account.hpp"
#include "deliver.hpp"
#include "number_check.hpp"
#include "source.hpp"

namespace resdyn::cli {

namespace {

struct DiscretisationVerbOptions {
    CommonOptions common;
    SourceOptions source;
    std::string data;
    DiscretisationStudyOptions study;
};

int run(const DiscretisationVerbOptions& options) {
    Source source = load_source(options.source, options.common);
    std::optional<LoadedDataset> loaded;
    if (!options.data.empty()) {
        loaded = load_data(options.data, source,
                           {.part = DataPart::Test,
                            .samples = options.study.samples,
                            .seed = options.common.seed});
    }
    DiscretisationStudyOptions with = options.study;
    with.seed = options.common.seed;
    with.threads = options.common.threads;
    const InterruptScope interrupts;
    std::optional<Progress> progress;
    progress.emplace("discretisation", 2.0, options.common.progress());
    double part = 0.0;
    with.on_part = [&](const std::string& name) { progress->update(part++, name); };
    const Dataset* data = loaded ? &loaded->data : nullptr;
    const DiscretisationStudy study = study_discretisation(source.network, data, with);
    progress.reset();
    return deliver(
        findings_of(account_of(study, source.network, data),
                    fmt::format("{}{}: {}, N = {}, L = {}, h = {}, {} weights\n", source.name,
                                source.is_default ? " (no model was named)" : "",
                                to_string(source.network.activation), source.network.width(),
                                source.network.depth, source.network.step,
                                source.network.has_shared_weights() ? "shared" : "own")),
        options.common, make_provenance(options.common, source.inputs));
}

}  // namespace

Verb add_discretisation(App& program, const std::string& command) {
    auto options = std::make_shared<DiscretisationVerbOptions>();
    options->common.command = command;
    options->source.own_weights = true;
    App* app = program.add_subcommand(
        "discretisation",
        "Is a network an ODE? Its step halved again and again, against the flow of its layers");
    add_source_options(*app, options->source);
    add_data_format_options(*app, options->source.format);
    DiscretisationStudyOptions& study = options->study;
    app->add_option("--data", options->data,
                    "Inputs: rings, moons, spirals, xor, a CSV file (label last), an IDX file or a "
                    "folder with MNIST-like files (its test half); default: standard normal "
                    "numbers");
    app->add_option("--samples", study.samples,
                    "Inputs followed at most, drawn with each class in its share")
        ->check(in_range(1, 1000000))
        ->capture_default_str();
    app->add_option("--halvings", study.halvings, "How often the step is halved")
        ->check(in_range(1, 12))
        ->capture_default_str();
    app->add_option("--rel-tol", study.rel_tol, "Relative error a step of the flow")
        ->check(positive())
        ->capture_default_str();
    app->add_option("--abs-tol", study.abs_tol, "Absolute error a step of the flow")
        ->check(positive())
        ->capture_default_str();
    add_common_options(*app, options->common, {.figures = true});
    app->footer("Example: resdyn discretisation model.safetensors --data rings");
    return {app, [options] { return run(*options); }};
}

}  // namespace resdyn::cli
