// Flow against network, and the evidence ledger.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include <resdyn/core/quantile.hpp>

#include "figures.hpp"

namespace resdyn::figures {

namespace {

/// Quantiles by row over the columns that count; row 0 (layer 0, distance 0) is left out.
std::vector<double> row_quantiles(const Matrix& samples, const std::vector<bool>& counts,
                                  double q) {
    std::vector<double> result;
    for (Index n = 1; n < samples.rows(); ++n) {
        std::vector<double> values;
        for (Index k = 0; k < samples.cols(); ++k) {
            if (counts[static_cast<std::size_t>(k)]) {
                values.push_back(samples(n, k));
            }
        }
        result.push_back(quantile(std::move(values), q));
    }
    return result;
}

std::vector<double> layers(std::size_t from, std::size_t count) {
    std::vector<double> result;
    for (std::size_t n = 0; n < count; ++n) {
        result.push_back(static_cast<double>(from + n));
    }
    return result;
}

}  // namespace

Figure distance_figure(const DiscretisationReport& report) {
    std::vector<bool> counts;
    for (const Outcome outcome : report.outcomes) {
        counts.push_back(outcome == Outcome::ReachedEnd);
    }
    const std::vector<double> n = layers(1, report.t.size() - 1);
    Figure figure;
    figure.id = "distance";
    figure.title = "Distance of the network from its flow";
    figure.section = Section::Discretisation;
    figure.caption = fmt::format(
        "Distance between layer x_n and the flow x(t_n) from the same start, median of {} samples; "
        "shaded: from the 10 % to the 90 % quantile. Dashed: how far the flow itself has moved.",
        std::count(counts.begin(), counts.end(), true));
    Panel panel;
    panel.x = {"layer n"};
    panel.y = {.label = "distance", .log = true};
    panel.legend = Legend::Above;
    panel.series = {{Mark::Band,
                     "quantiles 0.1 to 0.9",
                     "10 % to 90 % of samples",
                     {{"n", n},
                      {"low", row_quantiles(report.distance, counts, 0.1)},
                      {"high", row_quantiles(report.distance, counts, 0.9)}},
                     {.colour = palette_colour(0), .opacity = 0.25}},
                    {Mark::Line,
                     "median distance",
                     "|x_n - x(t_n)|, median",
                     {{"n", n}, {"distance", row_quantiles(report.distance, counts, 0.5)}},
                     {.colour = palette_colour(0)}},
                    {Mark::Line,
                     "median movement of the flow",
                     "|x(t_n) - x_0|, median",
                     {{"n", n}, {"distance", row_quantiles(report.scale, counts, 0.5)}},
                     {.colour = "#666666", .width = 1.5, .dash = 2}}};
    figure.panels = {panel};
    return figure;
}

Figure convergence_figure(const DiscretisationReport& report) {
    Figure figure;
    figure.id = "convergence";
    figure.title = "Convergence of the network to its flow as the step is halved";
    figure.section = Section::Discretisation;
    figure.caption =
        "Root mean square over samples of the distance at T = hL, for steps h, h/2, h/4, … at "
        "equal T; grey: slope 1, the order of the forward Euler method.";
    Panel panel;
    panel.x = {.label = "step h", .log = true};
    for (std::size_t k = 0; k < report.steps.size(); ++k) {
        panel.x.ticks.push_back({report.steps[k], fmt::format("{:.4g}", report.steps[k])});
    }
    panel.x.from = report.steps.back() / 1.3;
    panel.x.to = report.steps.front() * 1.3;
    panel.y = {.label = "|x_L - x(T)|, root mean square", .log = true};
    panel.legend = Legend::TopLeft;
    const double beneath = 0.6 * report.final_distance.back();  // the guide is not to hide the data
    std::vector<double> guide;
    for (const double h : report.steps) {
        guide.push_back(beneath * h / report.steps.back());
    }
    panel.series = {{Mark::Line,
                     "slope 1",
                     "slope 1",
                     {{"h", report.steps}, {"distance", guide}},
                     {.colour = "#999999", .width = 1.5, .dash = 2}},
                    {Mark::Line,
                     "network",
                     "",
                     {{"h", report.steps}, {"distance", report.final_distance}},
                     {.colour = palette_colour(0), .width = 1.5}},
                    {Mark::Points,
                     "network",
                     "network",
                     {{"h", report.steps}, {"distance", report.final_distance}},
                     {.colour = palette_colour(0), .size = 1.0}}};
    figure.panels = {panel};
    return figure;
}

Figure accuracy_figure(const EvidenceLedger& ledger) {
    const std::vector<double> n = layers(0, ledger.accuracy_by_layer.size());
    std::vector<double> accuracy;
    std::vector<double> error;
    for (const Proportion& p : ledger.accuracy_by_layer) {
        accuracy.push_back(100.0 * p.value);
        error.push_back(100.0 * p.standard_error);
    }
    const auto level = [&n](const std::string& name, const Proportion& p, int colour, int dash) {
        const double value = 100.0 * p.value;
        return Series{Mark::Line,
                      name,
                      name,
                      {{"n", {n.front(), n.back()}}, {"accuracy", {value, value}}},
                      {.colour = palette_colour(colour), .width = 1.8, .dash = dash}};
    };
    Figure figure;
    figure.id = "accuracy";
    figure.title = "Accuracy of the read-out after each layer";
    figure.section = Section::Evidence;
    figure.width = 800;
    figure.caption = fmt::format(
        "Accuracy of V x_n + c on {} samples; bars: ± one standard error. Lines: read-outs from "
        "the start alone, from the last residual alone, from the sum of residuals alone.",
        ledger.accuracy_from_sum.samples);
    Panel panel;
    panel.x = {"layer n", -0.3, n.back() + 0.3};
    panel.y = {"accuracy (%)"};
    panel.legend = Legend::Outside;
    panel.series = {
        {Mark::Line,
         "read-out of x_n",
         "read-out of x_n",
         {{"n", n}, {"accuracy", accuracy}},
         {.colour = palette_colour(0)}},
        {Mark::ErrorBars,
         "read-out of x_n",
         "",
         {{"n", n}, {"accuracy", accuracy}, {"standard_error", error}},
         {.colour = palette_colour(0), .width = 1.5, .size = 0.9}},
        level("sum of residuals", ledger.accuracy_from_sum, 2, 2),
        level("last residual", ledger.accuracy_from_last, 5, 4),
        level("start x_0", ledger.accuracy_from_start, 6, 3),
    };
    figure.panels = {panel};
    return figure;
}

Figure evidence_figure(const EvidenceLedger& ledger) {
    const std::vector<double> n = layers(0, ledger.mean_margin_by_layer.size());
    std::vector<double> ground(n.size(), 0.0);
    Figure figure;
    figure.id = "evidence";
    figure.title = "Evidence for the true class, layer by layer";
    figure.section = Section::Evidence;
    figure.caption =
        "Bars: mean over samples of what the start (n = 0) and each residual (n = 1 … L) adds to "
        "the logit of the true class, less what it adds to the best other class. Line: mean "
        "margin of the logits V x_n + c reached by then.";
    Panel panel;
    panel.x = {"layer n", -0.6, n.back() + 0.6};
    panel.y = {"logits"};
    panel.legend = Legend::Above;
    panel.series = {{Mark::Bars,
                     "evidence",
                     "mean evidence added",
                     {{"n", n}, {"base", ground}, {"logits", ledger.mean_evidence_by_layer}},
                     {.colour = palette_colour(4), .width = 0.7}},
                    {Mark::Line,
                     "margin",
                     "mean margin",
                     {{"n", n}, {"logits", ledger.mean_margin_by_layer}},
                     {.colour = palette_colour(0)}},
                    {Mark::Line,
                     "zero",
                     "",
                     {{"n", {-0.6, n.back() + 0.6}}, {"logits", {0.0, 0.0}}},
                     {.colour = "#666666", .width = 1.0}},
                    {Mark::Points,
                     "margin",
                     "",
                     {{"n", n}, {"logits", ledger.mean_margin_by_layer}},
                     {.colour = palette_colour(0), .size = 0.8}}};
    figure.panels = {panel};
    return figure;
}

}  // namespace resdyn::figures
