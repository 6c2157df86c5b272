// resdyn depth: how deep a trained network needs to be, what may replace its last layers, and for
// which inputs the answer is certain before they have run.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>

#include <plots/depth_figures.hpp>
#include <resdyn/core/error.hpp>
#include <resdyn/io/model_file.hpp>
#include <resdyn/io/output_folder.hpp>
#include <resdyn/io/sha256.hpp>
#include <resdyn/model/shortening.hpp>

#include "choice.hpp"
#include "depth_study.hpp"
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
    DepthCriteriaOptions criteria;
    std::string rule = "accuracy";
    Index keep = 0;
    bool tail = false;
    bool asked_for = false;  ///< the depth was given, not found by a rule.
    Index coarsen = 0;
    std::string write;
    Index sample = 500;
};

/// The network to write, and how it came to be.
struct Written {
    Network network;
    std::string how;
    Replacement measured;
};

Written to_be_written(const DepthVerbOptions& options, const DepthStudy& study,
                      const Labelled& input, const Eigen::VectorXi& whole) {
    const auto* residual = std::get_if<ResidualNetwork>(&input.network);
    const int threads = options.common.threads;
    if (options.coarsen > 0) {
        const Network network = coarsened(*residual, options.coarsen);
        return {network, fmt::format("coarsened to {} layers at equal T", options.coarsen),
                measure("coarsened", network, input, whole, threads)};
    }
    const Index depth = options.keep;
    const std::string rule =
        fmt::format("{} layers kept, {}", depth,
                    options.asked_for ? std::string("as asked for") : "by " + options.rule);
    if (options.tail) {
        const Network network = with_held_tail(*residual, depth);
        Written written{network, rule + ", residual held for the rest",
                        measure("held tail", network, input, whole, threads)};
        for (const Replacement& one : study.replacements) {
            if (one.kind == "held tail (sample)") {
                written.measured.logit_error = one.logit_error;
                written.measured.logit_bound = one.logit_bound;
                written.measured.samples = one.samples;
            }
        }
        return written;
    }
    const Network network = truncated(input.network, depth);
    return {network, rule, measure("cut", network, input, whole, threads)};
}

void validate(const DepthVerbOptions& options, const Labelled& input) {
    const Index L = depth_of(input.network);
    const auto* residual = std::get_if<ResidualNetwork>(&input.network);
    if (options.keep < 0 || options.keep > L) {
        reject_input("--keep", fmt::format("1 to {} layers, the depth of the network", L),
                     fmt::format("{}", options.keep));
    }
    if (options.coarsen < 0 || options.coarsen > L) {
        reject_input("--coarsen", fmt::format("1 to {} layers, the depth of the network", L),
                     fmt::format("{}", options.coarsen));
    }
    if (options.sample < 1) {
        reject_input("--settle-samples", "a whole number >= 1", fmt::format("{}", options.sample));
    }
    if (options.tail && options.coarsen > 0) {
        reject_input("--tail", "either a tail or --coarsen", "both");
    }
    const bool shared = residual != nullptr && residual->has_shared_weights();
    if ((options.tail || options.coarsen > 0) && !shared) {
        reject_input(options.labelled.model, "a residual network with shared weights",
                     residual == nullptr ? "a perceptron" : "weights that differ by layer");
    }
}

/// Depth to cut to: --keep, or what the rule suggests.
Index depth_to_keep(const DepthVerbOptions& options, const DepthCriteria& criteria) {
    if (options.keep > 0) {
        return options.keep;
    }
    return criteria
        .by(one_of(
            "--rule", options.rule,
            {DepthCriterion::LastTwoLayers, DepthCriterion::Accuracy, DepthCriterion::FinalMean,
             DepthCriterion::FinalQ95, DepthCriterion::FinalWorst, DepthCriterion::Oracle}))
        .depth;
}

std::map<std::string, std::string> lineage(const DepthVerbOptions& options, const Written& written,
                                           const ModelFile& parent, const Labelled& input) {
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
    options.criteria.norm =
        one_of("--norm", options.norm, {ChangeNorm::Two, ChangeNorm::Rms, ChangeNorm::Inf});
    options.criteria.reduction =
        one_of("--reduction", options.reduction,
               {SampleReduction::Mean, SampleReduction::Q95, SampleReduction::Max});
    const Labelled input = load_labelled(options.labelled, options.common);
    validate(options, input);
    const auto* residual = std::get_if<ResidualNetwork>(&input.network);
    OutputFolder folder(options.common.out, options.common.verb);
    const int threads = options.common.threads;
    const Dataset drawn = input.data.draw(options.sample, options.common.seed);
    const Matrix sample = drawn.inputs.cast<double>();
    const Eigen::VectorXi& sample_labels = drawn.labels;

    DepthStudy study;
    study.options = options.criteria;
    // The options are judged before the work.
    DepthProfile empty;
    empty.layers.resize(static_cast<std::size_t>(depth_of(input.network) + 1));
    empty.final_from = empty.agrees_at = {0};
    depth_criteria(empty, options.criteria);
    if (options.coarsen > 0 && is_bounded(residual->activation)) {
        const double step = coarsened(*residual, options.coarsen).step;
        study.step_limit =
            step_limit(*residual, sample,
                       {.settle = {.clock = Clock::Flow, .t_end = 500.0, .threads = threads}});
        if (!study.step_limit->allows(step)) {
            reject_input("--coarsen",
                         fmt::format("a step h L / M below h* = {:.4g} of the equilibrium {} that "
                                     "inputs come to rest at",
                                     *study.step_limit->largest, study.step_limit->pattern),
                         fmt::format("{:g} for {} layers", step, options.coarsen));
        }
    }
    study.profile = depth_profile(input.network, input.data.inputs, input.data.labels, threads);
    study.criteria = depth_criteria(study.profile, options.criteria);
    options.asked_for = options.keep > 0;
    options.keep = options.coarsen > 0 ? options.keep : depth_to_keep(options, study.criteria);
    if (residual != nullptr) {
        study.certificates = certify(*residual, sample, {.threads = threads});
        study.early_stop = time_early_stop(*residual, sample, threads);
        if (residual->has_shared_weights() && options.keep >= 2) {
            study.replacements = tails(*residual, options.keep, sample, sample_labels, threads);
        } else if (options.tail) {
            reject_input("--keep", "at least 2 layers before a tail",
                         fmt::format("{}", options.keep));
        }
    }
    Eigen::VectorXi whole(input.data.size());
    {
        const DecisionReport report =
            decisions(input.network, input.data.inputs, input.data.labels, threads);
        whole = report.predictions.row(depth_of(input.network)).transpose();
    }
    const Written written = to_be_written(options, study, input, whole);
    study.replacements.push_back(written.measured);

    Json json = {{"schema", results_schema},
                 {"verb", "depth"},
                 {"provenance", to_json(input.provenance)},
                 {"network", describe(input.network)},
                 {"data", input.data.name}};
    json.update(to_json(study));
    json["written"] = options.write.empty() ? Json() : Json(written.how);
    folder.write("results.json", json.dump(2) + "\n");
    for (const auto& [name, table] : depth_tables(study)) {
        folder.write(name, table.text());
    }
    std::vector<plots::Figure> figures = {plots::depth_figure(study)};
    if (!study.profile.lesions.empty()) {
        figures.push_back(plots::sensitivity_figure(study));
        // A perceptron that shares its weights has no curve over the layers to draw.
        if (!study.profile.shared_weights ||
            std::isfinite(study.profile.lesions.front().accuracy_without_evidence)) {
            figures.push_back(plots::lesion_figure(study.profile));
        }
    }
    if (study.certificates) {
        figures.push_back(plots::certificate_figure(*study.certificates));
    }
    draw(figures, folder, options.common);
    if (!options.write.empty()) {
        const ModelFile parent = load_model(options.labelled.model, overrides_of(options.labelled));
        ModelFile model{written.network, lineage(options, written, parent, input), parent.type};
        save_model(options.write, model);
    }
    const auto files = folder.commit();
    if (options.common.json) {
        print_json(json);
    } else if (!options.common.quiet) {
        fmt::print("{}: {}\n", input.model_name, describe(input.network));
        print_study(study);
        if (!options.write.empty()) {
            fmt::print("shorter network: {} ({})\n", options.write, written.how);
        }
        print_written(folder, files);
    }
    const bool sound = (!study.certificates || study.certificates->sound()) &&
                       (!study.early_stop || study.early_stop->different == 0);
    return sound ? Done : CheckFailed;
}

}  // namespace

Verb add_depth(CLI::App& program, const std::string& command) {
    auto options = std::make_shared<DepthVerbOptions>();
    options->common.command = command;
    CLI::App* app = program.add_subcommand(
        "depth", "How deep a network needs to be; fewer layers, with what they cost");
    add_labelled_options(*app, options->labelled);
    app->add_option("--norm", options->norm,
                    "Of the change of the residual over the last two layers: 2, rms (2 over the "
                    "root of the number of units) or inf")
        ->capture_default_str();
    app->add_option("--reduction", options->reduction, "Of it over the samples: mean, q95 or max")
        ->capture_default_str();
    app->add_option("--tolerance", options->criteria.tolerance,
                    "The last layer is dropped while that is below this, > 0")
        ->check(positive())
        ->capture_default_str();
    app->add_option("--allowance", options->criteria.allowance,
                    "Accuracy that the smallest sufficient depth may lose")
        ->capture_default_str();
    app->add_option("--min-depth", options->criteria.min_depth,
                    "Smallest depth to suggest (default: 2, or 1 of a network of one layer)")
        ->check(CLI::Range(1, 100000000));
    app->add_option("--rule", options->rule,
                    "Criterion whose depth is kept: last-two-layers, accuracy, final-mean, "
                    "final-95, final-worst or oracle")
        ->capture_default_str();
    app->add_option("--keep", options->keep, "Keep so many layers (0: as --rule says)")
        ->capture_default_str();
    app->add_flag("--tail", options->tail,
                  "Hold the last residual in place of the layers removed (shared weights; written "
                  "as blocks of two matrices)");
    app->add_option("--coarsen", options->coarsen,
                    "Instead of cutting, so many larger steps at equal T = hL; refused at or above "
                    "h* of the equilibria that inputs come to rest at")
        ->capture_default_str();
    app->add_option("--write", options->write,
                    "Write the shorter network to this file, its lineage in the metadata");
    app->add_option("--settle-samples", options->sample,
                    "Inputs whose certificates are sought, and that are followed to rest, drawn "
                    "with each class in its share")
        ->check(whole_from(1))
        ->capture_default_str();
    add_common_options(*app, options->common, {.figures = true});
    app->footer("Example: resdyn depth model.safetensors --data mnist/ --write pruned.safetensors");
    return {app, [options] { return run(*options); }};
}

}  // namespace resdyn::cli
