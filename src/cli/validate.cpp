// resdyn validate: the claims of the study as a ledger.
#include <fmt/format.h>

#include <analysis/ledger_page.hpp>
#include <analysis/put_claims.hpp>
#include <memory>

#include <resdyn/core/error.hpp>
#include <resdyn/core/interrupt.hpp>
#include <resdyn/data/load_dataset.hpp>

#include "deliver.hpp"
#include "formats/output_folder.hpp"
#include "formats/sha256.hpp"
#include "labelled.hpp"
#include "source.hpp"
#include "work_options.hpp"

namespace resdyn::cli {

namespace {

struct ValidateOptions {
    CommonOptions common;
    SourceOptions source;
    std::string data;
    std::optional<Index> samples;  ///< of the user's data, at most.
    std::vector<int> only;
    bool quick = false;
    bool strict = false;
    claims::DesignOptions design;
    WorkOptions work;

    bool has_user_network() const {
        return !(source.model.empty() && source.weights.empty() && source.system.empty());
    }
};

constexpr Index quick_training_samples = 2000;
constexpr Index quick_test_samples = 500;
constexpr Index user_samples = 2000;

/// The user's network and its data, where there are any.
claims::UserNetwork load_user(const ValidateOptions& options, Inputs& inputs) {
    Source source = load_source(options.source, options.common);
    claims::UserNetwork user{source.name, source.network, std::nullopt};
    if (!options.data.empty()) {
        LoadedDataset loaded = load_data(
            options.data, source,
            {.part = DataPart::Test,
             .samples = options.samples.value_or(options.quick ? quick_test_samples : user_samples),
             .seed = options.common.seed});
        if (user.network.has_readout()) {
            check_data(user.network, loaded.data);
        } else if (loaded.data.width() != user.network.input_width()) {
            reject_input(loaded.data.name,
                         fmt::format("samples of width {}", user.network.input_width()),
                         fmt::format("{}", loaded.data.width()));
        }
        user.data = std::move(loaded.data);
    }
    inputs = source.inputs;
    return user;
}

/// Data to train on beside the built-in sets.
claims::DataPair load_pair(const ValidateOptions& options, Inputs& inputs) {
    const LoadOptions load{.samples = options.quick ? quick_training_samples : 0,
                           .seed = options.common.seed,
                           .format = options.source.format};
    LoadedDataset training = load_dataset(options.data, load);
    std::optional<LoadedDataset> test =
        load_matching_test_set(options.data, {.samples = options.quick ? quick_test_samples : 0,
                                              .seed = options.common.seed,
                                              .format = options.source.format,
                                              .trained_on = trained_on(training.data)});
    if (!test) {
        reject_input(options.data,
                     "data with a test half beside it (a folder with MNIST-like "
                     "files)",
                     "none");
    }
    if (is_builtin_dataset(options.data)) {
        reject_input("--data", "other data than the built-in sets, which are always used",
                     options.data);
    }
    inputs.add(training);
    inputs.add(*test);
    const std::filesystem::path path(options.data);
    return {(path.has_filename() ? path : path.parent_path()).filename().string(),
            std::move(training.data), std::move(test->data)};
}

claims::WorkspaceOptions workspace_of(const ValidateOptions& options, Inputs& inputs) {
    claims::WorkspaceOptions with;
    with.quick = options.quick;
    with.seed = options.common.seed;
    with.threads = options.common.threads;
    with.stop_requested = interrupt_requested;
    if (options.has_user_network()) {
        with.user = load_user(options, inputs);
        return with;
    }
    const SourceOptions& given = options.source;
    const char* meant_for_one = given.step                  ? "--step"
                                : given.depth               ? "--depth"
                                : !given.activation.empty() ? "--activation"
                                : !given.bias.empty()       ? "--bias"
                                                            : nullptr;
    if (meant_for_one != nullptr) {
        reject_argument(meant_for_one, "a network beside it: MODEL, --weights or --system", "none");
    }
    if (!options.data.empty()) {
        with.data = load_pair(options, inputs);
    }
    return with;
}

/// claims.json as it stands before the first seed is measured: the design, and no claim decided.
void write_design(const ValidateOptions& options, const std::string& design) {
    const nlohmann::ordered_json planned = {{"schema", claims::ledger_schema},
                                            {"design", nlohmann::ordered_json::parse(design)},
                                            {"design_sha256", sha256(design)},
                                            {"claims", nlohmann::ordered_json::array()},
                                            {"interrupted", true}};
    OutputFolder folder(options.common.out, options.common.verb);
    folder.write("claims.json", planned.dump(2) + "\n");
    folder.commit();
}

int run(const ValidateOptions& options) {
    claims::LedgerOptions with{.only = options.only, .design = options.design};
    std::optional<Farm> farm = farm_of(options.work, options.common);
    with.farm = farm ? &*farm : nullptr;
    count_claims(with);  // a claim that there is not is refused before data are read
    Inputs inputs(options.common.quiet);
    with.workspace = workspace_of(options, inputs);
    const InterruptScope interrupts;
    std::optional<Progress> progress;
    progress.emplace("validate", static_cast<double>(count_claims(with)),
                     options.common.progress());
    with.on_part = [&](const claims::Claim& claim, const std::string& part, Index done) {
        progress->update(static_cast<double>(done), fmt::format("claim {}: {}", claim.id, part));
    };
    if (options.common.write_files && !(farm && farm->is_shard())) {
        with.on_design = [&](const std::string& design) { write_design(options, design); };
    }
    if (talks(options.common)) {
        with.on_claim = [&](const claims::LedgerEntry& entry) {
            progress->clear();
            fmt::print("{}\n", summary_line(entry));
        };
    }
    const claims::Ledger ledger = put_claims(std::move(with));
    progress.reset();
    if (const auto code = end_without_result(options.work, options.common, farm)) {
        return *code;
    }

    Findings findings = findings_of(account_of(ledger, options.quick));
    findings.files.insert(findings.files.begin(), {"claims.json", to_json(ledger).dump(2) + "\n"});
    findings.pages = [&](const std::vector<plots::RenderedFigure>& drawn, const Provenance& who) {
        return std::vector<NamedText>{
            {"ledger.html", plots::page_html(ledger_page(ledger, who, drawn))}};
    };
    findings.summary = [&] {
        for (const std::string& note : ledger.notes) {
            fmt::print("note: {}\n", note);
        }
    };
    say_next_step(findings, options.work, farm);
    const bool failed = options.strict ? ledger.anything_open() : ledger.theorem_fails();
    findings.exit_code = failed ? CheckFailed : ledger.interrupted ? ResourceFailure : Done;
    findings.partial = ledger.interrupted;
    return deliver(std::move(findings), options.common, make_provenance(options.common, inputs));
}

}  // namespace

Verb add_validate(App& program, const std::string& command) {
    auto options = std::make_shared<ValidateOptions>();
    options->common.command = command;
    App* app = program.add_subcommand(
        "validate", "The study's claims as a ledger: prediction, measurement, verdict");
    options->source.own_weights = true;
    add_source_options(*app, options->source);
    add_data_format_options(*app, options->source.format);
    app->add_flag("--quick", options->quick,
                  "Three seeds, few settings, small sets, under a minute: no evidence");
    app->add_option("--only", options->only, "Claims to run, by number, with commas")
        ->delimiter(',');
    app->add_option("--data", options->data,
                    "Folder with MNIST-like files to train on beside the built-in sets; with "
                    "MODEL, labelled data for it");
    app->add_option("--samples", options->samples,
                    "Samples of MODEL's data used at most (default: 2000, with --quick 500)")
        ->check(in_range(1, 100000000));
    app->add_option(
           "--seeds", options->design.seeds,
           "Most seeds of a setting of an empirical claim (looks at 3, 5, 8, 13, 21 as far "
           "as that goes; --quick: 3)")
        ->check(in_range(3, 1000))
        ->capture_default_str();
    app->add_option(
        "--margin", options->design.margin,
        "Smallest effect that matters, of every effect, in its unit (default: what each "
        "claim names)");
    app->add_option("--alpha", options->design.alpha,
                    "Largest share of false verdicts of a setting, over all its looks")
        ->capture_default_str();
    app->add_flag("--strict", options->strict, "Exit 1 also unless every claim holds");
    add_work_options(*app, options->work, options->common,
                     {.journal = "Folder that keeps every finished training and seed"});
    add_common_options(*app, options->common, {.figures = true});
    app->footer(
        "Examples: resdyn validate --quick\n"
        "          resdyn validate --data mnist/ --journal seeds --resume\n"
        "          resdyn validate --only 5 --margin 0.02 --seeds 13\n"
        "          resdyn validate model.safetensors --data rings\n"
        "Exit: 1 if a theorem fails; an empirical claim that fails is a finding (see --strict).");
    return {app, [options] { return run(*options); }};
}

}  // namespace resdyn::cli
