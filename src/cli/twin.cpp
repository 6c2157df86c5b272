#include "twin.hpp"

#include <fmt/format.h>

#include <resdyn/core/error.hpp>
#include <resdyn/core/suggestion.hpp>
#include <resdyn/data/load_dataset.hpp>
#include <resdyn/figures/twin_figures.hpp>
#include <resdyn/formats/csv.hpp>

#include "deliver.hpp"
#include "labelled.hpp"
#include "number_check.hpp"

namespace resdyn::cli {

namespace {

using Json = nlohmann::ordered_json;

CsvTable run_table(const TwinReport& report, const TwinOptions& options) {
    std::vector<std::string> columns = {"comparison", "kind",     "seed",   "epoch",
                                        "clean",      "exponent", "settle", "agreement"};
    for (Index n = 0; n <= options.depth; ++n) {
        columns.push_back(fmt::format("read_out_{}", n));
    }
    for (Index n = 0; n <= options.depth; ++n) {
        columns.push_back(fmt::format("noise_gain_{}", n));
    }
    for (const double level : options.levels) {
        columns.push_back(fmt::format("{}_{:g}", perturbation(options), level));
    }
    columns.emplace_back("zero_gradients");
    CsvTable table(columns);
    const auto add = [&](const std::string& comparison, const std::vector<TwinRun>& runs) {
        for (const TwinRun& run : runs) {
            std::vector<CsvTable::Cell> row = {comparison,
                                               std::string(to_string(run.kind)),
                                               static_cast<long>(run.seed),
                                               static_cast<long>(run.epoch),
                                               run.clean,
                                               run.exponent,
                                               run.settle,
                                               run.agreement};
            for (const auto* values : {&run.by_layer, &run.noise_gain, &run.robust}) {
                row.insert(row.end(), values->begin(), values->end());
            }
            row.push_back(options.attack ? CsvTable::Cell(run.zero_gradients)
                                         : CsvTable::Cell(std::string()));
            table.add(row);
        }
    };
    add("equal budget", report.budget);
    add("equal clean accuracy", report.matched);
    return table;
}

CsvTable claim_table(const TwinReport& report) {
    CsvTable table({"claim", "difference", "standard_error", "t", "p", "verdict"});
    for (const TwinClaim& claim : report.claims) {
        table.add({claim.text, claim.difference.mean, claim.difference.standard_error, claim.t,
                   claim.p, std::string(to_string(claim.verdict))});
    }
    return table;
}

Json claims_json(const TwinReport& report) {
    Json claims = Json::array();
    for (const TwinClaim& claim : report.claims) {
        claims.push_back({{"claim", claim.text},
                          {"difference", claim.difference.mean},
                          {"standard_error", claim.difference.standard_error},
                          {"t", claim.t},
                          {"p", claim.p},
                          {"verdict", to_string(claim.verdict)}});
    }
    return claims;
}

/// One line a kind: mean ± standard error over seeds at every noise level.
void print_table(const char* name, const std::vector<TwinMeans>& means,
                 const TwinOptions& options) {
    fmt::print("{} (accuracy, %, mean ± standard error of {} seeds)\n{:<18}", name, options.seeds,
               perturbation(options));
    for (const double level : options.levels) {
        fmt::print("{:>14g}", level);
    }
    fmt::print("\n");
    for (const TwinMeans& of_kind : means) {
        fmt::print("{:<18}", to_string(of_kind.kind));
        for (const MeanWithError& m : of_kind.robust) {
            fmt::print("{:>14}",
                       fmt::format("{:.2f} ± {:.2f}", 100 * m.mean, 100 * m.standard_error));
        }
        fmt::print("\n");
    }
}

/// --noise of the experiment: one kind.
void choose_perturbation(const std::vector<std::string>& noise, TwinOptions& twin) {
    if (noise.size() != 1) {
        reject_input("--noise", "one kind with --twin", fmt::format("{}", fmt::join(noise, ",")));
    }
    for (const Attack attack : {Attack::Fgsm, Attack::Pgd}) {
        if (noise.front() == to_string(attack)) {
            twin.attack = attack;
            return;
        }
    }
    const auto kind = noise_kind_from_name(noise.front());
    if (!kind) {
        reject_input("--noise", noise_kind_names, noise.front());
    }
    twin.kind = *kind;
}

/// Accuracies under an attack without a direction say nothing.
Index largest_zero_gradients(const TwinReport& report) {
    Index largest = 0;
    for (const auto* runs : {&report.budget, &report.matched}) {
        for (const TwinRun& run : *runs) {
            largest = std::max(largest, run.zero_gradients);
        }
    }
    return largest;
}

}  // namespace

void add_twin_options(CLI::App& verb, TwinVerbOptions& options) {
    const char* group = "With --twin";
    verb.add_option("--seeds", options.twin.seeds, "Seeds, >= 2, from --seed on")
        ->check(whole_from(2))
        ->capture_default_str()
        ->group(group);
    verb.add_option("--test-samples", options.test_samples,
                    "Test on so many, drawn with each class in its share (0: all)")
        ->check(CLI::Range(0, 100000000))
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
    if (options.data.empty()) {
        reject_input("--data", "labelled data", "none");
    }
    const auto activation = activation_from_name(options.activation);
    if (!activation) {
        reject_name("--activation", activation_names(), options.activation);
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
    const bool builtin = is_builtin_dataset(options.data);
    TwinOptions twin = options.twin;
    twin.activation = *activation;
    twin.epochs = options.epochs.value_or(builtin ? 60 : twin.epochs);
    twin.rate = options.rate.value_or(builtin ? 0.01 : twin.rate);
    choose_perturbation(options.noise, twin);
    if (!options.levels.empty()) {
        twin.levels = options.levels;
    } else if (twin.attack) {
        twin.levels = {0.0, 0.02, 0.05, 0.1, 0.2};
    }
    twin.seed = common.seed;
    twin.threads = common.threads;
    std::optional<Progress> progress;
    progress.emplace("twin", 1.0, common.progress());
    twin.on_part = [&](const std::string& name, double share) { progress->update(share, name); };
    const TwinReport report = twin_experiment(training, test, twin);
    progress.reset();

    Findings findings;
    findings.json = {
        {"perturbation", perturbation(twin)},
        {"zero_gradients", twin.attack ? Json(largest_zero_gradients(report)) : Json()},
        {"training_samples", training.size()},
        {"test_samples", test.size()},
        {"seeds", twin.seeds},
        {"epochs", twin.epochs},
        {"largest_gap_of_clean_accuracy", report.largest_gap},
        {"claims", claims_json(report)}};
    findings.files = {{"twin_runs.csv", run_table(report, twin).text()},
                      {"twin_claims.csv", claim_table(report).text()}};
    findings.figures = {figures::twin_figure(report, twin)};
    findings.summary = [&] {
        print_table("equal budget", report.budget_means, twin);
        print_table("equal clean accuracy", report.matched_means, twin);
        fmt::print("largest gap of clean accuracy within a seed: {:.2f} %\n",
                   100.0 * report.largest_gap);
        if (twin.attack) {
            fmt::print("inputs whose gradient is 0, at most of a network: {} of {}\n",
                       largest_zero_gradients(report), test.size());
        }
        for (const TwinClaim& claim : report.claims) {
            fmt::print("{:<9} {} ({:+.2f} ± {:.2f} %, p = {:.3g})\n", to_string(claim.verdict),
                       claim.text, 100.0 * claim.difference.mean,
                       100.0 * claim.difference.standard_error, claim.p);
        }
    };
    return deliver(std::move(findings), common, make_provenance(common, inputs));
}

}  // namespace resdyn::cli
