// resdyn reduce: compact imitations of a network, with what is proved of them, and its parts of low
// rank as flows of a few variables.
#include <fmt/format.h>

#include <memory>
#include <optional>

#include <resdyn/core/error.hpp>
#include <resdyn/core/interrupt.hpp>
#include <resdyn/data/model_file.hpp>
#include <resdyn/data/trained_on.hpp>

#include "accounts/reduction_account.hpp"
#include "core/suggestion.hpp"
#include "deliver.hpp"
#include "formats/sha256.hpp"
#include "labelled.hpp"
#include "number_check.hpp"
#include "results/reduction_results.hpp"

namespace resdyn::cli {

namespace {

constexpr Index usual_hidden_units = 16;  // or as many as units, if there are fewer
constexpr double test_share = 0.2;        // of data without a test half of their own

struct ReduceOptions {
    CommonOptions common;
    LabelledOptions labelled;
    std::string test_data;
    std::vector<Index> hidden_units;
    std::vector<Index> ranks;
    std::string imitation_activation;
    std::optional<Index> epochs;
    std::optional<double> learning_rate;
    ImitationOptions imitation;
    ProofOptions proofs;
    RankStudyOptions rank;
};

struct Data {
    std::optional<Dataset> training;  ///< where imitations are trained.
    Dataset test;
    Inputs inputs;
};

/// Both halves of --data: what is measured is never trained on.
Data load_data(const ReduceOptions& options, const TrainedOn& expected, bool trains) {
    const LabelledOptions& from = options.labelled;
    const LoadOptions load{.samples = from.samples,
                           .seed = options.common.seed,
                           .format = from.format,
                           .trained_on = expected};
    LoadOptions load_test = load;
    load_test.part = DataPart::Test;
    Data data;
    data.inputs = Inputs(options.common.quiet);
    std::optional<LoadedDataset> test =
        options.test_data.empty() ? load_matching_test_set(from.data, load_test)
                                  : std::optional(load_dataset(options.test_data, load_test));
    if (trains || !test) {
        LoadedDataset all = load_dataset(from.data, load);
        data.inputs.add(all);
        if (!test && trains) {
            Split parts = split(all.data, test_share, options.common.seed);
            data.training = std::move(parts.training);
            data.test = std::move(parts.held_out);
            return data;
        }
        if (!test) {
            data.test = std::move(all.data);
            return data;
        }
        data.training = std::move(all.data);
    }
    data.inputs.add(*test);
    data.test = std::move(test->data);
    return data;
}

void need_whole_numbers(const char* option, const std::vector<Index>& values, Index most) {
    for (const Index value : values) {
        if (value < 1 || value > most) {
            reject_input(option, fmt::format("whole numbers from 1 to {}", most),
                         fmt::format("{}", value));
        }
    }
}

/// What can be refused by the network alone.
void check_network(const ReduceOptions& options, const Network& network) {
    constexpr Index most_hidden_units = 100000;
    need_whole_numbers("--hidden-units", options.hidden_units, most_hidden_units);
    if (options.ranks.empty()) {
        return;
    }
    const auto* residual = std::get_if<ResidualNetwork>(&network);
    if (residual == nullptr || !residual->has_shared_weights()) {
        reject_input("--rank", "a residual network of shared weights",
                     residual == nullptr ? "a perceptron" : "own weights by layer");
    }
    need_whole_numbers("--rank", options.ranks,
                       std::min(residual->width(), residual->hidden_width()));
}

/// Metadata of a network made from another.
std::map<std::string, std::string> lineage(const ReduceOptions& options, const ModelFile& parent,
                                           const Reduction& reduction, const std::string& name) {
    std::map<std::string, std::string> metadata;
    for (const char* key : {"scaling", "input_range", "class_labels", "image", "labels"}) {
        if (const auto found = parent.metadata.find(key); found != parent.metadata.end()) {
            metadata.insert(*found);
        }
    }
    const NetworkAgreement* figures = nullptr;
    for (const ImitationReport& report : reduction.imitations) {
        if (name == fmt::format("imitation-{}.safetensors", report.hidden_units)) {
            figures = &report.agreement;
            metadata["lineage rule"] = fmt::format(
                "imitates its parent with {} residuals; what is proved of it is not proved of the "
                "parent",
                report.hidden_units);
        }
    }
    if (reduction.ranks) {
        for (const LowRankReport& report : reduction.ranks->ranks) {
            if (name == fmt::format("rank-{}.safetensors", report.network.rank)) {
                figures = &report.agreement;
                metadata["lineage rule"] =
                    fmt::format("its parent with W of rank {0}: {0} variables z and the logits",
                                report.network.rank);
            }
        }
    }
    metadata["lineage parent"] = std::filesystem::path(options.labelled.model).filename().string();
    metadata["lineage parent sha256"] = sha256_file(options.labelled.model);
    metadata["lineage figures"] =
        fmt::format("{} test samples: accuracy {:.6f}, agreement with the parent {:.6f}",
                    figures->agreement.samples, figures->accuracy.value, figures->agreement.value);
    metadata["lineage command"] = options.common.command;
    metadata["resdyn_version"] = RESDYN_VERSION;
    return metadata;
}

ReductionOptions reduction_options(const ReduceOptions& options) {
    const ImitationOptions usual = usual_imitation(is_builtin_dataset(options.labelled.data));
    ReductionOptions with;
    with.hidden_units = options.hidden_units;
    with.imitation = options.imitation;
    if (!options.imitation_activation.empty()) {
        with.imitation.activation = activation_from_name(options.imitation_activation);
        if (!with.imitation.activation) {
            reject_name("--imitation-activation", activation_names(), options.imitation_activation);
        }
    }
    with.imitation.epochs = options.epochs.value_or(usual.epochs);
    with.imitation.rate.rate = options.learning_rate.value_or(usual.rate.rate);
    with.imitation.seed = options.common.seed;
    with.imitation.threads = options.common.threads;
    with.imitation.stop_requested = [] { return interrupt_requested(); };
    with.proofs = options.proofs;
    with.proofs.threads = options.common.threads;
    if (!options.ranks.empty()) {
        with.rank = options.rank;
        with.rank->ranks = options.ranks;
        with.rank->seed = options.common.seed;
        with.rank->threads = options.common.threads;
    }
    return with;
}

int run(ReduceOptions options) {
    const InterruptScope interrupts;
    ModelFile model = load_labelled_model(options.labelled);
    if (options.hidden_units.empty() && options.ranks.empty()) {
        options.hidden_units = {std::min(usual_hidden_units, shape_of(model.network).width)};
    }
    check_network(options, model.network);
    ReductionOptions with = reduction_options(options);
    const bool trains = !options.hidden_units.empty();
    Data data = load_data(options, trained_on(model), trains);
    data.inputs.add(options.labelled.model);
    data.inputs.note(model.notes);
    check_data(model.network, data.test);

    std::optional<Progress> progress;
    progress.emplace("reduce", 1.0, options.common.progress());
    with.on_part = [&](const std::string& part, double done) { progress->update(done, part); };
    const Reduction reduction =
        reduce(model.network, data.training ? &*data.training : nullptr, data.test, with);
    progress.reset();
    stop_if_interrupted("reduce");

    const std::string name = std::filesystem::path(options.labelled.model).filename().string();
    Findings findings = findings_of(account_of(reduction, model.network, data.test, with.imitation),
                                    fmt::format("{}: {}\n", name, describe(model.network)));
    for (const auto& [file, network] : reduced_networks(reduction)) {
        // Imitations are trained in float32; parts of a low rank are products in double.
        const TensorType type = file.starts_with("imitation") ? TensorType::F32 : TensorType::F64;
        findings.files.emplace_back(
            file, format_model({.network = network,
                                .metadata = lineage(options, model, reduction, file),
                                .type = type}));
    }
    for (const ImitationReport& report : reduction.imitations) {
        if (report.imitation.outcome == TrainOutcome::NonFinite) {
            fmt::print(stderr,
                       "resdyn: the imitation with {} residuals stopped, the last good network is "
                       "kept: {}; try a smaller --learning-rate\n",
                       report.hidden_units, report.imitation.reason);
        }
    }
    return deliver(std::move(findings), options.common,
                   make_provenance(options.common, data.inputs));
}

}  // namespace

Verb add_reduce(App& program, const std::string& command) {
    auto options = std::make_shared<ReduceOptions>();
    options->common.command = command;
    App* app = program.add_subcommand(
        "reduce",
        "Make a network small: compact imitations with proofs, and parts of low rank as flows");
    add_labelled_options(*app, options->labelled);
    app->get_option("--data")->description(
        "rings, moons, spirals, xor, a folder with MNIST-like files, an IDX or a CSV file; "
        "imitations are trained on the training half and measured on the test half (else on a "
        "fifth that is held out)");
    app->add_option("--test-data", options->test_data, "Data to measure on instead");
    app->add_option("--hidden-units", options->hidden_units,
                    "Residuals M of the imitations, with commas (default without --rank: 16, or as "
                    "many as units if there are fewer)")
        ->delimiter(',');
    app->add_option("--rank", options->ranks,
                    "Ranks r that W (B of two matrices) is cut to, with commas: 1,2,3,5,10")
        ->delimiter(',');
    app->add_option("--imitation-activation", options->imitation_activation,
                    "logistic, tanh, softplus or relu (default: the network's)");
    app->add_option("--imitation-depth", options->imitation.depth,
                    "Layers of the imitations; hL stays (0: the network's)")
        ->check(in_range(0, 10000000))
        ->capture_default_str();
    app->add_option("--epochs", options->epochs,
                    "Passes over the training data (default: 5, built-in sets 100)")
        ->check(in_range(0, 100000000));
    app->add_option("--batch", options->imitation.batch, "Samples a step")->capture_default_str();
    app->add_option("--learning-rate", options->learning_rate,
                    "Of Adam, along half a cosine to 0, > 0 (default: 0.004, built-in sets 0.02)");
    app->add_option("--temperature", options->imitation.temperature,
                    "τ > 0 of the loss τ² KL(softmax(logits/τ)): 1 compares probabilities, larger "
                    "ones the logits")
        ->capture_default_str();
    app->add_option("--state-weight", options->imitation.state_weight,
                    "Weight of the squared distance of the streams over their squared way, mean "
                    "over layers (0: the logits alone)")
        ->capture_default_str();
    app->add_option("--proof-time", options->proofs.seconds,
                    "Work that each proof about an imitation may take, in seconds of one processor "
                    "of 2022 as it is predicted (0: nothing is proved)")
        ->check(between(0.0, 1e9))
        ->capture_default_str();
    app->add_option("--starts", options->rank.roots.starts,
                    "Starts of Newton's method for the equilibria of z")
        ->check(in_range(1, 100000000))
        ->capture_default_str();
    app->add_option("--trajectories", options->rank.trajectories,
                    "Test inputs whose ways are drawn on the portraits of z")
        ->check(in_range(1, 10000))
        ->capture_default_str();
    add_common_options(*app, options->common, {.figures = true});
    app->footer(
        "Writes imitation-M.safetensors and rank-R.safetensors, which every verb reads, beside the "
        "results.\n"
        "Examples: resdyn reduce model.safetensors --data mnist/ --hidden-units 8,16,32\n"
        "          resdyn reduce model.safetensors --data rings --rank 1,2");
    return {app, [options] { return run(*options); }};
}

}  // namespace resdyn::cli
