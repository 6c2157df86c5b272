#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <map>
#include <set>

#include <resdyn/figures/figures.hpp>
#include <resdyn/figures/markers.hpp>
#include "planes.hpp"

namespace resdyn::figures {

namespace {

constexpr const char* nullcline_colours[2] = {"#D55E00", "#0072B2"};
constexpr double eigenvector_length = 0.045;

std::vector<double> row(const Matrix& points, Index i) {
    return {points.row(i).begin(), points.row(i).end()};
}

/// Makes the series of one portrait.
class Painter {
  public:
    explicit Painter(const PhasePortrait& portrait)
        : portrait_(portrait),
          names_(plane_columns(portrait.slice)),
          span_(portrait.slice.window.upper - portrait.slice.window.lower) {}

    Series curve(std::string name, const Matrix& s, Mark mark, Style style) const {
        return {mark,
                std::move(name),
                {},
                {{names_[0], row(s, 0)}, {names_[1], row(s, 1)}},
                std::move(style)};
    }

    Series field() const {
        Series series{Mark::Arrows,
                      "direction field",
                      {},
                      {{names_[0], {}},
                       {names_[1], {}},
                       {"d" + names_[0], {}},
                       {"d" + names_[1], {}},
                       {"speed", {}}},
                      {.width = 1.0}};
        const double cells = std::sqrt(static_cast<double>(cells_in_window()));
        const Vector length = 0.68 * span_ / cells;
        for (const FieldArrow& arrow : portrait_.field) {
            if (arrow.speed == 0) {
                continue;
            }
            // Of one length as drawn: the scales of the axes may differ.
            const Vector drawn = arrow.direction.cwiseQuotient(span_).normalized();
            const Vector shaft = drawn.cwiseProduct(length);
            const std::array<double, 5> values = {arrow.s[0] - shaft[0] / 2,
                                                  arrow.s[1] - shaft[1] / 2, shaft[0], shaft[1],
                                                  arrow.speed};
            for (std::size_t k = 0; k < values.size(); ++k) {
                series.columns[k].values.push_back(values[k]);
            }
        }
        return series;
    }

    Series boundary() const {
        const Index corners = portrait_.outline.cols();
        Matrix closed(2, corners + 1);
        closed << portrait_.outline, portrait_.outline.col(0);
        return curve("boundary of the cube", closed, Mark::Line,
                     {.colour = "#888888", .width = 1.0});
    }

    std::vector<Series> continua() const {
        std::vector<Series> result;
        for (const PortraitContinuum& continuum : portrait_.continua) {
            result.push_back(curve("continuum " + to_string(continuum.pattern), continuum.ends,
                                   Mark::Line,
                                   {.colour = "#000000", .width = 9.0, .opacity = 0.25}));
            result.back().legend = result.size() == 1 ? "continuum" : "";
        }
        return result;
    }

    std::vector<Series> nullclines() const {
        std::vector<Series> result;
        std::set<Index> named;
        for (const Nullcline& line : portrait_.nullclines) {
            Series series = curve(fmt::format("nullcline {}: {}", line.axis, line.where),
                                  line.points, Mark::Line,
                                  {.colour = nullcline_colours[line.axis],
                                   .width = line.edge ? 1.6 : 2.4,
                                   .dash = line.edge ? 1 : 2});
            if (!line.edge && named.insert(line.axis).second) {
                series.legend = nullcline_legend(line.axis);
            }
            result.push_back(std::move(series));
        }
        return result;
    }

    std::vector<Series> trajectories() const {
        std::map<int, std::vector<Series>> by_class;  // so that legends come in order of class
        for (std::size_t k = 0; k < portrait_.trajectories.size(); ++k) {
            const PortraitTrajectory& path = portrait_.trajectories[k];
            std::vector<Series>& same = by_class[path.label];
            same.push_back(curve(fmt::format("flow {}{}", k + 1, of_class(path)), path.s,
                                 Mark::Line, {.colour = colour_of(path), .width = 1.4}));
            if (same.size() == 1) {
                same.front().legend = path.label < 0 ? std::string("flow")
                                                     : fmt::format("flow, class {}", path.label);
            }
        }
        std::vector<Series> result;
        for (const auto& [label, curves] : by_class) {
            result.insert(result.end(), curves.begin(), curves.end());
        }
        return result;
    }

    std::vector<Series> layers() const {
        std::vector<Series> result;
        for (std::size_t k = 0; k < portrait_.trajectories.size(); ++k) {
            const PortraitTrajectory& path = portrait_.trajectories[k];
            if (path.layers.cols() < 2) {
                continue;
            }
            result.push_back(
                curve(fmt::format("layers {}{}", k + 1, of_class(path)), path.layers, Mark::Points,
                      {.colour = colour_of(path), .width = 1.0, .size = 0.5, .halo = true}));
        }
        if (!result.empty()) {
            const bool classes = portrait_.trajectories.front().label >= 0;
            result.push_back(layer_entry(names_, portrait_.step, classes, 0.5));
        }
        return result;
    }

    std::vector<Series> cycles() const {
        std::vector<Series> result;
        std::set<bool> named;
        for (const LimitCycle& cycle : portrait_.cycles) {
            const bool attracts = cycle.attracts();
            Series series =
                curve(fmt::format("limit cycle of period {:.6g}", cycle.period), cycle.s,
                      Mark::Line, {.colour = cycle_colour, .width = 4.0, .dash = attracts ? 1 : 3});
            if (named.insert(attracts).second) {
                series.legend = attracts ? "attracting cycle" : "repelling cycle";
            }
            result.push_back(std::move(series));
        }
        return result;
    }

    /// Separatrices and rays; those that run along an edge of the square lie under it.
    std::vector<Series> curves() const {
        std::vector<Series> result;
        std::set<CurveKind> named;
        for (const PortraitCurve& item : portrait_.curves) {
            const InvariantCurve& c = item.curve;
            const CurveStyle look = curve_style(c.kind);
            Series series = curve(curve_name(c), item.s, Mark::Line,
                                  {.colour = look.colour, .width = 3.0, .dash = look.dash});
            if (named.insert(c.kind).second) {
                series.legend = look.legend;
            }
            result.push_back(std::move(series));
        }
        return result;
    }

    std::vector<Series> eigenvectors() const {
        std::vector<Series> result;
        std::set<bool> named;
        for (const EigenDirection& e : portrait_.eigenvectors) {
            const bool unstable = e.eigenvalue > 0;
            const Vector reach =
                eigenvector_length / e.direction.cwiseQuotient(span_).norm() * e.direction;
            Matrix ends(2, 2);
            ends << e.at - reach, e.at + reach;
            result.push_back(curve(
                fmt::format("eigenvector of {:.17g}", e.eigenvalue), ends, Mark::Line,
                {.colour = curve_style(unstable ? CurveKind::Unstable : CurveKind::Stable).colour,
                 .width = 4.5,
                 .opacity = 0.55}));
            if (named.insert(unstable).second) {
                result.back().legend = unstable ? "eigenvector, λ > 0" : "eigenvector, λ < 0";
            }
        }
        return result;
    }

    std::vector<Series> equilibria() const {
        std::vector<Series> result;
        for (const EquilibriumMarker& marker : equilibrium_markers) {
            Series series{
                Mark::Points,
                std::string(to_string(marker.type)),
                marker.legend,
                {{names_[0], {}}, {names_[1], {}}},
                {.width = 1.8, .symbol = marker.symbol, .size = marker.size, .halo = true}};
            for (const PortraitEquilibrium& placed : portrait_.equilibria) {
                if (placed.equilibrium.type == marker.type) {
                    series.columns[0].values.push_back(placed.at[0]);
                    series.columns[1].values.push_back(placed.at[1]);
                }
            }
            if (!series.columns[0].values.empty()) {
                result.push_back(std::move(series));
            }
        }
        return result;
    }

  private:
    Index cells_in_window() const {
        // Arrows stand on a grid of the window; some of it may lie outside the cube.
        double spacing = span_[0];
        for (std::size_t k = 1; k < portrait_.field.size(); ++k) {
            const double d = portrait_.field[k].s[0] - portrait_.field[k - 1].s[0];
            spacing = d > 0 ? std::min(spacing, d) : spacing;
        }
        const auto side = static_cast<Index>(std::lround(span_[0] / spacing));
        return side * side;
    }

    std::string nullcline_legend(Index axis) const {
        const Slice& slice = portrait_.slice;
        return slice.kind == SliceKind::Units
                   ? fmt::format("nullcline {}' = 0", slice.axes[static_cast<std::size_t>(axis)])
                   : fmt::format("nullcline s_{}' = 0", axis + 1);
    }

    static std::string of_class(const PortraitTrajectory& path) {
        return path.label < 0 ? std::string() : fmt::format(" (class {})", path.label);
    }
    static std::string colour_of(const PortraitTrajectory& path) {
        return path.label < 0 ? flow_colour : class_colour(path.label);
    }

    const PhasePortrait& portrait_;
    std::array<std::string, 2> names_;
    Vector span_;
};

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
    const Painter paint(portrait);
    const Slice& slice = portrait.slice;
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
    append({paint.field()});
    const std::vector<double>& speeds = panel.series.front().columns[4].values;
    panel.colours = {ColourMap::Field, fmt::format("speed |{}'|", symbol(slice.coordinate)), 0.0,
                     speeds.empty() ? 1.0 : *std::max_element(speeds.begin(), speeds.end())};
    if (slice.kind == SliceKind::Equilibria || slice.kind == SliceKind::Principal) {
        append({paint.boundary()});
    }
    append(paint.continua());
    append(paint.trajectories());
    append(paint.curves());
    append(paint.cycles());
    append(paint.nullclines());
    append(paint.eigenvectors());
    append(paint.layers());
    append(paint.equilibria());
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
    for (const LimitCycle& cycle : portrait.cycles) {
        figure.caption += fmt::format(
            " A limit cycle of period {:.6g} {} (Floquet multiplier {:.3g}, mismatch {:.1e}).",
            cycle.period, cycle.attracts() ? "attracts" : "repels", cycle.multiplier,
            cycle.residual);
    }
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
                            {.colour = nullcline_colours[1], .width = 2.4}});
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
