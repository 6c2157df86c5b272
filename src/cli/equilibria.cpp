// resdyn equilibria: the fixed points of a network's residual system, with the contract of --json.
#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <limits>
#include <memory>
#include <optional>

#include <resdyn/core/error.hpp>
#include <resdyn/core/interrupt.hpp>

#include "accounts/equilibria_account.hpp"
#include "core/progress.hpp"
#include "deliver.hpp"
#include "layers.hpp"
#include "number_check.hpp"
#include "results/atlas_file.hpp"
#include "results/equilibria_results.hpp"
#include "source.hpp"
#include "weight_reading.hpp"
#include "work_options.hpp"

namespace resdyn::cli {

namespace {

struct EquilibriaVerbOptions {
    CommonOptions common;
    SourceOptions source;
    WeightReading reading;
    std::string method = "auto";
    bool recurrence = false;  ///< stands for --method recurrence.
    bool layers = false;      ///< of every layer, and nothing else.
    std::string certificate;  ///< file to write; empty: none.
    std::string list;         ///< all | stable | faces; empty: chosen by size.
    Index starts = 256;
    bool starts_given = false;
    std::string data;  ///< the data whose residuals are followed; empty: none.
    std::string clock = "map";
    WorkOptions work;
    EquilibriaStudyOptions study;
};

EquilibriaMethod method_named(const std::string& name) {
    return *std::find_if(equilibria_methods.begin(), equilibria_methods.end(),
                         [&](EquilibriaMethod method) { return to_string(method) == name; });
}

std::vector<std::string> method_names() {
    return {"auto",       "atlas",  "attracting-faces", "data",           "newton",
            "recurrence", "search", "stable",           "stable-vertices"};
}

/// What the options say together.
EquilibriaStudyOptions study_options(const EquilibriaVerbOptions& options) {
    EquilibriaStudyOptions with = options.study;
    with.method = options.recurrence ? EquilibriaMethod::Recurrence : method_named(options.method);
    if (!options.data.empty() && options.method != "auto" && options.method != "data") {
        reject_argument("--data", "--method data or auto beside it", options.method);
    }
    if (options.method == "data" && options.data.empty()) {
        reject_argument("--method data", "--data beside it", "none");
    }
    if (options.recurrence && options.method != "auto" && options.method != "recurrence") {
        reject_argument("equilibria", "--recurrence without another --method", options.method);
    }
    if (!options.work.journal.empty() && with.method == EquilibriaMethod::Recurrence) {
        reject_argument("--journal", "a method whose tasks do not follow from one another",
                        "recurrence");
    }
    if (!options.list.empty()) {
        with.listing = options.list == "all"      ? Listing::All
                       : options.list == "stable" ? Listing::Stable
                                                  : Listing::Faces;
    }
    with.starts = options.starts_given ? options.starts : 0;
    with.settle.clock = options.clock == "flow" ? Clock::Flow : Clock::Map;
    with.as_decimals = options.reading.as_decimals;
    with.rounding = options.reading.rounding;
    with.certificate = !options.certificate.empty();
    with.seed = options.common.seed;
    with.threads = options.common.threads;
    return with;
}

/// What is said while the study runs: notes at once, one live line for the part at work.
class Talk {
  public:
    Talk(const CommonOptions& common, EquilibriaStudyOptions& options) {
        options.on_note = [this](const std::string& line) {
            progress_.reset();
            fmt::print("{}\n", line);
            std::fflush(stdout);
        };
        options.on_progress = [this, mode = common.progress(), farm = options.farm](
                                  std::string_view part, double share, const std::string& words) {
            if (!progress_ || part != part_) {
                part_ = part;
                progress_.reset();
                progress_.emplace(part_, 1.0, mode);
            }
            progress_->update(share, words, resumed_share(farm));
        };
    }
    ~Talk() = default;
    Talk(const Talk&) = delete;
    Talk& operator=(const Talk&) = delete;

  private:
    std::string part_;
    std::optional<Progress> progress_;
};

EquilibriaStudy studied(const EquilibriaVerbOptions& options, Source& source, Farm* farm,
                        std::optional<AtlasFile>& file) {
    EquilibriaStudyOptions with = study_options(options);
    with.farm = farm;
    std::optional<Talk> talk;
    if (talks(options.common)) {
        talk.emplace(options.common, with);
    }
    const Index n = source.network.hidden_width();
    // With --list all in a folder, beyond what a list holds, every equilibrium goes to a file.
    if (options.common.write_files && options.list == "all" && n > all_listed_up_to) {
        with.on_entries = [&, n](const std::vector<AtlasEntry>& entries) {
            if (!file) {
                file.emplace(options.common.out, n);
            }
            file->write(entries);
        };
    }
    std::optional<LoadedDataset> loaded;
    if (!options.data.empty()) {
        loaded = load_data(options.data, source,
                           {.part = DataPart::Test, .samples = with.samples, .seed = with.seed});
    }
    std::optional<InterruptScope> interrupts;
    if (farm != nullptr ||
        ends_early(method_meant(with, source.network.activation, loaded.has_value()))) {
        interrupts.emplace();
    }
    return study_equilibria(source.network, with, loaded ? &loaded->data : nullptr);
}

int run(const EquilibriaVerbOptions& options) {
    if (options.layers) {
        for (const auto& [name, given] : {std::pair("--data", !options.data.empty()),
                                          std::pair("--certificate", !options.certificate.empty()),
                                          std::pair("--recurrence", options.recurrence),
                                          std::pair("--as-decimals", options.reading.as_decimals),
                                          std::pair("--journal", !options.work.journal.empty()),
                                          std::pair("--method", options.method != "auto")}) {
            if (given) {
                reject_argument("--layers", fmt::format("no {} beside it (use --layer K)", name),
                                "both");
            }
        }
        return run_layer_history(options.source, options.common, options.starts);
    }
    if (!options.certificate.empty()) {
        check_writable(std::filesystem::path(options.certificate).parent_path());
    }
    std::optional<Farm> farm = farm_of(options.work, options.common);
    Source source = load_source(options.source, options.common);
    if (talks(options.common)) {
        print_source(source, residual_system(source.network));
    }
    std::optional<AtlasFile> file;
    const EquilibriaStudy study = studied(options, source, farm ? &*farm : nullptr, file);
    if (farm && farm->is_shard()) {
        return end_shard(options.work, options.common, *farm);
    }
    if (!ends_early(study.method)) {
        end_without_result(options.work, options.common, farm);
    }
    if (study.certificate) {
        write_file_atomically(options.certificate, certificate_text(study));
    }
    Account account = account_of(study);
    if (study.certificate) {
        account.words += fmt::format("certificate: {} (check it with script/verify-certificate)\n",
                                     options.certificate);
    }
    Findings findings = findings_of(std::move(account));
    if (file) {
        file->commit();
        findings.written_already = {std::string(AtlasFile::name)};
    }
    if (study.interrupted) {
        findings.exit_code = ResourceFailure;
    }
    // A search that came to its limit of nodes leaves tasks undone, and nothing to go on with.
    if (study.interrupted || (farm && farm->progress().complete())) {
        say_next_step(findings, options.work, farm);
    }
    findings.partial = true;
    return deliver(std::move(findings), options.common,
                   make_provenance(options.common, source.inputs));
}

/// The options that only the searches by branch and bound read.
void add_branch_and_bound_options(App& verb, EquilibriaStudyOptions& options) {
    const std::string group = "Options of --method stable, stable-vertices and attracting-faces";
    verb.add_option("--max-nodes", options.search.max_nodes,
                    "Stop after so many nodes of the tree (0: no limit); `complete` says if it did")
        ->check(in_range(0, std::numeric_limits<long>::max()))
        ->capture_default_str()
        ->group(group);
    verb.add_option("--max-listed", options.search.max_listed,
                    "Equilibria listed at most; counts always cover all")
        ->check(in_range(0, 100000000))
        ->capture_default_str()
        ->group(group);
    verb.add_option("--probes", options.prediction.probes,
                    "Passes down the tree, at most, to predict the cost from")
        ->check(in_range(2, 10000000))
        ->capture_default_str()
        ->group(group);
    verb.add_flag("!--no-marginal", options.search.count_marginal,
                  "Do not count marginal equilibria: faster where weights have many ties (stable, "
                  "stable-vertices)")
        ->group(group);
}

}  // namespace

Verb add_equilibria(App& program, const std::string& command) {
    auto options = std::make_shared<EquilibriaVerbOptions>();
    options->common.command = command;
    App* app = program.add_subcommand(
        "equilibria",
        "Every fixed point of the residual system, proved, or the most that is affordable");
    add_source_options(*app, options->source);
    add_data_format_options(*app, options->source.format);
    app->add_option(
           "--method", options->method,
           "atlas: every one, proved, N <= 32 (by itself to 24); stable, stable-vertices: every "
           "stable one, proved, "
           "by branch and bound; attracting-faces: every face where a trajectory can end, at rest "
           "or in a cycle, torus or chaos, proved; data: where --data come to rest; search: from "
           "random starts; "
           "newton: roots, cones where f is unbounded; recurrence: see --recurrence; auto: data if "
           "given, newton if f is unbounded, search if --starts is given, else the first of atlas, "
           "stable and search whose predicted cost is affordable")
        ->check(is_member(method_names()))
        ->capture_default_str();
    app->add_flag(
        "--recurrence", options->recurrence,
        "Beyond the atlas: what never rests in the flow. Connections between equilibria, "
        "heteroclinic cycles, limit cycles, closed orbits, Lyapunov exponents (--starts a "
        "face, default 4). Beyond N = 8 on the faces that can attract, without connections and "
        "heteroclinic cycles; resdyn cycles does the network too");
    app->add_flag("--layers", options->layers,
                  "Of every layer of a model whose weights differ by layer, frozen: all equilibria "
                  "up to N = 8, the stable ones up to N = 32, beyond that from --starts; and which "
                  "patterns persist");
    app->add_option("--exponent-error", options->study.exponent_error,
                    "With --recurrence: standard error wanted of the leading exponent of chaos, "
                    "per unit of time (default 0: 2.5 % of its size)")
        ->check(not_negative());
    app->add_option("--list", options->list,
                    "Which to list: all (default for N <= 10; beyond, all go to atlas.csv in "
                    "--out), stable, "
                    "faces")
        ->check(is_member({"all", "stable", "faces"}));
    app->add_option("--starts", options->starts, "Random starts of the search")
        ->check(in_range(1, 10000000))
        ->capture_default_str();
    app->add_option("--data", options->data,
                    "Follow the residuals of these: rings, moons, spirals, xor, a CSV file (label "
                    "last), an IDX file or a folder with MNIST-like files (its test half)");
    app->add_option("--samples", options->study.samples,
                    "Data samples followed at most, drawn with each class in its share")
        ->check(in_range(1, 100000000))
        ->capture_default_str();
    app->add_option("--around", options->study.around,
                    "With data or search: starts around every equilibrium found, in a second round")
        ->check(in_range(0, 1000000))
        ->capture_default_str();
    app->add_option("--radius", options->study.radius,
                    "Standard deviation of --around, a share of the levels' width; > 0")
        ->check(positive())
        ->capture_default_str();
    app->add_option("--clock", options->clock,
                    "Follow starts under the layer map or in the flow (ODE)")
        ->check(is_member({"flow", "map"}))
        ->capture_default_str();
    app->add_option("--max-layers", options->study.settle.max_layers,
                    "Layers each start may take (--clock map)")
        ->check(in_range(1, 100000000))
        ->capture_default_str();
    app->add_option("--t-end", options->study.settle.t_end,
                    "Time each start may take (--clock flow); > 0")
        ->check(positive())
        ->capture_default_str();
    add_settle_options(*app, options->study.settle);
    app->add_option("--slow-speed", options->study.settle.slow_speed,
                    "Last speed (a layer, or a unit time) up to which a start counts as slow")
        ->check(positive())
        ->capture_default_str();
    add_reading_options(*app, options->reading, "atlas, stable, stable-vertices, auto");
    app->add_option("--certificate", options->certificate,
                    "Also write the exact evidence, for script/verify-certificate");
    add_branch_and_bound_options(*app, options->study);
    add_work_options(*app, options->work, options->common);
    add_common_options(*app, options->common, {.figures = true, .json_alone = true});
    app->footer(
        "Example: resdyn equilibria --weights W.csv --activation tanh --json\n"
        "         resdyn equilibria model.safetensors --data rings --clock flow\n"
        "Output: results.json and equilibria.csv in --out (with --json only if --out is given);\n"
        "attracting-faces has attracting_faces.csv instead;\n"
        "data and search add groups.csv and endings.csv (how every start ended); recurrence adds\n"
        "connections, heteroclinic, motions, orbits, multipliers, exponents, stays (.csv), "
        "figures.");
    return {app, [options, app] {
                options->starts_given = app->count("--starts") > 0;
                return run(*options);
            }};
}

}  // namespace resdyn::cli
