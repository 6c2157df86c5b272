#include "layer_figures.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "columns.hpp"
#include "layerwise_parts.hpp"

namespace resdyn::figures {

namespace {

/// A line with error bars, named once in the legend.
void add_measured(Panel& panel, const std::string& name, const std::vector<double>& x,
                  const std::string& quantity, const std::vector<double>& values,
                  const std::vector<double>& errors, const std::string& colour, int dash = 1) {
    panel.series.push_back(
        {Mark::Line, name, name, {{"n", x}, {quantity, values}}, {.colour = colour, .dash = dash}});
    panel.series.push_back({Mark::ErrorBars,
                            name,
                            "",
                            {{"n", x}, {quantity, values}, {"standard_error", errors}},
                            {.colour = colour, .width = 1.4, .size = 0.7}});
}

void add_proportions(Panel& panel, const std::string& name, const std::vector<double>& x,
                     const std::vector<Proportion>& all, const std::string& colour, int dash = 1) {
    std::vector<double> values;
    std::vector<double> errors;
    for (const Proportion& p : all) {
        values.push_back(100.0 * p.value);
        errors.push_back(100.0 * p.standard_error);
    }
    add_measured(panel, name, x, "accuracy", values, errors, colour, dash);
}

Panel layer_panel(Index depth) {
    Panel panel;
    panel.x = {"layer n", -0.3, static_cast<double>(depth) + 0.3};
    return panel;
}

Figure layer_figure(const std::string& id, const std::string& title, const std::string& caption) {
    return layerwise_figure(id, title, caption, Section::Evidence);
}

}  // namespace

Figure decision_figure(const DecisionReport& report) {
    const auto depth = static_cast<Index>(report.accuracy.size()) - 1;
    Figure figure = layer_figure(
        "decision", "Accuracy of the read-out after each layer",
        fmt::format("Accuracy of V x_n + c on {} samples; bars: ± one standard error. Level lines: "
                    "read-outs from the start alone and, of a residual network, from the sum of "
                    "residuals and from the last residual alone.",
                    report.final_from.size()));
    Panel panel = layer_panel(depth);
    panel.y = {"accuracy (%)"};
    panel.legend = Legend::Outside;
    add_proportions(panel, "read-out of x_n", counting(0, depth + 1), report.accuracy,
                    palette_colour(0));
    const auto level = [&](const std::string& name, const Proportion& p, Index colour, int dash) {
        const double value = 100.0 * p.value;
        panel.series.push_back(
            {Mark::Line,
             name,
             name,
             {{"n", {0.0, static_cast<double>(depth)}}, {"accuracy", {value, value}}},
             {.colour = palette_colour(colour), .width = 1.8, .dash = dash}});
    };
    if (report.evidence) {
        level("sum of residuals", report.evidence->accuracy_from_sum, 2, 2);
        level("last residual", report.evidence->accuracy_from_last, 5, 4);
    }
    level("start x_0", report.accuracy.front(), 6, 3);
    figure.panels = {panel};
    return figure;
}

Figure margin_figure(const DecisionReport& report) {
    const auto depth = static_cast<Index>(report.margin.size()) - 1;
    Figure figure = layer_figure("margin", "Margin of the true class after each layer",
                                 "Logit of the true class less the best other, mean over samples; "
                                 "bars: ± one standard error.");
    Panel panel = layer_panel(depth);
    panel.y = {"margin (logits)"};
    panel.legend = Legend::None;
    std::vector<double> values;
    std::vector<double> errors;
    for (const MeanWithError& m : report.margin) {
        values.push_back(m.mean);
        errors.push_back(m.standard_error);
    }
    add_measured(panel, "margin", counting(0, depth + 1), "margin", values, errors,
                 palette_colour(0));
    figure.panels = {panel};
    return figure;
}

Figure final_layer_figure(const DecisionReport& report) {
    const auto depth = static_cast<Index>(report.final_count.size()) - 1;
    const auto samples = static_cast<double>(report.final_from.size());
    Figure figure = layer_figure(
        "final-layer", "Layer from which on the decision is final",
        fmt::format(
            "Share of {} samples whose answer, right or wrong, no longer changes from layer "
            "n on; mean layer {:.2f} ± {:.2f}.",
            report.final_from.size(), report.final_layer.mean, report.final_layer.standard_error));
    Panel panel = layer_panel(depth);
    panel.x.from = -0.6;
    panel.x.to = static_cast<double>(depth) + 0.6;
    panel.y = {.label = "share of samples (%)", .from = 0.0};
    panel.legend = Legend::None;
    std::vector<double> shares;
    for (const Index count : report.final_count) {
        shares.push_back(100.0 * static_cast<double>(count) / samples);
    }
    panel.series = {{Mark::Bars,
                     "final",
                     "",
                     {{"n", counting(0, depth + 1)},
                      {"base", std::vector<double>(shares.size(), 0.0)},
                      {"share", shares}},
                     {.colour = palette_colour(0), .width = 0.7}}};
    figure.panels = {panel};
    return figure;
}

Figure class_by_depth_figure(const DecisionReport& report) {
    const auto depth = static_cast<Index>(report.trajectories.size()) - 1;
    const Index classes = report.trajectories.front().rows();
    Figure figure =
        layer_figure("class-by-depth", "Classes read out right, layer by layer",
                     "Share of the samples of each class that V x_n + c reads out right.");
    Series cells = cells_of("share");
    for (Index n = 0; n <= depth; ++n) {
        for (Index c = 0; c < classes; ++c) {
            add_cell(cells, n, c, 100.0 * report.trajectories[static_cast<std::size_t>(n)](c, c));
        }
    }
    Panel panel;
    panel.x = {"layer n", -0.5, static_cast<double>(depth) + 0.5};
    panel.y = {"class", static_cast<double>(classes) - 0.5, -0.5};
    for (Index c = 0; c < classes; ++c) {
        panel.y.ticks.push_back({static_cast<double>(c), fmt::format("{}", c)});
    }
    panel.colours = {ColourMap::Sequential, "read out right (%)", 0.0, 100.0};
    panel.legend = Legend::None;
    panel.grid = false;
    panel.series = {cells};
    figure.panels = {panel};
    return figure;
}

Figure unit_evidence_figure(const LayerEvidence& evidence, ImageShape shape) {
    VectorMaps maps{evidence.by_unit, {}, "unit i", "evidence (logits)"};
    for (Index n = 1; n <= evidence.by_unit.cols(); ++n) {
        maps.titles.push_back(fmt::format("n = {}", n));
    }
    maps.own_scale = false;
    Figure figure = vector_figure(maps, shape);
    figure.id = "unit-evidence";
    figure.title = "Evidence for the true class by unit and layer";
    figure.caption = fmt::format(
        "What the residual of each unit adds to the logit of the true class less the "
        "mean of the others, mean over samples, one scale (± {:.3g}): blue speaks "
        "against, vermillion for.",
        evidence.by_unit.cwiseAbs().maxCoeff());
    return figure;
}

Figure separability_figure(const SeparabilityReport& report) {
    Figure figure = layer_figure(
        "separability", "How well the classes stand apart, layer by layer",
        fmt::format(
            "Fisher ratio tr(S_W^+ S_B) and distances over {} fit samples; accuracies of the "
            "nearest class mean and of a ridge probe on {} held-out samples, ± one standard "
            "error. Layer 0 is the start x_0.",
            report.fit_samples, report.held_out_samples));
    figure.width = 1120;
    figure.height = 430;
    figure.panels_per_row = 3;
    figure.margins = {.left = 0.08, .right = 0.98, .bottom = 0.18, .top = 0.7, .between_x = 0.08};
    const Index depth = report.layers.back().layer;
    Panel fisher = layer_panel(depth);
    fisher.y = {.label = "tr(S_W^+ S_B)", .log = true};
    Panel accuracy = layer_panel(depth);
    accuracy.y = {"held-out accuracy (%)"};
    Panel distance = layer_panel(depth);
    distance.y = {.label = "between / within distance", .from = 0.0};
    for (Panel* panel : {&fisher, &accuracy, &distance}) {
        panel->legend = Legend::Above;
    }
    Index colour = 0;
    for (const LayerVariable variable : {LayerVariable::Residual, LayerVariable::Sum}) {
        std::vector<double> n;
        std::vector<double> ratio;
        std::vector<double> apart;
        std::vector<Proportion> probe;
        std::vector<Proportion> nearest;
        for (const LayerSeparability& layer : report.layers) {
            if (layer.variable != variable && layer.variable != LayerVariable::Start) {
                continue;
            }
            n.push_back(static_cast<double>(layer.layer));
            ratio.push_back(layer.fisher);
            apart.push_back(layer.within > 0 ? layer.between / layer.within : std::nan(""));
            probe.push_back(layer.probe);
            nearest.push_back(layer.nearest_mean);
        }
        if (n.size() < 2) {
            continue;
        }
        const std::string name = variable == LayerVariable::Sum ? "sum" : "residual";
        const std::string paint = palette_colour(colour);
        colour = 5;
        const auto line = [&](Panel& panel, const std::string& column,
                              const std::vector<double>& values) {
            panel.series.push_back(
                {Mark::Line, name, name, {{"n", n}, {column, values}}, {.colour = paint}});
            panel.series.push_back({Mark::Points,
                                    name,
                                    "",
                                    {{"n", n}, {column, values}},
                                    {.colour = paint, .size = 0.6}});
        };
        line(fisher, "fisher", ratio);
        line(distance, "ratio", apart);
        add_proportions(accuracy, name + ", probe", n, probe, paint);
        add_proportions(accuracy, name + ", nearest mean", n, nearest, paint, 2);
    }
    figure.panels = {fisher, accuracy, distance};
    return figure;
}

Figure regime_figure(const RegimeReport& report) {
    Figure figure = layer_figure(
        "regimes", "How the inputs stand at the last layer",
        fmt::format(
            "Share of {} inputs at their verified resting place (settled), near a standstill "
            "elsewhere (slow), or on the move (unsettled: read out of a transient) when the "
            "network reads them out; ± one standard error.",
            report.regimes.size()));
    Panel panel;
    panel.y = {.label = "share of inputs (%)", .from = 0.0, .to = 105.0};
    panel.x = {.label = "", .from = -0.6, .to = 2.6};
    panel.x.ticks = {{0.0, "settled"}, {1.0, "slow"}, {2.0, "unsettled"}};
    panel.legend = Legend::None;
    std::vector<double> share;
    std::vector<double> error;
    for (const Proportion& p : report.shares) {
        share.push_back(100.0 * p.value);
        error.push_back(100.0 * p.standard_error);
    }
    panel.series = {{Mark::Bars,
                     "regimes",
                     "",
                     {{"place", counting(0, 3)}, {"base", {0, 0, 0}}, {"share", share}},
                     {.colour = palette_colour(0), .width = 0.6}},
                    {Mark::ErrorBars,
                     "regimes",
                     "",
                     {{"place", counting(0, 3)}, {"share", share}, {"standard_error", error}},
                     {.width = 1.4, .symbol = 0}}};
    figure.panels = {panel};
    return figure;
}

Figure steady_feature_figure(const SteadyFeatureReport& report) {
    const auto count = static_cast<Index>(report.features.size());
    Figure figure = layer_figure(
        "steady-features", "Steady residuals against what the inputs have in common",
        fmt::format(
            "Left: largest correlation with a class mean. Right: share of the residual along "
            "the {} leading directions of the inputs' covariance. Bars: mean to largest of "
            "its shuffled copies. {} components vary.",
            report.variance_share.size(), report.varying));
    figure.width = 900;
    figure.height = 400;
    figure.panels_per_row = 2;
    figure.margins = {.left = 0.08, .right = 0.98, .bottom = 0.19, .top = 0.84, .between_x = 0.09};
    const std::vector<double> groups = counting(1, count);
    const auto panel_of = [&](const std::string& label, AgainstShuffled SteadyFeature::*which) {
        std::vector<double> value;
        std::vector<double> mean;
        std::vector<double> largest;
        for (const SteadyFeature& feature : report.features) {
            value.push_back((feature.*which).value);
            mean.push_back((feature.*which).shuffled_mean);
            largest.push_back((feature.*which).shuffled_largest);
        }
        Panel panel;
        panel.x = {"steady residual", 0.4, static_cast<double>(count) + 0.6};
        panel.y = {.label = label, .from = 0.0, .to = 1.0};
        panel.legend = Legend::Above;
        panel.series = {{Mark::Bars,
                         "shuffled",
                         "shuffled copies, mean to largest",
                         {{"group", groups}, {"low", mean}, {"high", largest}},
                         {.colour = "#999999", .width = 0.5}},
                        {Mark::Points,
                         "steady residual",
                         "steady residual",
                         {{"group", groups}, {"value", value}},
                         {.colour = palette_colour(0), .size = 1.0}}};
        return panel;
    };
    figure.panels = {panel_of("largest |correlation|", &SteadyFeature::to_class_means),
                     panel_of("share along directions", &SteadyFeature::to_directions)};
    return figure;
}

}  // namespace resdyn::figures
