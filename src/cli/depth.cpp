// resdyn depth: how deep a trained network needs to be, what may replace its last layers, and for
// which inputs the answer is certain before they have run.
#include <fmt/format.h>

#include <cmath>
#include <memory>

#include <resdyn/data/model_file.hpp>
#include <resdyn/depth/shortening.hpp>

#include "accounts/depth_account.hpp"
#include "choice.hpp"
#include "deliver.hpp"
#include "formats/sha256.hpp"
#include "labelled.hpp"
#include "number_check.hpp"

namespace resdyn::cli {

namespace {

using Json = nlohmann::ordered_json;

struct DepthVerbOptions {
    CommonOptions common;
    LabelledOptions labelled;
    std::string norm = "rms";
    std::string reduction = "q95";
    std::string rule = "accuracy";
    DepthStudyOptions study;
    std::string write;
};

std::map<std::string, std::string> lineage(const DepthVerbOptions& options,
                                           const ShorterNetwork& written, const ModelFile& parent,
                                           const Labelled& input) {
    std::map<std::string, std::string> metadata = parent.metadata;
    const Replacement& figures = written.measured;
    metadata["lineage parent"] = input.model_name;
    metadata["lineage parent sha256"] = sha256_file(options.labelled.model);
    metadata["lineage parent depth"] = fmt::format("{}", depth_of(input.network));
    metadata["lineage rule"] = written.how;
    metadata["lineage figures"] = fmt::format(
        "{} samples of {}: accuracy {:.6f}, agreement with the parent {:.6f}",
        figures.accuracy.samples, input.data.name, figures.accuracy.value, figures.agreement.value);
    if (!std::isnan(figures.logit_bound)) {
        metadata["lineage figures"] +=
            fmt::format(", logits off by {:.6g}, proved {:.6g}, on {} inputs", figures.logit_error,
                        figures.logit_bound, figures.samples);
    }
    metadata["lineage command"] = options.common.command;
    return metadata;
}

int run(DepthVerbOptions options) {
    DepthStudyOptions& with = options.study;
    with.criteria.norm =
        one_of("--norm", options.norm, {ChangeNorm::Two, ChangeNorm::Rms, ChangeNorm::Inf});
    with.criteria.reduction =
        one_of("--reduction", options.reduction,
               {SampleReduction::Mean, SampleReduction::Q95, SampleReduction::Max});
    with.rule =
        one_of("--rule", options.rule,
               {DepthCriterion::LastTwoLayers, DepthCriterion::Accuracy, DepthCriterion::FinalMean,
                DepthCriterion::FinalQ95, DepthCriterion::FinalWorst, DepthCriterion::Oracle});
    with.seed = options.common.seed;
    with.threads = options.common.threads;
    const Labelled input = load_labelled(options.labelled, options.common);
    const DepthStudy study = study_depth(input.network, input.data, with);
    if (!options.write.empty()) {
        const ModelFile parent = load_model(options.labelled.model, overrides_of(options.labelled));
        save_model(options.write,
                   ModelFile{study.shorter.network, lineage(options, study.shorter, parent, input),
                             parent.type});
    }

    Account account = account_of(study, input.network, input.data);
    account.json["written"] = options.write.empty() ? Json() : Json(study.shorter.how);
    if (!options.write.empty()) {
        account.words +=
            fmt::format("shorter network: {} ({})\n", options.write, study.shorter.how);
    }
    return deliver(findings_of(std::move(account),
                               fmt::format("{}: {}\n", input.model_name, describe(input.network))),
                   options.common, input.provenance);
}

}  // namespace

Verb add_depth(App& program, const std::string& command) {
    auto options = std::make_shared<DepthVerbOptions>();
    options->common.command = command;
    App* app = program.add_subcommand(
        "depth", "How deep a network needs to be; fewer layers, with what they cost");
    add_labelled_options(*app, options->labelled);
    app->add_option("--norm", options->norm,
                    "Of the change of the residual over the last two layers: 2, rms (2 over the "
                    "root of the number of units) or inf")
        ->capture_default_str();
    app->add_option("--reduction", options->reduction, "Of it over the samples: mean, q95 or max")
        ->capture_default_str();
    app->add_option("--tolerance", options->study.criteria.tolerance,
                    "The last layer is dropped while that is below this, > 0")
        ->check(positive())
        ->capture_default_str();
    app->add_option("--allowance", options->study.criteria.allowance,
                    "Accuracy that the smallest sufficient depth may lose")
        ->capture_default_str();
    app->add_option("--min-depth", options->study.criteria.min_depth,
                    "Smallest depth to suggest (default: 2, or 1 of a network of one layer)")
        ->check(in_range(1, 100000000));
    app->add_option("--rule", options->rule,
                    "Criterion whose depth is kept: last-two-layers, accuracy, final-mean, "
                    "final-95, final-worst or oracle")
        ->capture_default_str();
    app->add_option("--keep", options->study.keep, "Keep so many layers (0: as --rule says)")
        ->capture_default_str();
    app->add_flag("--tail", options->study.tail,
                  "Hold the last residual in place of the layers removed (shared weights; written "
                  "as blocks of two matrices)");
    app->add_option("--coarsen", options->study.coarsen,
                    "Instead of cutting, so many larger steps at equal T = hL; refused at or above "
                    "h* of the equilibria that inputs come to rest at")
        ->capture_default_str();
    app->add_option("--write", options->write,
                    "Write the shorter network to this file, its lineage in the metadata");
    app->add_option("--settle-samples", options->study.settle_samples,
                    "Inputs whose certificates are sought, and that are followed to rest, drawn "
                    "with each class in its share")
        ->check(whole_from(1))
        ->capture_default_str();
    add_common_options(*app, options->common, {.figures = true});
    app->footer("Example: resdyn depth model.safetensors --data mnist/ --write pruned.safetensors");
    return {app, [options] { return run(*options); }};
}

}  // namespace resdyn::cli
