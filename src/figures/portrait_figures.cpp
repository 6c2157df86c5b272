#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <utility>

#include "figures.hpp"
#include "markers.hpp"
#include "planes.hpp"
#include "portrait_painter.hpp"

namespace resdyn::figures {

namespace {

constexpr const char* line_colour = "#0072B2";  // of a velocity over the line of one unit

/// The outline of the part inside the cube, closed.
Series boundary(const PhasePortrait& portrait, const Painter& paint) {
    const Index corners = portrait.outline.cols();
    Matrix closed(2, corners + 1);
    closed << portrait.outline, portrait.outline.col(0);
    return paint.curve("boundary of the cube", closed, Mark::Line,
                       {.colour = "#888888", .width = 1.0});
}

std::vector<Series> continua(const PhasePortrait& portrait, const Painter& paint) {
    std::vector<Series> result;
    for (const PortraitContinuum& continuum : portrait.continua) {
        result.push_back(paint.curve("continuum " + to_string(continuum.pattern), continuum.ends,
                                     Mark::Line,
                                     {.colour = "#000000", .width = 9.0, .opacity = 0.25}));
        result.back().legend = result.size() == 1 ? "continuum" : "";
    }
    return result;
}

/// Separatrices and rays; those that run along an edge of the square lie under it.
std::vector<Painter::Manifold> manifolds_of(const PhasePortrait& portrait) {
    std::vector<Painter::Manifold> result;
    for (const PortraitCurve& item : portrait.curves) {
        result.push_back({item.curve.kind, curve_name(item.curve), item.s});
    }
    return result;
}

std::vector<std::pair<EquilibriumType, Vector>> places(const PhasePortrait& portrait) {
    std::vector<std::pair<EquilibriumType, Vector>> result;
    for (const PortraitEquilibrium& placed : portrait.equilibria) {
        result.emplace_back(placed.equilibrium.type, placed.at);
    }
    return result;
}

}  // namespace

std::string curve_name(const InvariantCurve& curve) {
    return fmt::format("{} of {} (eigenvalue {:.6g}){}", to_string(curve.kind),
                       to_string(curve.from), curve.eigenvalue,
                       curve.end ? " to " + to_string(*curve.end) : std::string());
}

Series layer_entry(const std::array<std::string, 2>& columns, double step, bool classes,
                   double size) {
    const double nowhere = std::numeric_limits<double>::quiet_NaN();
    return {Mark::Points,
            "legend of layers",
            fmt::format("layers, h = {:.3g}", step),
            {{columns[0], {nowhere}}, {columns[1], {nowhere}}},
            {.colour = classes ? "#777777" : flow_colour, .size = std::max(0.8, size)}};
}

Figure portrait_figure(const PhasePortrait& portrait, Columns columns) {
    const Slice& slice = portrait.slice;
    const Painter paint(slice);
    Figure figure;
    figure.id = "portrait";
    figure.title = fmt::format("Phase portrait of the {}",
                               slice.coordinate == Coordinate::Residual        ? "residuals"
                               : slice.coordinate == Coordinate::Preactivation ? "pre-activations"
                                                                               : "activities");
    if (!slice.is_whole()) {
        figure.title += " on a plane";
    }
    figure.section = Section::Portrait;
    Panel panel;
    panel.x = plane_axis(slice, 0);
    panel.y = plane_axis(slice, 1);
    panel.equal_aspect = true;
    panel.grid = false;
    const auto append = [&panel](std::vector<Series> series) {
        panel.series.insert(panel.series.end(), series.begin(), series.end());
    };
    append({paint.field(portrait.field)});
    panel.colours =
        paint.speeds(panel.series.front(), fmt::format("speed |{}'|", symbol(slice.coordinate)));
    if (slice.kind == SliceKind::Equilibria || slice.kind == SliceKind::Principal) {
        append({boundary(portrait, paint)});
    }
    append(continua(portrait, paint));
    append(paint.trajectories(portrait.trajectories));
    append(paint.manifolds(manifolds_of(portrait)));
    append(paint.cycles(portrait.cycles));
    append(paint.nullclines(portrait.nullclines));
    append(paint.eigenvectors(portrait.eigenvectors));
    append(paint.layers(portrait.trajectories, portrait.step));
    append(paint.layer_cycles(portrait.layer_cycles));
    append(paint.equilibria(places(portrait)));
    fit_plane(figure, panel, columns);
    figure.panels = {panel};
    const bool exact = slice.kind == SliceKind::Units && slice.coordinate == Coordinate::Residual;
    figure.caption = fmt::format(
        "{}. Arrows: the direction field of the flow (equal length, coloured by speed) with its {} "
        "nullclines{}.",
        slice.kind == SliceKind::Units ? "The plane of " + slice.about : "On " + slice.about,
        exact ? "exact" : "traced",
        exact ? " (dashed where (Wy)_i = 0, and the edges in the same colours)" : "");
    if (!portrait.trajectories.empty()) {
        figure.caption += fmt::format(
            " Curves are the flow from {} starts, dots the layers of the network from the same "
            "starts (h = {:.4g}).",
            portrait.trajectories.size(), portrait.step);
    }
    figure.caption += cycle_sentences(portrait.cycles);
    figure.caption += cycle_sentences(portrait.layer_cycles);
    for (const std::string& note : portrait.notes) {
        figure.caption += " " + note;
    }
    return figure;
}

Figure line_figure(const PhaseLine& line, Columns columns) {
    constexpr std::size_t arrows = 12;
    Figure figure;
    figure.id = "portrait";
    figure.title = "Phase line of the residual";
    figure.section = Section::Portrait;
    figure.width = columns == Columns::Two ? 860 : 430;
    figure.height = columns == Columns::Two ? 420 : 320;
    const double side = line.range.high - line.range.low;
    Panel panel;
    panel.x = {"residual y_0", line.range.low - window_margin * side,
               line.range.high + window_margin * side};
    panel.y.label = "velocity y_0'";
    panel.legend = columns == Columns::Two ? Legend::Outside : Legend::Above;
    panel.colours.shown = false;
    panel.series.push_back({Mark::Line,
                            "velocity",
                            "y_0' = g(y_0) w y_0",
                            {{"y_0", line.y}, {"velocity", line.velocity}},
                            {.colour = line_colour, .width = 2.4}});
    const double fastest =
        std::abs(*std::max_element(line.velocity.begin(), line.velocity.end(),
                                   [](double a, double b) { return std::abs(a) < std::abs(b); }));
    Series axis{Mark::Arrows,
                "direction",
                {},
                {{"y_0", {}}, {"velocity", {}}, {"dy_0", {}}, {"dvelocity", {}}, {"speed", {}}},
                {.width = 2.0}};
    const std::size_t every = line.y.size() / arrows;
    for (std::size_t k = every / 2; k < line.y.size(); k += every) {
        const double v = line.velocity[k];
        if (v == 0) {
            continue;
        }
        const double shaft = std::copysign(0.6 * side / static_cast<double>(arrows), v);
        const std::array<double, 5> values = {line.y[k] - shaft / 2, 0.0, shaft, 0.0, std::abs(v)};
        for (std::size_t c = 0; c < values.size(); ++c) {
            axis.columns[c].values.push_back(values[c]);
        }
    }
    panel.colours = {ColourMap::Field, "", 0.0, fastest > 0 ? fastest : 1.0, false};
    panel.series.push_back(std::move(axis));
    if (line.all_rest) {
        panel.series.push_back(
            {Mark::Line,
             "continuum F",
             "continuum of equilibria",
             {{"y_0", {line.range.low, line.range.high}}, {"velocity", {0.0, 0.0}}},
             {.colour = "#000000", .width = 9.0, .opacity = 0.25}});
    }
    for (const EquilibriumMarker& marker : equilibrium_markers) {
        Series series{Mark::Points,
                      std::string(to_string(marker.type)),
                      marker.legend,
                      {{"y_0", {}}, {"velocity", {}}},
                      {.width = 1.8, .symbol = marker.symbol, .size = marker.size, .halo = true}};
        for (const Equilibrium& equilibrium : line.equilibria) {
            if (equilibrium.type == marker.type) {
                series.columns[0].values.push_back(equilibrium.y[0]);
                series.columns[1].values.push_back(0.0);
            }
        }
        if (!series.columns[0].values.empty()) {
            panel.series.push_back(std::move(series));
        }
    }
    figure.panels = {panel};
    figure.caption =
        "One unit: its velocity over the range of f; arrows say which way the residual runs.";
    return figure;
}

std::vector<Figure> figures_of(const PortraitStudy& study, Columns columns) {
    std::vector<Figure> figures;
    if (study.line) {
        figures.push_back(line_figure(*study.line, columns));
    }
    if (study.portrait) {
        figures.push_back(portrait_figure(*study.portrait, columns));
    }
    if (study.cube) {
        figures.push_back(cube_figure(*study.cube, columns));
    }
    return figures;
}

}  // namespace resdyn::figures
