#include "twin.hpp"

#include <fmt/format.h>

#include <resdyn/core/error.hpp>
#include <resdyn/data/load_dataset.hpp>

#include "accounts/twin_account.hpp"
#include "deliver.hpp"
#include "labelled.hpp"
#include "number_check.hpp"
#include "work_options.hpp"

namespace resdyn::cli {

void add_twin_options(App& verb, TwinVerbOptions& options) {
    const char* group = "With --twin";
    verb.add_option("--seeds", options.twin.seeds, "Seeds, >= 2, from --seed on")
        ->check(whole_from(2))
        ->capture_default_str()
        ->group(group);
    verb.add_option("--test-samples", options.test_samples,
                    "Test on so many, drawn with each class in its share (0: all)")
        ->check(in_range(0, 100000000))
        ->capture_default_str()
        ->group(group);
    verb.add_option("--units", options.twin.width,
                    "Units N; other than the width of the data, an input layer is trained too (0: "
                    "the width of the data)")
        ->capture_default_str()
        ->group(group);
    verb.add_option("--epochs", options.epochs,
                    "Passes over the data (default: 4, built-in sets 60)")
        ->check(whole_from(0))
        ->group(group);
    verb.add_option("--learning-rate", options.rate,
                    "Of Adam, constant (default: 0.001, built-in sets 0.01)")
        ->check(positive())
        ->group(group);
    verb.add_option("--weight-decay", options.twin.weight_decay,
                    "All matrices shrink by this × learning rate a step")
        ->check(not_negative())
        ->capture_default_str()
        ->group(group);
}

int run_twin(const TwinVerbOptions& options, const CommonOptions& common) {
    std::optional<Farm> farm = farm_of(options.work, common);
    if (options.data.empty()) {
        reject_input("--data", "labelled data", "none");
    }
    const LoadedDataset loaded = load_dataset(
        options.data, {.samples = options.samples, .seed = common.seed, .format = options.format});
    Inputs inputs(common.quiet);
    inputs.add(loaded);
    Dataset training = loaded.data;
    Dataset test;
    if (auto matching =
            load_matching_test_set(options.data, {.samples = options.test_samples,
                                                  .seed = common.seed,
                                                  .format = options.format,
                                                  .trained_on = trained_on(training)})) {
        inputs.add(*matching);
        test = std::move(matching->data);
    } else {
        constexpr double held_out = 0.25;
        Split parts = split(training, held_out, common.seed);
        training = std::move(parts.training);
        test = std::move(parts.held_out);
    }
    if (training.size() < training.classes) {
        reject_input(training.name,
                     fmt::format("at least as many samples as classes ({})", training.classes),
                     fmt::format("{}", training.size()));
    }
    const TwinOptions usual = usual_twins(is_builtin_dataset(options.data));
    TwinOptions twin = options.twin;
    twin.activation = known_activation(options.activation);
    twin.epochs = options.epochs.value_or(usual.epochs);
    twin.rate = options.rate.value_or(usual.rate);
    if (options.noise.size() != 1) {
        reject_input("--noise", "one kind with --twin",
                     fmt::format("{}", fmt::join(options.noise, ",")));
    }
    if (!choose_perturbation(options.noise.front(), twin)) {
        reject_input("--noise", noise_kind_names, options.noise.front());
    }
    if (!options.levels.empty()) {
        twin.levels = options.levels;
    }
    twin.seed = common.seed;
    twin.threads = common.threads;
    std::optional<Progress> progress;
    progress.emplace("twin", 1.0, common.progress());
    twin.farm = farm ? &*farm : nullptr;
    const std::optional<InterruptScope> interrupts = interrupts_of(farm);
    twin.on_part = [&](const std::string& name, double share) {
        progress->update(share, name, resumed_share(twin.farm));
    };
    const TwinReport report = twin_experiment(training, test, twin);
    progress.reset();
    if (const auto code = end_without_result(options.work, common, farm)) {
        return *code;
    }
    Findings findings = findings_of(account_of(report, twin, training.size(), test.size()));
    say_next_step(findings, options.work, farm);
    return deliver(std::move(findings), common, make_provenance(common, inputs));
}

}  // namespace resdyn::cli
