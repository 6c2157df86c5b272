#include "common.hpp"

namespace resdyn::cli {

void add_common_options(CLI::App& verb, CommonOptions& options, const CommonTraits& traits) {
    verb.add_option("--seed", options.seed, "Seed of everything random; same seed, same bytes")
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

}  // namespace resdyn::cli
