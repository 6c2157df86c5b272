#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <numeric>
#include <set>

#include "figures.hpp"

namespace resdyn::plots {

namespace {

constexpr const char* nullcline_colours[2] = {"#D55E00", "#0072B2"};
struct Marker {
    EquilibriumType type;
    const char* legend;
    int symbol;
    double size;
};
constexpr std::array<Marker, 7> markers = {
    Marker{EquilibriumType::StableNode, "stable node", 7, 1.35},
    Marker{EquilibriumType::StableFocus, "stable focus", 15, 1.5},
    Marker{EquilibriumType::Saddle, "saddle", 12, 1.5},
    Marker{EquilibriumType::UnstableNode, "unstable node", 6, 1.35},
    Marker{EquilibriumType::UnstableFocus, "unstable focus", 14, 1.5},
    Marker{EquilibriumType::Center, "center", 4, 1.25},
    Marker{EquilibriumType::NonHyperbolic, "non-hyperbolic", 8, 1.5},
};

std::vector<double> row(const Matrix& points, Index i) {
    return {points.row(i).begin(), points.row(i).end()};
}

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

Series field_series(const PhasePortrait& portrait) {
    Series series{Mark::Arrows,
                  "direction field",
                  {},
                  {{"y_0", {}}, {"y_1", {}}, {"dy_0", {}}, {"dy_1", {}}, {"speed", {}}},
                  {.width = 1.0}};
    const double cells = std::sqrt(static_cast<double>(portrait.field.size()));
    const double length = 0.68 * (portrait.range.high - portrait.range.low) / cells;
    for (const FieldArrow& arrow : portrait.field) {
        if (arrow.speed == 0) {
            continue;
        }
        const Vector shaft = length * arrow.direction;
        const std::array<double, 5> values = {arrow.y[0] - shaft[0] / 2, arrow.y[1] - shaft[1] / 2,
                                              shaft[0], shaft[1], arrow.speed};
        for (std::size_t k = 0; k < values.size(); ++k) {
            series.columns[k].values.push_back(values[k]);
        }
    }
    return series;
}

/// A continuum of equilibria in the plane: a whole edge where one unit is free, else the line on
/// which both nullclines lie.
std::vector<Series> continuum_series(const PhasePortrait& portrait) {
    std::vector<Series> result;
    for (const Continuum& continuum : portrait.atlas.continua) {
        if (continuum.dimension != 1) {
            continue;  // the whole square rests: nothing to mark
        }
        Matrix ends(2, 2);
        const std::vector<Index> free = continuum.pattern.free_units();
        if (free.size() == 1) {
            ends.colwise() = continuum.point;
            ends(free[0], 0) = portrait.range.low;
            ends(free[0], 1) = portrait.range.high;
        } else {
            const auto line = std::find_if(portrait.nullclines.begin(), portrait.nullclines.end(),
                                           [](const Nullcline& n) { return !n.edge; });
            if (line == portrait.nullclines.end()) {
                continue;
            }
            ends << line->from, line->to;
        }
        Series series = curve("continuum " + to_string(continuum.pattern), ends, Mark::Line,
                              {.colour = "#000000", .width = 9.0, .opacity = 0.25});
        series.legend = result.empty() ? "continuum of equilibria" : "";
        result.push_back(std::move(series));
    }
    return result;
}

std::vector<Series> nullcline_series(const PhasePortrait& portrait) {
    std::vector<Series> result;
    std::set<Index> named;
    for (const Nullcline& line : portrait.nullclines) {
        Matrix ends(2, 2);
        ends << line.from, line.to;
        Series series =
            curve(fmt::format("nullcline {}: {}", line.unit, line.where), ends, Mark::Line,
                  {.colour = nullcline_colours[line.unit],
                   .width = line.edge ? 1.6 : 2.6,
                   .dash = line.edge ? 1 : 2});
        if (named.insert(2 * line.unit + (line.edge ? 0 : 1)).second && !line.edge) {
            series.legend = fmt::format("nullcline y_{}' = 0", line.unit);
        }
        result.push_back(std::move(series));
    }
    return result;
}

std::string of_class(const PortraitTrajectory& path) {
    return path.label < 0 ? std::string() : fmt::format(" (class {})", path.label);
}

std::string path_colour(const PortraitTrajectory& path) {
    return class_colour(std::max(path.label, 0));
}

std::vector<Series> trajectory_series(const PhasePortrait& portrait) {
    std::map<int, std::vector<Series>> by_class;  // so that legends come in order of class
    for (std::size_t k = 0; k < portrait.trajectories.size(); ++k) {
        const PortraitTrajectory& path = portrait.trajectories[k];
        std::vector<Series>& same = by_class[path.label];
        same.push_back(curve(fmt::format("flow {}{}", k + 1, of_class(path)), path.y, Mark::Line,
                             {.colour = path_colour(path), .width = 1.6}));
        if (same.size() == 1) {
            same.front().legend =
                path.label < 0 ? std::string("flow") : fmt::format("flow, class {}", path.label);
        }
    }
    std::vector<Series> result;
    for (const auto& [label, curves] : by_class) {
        result.insert(result.end(), curves.begin(), curves.end());
    }
    return result;
}

std::vector<Series> layer_series(const PhasePortrait& portrait) {
    std::vector<Series> result;
    for (std::size_t k = 0; k < portrait.trajectories.size(); ++k) {
        const PortraitTrajectory& path = portrait.trajectories[k];
        if (path.layers.cols() == 0) {
            continue;
        }
        result.push_back(
            curve(fmt::format("layers {}{}", k + 1, of_class(path)), path.layers, Mark::Points,
                  {.colour = path_colour(path), .width = 1.0, .size = 0.55, .halo = true}));
        result.back().legend = result.size() == 1 ? "layers of the network" : "";
    }
    return result;
}

std::vector<Series> equilibrium_series(const Atlas& atlas) {
    std::vector<Series> result;
    for (const Marker& marker : markers) {
        Series series{Mark::Points,
                      std::string(to_string(marker.type)),
                      marker.legend,
                      {{"y_0", {}}, {"y_1", {}}},
                      {.width = 1.8, .symbol = marker.symbol, .size = marker.size, .halo = true}};
        for (const Equilibrium& equilibrium : atlas.equilibria) {
            if (equilibrium.type == marker.type) {
                series.columns[0].values.push_back(equilibrium.y[0]);
                series.columns[1].values.push_back(equilibrium.y[1]);
            }
        }
        if (!series.columns[0].values.empty()) {
            result.push_back(std::move(series));
        }
    }
    return result;
}

}  // namespace

Figure portrait_figure(const PhasePortrait& portrait) {
    Figure figure;
    figure.id = "portrait";
    figure.title = "Phase portrait of the residuals";
    figure.section = Section::Portrait;
    figure.width = 860;
    figure.height = 600;
    figure.margins = {.left = 0.09, .right = 0.69, .bottom = 0.12, .top = 0.98};
    Panel panel = plane(portrait.range);
    const auto append = [&panel](std::vector<Series> series) {
        panel.series.insert(panel.series.end(), series.begin(), series.end());
    };
    append({field_series(portrait)});
    const std::vector<double>& speeds = panel.series.front().columns[4].values;
    panel.colours = {ColourMap::Field, "speed |y'|", 0.0,
                     speeds.empty() ? 1.0 : *std::max_element(speeds.begin(), speeds.end())};
    append(continuum_series(portrait));
    append(trajectory_series(portrait));
    append(nullcline_series(portrait));
    append(layer_series(portrait));
    append(equilibrium_series(portrait.atlas));
    figure.panels = {panel};
    figure.caption = fmt::format(
        "Direction field of the residual flow (arrows of equal length, coloured by speed) with its "
        "exact nullclines: dashed lines where (Wy)_i = 0, and the edges in the same colours.");
    if (!portrait.trajectories.empty()) {
        figure.caption += fmt::format(
            " Curves are the flow from {} starts, dots the layers of the network from the same "
            "starts (h = {:.4g}).",
            portrait.trajectories.size(), portrait.step);
    }
    return figure;
}

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
    figure.panels = {panel};
    std::vector<Figure> figures = {figure};
    if (n == 2) {
        Figure path;
        path.id = "trajectory-plane";
        path.title = "Path in the plane of the residuals";
        path.caption = "From the open circle; dots are layers of the network.";
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
        square.legend = Legend::None;
        if (!view.t.empty()) {
            square.series.push_back(
                curve("flow", view.y, Mark::Line, {.colour = palette_colour(0)}));
        }
        if (!view.layer_t.empty()) {
            square.series.push_back(
                curve("layers", view.layer_y, Mark::Points,
                      {.colour = palette_colour(5), .width = 1.0, .size = 0.55, .halo = true}));
        }
        square.series.push_back(curve("start", source.leftCols(1), Mark::Points,
                                      {.width = 1.8, .symbol = 6, .size = 1.3}));
        path.panels = {square};
        figures.push_back(path);
    }
    return figures;
}

}  // namespace resdyn::plots
