#include "report.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "live_portrait.hpp"
#include "page.hpp"

namespace resdyn::plots {

using namespace figures;

namespace {

constexpr const char* why_still =
    "A still picture: the explorer was not beside the program. Once script/explorer has built it, "
    "the same command writes a portrait that can be moved, zoomed and asked for eigenvalues, with "
    "trajectories from wherever one clicks.";

}  // namespace

std::string report_html(const Analysis& analysis, const ReportContext& context,
                        const std::vector<RenderedFigure>& figures) {
    Page page;
    page.title = "Residual dynamics of " + context.model_name;
    page.kicker = fmt::format(
        "analyzed {} · resdyn {}",
        context.data_name.empty() ? "without data" : "on " + context.data_name, context.version);
    page.summary = verdict(analysis);
    page.evidence = {analysis.layerwise ? "layers" : "equilibria", "evidence", "flow"};
    if (const std::string proved = analysis.proofs ? headline(*analysis.proofs) : std::string();
        !proved.empty()) {
        page.summary.insert(page.summary.begin(), proved);
        page.evidence.insert(page.evidence.begin(), "proofs");
    }
    const bool drawn = std::any_of(figures.begin(), figures.end(), [](const RenderedFigure& f) {
        return f.figure.id == "portrait" && !f.svg.empty();
    });
    if (analysis.portrait && analysis.portrait->slice.is_whole() && drawn) {
        if (context.live_portrait.empty()) {
            page.portrait.why_still = why_still;
        } else {
            page.portrait = {.view = context.live_portrait,
                             .data = live_portrait_json(*analysis.portrait, analysis.system.depth)};
        }
    }
    page.command = context.command;
    page.seed = context.seed;
    page.input_hashes = context.input_hashes;
    for (ReportSection& section : report_sections(analysis)) {
        PageSection with_figures{std::move(section), {}};
        for (const RenderedFigure& rendered : figures) {
            if (rendered.figure.section == with_figures.content.figures) {
                with_figures.figures.push_back(rendered);
            }
        }
        page.sections.push_back(std::move(with_figures));
    }
    page.notes = analysis.notes;
    page.files = context.files;
    return page_html(page);
}

}  // namespace resdyn::plots
