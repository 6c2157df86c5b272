#include "deliver.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>

#include <resdyn/core/interrupt.hpp>

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

/// Writes figures into `folder`: their numbers and scripts, and the pictures that can be drawn.
/// What cannot (no gnuplot, or one without a terminal for a format) is said on stderr in one line
/// with its remedy, and costs nothing else.
std::vector<plots::RenderedFigure> draw(const std::vector<figures::Figure>& figures,
                                        const OutputFolder& folder, const CommonOptions& options) {
    const std::vector<plots::PictureFormat> formats =
        figures.empty() ? std::vector<plots::PictureFormat>() : drawable(options);
    return plots::render(figures, folder, !formats.empty(), formats);
}

/// One line: "written: FOLDER: results.json, table.csv, figures/ (6 files)".
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

}  // namespace

Findings findings_of(Account account, std::string head) {
    Findings findings;
    findings.json = std::move(account.json);
    findings.add(std::move(account.tables));
    findings.figures = std::move(account.figures);
    findings.summary = [words = std::move(head) + account.words] { fmt::print("{}", words); };
    findings.exit_code = account.sound ? Done : CheckFailed;
    return findings;
}

nlohmann::ordered_json enveloped(nlohmann::ordered_json json, const std::string& verb,
                                 const Provenance& provenance) {
    nlohmann::ordered_json result = {{"schema", results_schema}, {"verb", verb}};
    nlohmann::ordered_json who = to_json(provenance);
    if (const auto more = json.find("provenance"); more != json.end()) {
        who.update(*more);
        json.erase(more);
    }
    result.update(json);
    result["provenance"] = std::move(who);
    return result;
}

void Findings::add(std::vector<std::pair<std::string, CsvTable>> tables) {
    for (auto& [name, table] : tables) {
        files.emplace_back(std::move(name), table.text());
    }
}

bool talks(const CommonOptions& common) {
    return !common.quiet && !common.json;
}

void print_json(const nlohmann::ordered_json& json) {
    print_verbatim(json.dump(2));
}

int deliver(Findings findings, const CommonOptions& common, const Provenance& provenance) {
    const nlohmann::ordered_json results =
        enveloped(std::move(findings.json), common.verb, provenance);
    std::optional<OutputFolder> folder;
    std::vector<std::filesystem::path> files;
    if (common.write_files) {
        folder.emplace(common.out, common.verb);
        folder->write("results.json", results.dump(2) + "\n");
        for (const auto& [name, content] : findings.files) {
            folder->write(name, content);
        }
        for (const std::string& name : findings.written_already) {
            folder->adopt(name);
        }
        std::vector<plots::RenderedFigure> drawn = draw(findings.figures, *folder, common);
        if (findings.pages) {
            plots::draw_narrow(drawn, *folder);
            for (const auto& [name, content] : findings.pages(drawn, provenance)) {
                folder->write(name, content);
            }
        }
        if (!findings.partial) {
            stop_if_interrupted(common.verb);  // drawing takes as long as many a computation
        }
        files = folder->commit();
    }
    if (common.json) {
        print_json(results);
    } else if (!common.quiet) {
        if (findings.summary) {
            findings.summary();
        }
        if (folder) {
            print_written(*folder, files);
        }
    }
    return findings.exit_code;
}

}  // namespace resdyn::cli
