// resdyn interactions: cooperation and competition, structure theorems, the energy budget.
#include <fmt/format.h>

#include <memory>

#include "accounts/interaction_account.hpp"
#include "deliver.hpp"
#include "source.hpp"

namespace resdyn::cli {

namespace {

struct InteractionOptions {
    CommonOptions common;
    SourceOptions source;
    std::string data;
    Index samples = 500;
    Index listed_pairs = 10000;
    InteractionStudyOptions study;
};

int run(const InteractionOptions& options) {
    Source source = load_source(options.source, options.common);
    std::optional<LoadedDataset> loaded;
    if (!options.data.empty()) {
        loaded = load_data(
            options.data, source,
            {.part = DataPart::Test, .samples = options.samples, .seed = options.common.seed});
    }
    InteractionStudyOptions with = options.study;
    with.seed = options.common.seed;
    with.threads = options.common.threads;
    const InteractionStudy study =
        study_interactions(source.network, loaded ? &loaded->data : nullptr, with);

    return deliver(
        findings_of(account_of(study, options.listed_pairs),
                    fmt::format("{}{}: {}, N = {}, h = {}\n", source.name,
                                source.is_default ? " (no matrix was named)" : "",
                                to_string(study.activation), study.W.rows(), study.step)),
        options.common, make_provenance(options.common, source.inputs));
}

}  // namespace

Verb add_interactions(App& program, const std::string& command) {
    auto options = std::make_shared<InteractionOptions>();
    options->common.command = command;
    App* app = program.add_subcommand(
        "interactions", "Who helps whom, what the structure of W decides, the energy by layer");
    add_source_options(*app, options->source);
    add_data_format_options(*app, options->source.format);
    app->add_option(
        "--data", options->data,
        "Inputs for the effective interaction and the energy budget: rings, moons, "
        "spirals, xor, a CSV file (label last), an IDX file or a folder (its test half)");
    app->add_option("--samples", options->samples,
                    "Data samples used at most, drawn with each class in its share")
        ->check(in_range(1, 100000000))
        ->capture_default_str();
    app->add_option("--pairs", options->listed_pairs, "Strongest pairs listed one by one at most")
        ->check(in_range(0, 100000000))
        ->capture_default_str();
    app->add_option("--exact-up-to", options->study.frustration.exact_up_to,
                    "N up to which frustration is searched to the end")
        ->check(in_range(0, 64))
        ->capture_default_str();
    app->add_option("--trajectories", options->study.checks.starts,
                    "Sampled trajectories that each verdict is checked on")
        ->check(in_range(1, 1000000))
        ->capture_default_str();
    add_common_options(*app, options->common, {.figures = true});
    app->footer("Example: resdyn interactions --system heteroclinic-cycle");
    return {app, [options] { return run(*options); }};
}

}  // namespace resdyn::cli
