#include "layer_figures.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace resdyn::plots {

namespace {

std::vector<double> counting(Index from, Index to) {
    std::vector<double> numbers;
    for (Index n = from; n <= to; ++n) {
        numbers.push_back(static_cast<double>(n));
    }
    return numbers;
}

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
    Figure figure;
    figure.id = id;
    figure.title = title;
    figure.caption = caption;
    figure.section = Section::Evidence;
    figure.width = 800;
    return figure;
}

ColourScale scale_for(const Matrix& values, const VectorMaps& maps) {
    const double top = std::max(values.cwiseAbs().maxCoeff(), 1e-300);
    return {maps.diverging ? ColourMap::Diverging : ColourMap::Sequential, maps.value_label,
            maps.diverging ? -top : 0.0, top};
}

Series cells_of(const std::string& name) {
    return {Mark::Cells, name, "", {{"column", {}}, {"row", {}}, {"value", {}}}, {}};
}

void add_cell(Series& cells, Index column, Index row, double value) {
    cells.columns[0].values.push_back(static_cast<double>(column));
    cells.columns[1].values.push_back(static_cast<double>(row));
    cells.columns[2].values.push_back(value);
}

}  // namespace

Figure vector_figure(const VectorMaps& maps, ImageShape shape) {
    Figure figure;
    figure.section = Section::Evidence;
    const Index count = maps.values.cols();
    if (shape.rows * shape.cols != maps.values.rows()) {
        Series cells = cells_of("all");
        Panel panel;
        for (Index k = 0; k < count; ++k) {
            for (Index i = 0; i < maps.values.rows(); ++i) {
                add_cell(cells, i, k, maps.values(i, k));
            }
            panel.y.ticks.push_back(
                {static_cast<double>(k), maps.titles[static_cast<std::size_t>(k)]});
        }
        figure.height = std::max<Index>(240, 110 + 24 * count);
        panel.x = {maps.row_label, -0.5, static_cast<double>(maps.values.rows()) - 0.5};
        panel.x.ticks = index_ticks(maps.values.rows());
        panel.y.from = static_cast<double>(count) - 0.5;
        panel.y.to = -0.5;
        panel.colours = scale_for(maps.values, maps);
        panel.legend = Legend::None;
        panel.grid = false;
        panel.series = {cells};
        figure.panels = {panel};
        return figure;
    }
    figure.panels_per_row = std::min<Index>(6, count);
    const Index rows = (count + figure.panels_per_row - 1) / figure.panels_per_row;
    figure.width = std::max<Index>(320, 150 * figure.panels_per_row);
    figure.height = 185 * rows;
    figure.margins = {.left = 0.01,
                      .right = 0.99,
                      .bottom = 0.02,
                      .top = 1.0 - 0.24 / static_cast<double>(rows),
                      .between_x = 0.02,
                      .between_y = 0.3 / static_cast<double>(rows)};
    for (Index k = 0; k < count; ++k) {
        const std::string& title = maps.titles[static_cast<std::size_t>(k)];
        Series cells = cells_of(title);
        for (Index i = 0; i < maps.values.rows(); ++i) {
            add_cell(cells, i % shape.cols, i / shape.cols, maps.values(i, k));
        }
        Panel panel;
        panel.title = title;
        panel.x = {"", -0.5, static_cast<double>(shape.cols) - 0.5};
        panel.y = {"", static_cast<double>(shape.rows) - 0.5, -0.5};
        panel.colours = scale_for(maps.own_scale ? Matrix(maps.values.col(k)) : maps.values, maps);
        panel.colours.shown = false;
        panel.legend = Legend::None;
        panel.equal_aspect = true;
        panel.grid = false;
        panel.frame = false;
        panel.series = {cells};
        figure.panels.push_back(panel);
    }
    return figure;
}

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
    add_proportions(panel, "read-out of x_n", counting(0, depth), report.accuracy,
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
    add_measured(panel, "margin", counting(0, depth), "margin", values, errors, palette_colour(0));
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
                     {{"n", counting(0, depth)},
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
            ratio.push_back(layer.fisher > 0 ? layer.fisher : std::nan(""));
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
            "Share of {} inputs at their verified resting place (attractor), near a standstill "
            "elsewhere (slow passage), or on the move (transient) when the network reads "
            "them out; ± one standard error.",
            report.regimes.size()));
    Panel panel;
    panel.y = {.label = "share of inputs (%)", .from = 0.0, .to = 105.0};
    panel.x = {.label = "", .from = -0.6, .to = 2.6};
    panel.x.ticks = {{0.0, "attractor"}, {1.0, "slow passage"}, {2.0, "transient"}};
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
                     {{"place", counting(0, 2)}, {"base", {0, 0, 0}}, {"share", share}},
                     {.colour = palette_colour(0), .width = 0.6}},
                    {Mark::ErrorBars,
                     "regimes",
                     "",
                     {{"place", counting(0, 2)}, {"share", share}, {"standard_error", error}},
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

std::vector<Figure> filter_figures(const FilterReport& report, ImageShape input, ImageShape state) {
    std::vector<Figure> figures;
    const auto add = [&figures](Figure figure, const std::string& id, const std::string& title,
                                const std::string& caption) {
        figure.id = id;
        figure.title = title;
        figure.caption = caption;
        figures.push_back(std::move(figure));
    };
    const auto directions = [&](const SingularTriplets& triplets) {
        VectorMaps maps{triplets.right, {}, "input component", "component"};
        for (const double value : triplets.values) {
            maps.titles.push_back(fmt::format("gain {:.3g}", value));
        }
        return vector_figure(maps, input);
    };
    add(directions(report.output), "filter-directions",
        "Input directions that the layers amplify most",
        "Leading right singular vectors of the Jacobian of what the layers add (of a perceptron: "
        "of "
        "the last activity) at the mean input, each to its own scale; signs are arbitrary.");
    add(directions(report.logits), "filter-logits", "Input directions that move the logits most",
        "Leading right singular vectors of the Jacobian of the logits at the mean input, each to "
        "its "
        "own scale; signs are arbitrary.");
    VectorMaps gain{report.unit_gain, {}, "unit i", "gain", false, false};
    for (Index n = 0; n < report.unit_gain.cols(); ++n) {
        gain.titles.push_back(fmt::format("n = {}", n));
    }
    add(vector_figure(gain, state), "unit-gain", "Gain of each unit, layer by layer",
        fmt::format(
            "Answer of unit i after layer n to white noise of unit strength at the input, root "
            "mean square over {} inputs, one scale (0 to {:.3g}).",
            report.gain_inputs, report.unit_gain.maxCoeff()));
    VectorMaps impulse{Matrix(report.impulse_response.size(), 2),
                       {"impulse", "linear"},
                       "input component",
                       "response",
                       false,
                       false};
    impulse.values << report.impulse_response, report.impulse_linear;
    add(vector_figure(impulse, input), "impulse", "Response to single components of the input",
        fmt::format(
            "Change of what the layers add when one component of the mean input is raised, per "
            "unit of it; beside it what the Jacobian says. One scale (0 to {:.3g}).",
            impulse.values.maxCoeff()));
    VectorMaps classes{report.class_response, {}, "unit i", "difference", true, false};
    for (Index c = 0; c < report.class_response.cols(); ++c) {
        classes.titles.push_back(fmt::format("class {}", c));
    }
    add(vector_figure(classes, state), "class-response", "Response to the class means",
        fmt::format(
            "What the layers add to the mean of each class, less what they add to the mean of "
            "all inputs. One scale (± {:.3g}).",
            report.class_response.cwiseAbs().maxCoeff()));
    return figures;
}

Figure ftle_figure(const FtleField& field) {
    Figure figure;
    figure.id = "ftle";
    figure.title = "Finite-time Lyapunov exponents over the input plane";
    figure.section = Section::Portrait;
    figure.width = 720;
    figure.height = 600;
    figure.caption = fmt::format(
        "How fast the network pulls neighbouring inputs apart, (1/T) log σ_1 of the Jacobian; "
        "black "
        "dots: grid points next to another predicted class. They lie above a share of {:.2f} of "
        "all "
        "points on average.",
        field.boundary_quantile);
    Panel panel;
    Series cells{Mark::Cells, "exponent", "", {{"d_0", {}}, {"d_1", {}}, {"exponent", {}}}, {}};
    Series boundary{Mark::Points,
                    "boundary",
                    field.boundary_points > 0 ? "class boundary" : "",
                    {{"d_0", {}}, {"d_1", {}}},
                    {.size = 0.25}};
    const Index n = field.first.size();
    double lowest = std::numeric_limits<double>::infinity();
    double highest = -lowest;
    for (Index j = 0; j < n; ++j) {
        for (Index i = 0; i < n; ++i) {
            cells.columns[0].values.push_back(field.first[i]);
            cells.columns[1].values.push_back(field.second[j]);
            const double value = field.exponent(i, j);  // −∞ where nothing is passed on
            cells.columns[2].values.push_back(std::isfinite(value) ? value : std::nan(""));
            lowest = std::isfinite(value) ? std::min(lowest, value) : lowest;
            highest = std::isfinite(value) ? std::max(highest, value) : highest;
            if (field.predicted.size() > 0 &&
                ((i + 1 < n && field.predicted(i + 1, j) != field.predicted(i, j)) ||
                 (j + 1 < n && field.predicted(i, j + 1) != field.predicted(i, j)))) {
                boundary.columns[0].values.push_back(field.first[i]);
                boundary.columns[1].values.push_back(field.second[j]);
            }
        }
    }
    panel.x = {"input d_0", field.first[0], field.first[n - 1]};
    panel.y = {"input d_1", field.second[0], field.second[n - 1]};
    panel.colours = {ColourMap::Sequential, "exponent (per unit time)", lowest, highest};
    if (!(lowest < highest)) {  // one value everywhere, or none
        panel.colours.from = -1.0;
        panel.colours.to = 1.0;
    }
    panel.legend = Legend::Above;
    panel.equal_aspect = true;
    panel.grid = false;
    panel.series = {cells, boundary};
    figure.panels = {panel};
    return figure;
}

}  // namespace resdyn::plots
