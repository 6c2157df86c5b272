#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "layerwise_figures.hpp"
#include "layerwise_parts.hpp"

namespace resdyn::figures {

namespace {

constexpr std::size_t steps_pictured = 12;  ///< unit by unit, spread evenly over the layers.

Figure step_figure(const StepSplit& split) {
    const bool field = split.variable == SplitVariable::Field;
    Figure figure = layerwise_figure(
        "split", "What moves the residuals from layer to layer",
        fmt::format(
            "Every step of the {} is the sum of interaction (cooperation and competition of the "
            "units) and drift (the weights themselves change). Above: components of both along "
            "the step, which add up to its length (dots); means over {} inputs. Below: share of "
            "drift, ‖drift‖/(‖interaction‖ + ‖drift‖), mean ± one standard error (under the dots); "
            "shaded from the 5 % to the 95 % quantile of the inputs.",
            field ? "layers' fields A f(Bx + b)" : "pre-activations u = Wx + b", split.inputs));
    figure.height = 640;
    figure.margins =
        Margins{.left = 0.12, .right = 0.97, .bottom = 0.11, .top = 0.9, .between_y = 0.16};
    Panel parts;
    parts.x = layer_axis(split.steps.size(), "");
    parts.y = {.label = field ? "step of F" : "step of u"};
    parts.legend = Legend::Above;
    Stack stack(split.steps.size());
    stack.add(parts, "interaction",
              values_of(split.steps, [](const SplitStep& s) { return s.interaction_along.mean; }),
              palette_colour(0));
    stack.add(parts, "drift of the weights",
              values_of(split.steps, [](const SplitStep& s) { return s.drift_along.mean; }),
              palette_colour(1));
    parts.series.push_back(
        {Mark::Points,
         "length of the step",
         "length of the step",
         {{"layer", counting(0, static_cast<Index>(split.steps.size()))},
          {"value", values_of(split.steps, [](const SplitStep& s) { return s.step.mean; })}},
         {.colour = "#000000", .size = 0.9, .halo = true}});
    Panel share;
    share.x = layer_axis(split.steps.size(), "from layer n to n + 1");
    share.y = {.label = "share of drift", .from = 0.0, .to = 1.0};
    share.legend = Legend::None;
    share.series.push_back(
        {Mark::Band,
         "quantiles 0.05 to 0.95",
         "",
         {{"layer", counting(0, static_cast<Index>(split.steps.size()))},
          {"low", values_of(split.steps, [](const SplitStep& s) { return s.share_spread.low; })},
          {"high", values_of(split.steps, [](const SplitStep& s) { return s.share_spread.high; })}},
         {.colour = palette_colour(1), .opacity = 0.25}});
    add_means(
        share, "share of drift", split.steps, [](const SplitStep& s) { return s.share; }, 1);
    figure.panels = {parts, share};
    return figure;
}

Figure class_figure(const StepSplit& split) {
    Figure figure = layerwise_figure(
        "split-classes", "Share of drift by class",
        "Mean over the inputs of each class of ‖drift‖/(‖interaction‖ + ‖drift‖); errors in "
        "split_classes.csv.");
    Series cells = cells_of("drift_share");
    Index classes = 0;
    double low = 1.0;
    double high = 0.0;
    for (const ClassSplit& one : split.classes) {
        if (std::isfinite(one.share.mean)) {
            add_cell(cells, one.layer, one.label, one.share.mean);
            low = std::min(low, one.share.mean);
            high = std::max(high, one.share.mean);
        }
        classes = std::max(classes, one.label + 1);
    }
    Panel panel;
    panel.x = layer_axis(split.steps.size(), "from layer n to n + 1");
    panel.x.from = -0.5;
    panel.x.to = static_cast<double>(split.steps.size()) - 0.5;
    panel.y = {"class", static_cast<double>(classes) - 0.5, -0.5};
    panel.y.ticks = index_ticks(classes);
    panel.colours = {ColourMap::Sequential, "share of drift", low, std::max(high, low + 1e-6)};
    panel.legend = Legend::None;
    panel.grid = false;
    panel.series = {cells};
    figure.panels = {panel};
    return figure;
}

Figure unit_figure(const StepSplit& split, ImageShape shape) {
    const auto steps = static_cast<std::size_t>(split.drift_by_unit.cols());
    const std::size_t shown = std::min(steps, steps_pictured);
    std::vector<Index> columns;
    VectorMaps maps;
    for (std::size_t k = 0; k < shown; ++k) {
        columns.push_back(static_cast<Index>(k * steps / shown));
        maps.titles.push_back(fmt::format("n = {}", columns.back()));
    }
    maps.values = split.drift_by_unit(Eigen::all, columns);
    maps.row_label = "unit i";
    maps.value_label = "drift, root mean square";
    maps.diverging = false;
    maps.own_scale = false;
    maps.title_label = "from layer n to n + 1";
    Figure figure = vector_figure(maps, shape);
    figure.id = "split-units";
    figure.title = "Drift by unit";
    figure.section = Section::Layers;
    figure.caption = fmt::format(
        "Root mean square over {} inputs of what the change of the weights adds to each unit's {} "
        "from layer n to n + 1, one scale ({} of {} steps); interaction by unit: split_units.csv.",
        split.inputs, split.variable == SplitVariable::Field ? "field" : "pre-activation", shown,
        steps);
    return figure;
}

}  // namespace

std::vector<Figure> split_figures(const StepSplit& split, ImageShape shape) {
    if (split.steps.empty()) {
        return {};
    }
    std::vector<Figure> figures = {step_figure(split)};
    if (!split.classes.empty()) {
        figures.push_back(class_figure(split));
    }
    figures.push_back(unit_figure(split, shape));
    return figures;
}

}  // namespace resdyn::figures
