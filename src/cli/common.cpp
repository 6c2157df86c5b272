#include "common.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include "number_check.hpp"
#include "terminal.hpp"
#include "world.hpp"

namespace resdyn::cli {

void add_common_options(App& verb, CommonOptions& options, const CommonTraits& traits) {
    options.verb = verb.get_name();
    verb.add_option("--seed", options.seed, "Seed of everything random; same seed, same bytes")
        ->check(unsigned_check())
        ->capture_default_str();
    verb.add_option("--threads", options.threads,
                    "Threads (0: all processors); never changes a result")
        ->check(in_range(0, 1024))
        ->capture_default_str();
    verb.add_flag("--quiet", options.quiet, "No progress, no summary: files and exit code only");
    if (traits.out) {
        options.out = "resdyn-out/" + verb.get_name();
        verb.add_option("--out", options.out, "Folder for results")->capture_default_str();
        verb.callback([&verb, &options, needs_out = !traits.json_alone] {
            if (is_helper()) {
                return;  // writes nothing
            }
            check_owner(options.out, options.verb);
            options.write_files = needs_out || !options.json || verb.count("--out") > 0;
            if (options.write_files) {
                check_writable(options.out);
            }
        });
    }
    if (traits.json) {
        verb.add_flag("--json", options.json, "Print what results.json holds on stdout");
    }
    if (traits.figures) {
        verb.add_flag("!--no-figures", options.figures,
                      "Do not render figures (their data and gnuplot scripts are still written)");
        verb.add_option("--format", options.formats, "Pictures: svg, pdf, png, or several")
            ->delimiter(',')
            ->check(is_member({"svg", "pdf", "png"}))
            ->default_str("svg");
    }
}

std::string trained_here() {
    namespace fs = std::filesystem;
    std::error_code ignored;
    std::vector<std::pair<fs::file_time_type, std::string>> models;
    for (const char* above : {".", "resdyn-out"}) {
        for (const fs::directory_entry& entry : fs::directory_iterator(above, ignored)) {
            const fs::path file = (entry.path() / "model.safetensors").lexically_normal();
            if (fs::exists(file, ignored) && owner_of(entry.path()) == "train") {
                models.emplace_back(fs::last_write_time(file, ignored), file.string());
            }
        }
    }
    return models.empty() ? std::string()
                          : "; the one trained last: " + std::ranges::max(models).second;
}

void add_settle_options(App& verb, SettleOptions& options) {
    verb.add_option("--settle-tol", options.settle_tol,
                    "Distance |y - y*|_inf to a verified equilibrium that counts as settled")
        ->check(positive())
        ->capture_default_str();
}

Provenance make_provenance(const CommonOptions& options, const Inputs& inputs) {
    return {RESDYN_VERSION, options.command, options.seed, inputs.sha256(), inputs.notes()};
}

}  // namespace resdyn::cli
