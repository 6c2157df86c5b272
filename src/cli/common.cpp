#include "common.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

namespace resdyn::cli {

void add_common_options(CLI::App& verb, CommonOptions& options, const CommonTraits& traits) {
    // NOTE: CLI11 takes "-1" for an unsigned option and wraps it round.
    const CLI::Validator not_negative(
        [](const std::string& text) {
            return text.starts_with('-') ? "expected a whole number from 0, got " + text
                                         : std::string();
        },
        "UINT");
    verb.add_option("--seed", options.seed, "Seed of everything random; same seed, same bytes")
        ->check(not_negative)
        ->capture_default_str();
    verb.add_option("--threads", options.threads,
                    "Threads (0: all processors); never changes a result")
        ->check(CLI::Range(0, 1024))
        ->capture_default_str();
    verb.add_flag("--quiet", options.quiet, "No progress, no summary: files and exit code only");
    if (traits.out) {
        options.out = "resdyn-out/" + verb.get_name();
        verb.add_option("--out", options.out, "Folder for results")->capture_default_str();
    }
    if (traits.json) {
        verb.add_flag("--json", options.json, "Print what results.json holds on stdout");
    }
    if (traits.figures) {
        verb.add_flag("!--no-figures", options.figures,
                      "Do not render figures (their data and gnuplot scripts are still written)");
    }
}

Provenance make_provenance(const CommonOptions& options, const Inputs& inputs) {
    return {RESDYN_VERSION, options.command, options.seed, inputs.sha256(), inputs.notes()};
}

void finish(OutputFolder& folder, const nlohmann::ordered_json& results,
            const CommonOptions& options) {
    const auto files = folder.commit();
    if (options.json) {
        fmt::print("{}\n", results.dump(2));
    } else if (!options.quiet) {
        for (const auto& file : files) {
            fmt::print("written: {}\n", file.string());
        }
    }
}

}  // namespace resdyn::cli
