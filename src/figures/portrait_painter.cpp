#include "portrait_painter.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "columns.hpp"
#include "markers.hpp"
#include "planes.hpp"

namespace resdyn::figures {

namespace {

constexpr std::array<const char*, 2> nullcline_colours = {"#D55E00", "#0072B2"};
constexpr double eigenvector_length = 0.045;

/// Arrows stand on a grid of the window; some of it may lie outside the cube.
Index cells_in_window(const std::vector<FieldArrow>& arrows, double span) {
    double spacing = span;
    for (std::size_t k = 1; k < arrows.size(); ++k) {
        const double d = arrows[k].s[0] - arrows[k - 1].s[0];
        spacing = d > 0 ? std::min(spacing, d) : spacing;
    }
    const auto side = static_cast<Index>(std::lround(span / spacing));
    return side * side;
}

std::string of_class(const PortraitTrajectory& path) {
    return path.label < 0 ? std::string() : fmt::format(" (class {})", path.label);
}

std::string colour_of(const PortraitTrajectory& path) {
    return path.label < 0 ? flow_colour : class_colour(path.label);
}

}  // namespace

Painter::Painter(const Slice& slice)
    : slice_(slice), names_(plane_columns(slice)), span_(slice.window.upper - slice.window.lower) {}

Series Painter::curve(std::string name, const Matrix& s, Mark mark, Style style) const {
    return {mark,
            std::move(name),
            {},
            {{names_[0], row(s, 0)}, {names_[1], row(s, 1)}},
            std::move(style)};
}

Series Painter::field(const std::vector<FieldArrow>& arrows) const {
    Series series{Mark::Arrows,
                  "direction field",
                  {},
                  {{names_[0], {}},
                   {names_[1], {}},
                   {"d" + names_[0], {}},
                   {"d" + names_[1], {}},
                   {"speed", {}}},
                  {.width = 1.0}};
    const double cells = std::sqrt(static_cast<double>(cells_in_window(arrows, span_[0])));
    const Vector length = 0.68 * span_ / cells;
    for (const FieldArrow& arrow : arrows) {
        if (arrow.speed == 0) {
            continue;
        }
        // Of one length as drawn: the scales of the axes may differ.
        const Vector drawn = arrow.direction.cwiseQuotient(span_).normalized();
        const Vector shaft = drawn.cwiseProduct(length);
        const std::array<double, 5> values = {arrow.s[0] - shaft[0] / 2, arrow.s[1] - shaft[1] / 2,
                                              shaft[0], shaft[1], arrow.speed};
        for (std::size_t k = 0; k < values.size(); ++k) {
            series.columns[k].values.push_back(values[k]);
        }
    }
    return series;
}

ColourScale Painter::speeds(const Series& field, const std::string& label) const {
    const std::vector<double>& speeds = field.columns[4].values;
    return {ColourMap::Field, label, 0.0,
            speeds.empty() ? 1.0 : *std::max_element(speeds.begin(), speeds.end())};
}

std::vector<Series> Painter::nullclines(const std::vector<Nullcline>& lines) const {
    std::vector<Series> result;
    std::set<Index> named;
    for (const Nullcline& line : lines) {
        Series series =
            curve(fmt::format("nullcline {}: {}", line.axis, line.where), line.points, Mark::Line,
                  {.colour = nullcline_colours[static_cast<std::size_t>(line.axis)],
                   .width = line.edge ? 1.6 : 2.4,
                   .dash = line.edge ? 1 : 2});
        if (!line.edge && named.insert(line.axis).second) {
            series.legend = nullcline_legend(line.axis);
        }
        result.push_back(std::move(series));
    }
    return result;
}

std::vector<Series> Painter::trajectories(const std::vector<PortraitTrajectory>& paths) const {
    std::map<int, std::vector<Series>> by_class;  // so that legends come in order of class
    for (std::size_t k = 0; k < paths.size(); ++k) {
        const PortraitTrajectory& path = paths[k];
        std::vector<Series>& same = by_class[path.label];
        same.push_back(curve(fmt::format("flow {}{}", k + 1, of_class(path)), path.s, Mark::Line,
                             {.colour = colour_of(path), .width = 1.4}));
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

std::vector<Series> Painter::layers(const std::vector<PortraitTrajectory>& paths,
                                    double step) const {
    std::vector<Series> result;
    for (std::size_t k = 0; k < paths.size(); ++k) {
        const PortraitTrajectory& path = paths[k];
        if (path.layers.cols() < 2) {
            continue;
        }
        result.push_back(
            curve(fmt::format("layers {}{}", k + 1, of_class(path)), path.layers, Mark::Points,
                  {.colour = colour_of(path), .width = 1.0, .size = 0.5, .halo = true}));
    }
    if (!result.empty()) {
        result.push_back(layer_entry(names_, step, paths.front().label >= 0, 0.5));
    }
    return result;
}

std::vector<Series> Painter::cycles(const std::vector<LimitCycle>& cycles) const {
    std::vector<Series> result;
    std::set<bool> named;
    for (const LimitCycle& cycle : cycles) {
        const bool attracts = cycle.attracts();
        Series series =
            curve(fmt::format("limit cycle of period {:.6g}", cycle.period), cycle.s, Mark::Line,
                  {.colour = cycle_colour, .width = 4.0, .dash = attracts ? 1 : 3});
        if (named.insert(attracts).second) {
            series.legend = attracts ? "attracting cycle" : "repelling cycle";
        }
        result.push_back(std::move(series));
    }
    return result;
}

std::vector<Series> Painter::layer_cycles(const std::vector<LayerCycle>& cycles) const {
    std::vector<Series> result;
    for (const LayerCycle& cycle : cycles) {
        Matrix closed(2, cycle.period() + 1);
        closed << cycle.s, cycle.s.col(0);
        const std::string name = fmt::format("cycle of {} layers", cycle.period());
        result.push_back(curve(name + ", in turn", closed, Mark::Line,
                               {.colour = layer_cycle_colour, .width = 1.2, .dash = 2}));
        Series points = curve(name, cycle.s, Mark::Points,
                              {.colour = layer_cycle_colour, .size = 1.4, .halo = true});
        points.legend = result.size() == 1 ? "cycle of the layers, attracting" : "";
        result.push_back(std::move(points));
    }
    return result;
}

std::vector<Series> Painter::eigenvectors(const std::vector<EigenDirection>& directions) const {
    std::vector<Series> result;
    std::set<bool> named;
    for (const EigenDirection& e : directions) {
        const bool unstable = e.eigenvalue > 0;
        const Vector reach =
            eigenvector_length / e.direction.cwiseQuotient(span_).norm() * e.direction;
        Matrix ends(2, 2);
        ends << e.at - reach, e.at + reach;
        result.push_back(
            curve(fmt::format("eigenvector of {:.17g}", e.eigenvalue), ends, Mark::Line,
                  {.colour = curve_style(unstable ? CurveKind::Unstable : CurveKind::Stable).colour,
                   .width = 4.5,
                   .opacity = 0.55}));
        if (named.insert(unstable).second) {
            result.back().legend = unstable ? "eigenvector, λ > 0" : "eigenvector, λ < 0";
        }
    }
    return result;
}

std::vector<Series> Painter::manifolds(const std::vector<Manifold>& manifolds) const {
    std::vector<Series> result;
    std::set<CurveKind> named;
    for (const Manifold& one : manifolds) {
        const CurveStyle look = curve_style(one.kind);
        Series series = curve(one.name, one.s, Mark::Line,
                              {.colour = look.colour, .width = 3.0, .dash = look.dash});
        if (named.insert(one.kind).second) {
            series.legend = look.legend;
        }
        result.push_back(std::move(series));
    }
    return result;
}

std::vector<Series> Painter::equilibria(
    const std::vector<std::pair<EquilibriumType, Vector>>& places) const {
    std::vector<Series> result;
    for (const EquilibriumMarker& marker : equilibrium_markers) {
        Series series{Mark::Points,
                      std::string(to_string(marker.type)),
                      marker.legend,
                      {{names_[0], {}}, {names_[1], {}}},
                      {.width = 1.8, .symbol = marker.symbol, .size = marker.size, .halo = true}};
        for (const auto& [type, at] : places) {
            if (type == marker.type) {
                series.columns[0].values.push_back(at[0]);
                series.columns[1].values.push_back(at[1]);
            }
        }
        if (!series.columns[0].values.empty()) {
            result.push_back(std::move(series));
        }
    }
    return result;
}

std::string Painter::nullcline_legend(Index axis) const {
    return slice_.kind == SliceKind::Units
               ? fmt::format("nullcline {}' = 0", slice_.axes[static_cast<std::size_t>(axis)])
               : fmt::format("nullcline s_{}' = 0", axis + 1);
}

std::string cycle_sentences(const std::vector<LimitCycle>& cycles) {
    std::string text;
    for (const LimitCycle& cycle : cycles) {
        text += fmt::format(
            " A limit cycle of period {:.6g} {} (Floquet multiplier {:.3g}, mismatch {:.1e}).",
            cycle.period, cycle.attracts() ? "attracts" : "repels", cycle.multiplier,
            cycle.residual);
    }
    return text;
}

std::string cycle_sentences(const std::vector<LayerCycle>& cycles) {
    std::string text;
    for (const LayerCycle& cycle : cycles) {
        text += fmt::format(
            " The layers have a cycle of period {} that attracts (largest multiplier {:.3g}, "
            "mismatch {:.1e}).",
            cycle.period(), cycle.multiplier, cycle.residual);
    }
    return text;
}

}  // namespace resdyn::figures
