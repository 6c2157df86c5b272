// resdyn validate: the claims of the study as a ledger.
#include <fmt/format.h>

#include <algorithm>
#include <analysis/claims.hpp>
#include <analysis/ledger.hpp>
#include <analysis/workspace.hpp>
#include <memory>

#include <resdyn/core/error.hpp>
#include <resdyn/core/interrupt.hpp>
#include <resdyn/data/load_dataset.hpp>

#include "deliver.hpp"
#include "labelled.hpp"
#include "source.hpp"

namespace resdyn::cli {

namespace {

using claims::Claim;
using claims::Needs;

struct ValidateOptions {
    CommonOptions common;
    SourceOptions source;
    std::string data;
    std::optional<Index> samples;  ///< of the user's data, at most.
    std::vector<int> only;
    bool quick = false;
    bool strict = false;

    bool has_user_network() const {
        return !(source.model.empty() && source.weights.empty() && source.system.empty());
    }
};

constexpr Index quick_training_samples = 2000;
constexpr Index quick_test_samples = 500;
constexpr Index user_samples = 2000;

std::vector<Claim> chosen_claims(const ValidateOptions& options) {
    std::vector<Claim> all = claims::all_claims();
    for (const int id : options.only) {
        if (std::none_of(all.begin(), all.end(), [id](const Claim& c) { return c.id == id; })) {
            reject_input("--only", fmt::format("a claim from 1 to {}", all.back().id),
                         fmt::format("{}", id));
        }
    }
    if (!options.only.empty()) {
        std::erase_if(all, [&](const Claim& claim) {
            return std::find(options.only.begin(), options.only.end(), claim.id) ==
                   options.only.end();
        });
    }
    return all;
}

/// Leaves the claims that can be put to the user's network; says which were left out, and why.
void keep_applicable(std::vector<Claim>& chosen, const claims::UserNetwork& user,
                     std::vector<std::string>& notes) {
    const bool labelled = user.data && user.network.has_readout();
    std::erase_if(chosen, [&](const Claim& claim) {
        const bool applies =
            claim.needs == Needs::Matrix || (claim.needs == Needs::Labelled && labelled);
        if (!applies) {
            notes.push_back(
                fmt::format("Claim {} was not put: it {}.", claim.id,
                            claim.needs == Needs::Training
                                ? "trains networks of its own"
                                : "needs a model with a read-out and its labelled data (--data)"));
        }
        return !applies;
    });
}

claims::WorkspaceOptions prepare(const ValidateOptions& options, Provenance& provenance,
                                 std::vector<std::string>& notes) {
    claims::WorkspaceOptions result;
    result.quick = options.quick;
    result.seed = options.common.seed;
    result.threads = options.common.threads;
    if (options.has_user_network()) {
        Source source = load_source(options.source, options.common);
        claims::UserNetwork user{source.name, source.network, std::nullopt};
        if (!options.data.empty()) {
            LoadedDataset loaded = load_data(
                options.data, source,
                {.part = DataPart::Test,
                 .samples =
                     options.samples.value_or(options.quick ? quick_test_samples : user_samples),
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
        provenance = make_provenance(options.common, source.inputs);
        notes.push_back(fmt::format("The claims were put to {} alone.", source.name));
        result.user = std::move(user);
        return result;
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
    if (options.data.empty()) {
        notes.emplace_back(
            "No data were given (--data): networks were trained on the built-in sets only.");
        return result;
    }
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
    Inputs inputs(options.common.quiet);
    inputs.add(training);
    inputs.add(*test);
    provenance = make_provenance(options.common, inputs);
    std::filesystem::path path(options.data);
    const std::string name = (path.has_filename() ? path : path.parent_path()).filename().string();
    if (options.quick) {
        notes.push_back(fmt::format(
            "Quick: of {} a draw of {} training and {} test samples, each class with its share.",
            name, training.data.size(), test->data.size()));
    }
    result.data = claims::DataPair{name, std::move(training.data), std::move(test->data)};
    return result;
}

int run(const ValidateOptions& options) {
    std::vector<Claim> chosen = chosen_claims(options);
    claims::Ledger ledger;
    Provenance provenance = make_provenance(options.common);
    claims::WorkspaceOptions with = prepare(options, provenance, ledger.notes);
    if (with.user) {
        keep_applicable(chosen, *with.user, ledger.notes);
    }
    if (chosen.empty()) {
        reject_input("--only", "a claim that can be put to this network", ledger.notes.back());
    }
    const InterruptScope interrupts;
    std::optional<Progress> progress;
    progress.emplace("validate", static_cast<double>(chosen.size()), options.common.progress());
    const bool talk = talks(options.common);
    double done = 0.0;
    int running = 0;
    with.stop_requested = interrupt_requested;
    with.on_part = [&](const std::string& part) {
        if (interrupt_requested()) {
            throw ResourceError("validate: interrupted; nothing was written");
        }
        progress->update(done, fmt::format("claim {}: {}", running, part));
    };
    claims::Workspace workspace(std::move(with));
    std::vector<figures::Figure> figures;
    for (const Claim& claim : chosen) {
        running = claim.id;
        claims::LedgerEntry entry{claim, claim.run(workspace)};
        figures.push_back(settings_figure(claim, entry.result));
        for (const figures::Figure& figure : entry.result.figures) {
            figures.push_back(figure);
        }
        ledger.entries.push_back(std::move(entry));
        done += 1.0;
        workspace.part("done");
        if (talk) {  // at once: a full run takes many minutes
            progress->clear();
            fmt::print("{}\n", summary_line(ledger.entries.back()));
        }
    }
    progress.reset();

    const nlohmann::ordered_json json = to_json(ledger);
    Findings findings;
    findings.json = {{"quick", options.quick}, {"claims", json["claims"]}, {"notes", ledger.notes}};
    findings.files = {{"claims.json", json.dump(2) + "\n"},
                      {"claims.csv", setting_table(ledger).text()}};
    findings.figures = std::move(figures);
    findings.pages = [&](const std::vector<plots::RenderedFigure>& drawn, const Provenance& who) {
        return std::vector<NamedText>{
            {"ledger.html", plots::page_html(ledger_page(ledger, who, drawn))}};
    };
    findings.summary = [&] {
        for (const std::string& note : ledger.notes) {
            fmt::print("note: {}\n", note);
        }
    };
    const bool failed = options.strict ? ledger.anything_open() : ledger.theorem_fails();
    findings.exit_code = failed ? CheckFailed : Done;
    return deliver(std::move(findings), options.common, provenance);
}

}  // namespace

Verb add_validate(App& program, const std::string& command) {
    auto options = std::make_shared<ValidateOptions>();
    options->common.command = command;
    App* app = program.add_subcommand(
        "validate", "The study's claims as a ledger: prediction, measurement, verdict");
    add_source_options(*app, options->source);
    add_data_format_options(*app, options->source.format);
    app->add_flag("--quick", options->quick, "One seed, small sets, under a minute");
    app->add_option("--only", options->only, "Claims to run, by number, with commas")
        ->delimiter(',');
    app->add_option("--data", options->data,
                    "Folder with MNIST-like files to train on beside the built-in sets; with "
                    "MODEL, labelled data for it");
    app->add_option("--samples", options->samples,
                    "Samples of MODEL's data used at most (default: 2000, with --quick 500)")
        ->check(in_range(1, 100000000));
    app->add_flag("--strict", options->strict,
                  "Exit 1 also if an empirical claim fails or any claim is undecided");
    add_common_options(*app, options->common, {.figures = true});
    app->footer(
        "Examples: resdyn validate --quick\n"
        "          resdyn validate --data mnist/\n"
        "          resdyn validate model.safetensors --data rings\n"
        "Exit: 1 if a theorem fails; an empirical claim that fails is a finding (see --strict).");
    return {app, [options] { return run(*options); }};
}

}  // namespace resdyn::cli
