#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <optional>

#include "columns.hpp"
#include "figures.hpp"

namespace resdyn::figures {

namespace {

Series curve(std::string name, const Matrix& points, Mark mark, Style style) {
    return {mark,
            std::move(name),
            {},
            {{"y_0", row(points, 0)}, {"y_1", row(points, 1)}},
            std::move(style)};
}

/// The square with room for the markers in its corners.
Panel plane(const Levels& range) {
    const double margin = 0.045 * (range.high - range.low);
    Panel panel;
    panel.x = {"residual y_0", range.low - margin, range.high + margin};
    panel.y = {"residual y_1", range.low - margin, range.high + margin};
    panel.legend = Legend::Outside;
    panel.equal_aspect = true;
    panel.grid = false;
    return panel;
}

}  // namespace

std::vector<Figure> trajectory_figures(const TrajectoryView& view) {
    constexpr Index most_units = 12;
    const Matrix& source = view.y.cols() > 0 ? view.y : view.layer_y;
    const Index n = source.rows();
    std::vector<Index> units(static_cast<std::size_t>(n));
    std::iota(units.begin(), units.end(), 0);
    if (n > most_units) {
        const Vector travel = source.rowwise().maxCoeff() - source.rowwise().minCoeff();
        std::stable_sort(units.begin(), units.end(),
                         [&](Index i, Index j) { return travel[i] > travel[j]; });
        units.resize(most_units);
        std::sort(units.begin(), units.end());
    }
    Figure figure;
    figure.id = "trajectory";
    figure.title = "Residuals over time";
    figure.section = Section::Portrait;
    figure.width = 800;
    figure.caption = n > most_units
                         ? fmt::format("The {} of {} residuals that move most.", most_units, n)
                         : std::string("Every residual.");
    if (!view.t.empty() && !view.layer_t.empty()) {
        figure.caption += " Lines are the flow, dots the layers of the network.";
    }
    Panel panel;
    const double margin = std::isfinite(view.range.high) ? 0.03 * (view.range.high - view.range.low)
                                                         : std::numeric_limits<double>::quiet_NaN();
    const double end = std::max(view.t.empty() ? 0.0 : view.t.back(),
                                view.layer_t.empty() ? 0.0 : view.layer_t.back());
    panel.x = {view.t.empty() ? "time n h of layer n" : "time t", 0.0, end > 0 ? end : 1.0};
    panel.y = {"residual y_i", view.range.low - margin, view.range.high + margin};
    panel.legend = Legend::Outside;
    for (std::size_t k = 0; k < units.size(); ++k) {
        const Index i = units[k];
        const std::string legend = fmt::format("y_{{{}}}", i);
        const Style style{.colour = palette_colour(static_cast<Index>(k) % 8),
                          .dash = k < 8 ? 1 : 2};
        if (!view.t.empty()) {
            panel.series.push_back({Mark::Line,
                                    fmt::format("flow y_{}", i),
                                    legend,
                                    {{"t", view.t}, {"y", row(view.y, i)}},
                                    style});
        }
        if (!view.layer_t.empty()) {
            Style joined = style;
            joined.width = 1.0;
            if (view.t.empty()) {
                panel.series.push_back({Mark::Line,
                                        fmt::format("layers y_{}", i),
                                        legend,
                                        {{"t", view.layer_t}, {"y", row(view.layer_y, i)}},
                                        joined});
            }
            joined.size = 0.7;
            panel.series.push_back({Mark::Points,
                                    fmt::format("layers y_{}", i),
                                    "",
                                    {{"t", view.layer_t}, {"y", row(view.layer_y, i)}},
                                    joined});
        }
    }
    if (!view.layer_t.empty()) {  // no place of the picture: what the dots of every colour are
        const double nowhere = std::numeric_limits<double>::quiet_NaN();
        panel.series.push_back({Mark::Points,
                                "legend of layers",
                                "layers",
                                {{"t", {nowhere}}, {"y", {nowhere}}},
                                {.colour = "#777777", .size = 0.7}});
        if (!view.t.empty()) {
            panel.series.push_back({Mark::Line,
                                    "legend of the flow",
                                    "flow",
                                    {{"t", {nowhere}}, {"y", {nowhere}}},
                                    {.colour = "#777777"}});
        }
    }
    figure.panels = {panel};
    std::vector<Figure> figures = {figure};
    if (n == 2) {
        Figure path;
        path.id = "trajectory-plane";
        path.title = "Path in the plane of the residuals";
        path.caption = "The path of the residuals from its start on.";
        path.section = Section::Portrait;
        path.width = 560;
        path.height = 520;
        Panel square;
        if (std::isfinite(view.range.high)) {
            square = plane(view.range);
        } else {
            square.x.label = "residual y_0";
            square.y.label = "residual y_1";
        }
        square.grid = true;
        square.legend = Legend::Above;
        if (!view.t.empty()) {
            square.series.push_back(
                curve("flow", view.y, Mark::Line, {.colour = palette_colour(0)}));
            square.series.back().legend = "flow";
        }
        if (!view.layer_t.empty()) {
            square.series.push_back(
                curve("layers", view.layer_y, Mark::Points,
                      {.colour = palette_colour(5), .width = 1.0, .size = 0.55, .halo = true}));
            square.series.back().legend = "layers";
        }
        square.series.push_back(curve("start", source.leftCols(1), Mark::Points,
                                      {.width = 1.8, .symbol = 6, .size = 1.3}));
        square.series.back().legend = "start";
        path.panels = {square};
        figures.push_back(path);
    }
    return figures;
}

std::vector<Figure> trajectory_figures(const std::vector<TrajectoryView>& views) {
    constexpr std::size_t most_over_time = 8;
    if (views.size() == 1) {
        return trajectory_figures(views.front());
    }
    std::vector<Figure> figures;
    std::optional<Figure> plane;
    for (std::size_t k = 0; k < views.size(); ++k) {
        std::vector<Figure> of_run = trajectory_figures(views[k]);
        if (k < most_over_time) {
            figures.push_back(of_run.front());
            figures.back().id += fmt::format("-{}", k);
            figures.back().title += fmt::format(", start {}", k);
        }
        if (of_run.size() < 2) {
            continue;
        }
        for (Series& series : of_run[1].panels.front().series) {
            series.name += fmt::format(" {}", k);
            if (series.mark == Mark::Line) {
                series.style.colour = palette_colour(static_cast<Index>(k));
            }
        }
        if (!plane) {
            plane = std::move(of_run[1]);
            plane->title = "Paths in the plane of the residuals";
            plane->caption = "From the open circles; dots are layers of the network.";
        } else {
            std::vector<Series>& all = plane->panels.front().series;
            std::vector<Series>& more = of_run[1].panels.front().series;
            all.insert(all.end(), more.begin(), more.end());
        }
    }
    if (plane) {
        figures.push_back(std::move(*plane));
    }
    return figures;
}

}  // namespace resdyn::figures
