#include "field_figures.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "label_map.hpp"
#include "portrait_painter.hpp"

namespace resdyn::figures {

namespace {

constexpr double much_longer = 1.5;  // sides that differ more have scales of their own

/// The names that the caller gave, and scales of their own where the sides differ much.
void name_axes(const Slice& slice, Panel& panel) {
    panel.x.label = slice.axes[0];
    panel.y.label = slice.axes[1];
    const Vector sides = slice.window.upper - slice.window.lower;
    panel.equal_aspect = sides.maxCoeff() <= much_longer * sides.minCoeff();
    panel.x.step = tick_step(sides[0]);
    panel.y.step = tick_step(sides[1]);
}

std::string curve_name(const FieldCurve& curve) {
    return fmt::format("{} of equilibrium {} (eigenvalue {:.6g}){}", to_string(curve.kind),
                       curve.from, curve.eigenvalue,
                       curve.end ? fmt::format(" to equilibrium {}", *curve.end) : std::string());
}

}  // namespace

Figure field_portrait_figure(const FieldPortrait& portrait, Columns columns) {
    const Slice& slice = portrait.slice;
    const Painter paint(slice);
    Figure figure;
    figure.id = "portrait";
    figure.title = slice.is_whole() ? "Phase portrait" : "Phase portrait on a plane";
    figure.section = Section::Portrait;
    Panel panel;
    panel.x = plane_axis(slice, 0);
    panel.y = plane_axis(slice, 1);
    name_axes(slice, panel);
    panel.grid = false;
    const auto append = [&panel](std::vector<Series> series) {
        panel.series.insert(panel.series.end(), series.begin(), series.end());
    };
    append({paint.field(portrait.field)});
    panel.colours = paint.speeds(panel.series.front(), "speed |x'|");
    std::vector<Painter::Manifold> manifolds;
    for (const FieldCurve& curve : portrait.curves) {
        manifolds.push_back({curve.kind, curve_name(curve), curve.s});
    }
    std::vector<std::pair<EquilibriumType, Vector>> places;
    for (const FieldEquilibrium& placed : portrait.equilibria) {
        places.emplace_back(portrait.roots.roots[static_cast<std::size_t>(placed.root)].type,
                            placed.at);
    }
    append(paint.trajectories(portrait.trajectories));
    append(paint.manifolds(manifolds));
    append(paint.cycles(portrait.cycles));
    append(paint.nullclines(portrait.nullclines));
    append(paint.eigenvectors(portrait.eigenvectors));
    append(paint.equilibria(places));
    fit_plane(figure, panel, columns);
    figure.panels = {std::move(panel)};
    figure.caption = fmt::format(
        "The plane of {}. Arrows: the direction field of the flow (equal length, coloured by "
        "speed) with its traced nullclines.",
        slice.about);
    if (!portrait.trajectories.empty()) {
        figure.caption +=
            fmt::format(" Curves are the flow from {} starts.", portrait.trajectories.size());
    }
    figure.caption += cycle_sentences(portrait.cycles);
    for (const std::string& note : portrait.notes) {
        figure.caption += " " + note;
    }
    return figure;
}

Figure field_basin_figure(const FieldBasins& map, Columns columns) {
    LabelMap drawn{map.slice,
                   map.labels,
                   {},
                   {{EscapedField, "escaped", "#FFFFFF"},
                    {NonFiniteField, "not finite", "#000000"},
                    {GaveUpField, "step limit", "#333333"},
                    {UnsettledField, "unsettled", "#666666"},
                    {SlowField, "slow", "#A6A6A6"}}};
    for (const FieldAttractor& attractor : map.attractors) {
        drawn.groups.push_back({attractor.name(), attractor.members});
    }
    Figure figure;
    figure.id = "basins";
    figure.title = "Basins of attraction in the flow";
    figure.section = Section::Portrait;
    Panel panel = label_panel(drawn);
    name_axes(map.slice, panel);
    std::vector<Vector> rests;
    bool any_cycle = false;
    for (const FieldAttractor& attractor : map.attractors) {
        if (!attractor.is_cycle()) {
            if (map.slice.distance(attractor.x) <= 1e-9) {
                rests.push_back(map.slice.coordinates(attractor.x));
            }
        } else if (map.slice.is_whole()) {
            panel.series.push_back(cycle_series(
                drawn, attractor.name(), any_cycle ? "" : "limit cycle",
                map.slice.basis.transpose() * (attractor.orbit.colwise() - map.slice.origin)));
            any_cycle = true;
        }
    }
    add_attractors(drawn, rests, panel);
    fit_plane(figure, panel, columns);
    figure.panels = {std::move(panel)};
    figure.caption = fmt::format(
        "Which attractor each of {} × {} starts on the plane of {} comes to: hyperbolic equilibria "
        "that Newton's method found in the box, and limit cycles that runs came to. Shares are of "
        "all cells. Nothing here is proved.{}",
        map.labels.rows(), map.labels.cols(), map.slice.about,
        map.complete ? "" : " The map was stopped: it is not complete.");
    return figure;
}

}  // namespace resdyn::figures
