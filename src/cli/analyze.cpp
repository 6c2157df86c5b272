// resdyn analyze: every analysis of one trained network in one run, with report, JSON and CSV.
#include <fmt/format.h>

#include <filesystem>
#include <iterator>
#include <memory>

#include <plots/report.hpp>
#include <resdyn/core/interrupt.hpp>
#include <resdyn/data/load_dataset.hpp>

#include "accounts/analysis_account.hpp"
#include "built_page.hpp"
#include "deliver.hpp"
#include "number_check.hpp"
#include "results/certificate.hpp"
#include "results/training_record.hpp"
#include "source.hpp"

namespace resdyn::cli {

namespace {

struct AnalyzeOptions {
    CommonOptions common;
    SourceOptions source;
    std::string data;
    std::string record;
    Index samples = 2000;
    AnalysisOptions analysis;
};

/// The training record: the file named, else training.csv beside the model where there is one.
std::filesystem::path record_path(const AnalyzeOptions& options, const Source& source) {
    if (!options.record.empty() || !source.is_model) {
        return options.record;
    }
    const auto beside = std::filesystem::path(options.source.model).parent_path() / "training.csv";
    return std::filesystem::exists(beside) ? beside : std::filesystem::path();
}

/// The evidence of what was proved goes into the folder, with the line that checks it.
void add_certificate(const Analysis& analysis, const Source& source, const std::string& out,
                     Account& account, std::vector<NamedText>& files) {
    if (!analysis.proofs || !analysis.proofs->certificate) {
        return;
    }
    const Certificate& certificate = *analysis.proofs->certificate;
    files.emplace_back("certificate.json",
                       certificate_text(certificate, residual_system(source.network)));
    const std::string_view claim = to_string(certificate.claim);
    account.words +=
        fmt::format("certificate: script/verify-certificate {}{}\n",
                    (std::filesystem::path(out) / "certificate.json").string(),
                    certificate.proof ? fmt::format(" --require {}", claim) : std::string());
}

/// The explorer's view of a portrait; of another version than this program's, none.
std::string live_portrait() {
    return built_page("portrait.html", fmt::format("<!-- resdyn {}:", RESDYN_VERSION)).value_or("");
}

int run(const AnalyzeOptions& options) {
    const InterruptScope interrupts;
    Source source = load_source(options.source, options.common);
    LoadedDataset loaded;
    if (!options.data.empty()) {
        // The test half, where the source has one: what the network was not fitted to.
        loaded = load_data(
            options.data, source,
            {.part = DataPart::Test, .samples = options.samples, .seed = options.common.seed});
    }
    const Dataset* data = options.data.empty() ? nullptr : &loaded.data;
    const std::filesystem::path record = record_path(options, source);
    std::vector<EpochRecord> epochs;
    if (!record.empty()) {
        epochs = read_training_record(record);
    }
    AnalysisOptions analysis_options = options.analysis;
    analysis_options.threads = options.common.threads;
    analysis_options.seed = options.common.seed;
    analysis_options.checks.seed = options.common.seed;
    analysis_options.frustration.seed = options.common.seed;
    Analysis analysis = analyze(source.network, data, analysis_options);
    analysis.record = std::move(epochs);

    if (!record.empty()) {
        source.inputs.add(record);
    }
    Account account = account_of(analysis, source.network, data);
    std::vector<NamedText> evidence;
    add_certificate(analysis, source, options.common.out, account, evidence);
    Findings findings = findings_of(
        std::move(account),
        fmt::format("{}{}\n", source.name, source.is_default ? " (no model was named)" : ""));
    std::move(evidence.begin(), evidence.end(), std::back_inserter(findings.files));
    findings.pages = [&, tables = findings.files](const std::vector<plots::RenderedFigure>& figures,
                                                  const Provenance& provenance) {
        stop_if_interrupted("analyze");
        plots::ReportContext context{.model_name = source.name,
                                     .data_name = data != nullptr ? data->name : "",
                                     .command = options.common.command,
                                     .version = RESDYN_VERSION,
                                     .seed = options.common.seed,
                                     .input_hashes = {},
                                     .files = {"results.json"},
                                     .live_portrait = live_portrait()};
        context.input_hashes.assign(provenance.input_sha256.begin(), provenance.input_sha256.end());
        for (const auto& [name, content] : tables) {
            context.files.push_back(name);
        }
        return std::vector<NamedText>{
            {"report.html", plots::report_html(analysis, context, figures)}};
    };
    return deliver(std::move(findings), options.common,
                   make_provenance(options.common, source.inputs));
}

}  // namespace

Verb add_analyze(App& program, const std::string& command) {
    auto options = std::make_shared<AnalyzeOptions>();
    options->common.command = command;
    App* app = program.add_subcommand(
        "analyze", "Everything about one trained network: report.html, results.json, CSV tables");
    options->source.own_weights = true;
    add_source_options(*app, options->source);
    add_data_format_options(*app, options->source.format);
    app->add_option("--data", options->data,
                    "rings, moons, spirals, xor, a CSV file (label last), an IDX file or a folder "
                    "with MNIST-like files (its test half)");
    app->add_option("--record", options->record,
                    "Training record to show (default: training.csv beside MODEL, if any)");
    app->add_option("--samples", options->samples,
                    "Data samples used at most, drawn with each class in its share")
        ->check(in_range(1, 100000000))
        ->capture_default_str();
    app->add_option("--settle-samples", options->analysis.settle_samples,
                    "Data samples followed to rest at most, drawn likewise")
        ->check(in_range(1, 100000000))
        ->capture_default_str();
    app->add_option("--max-layers", options->analysis.settle.max_layers,
                    "Layers each of them may take")
        ->check(in_range(1, 100000000))
        ->capture_default_str();
    app->add_option("--proof-time", options->analysis.proofs.seconds,
                    "Work that each proof may take, in seconds of one processor of 2022 as it is "
                    "predicted (0: nothing is proved)")
        ->check(between(0, 1e9))
        ->capture_default_str();
    app->add_option("--cycle-time", options->analysis.cycle_seconds,
                    "Work that the search for cycles, tori and chaos may take (N <= 8), in the "
                    "same seconds: faces that can attract are searched while it lasts (0: none)")
        ->check(between(0, 1e9))
        ->capture_default_str();
    app->add_option("--beyond", options->analysis.behaviour.layers,
                    "Depth to which the block is repeated to see how long the decisions last")
        ->check(in_range(1, 100000000))
        ->capture_default_str();
    add_settle_options(*app, options->analysis.settle);
    add_common_options(*app, options->common, {.figures = true});
    app->footer("Example: resdyn analyze model.safetensors --data rings --out report");
    return {app, [options] { return run(*options); }};
}

}  // namespace resdyn::cli
