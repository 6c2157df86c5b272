#include <fmt/format.h>

#include <Eigen/Geometry>
#include <cmath>
#include <map>
#include <set>

#include "figures.hpp"
#include "markers.hpp"
#include "planes.hpp"

namespace resdyn::figures {

namespace {

/// Points of space (3×m) in the picture.
Series seen(const CubePortrait& cube, std::string name, const Matrix& y, Mark mark, Style style) {
    const Matrix p = cube.view * y;
    Series series{mark, std::move(name), {}, {}, std::move(style)};
    series.columns = {{"right", {p.row(0).begin(), p.row(0).end()}},
                      {"up", {p.row(1).begin(), p.row(1).end()}}};
    return series;
}

/// The twelve edges; those that meet the farthest corner are dashed.
void add_edges(const CubePortrait& cube, std::vector<Series>& series) {
    const Eigen::Vector3d right = cube.view.row(0).transpose();
    const Eigen::Vector3d up = cube.view.row(1).transpose();
    const Eigen::Vector3d toward = right.cross(up);  // to the eye
    const double ends[2] = {cube.range.low, cube.range.high};
    for (Index axis = 0; axis < 3; ++axis) {
        for (int a = 0; a < 2; ++a) {
            for (int b = 0; b < 2; ++b) {
                const Index first = (axis + 1) % 3;
                const Index second = (axis + 2) % 3;
                Matrix edge(3, 2);
                edge.row(axis) << cube.range.low, cube.range.high;
                edge.row(first).setConstant(ends[a]);
                edge.row(second).setConstant(ends[b]);
                const bool hidden =
                    (toward[first] > 0) == (a == 0) && (toward[second] > 0) == (b == 0);
                series.push_back(seen(
                    cube, "edge of the cube", edge, Mark::Line,
                    {.colour = "#777777", .width = hidden ? 0.9 : 1.3, .dash = hidden ? 3 : 1}));
            }
        }
    }
}

/// Each axis is named, and its levels written, along the edge of the outline farthest from the
/// middle of the picture; of two such edges, along the lower one.
void add_names(const CubePortrait& cube, const Vector& centre, Panel& panel) {
    const double side = cube.range.high - cube.range.low;
    for (Index axis = 0; axis < 3; ++axis) {
        Vector best;
        double score = -1.0;
        for (int corner = 0; corner < 4; ++corner) {
            Vector y = Vector::Constant(3, cube.range.low);
            y[(axis + 1) % 3] = (corner & 1) != 0 ? cube.range.high : cube.range.low;
            y[(axis + 2) % 3] = (corner & 2) != 0 ? cube.range.high : cube.range.low;
            y[axis] = 0.5 * (cube.range.low + cube.range.high);
            const Vector from_centre = cube.view * y - centre;
            const double far = from_centre.norm() - 0.05 * from_centre[1];
            if (far > score) {
                score = far;
                best = y;
            }
        }
        const Vector outward = (cube.view * best - centre).normalized();
        const auto write = [&](double at, double away, const std::string& text) {
            Vector y = best;
            y[axis] = at;
            const Vector p = cube.view * y + away * side * outward;
            panel.texts.push_back({p[0], p[1], text});
        };
        write(best[axis], 0.09, fmt::format("y_{}", axis));
        write(cube.range.low + 0.13 * side, 0.07, fmt::format("{:g}", cube.range.low));
        write(cube.range.high - 0.13 * side, 0.07, fmt::format("{:g}", cube.range.high));
    }
}

}  // namespace

Figure cube_figure(const CubePortrait& cube, Columns columns) {
    Figure figure;
    figure.id = "cube";
    figure.title = "The cube of residuals";
    figure.section = Section::Portrait;
    Panel panel;
    panel.equal_aspect = true;
    panel.grid = false;
    panel.frame = false;
    panel.colours.shown = false;
    // A square window about the cube, with room for the names of the axes.
    const double middle = 0.5 * (cube.range.low + cube.range.high);
    const Vector centre = cube.view * Vector::Constant(3, middle);
    const double reach = 0.88 * (cube.range.high - cube.range.low);
    panel.x = {"", centre[0] - reach, centre[0] + reach};
    panel.y = {"", centre[1] - reach, centre[1] + reach};
    add_edges(cube, panel.series);

    std::map<int, std::vector<Series>> by_class;
    std::vector<Series> layers;
    for (std::size_t k = 0; k < cube.trajectories.size(); ++k) {
        const CubeTrajectory& path = cube.trajectories[k];
        const std::string colour = path.label < 0 ? flow_colour : class_colour(path.label);
        const std::string of_class =
            path.label < 0 ? std::string() : fmt::format(" (class {})", path.label);
        std::vector<Series>& same = by_class[path.label];
        same.push_back(seen(cube, fmt::format("flow {}{}", k + 1, of_class), path.y, Mark::Line,
                            {.colour = colour, .width = 1.4}));
        if (same.size() == 1) {
            same.front().legend =
                path.label < 0 ? std::string("flow") : fmt::format("flow, class {}", path.label);
        }
        if (path.layers.cols() > 1) {
            layers.push_back(seen(cube, fmt::format("layers {}{}", k + 1, of_class), path.layers,
                                  Mark::Points,
                                  {.colour = colour, .width = 1.0, .size = 0.4, .halo = true}));
        }
    }
    for (auto& [label, same] : by_class) {
        panel.series.insert(panel.series.end(), same.begin(), same.end());
    }
    std::set<CurveKind> named;
    for (const InvariantCurve& curve : cube.curves) {
        const CurveStyle look = curve_style(curve.kind);
        Series series = seen(cube, curve_name(curve), curve.y, Mark::Line,
                             {.colour = look.colour, .width = 2.6, .dash = look.dash});
        series.legend = named.insert(curve.kind).second ? look.legend : "";
        panel.series.push_back(std::move(series));
    }
    for (std::size_t k = 0; k < cube.cycles.size(); ++k) {
        Series series = seen(cube, fmt::format("limit cycle {}", k), cube.cycles[k].y, Mark::Line,
                             {.colour = cycle_colour, .width = 4.0});
        series.legend = k == 0 ? "attracting cycle" : "";
        panel.series.push_back(std::move(series));
    }
    panel.series.insert(panel.series.end(), layers.begin(), layers.end());
    if (!layers.empty()) {
        const bool classes = cube.trajectories.front().label >= 0;
        panel.series.push_back(layer_entry({"right", "up"}, cube.step, classes, 0.4));
    }
    for (const EquilibriumMarker& marker : equilibrium_markers) {
        Matrix points(3, 0);
        for (const Equilibrium& equilibrium : cube.equilibria) {
            if (equilibrium.type == marker.type) {
                points.conservativeResize(3, points.cols() + 1);
                points.rightCols(1) = equilibrium.y;
            }
        }
        if (points.cols() > 0) {
            panel.series.push_back(
                seen(cube, std::string(to_string(marker.type)), points, Mark::Points,
                     {.width = 1.8, .symbol = marker.symbol, .size = marker.size, .halo = true}));
            panel.series.back().legend = marker.legend;
        }
    }
    add_names(cube, centre, panel);
    fit_plane(figure, panel, columns);
    figure.panels = {std::move(panel)};
    figure.caption = fmt::format(
        "The cube of three residuals in parallel projection: {} isolated equilibria{}, "
        "one-dimensional stable and unstable manifolds of saddles, and {} trajectories of the flow "
        "with the layers of the network (h = {:.4g}) as dots. Manifolds of dimension two are not "
        "drawn; those that wind onto a cycle are cut near it, those that turn on after {:g} turns. "
        "The points in space stand in cube.csv of the run.",
        cube.equilibria.size(),
        cube.continua.empty() ? "" : fmt::format(" beside {} continua", cube.continua.size()),
        cube.trajectories.size(), cube.step, SeparatrixOptions{}.max_turns);
    return figure;
}

}  // namespace resdyn::figures
