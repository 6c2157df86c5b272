// The decision beyond the last layer, and one input's story.
#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cmath>

#include "columns.hpp"
#include "unit_figures.hpp"

namespace resdyn::figures {

namespace {

constexpr Index most_units_named = 12;  ///< in a legend.

std::vector<double> numbers_of(const Vector& v) {
    return {v.begin(), v.end()};
}

/// A vertical line over the panel's height, which must be set.
Series upright(const std::string& name, const std::string& legend, double at, const Axis& y,
               const std::string& column) {
    return {Mark::Line,
            name,
            legend,
            {{"depth", {at, at}}, {column, {y.from, y.to}}},
            {.colour = "#666666", .width = 1.5, .dash = 2}};
}

}  // namespace

Figure long_run_figure(const LongRun& run, Index L) {
    std::vector<double> depth;
    std::vector<double> accuracy;
    std::vector<double> kept;
    std::vector<double> low;
    std::vector<double> median;
    std::vector<double> high;
    for (std::size_t k = 0; k < run.depth.size(); ++k) {
        if (run.depth[k] == 0) {
            continue;  // no place on a logarithmic axis
        }
        depth.push_back(static_cast<double>(run.depth[k]));
        if (!run.accuracy.empty()) {
            accuracy.push_back(100.0 * run.accuracy[k].value);
        }
        kept.push_back(100.0 * run.kept[k].value);
        low.push_back(run.size[k].low);
        median.push_back(run.size[k].median);
        high.push_back(run.size[k].high);
    }
    Figure figure;
    figure.id = "long-run";
    figure.title = "The decision beyond the last layer";
    figure.section = Section::Behaviour;
    figure.caption = fmt::format(
        "The block repeated on and on for {} inputs. Above: accuracy of the read-out at each "
        "depth, and the share whose class is still the one read out after the network's own {} "
        "layers (dashed). Below: size of the residuals, max_i y_i above the lower level: median, "
        "and from the 5 % to the 95 % quantile. Observed in double arithmetic, not proved.",
        run.inputs.size(), L);
    figure.width = 800;
    figure.height = 600;
    figure.margins = {.left = 0.11, .right = 0.97, .bottom = 0.13, .top = 0.95, .between_y = 0.14};
    Panel decisions;
    decisions.x = {.label = "", .from = 1.0, .to = depth.back(), .log = true};
    decisions.y = {.label = "%", .from = 0.0, .to = 100.0};
    decisions.legend = Legend::BottomLeft;
    if (!accuracy.empty()) {
        decisions.series.push_back({Mark::Line,
                                    "accuracy",
                                    "accuracy",
                                    {{"depth", depth}, {"percent", accuracy}},
                                    {.colour = palette_colour(0), .width = 2.5}});
    }
    decisions.series.push_back({Mark::Line,
                                "decision kept",
                                "decision kept",
                                {{"depth", depth}, {"percent", kept}},
                                {.colour = palette_colour(5), .width = 1.8, .dash = 4}});
    decisions.series.push_back(upright("own depth", fmt::format("the network's {} layers", L),
                                       static_cast<double>(L), decisions.y, "percent"));
    Panel sizes;
    sizes.x = {.label = "layers", .from = 1.0, .to = depth.back(), .log = true};
    sizes.y = {.label = "size of y", .log = true};
    sizes.legend = Legend::BottomLeft;
    sizes.series = {{Mark::Band,
                     "quantiles 0.05 to 0.95",
                     "5 % to 95 % of inputs",
                     {{"depth", depth}, {"low", low}, {"high", high}},
                     {.colour = palette_colour(2), .opacity = 0.25}},
                    {Mark::Line,
                     "median",
                     "median",
                     {{"depth", depth}, {"size", median}},
                     {.colour = palette_colour(2)}}};
    figure.panels = {decisions, sizes};
    return figure;
}

Figure story_figure(const InputStory& story, const std::string& name, ImageShape data) {
    const Index L = story.y.cols();
    const Index M = story.y.rows();
    const Index C = story.logits.rows();
    Figure figure;
    figure.id = "story-" + name;
    figure.title = fmt::format("One input's story: sample {}", story.sample);
    figure.section = Section::Behaviour;
    figure.caption = fmt::format(
        "{}decided as class {} against the runner-up {} by {:.3g} logits. Logits V x_n + c and "
        "residuals y_n layer by layer; below, what each unit adds to that lead in each layer "
        "(vermillion for class {}, blue for class {}). Start and evidence sum to the lead to "
        "{:.1e} (rounding may reach {:.1e}).",
        story.label >= 0 ? fmt::format("Class {}, ", story.label) : "", story.decided,
        story.runner_up, story.lead, story.decided, story.runner_up, story.rounding_residual,
        story.rounding_bound);
    figure.caption.front() = static_cast<char>(std::toupper(figure.caption.front()));
    figure.panels_per_row = 2;
    figure.width = 860;
    figure.height = 640;
    const bool image = data.rows * data.cols == story.data.size() && data.rows > 1;
    if (image) {
        figure.panels.push_back(
            image_panel("the input", "input", story.data, data, ColourMap::Sequential));
    }
    Panel logits;
    logits.title = "logits";
    logits.x = {"layer n", 0.0, static_cast<double>(L)};
    logits.legend = Legend::TopLeft;
    for (Index c = 0; c < C; ++c) {
        const bool leading = c == story.decided || c == story.runner_up;
        logits.series.push_back(
            {Mark::Line,
             fmt::format("class {}", c),
             leading ? fmt::format("class {}", c) : "",
             {{"n", counting(0, L + 1)}, {"logit", numbers_of(story.logits.row(c).transpose())}},
             {.colour = class_colour(c), .width = leading ? 2.8 : 1.0}});
    }
    figure.panels.push_back(logits);
    Panel residuals;
    residuals.title = "residuals";
    residuals.x = {"layer n", 0.0, static_cast<double>(std::max<Index>(L - 1, 1))};
    residuals.legend = M <= most_units_named ? Legend::TopRight : Legend::None;
    for (Index i = 0; i < M; ++i) {
        residuals.series.push_back(
            {Mark::Line,
             fmt::format("unit {}", i),
             M <= most_units_named ? fmt::format("{}", i) : "",
             {{"n", counting(0, L)}, {"y", numbers_of(story.y.row(i).transpose())}},
             {.colour = palette_colour(i), .width = 1.4}});
    }
    figure.panels.push_back(residuals);
    Series cells{Mark::Cells, "evidence", "", {{"n", {}}, {"unit", {}}, {"evidence", {}}}, {}};
    for (Index n = 0; n < L; ++n) {
        for (Index i = 0; i < M; ++i) {
            add_cell(cells, n, i, story.evidence(i, n));
        }
    }
    const double top = std::max(story.evidence.cwiseAbs().maxCoeff(), 1e-300);
    Panel evidence;
    evidence.title = "evidence by unit and layer";
    evidence.x = {"layer n", -0.5, static_cast<double>(L) - 0.5};
    evidence.x.ticks = index_ticks(L);
    evidence.y = {"unit", static_cast<double>(M) - 0.5, -0.5};
    evidence.y.ticks = index_ticks(M);
    evidence.colours = {ColourMap::Diverging, "logits", -top, top};
    evidence.legend = Legend::None;
    evidence.grid = false;
    evidence.series = {cells};
    figure.panels.push_back(evidence);
    return figure;
}

}  // namespace resdyn::figures
