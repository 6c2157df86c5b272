// resdyn cycles: what never rests on the faces that can attract, in the flow and in the network.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <optional>

#include <resdyn/core/error.hpp>

#include "accounts/cycle_account.hpp"
#include "common.hpp"
#include "deliver.hpp"
#include "formats/output_folder.hpp"
#include "number_check.hpp"
#include "results/cycle_certificate.hpp"
#include "source.hpp"
#include "work_options.hpp"

namespace resdyn::cli {

namespace {

struct CyclesVerbOptions {
    CommonOptions common;
    SourceOptions source;
    std::string clock = "both";
    std::string certificate;  ///< file to write; empty: none.
    WorkOptions work;
    CycleStudyOptions study;
};

int run(const CyclesVerbOptions& options) {
    std::optional<Farm> farm = farm_of(options.work, options.common);
    const std::optional<InterruptScope> interrupts = interrupts_of(farm);
    const Source source = load_source(options.source, options.common);
    const ResidualSystem system = residual_system(source.network);
    CycleStudyOptions with = options.study;
    with.search.flow = options.clock != "map";
    with.search.network = options.clock != "flow";
    with.search.seed = options.common.seed;
    with.search.threads = options.common.threads;
    with.search.farm = farm ? &*farm : nullptr;
    with.search.max_born_period = std::min(with.search.max_born_period, with.search.max_period);
    if (!options.certificate.empty() && (!with.search.network || with.prove_up_to == 0)) {
        reject_argument("--certificate", "cycles of the network, proved (--prove-up-to above 0)",
                        with.search.network ? "--prove-up-to 0" : "--clock flow");
    }
    if (!options.certificate.empty()) {
        check_writable(std::filesystem::path(options.certificate).parent_path());
    }
    const CycleStudy study = study_cycles(source.network, with);
    if (const auto code = end_without_result(options.work, options.common, farm)) {
        return *code;
    }
    Account account = account_of(study, system);
    if (!options.certificate.empty()) {
        account.words += fmt::format(
            "certificate: {} (check it with "
            "script/verify-cycle-certificate)\n",
            options.certificate);
    }
    Findings findings = findings_of(std::move(account), source_line(source, system));
    say_next_step(findings, options.work, farm);
    if (!options.certificate.empty()) {
        write_file_atomically(options.certificate, cycle_certificate_text(study, system));
    }
    return deliver(std::move(findings), options.common,
                   make_provenance(options.common, source.inputs));
}

}  // namespace

Verb add_cycles(App& program, const std::string& command) {
    auto options = std::make_shared<CyclesVerbOptions>();
    options->common.command = command;
    CycleStudyOptions& study = options->study;
    App* app = program.add_subcommand(
        "cycles", "Cycles, tori and chaos of flow and network, on every face that can attract");
    add_source_options(*app, options->source);
    app->add_option("--clock", options->clock, "flow, map (the network's layers) or both")
        ->check(is_member({"flow", "map", "both"}))
        ->capture_default_str();
    app->add_option("--starts", study.search.starts, "Starts followed on a face, of either clock")
        ->check(whole_from(1))
        ->capture_default_str();
    app->add_option("--max-faces", study.search.max_faces,
                    "Listed faces searched, in the order of patterns")
        ->check(whole_from(1))
        ->capture_default_str();
    app->add_option("--max-period", study.search.max_period,
                    "Longest period of the network's cycles, in layers")
        ->check(in_range(1, 512))
        ->capture_default_str();
    app->add_option("--max-born-period", study.search.max_born_period,
                    "Longest period sought from flips (2, 4, 8 …), whatever its stability")
        ->check(in_range(1, 512))
        ->capture_default_str();
    app->add_option("--duration", study.search.duration,
                    "Of a run's windows, over the fastest eigenvalue at the face's equilibrium")
        ->check(positive())
        ->capture_default_str();
    app->add_option("--max-nodes", study.search.max_nodes,
                    "Nodes of the search for the list of faces (0: no limit)")
        ->capture_default_str();
    app->add_option("--prove-up-to", study.prove_up_to,
                    "Prove the network's cycles of at most so many unknowns (period times free "
                    "units; 0: none)")
        ->check(whole_from(0))
        ->capture_default_str();
    app->add_option("--certificate", options->certificate,
                    "Also write the proofs of the network's cycles to this file, for "
                    "script/verify-cycle-certificate");
    add_work_options(*app, options->work, options->common);
    add_common_options(*app, options->common, {.figures = true});
    app->footer(
        "Where a trajectory ends compactly in one open face, that face is on the list, in the flow "
        "and in\nthe network with any step; heteroclinic cycles are not covered: see resdyn "
        "equilibria --recurrence.\n"
        "Example: resdyn cycles --weights W.csv --activation tanh --step 1.2\n"
        "         resdyn cycles --system limit-cycle --clock flow");
    return {app, [options] { return run(*options); }};
}

}  // namespace resdyn::cli
