// resdyn perturb: what noise does to a network, at its input and in its layers.
#include <fmt/format.h>

#include <memory>
#include <optional>

#include <resdyn/core/error.hpp>
#include <resdyn/core/interrupt.hpp>
#include <resdyn/data/model_file.hpp>

#include "accounts/perturbation_account.hpp"
#include "deliver.hpp"
#include "labelled.hpp"
#include "number_check.hpp"
#include "twin.hpp"
#include "work_options.hpp"

namespace resdyn::cli {

namespace {

struct PerturbOptions {
    CommonOptions common;
    LabelledOptions labelled;
    std::string levels;
    std::string other;
    bool twin = false;
    TwinVerbOptions twin_options;
    PerturbationOptions study;
    WorkOptions work;
};

/// The numbers of --levels; empty without it.
std::vector<double> levels_of(const PerturbOptions& options) {
    std::vector<double> levels;
    std::size_t begin = 0;
    while (!options.levels.empty() && begin <= options.levels.size()) {
        const std::size_t end = std::min(options.levels.find(',', begin), options.levels.size());
        const std::string word = options.levels.substr(begin, end - begin);
        double level = 0.0;
        try {
            std::size_t used = 0;
            level = std::stod(word, &used);
            if (used != word.size()) {
                throw std::invalid_argument(word);
            }
        } catch (const std::logic_error&) {
            reject_input("--levels", "numbers with commas between them", word);
        }
        levels.push_back(level);
        begin = end + 1;
    }
    return levels;
}

int run_model(const PerturbOptions& options) {
    std::optional<Farm> farm = farm_of(options.work, options.common);
    const Labelled input = load_labelled(options.labelled, options.common);
    std::optional<Network> twin;
    if (!options.other.empty()) {
        twin = load_model(options.other, overrides_of(options.labelled)).network;
    }
    PerturbationOptions with = options.study;
    with.levels = levels_of(options);
    with.seed = options.common.seed;
    with.threads = options.common.threads;
    with.farm = farm ? &*farm : nullptr;
    const std::optional<InterruptScope> interrupts = interrupts_of(farm);
    std::optional<Progress> progress;
    progress.emplace("perturb", 1.0, options.common.progress());
    with.on_part = [&](const std::string& noise, double share) {
        progress->update(share, noise, resumed_share(with.farm));
    };
    const PerturbationStudy study =
        study_perturbation(input.network, input.data, with, twin ? &*twin : nullptr);
    progress.reset();
    if (const auto code = end_without_result(options.work, options.common, farm)) {
        return *code;
    }

    Account account = account_of(study, input.network, input.data);
    if (twin) {
        account.words += fmt::format("twin {}: {}\n", options.other, describe(*twin));
    }
    Findings findings = findings_of(
        std::move(account), fmt::format("{}: {}\n", input.model_name, describe(input.network)));
    say_next_step(findings, options.work, farm);
    return deliver(std::move(findings), options.common, input.provenance);
}

int run(const PerturbOptions& options) {
    for (const double level : levels_of(options)) {
        validate_level(NoiseKind::Gaussian, level);
    }
    validate_level(NoiseKind::Gaussian, options.study.layer_level);
    if (!options.twin) {
        return run_model(options);
    }
    if (!options.labelled.model.empty() || !options.other.empty()) {
        reject_argument("--twin", "no model, it trains its own", "one");
    }
    TwinVerbOptions twin = options.twin_options;
    twin.data = options.labelled.data;
    twin.samples = options.labelled.samples;
    twin.format = options.labelled.format;
    twin.twin.depth = options.labelled.depth.value_or(twin.twin.depth);
    twin.twin.step = options.labelled.step.value_or(twin.twin.step);
    if (!options.labelled.activation.empty()) {
        twin.activation = options.labelled.activation;
    }
    twin.levels = levels_of(options);
    twin.noise = options.study.noise;
    twin.work = options.work;
    return run_twin(twin, options.common);
}

}  // namespace

Verb add_perturb(App& program, const std::string& command) {
    auto options = std::make_shared<PerturbOptions>();
    options->common.command = command;
    App* app = program.add_subcommand(
        "perturb", "What noise does to a network: accuracy, linear theory, the twin experiment");
    add_labelled_options(*app, options->labelled, true);
    app->add_option("--noise", options->study.noise,
                    "Kinds, with commas (with --twin: one): gaussian, uniform, salt-and-pepper, "
                    "occlusion, fgsm, pgd")
        ->delimiter(',')
        ->capture_default_str();
    app->add_option("--levels", options->levels,
                    "Noise levels, with commas: standard deviation; share of components or of the "
                    "side; largest change a component of an attack (default: ten from 0 to 1, "
                    "attacks nine from 0 to 0.3)");
    app->add_option("--draws", options->study.draws, "Draws of every sample at every level")
        ->check(whole_from(1))
        ->capture_default_str();
    app->add_option("--attack-samples", options->study.attack_samples,
                    "So many samples for fgsm and pgd, drawn with each class in its share")
        ->check(in_range(1, 100000000))
        ->capture_default_str();
    app->add_option("--layer-level", options->study.layer_level,
                    "Deviation of the noise in one layer alone")
        ->check(not_negative())
        ->capture_default_str();
    app->add_option("--theory-samples", options->study.linear.sample,
                    "Inputs (a seeded sample) for linear theory and its Monte Carlo")
        ->check(whole_from(1))
        ->capture_default_str();
    app->add_option("--small-noise", options->study.linear.deviation,
                    "Deviation of the noise held against linear theory")
        ->check(positive())
        ->capture_default_str();
    app->add_option("--twin-model", options->other,
                    "Compare with this model, of the same size, on the same noise");
    app->add_flag("--twin", options->twin,
                  "Train residual networks and perceptrons alike and compare them");
    add_twin_options(*app, options->twin_options);
    add_work_options(*app, options->work, options->common);
    add_common_options(*app, options->common, {.figures = true});
    app->footer(
        "Examples: resdyn perturb model.safetensors --data mnist/\n"
        "          resdyn perturb --twin --data moons --seeds 3");
    return {app, [options] { return run(*options); }};
}

}  // namespace resdyn::cli
