#include "common.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "number_check.hpp"
#include "terminal.hpp"

namespace resdyn::cli {

namespace {

/// The formats that can be drawn here; says once why others cannot.
std::vector<plots::PictureFormat> drawable(const CommonOptions& options) {
    std::vector<plots::PictureFormat> result;
    if (!options.figures) {
        return result;
    }
    std::string missing;
    const bool gnuplot = plots::gnuplot_available();
    for (const plots::PictureFormat format :
         {plots::PictureFormat::Svg, plots::PictureFormat::Pdf, plots::PictureFormat::Png}) {
        if (std::find(options.formats.begin(), options.formats.end(), to_string(format)) ==
            options.formats.end()) {
            continue;
        }
        if (gnuplot && plots::terminal_available(format)) {
            result.push_back(format);
        } else if (gnuplot) {
            missing += fmt::format("{}terminal {}", missing.empty() ? "" : ", ",
                                   plots::terminal_of(format));
        }
    }
    if (!options.quiet && (!gnuplot || !missing.empty())) {
        fmt::print(
            stderr,
            "resdyn: figures were written as data and scripts, and drawn where possible: "
            "expected gnuplot on PATH{}, got none (Debian: gnuplot-nox); later, in figures/: "
            "gnuplot -d NAME.gp\n",
            gnuplot ? " with " + missing : "");
    }
    return result;
}

}  // namespace

void add_common_options(CLI::App& verb, CommonOptions& options, const CommonTraits& traits) {
    options.verb = verb.get_name();
    verb.add_option("--seed", options.seed, "Seed of everything random; same seed, same bytes")
        ->check(unsigned_check())
        ->capture_default_str();
    verb.add_option("--threads", options.threads,
                    "Threads (0: all processors); never changes a result")
        ->check(CLI::Range(0, 1024))
        ->capture_default_str();
    verb.add_flag("--quiet", options.quiet, "No progress, no summary: files and exit code only");
    if (traits.out) {
        options.out = "resdyn-out/" + verb.get_name();
        verb.add_option("--out", options.out, "Folder for results")->capture_default_str();
        verb.callback([&verb, &options, needs_out = !traits.json_alone] {
            check_owner(options.out, options.verb);
            if (needs_out || !options.json || verb.count("--out") > 0) {
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
            ->check(CLI::IsMember({"svg", "pdf", "png"}))
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

void add_settle_options(CLI::App& verb, SettleOptions& options) {
    verb.add_option("--settle-tol", options.settle_tol,
                    "Distance |y - y*|_inf to a verified equilibrium that counts as settled")
        ->check(positive())
        ->capture_default_str();
}

Provenance make_provenance(const CommonOptions& options, const Inputs& inputs) {
    return {RESDYN_VERSION, options.command, options.seed, inputs.sha256(), inputs.notes()};
}

std::vector<plots::RenderedFigure> draw(const std::vector<plots::Figure>& figures,
                                        const OutputFolder& folder, const CommonOptions& options) {
    const std::vector<plots::PictureFormat> formats =
        figures.empty() ? std::vector<plots::PictureFormat>() : drawable(options);
    return plots::render(figures, folder, !formats.empty(), formats);
}

void print_json(const nlohmann::ordered_json& json) {
    print_verbatim(json.dump(2));
}

void print_written(const OutputFolder& folder, const std::vector<std::filesystem::path>& files) {
    std::string names;
    std::map<std::string, int> below;  // sub-folder → files in it
    for (const std::filesystem::path& file : files) {
        const auto name = file.lexically_relative(folder.destination());
        if (name.has_parent_path()) {
            ++below[name.parent_path().string()];
        } else {
            names += fmt::format("{}{}", names.empty() ? "" : ", ", name.string());
        }
    }
    for (const auto& [name, count] : below) {
        names += fmt::format("{}{}/ ({} files)", names.empty() ? "" : ", ", name, count);
    }
    fmt::print("written: {}: {}\n", folder.destination().string(), names);
}

void finish(OutputFolder& folder, const nlohmann::ordered_json& results,
            const CommonOptions& options) {
    const auto files = folder.commit();
    if (options.json) {
        print_json(results);
    } else if (!options.quiet) {
        print_written(folder, files);
    }
}

}  // namespace resdyn::cli
