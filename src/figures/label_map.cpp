#include "label_map.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>
#include <numeric>

namespace resdyn::figures {

namespace {

// Okabe and Ito's colours without black, for the largest groups; greys for what came to none.
constexpr std::array<const char*, 7> group_colours = {"#56B4E9", "#E69F00", "#009E73", "#F0E442",
                                                      "#0072B2", "#D55E00", "#CC79A7"};
constexpr const char* small_group = "#D9CBE3";

/// "12.5 %" of the cells followed; what is there, however little, is not 0.0 %.
std::string share_text(Index count, Index followed) {
    const double percent = 100.0 * static_cast<double>(count) / static_cast<double>(followed);
    return count > 0 && percent < 0.05 ? "< 0.1 %" : fmt::format("{:.1f} %", percent);
}

/// A square in the legend, nowhere in the picture.
Series legend_entry(const std::array<std::string, 2>& names, const std::string& legend,
                    std::string colour) {
    const double nowhere = std::numeric_limits<double>::quiet_NaN();
    Series series{Mark::Points,
                  "legend " + legend,
                  legend,
                  {{names[0], {nowhere}}, {names[1], {nowhere}}},
                  {.symbol = 5, .size = 1.6}};
    series.style.colour = std::move(colour);
    return series;
}

/// The raster of the labels, each cell at its centre.
Series raster(const LabelMap& map) {
    const std::array<std::string, 2> names = plane_columns(map.slice);
    const Vector& lower = map.slice.window.lower;
    const Vector side = map.slice.window.upper - lower;
    Series cells{Mark::Raster, "cells", {}, {{names[0], {}}, {names[1], {}}, {"label", {}}}};
    for (Index j = 0; j < map.labels.cols(); ++j) {
        for (Index i = 0; i < map.labels.rows(); ++i) {
            const Vector part{
                {(static_cast<double>(i) + 0.5) / static_cast<double>(map.labels.rows()),
                 (static_cast<double>(j) + 0.5) / static_cast<double>(map.labels.cols())}};
            const Vector s = lower + part.cwiseProduct(side);
            cells.columns[0].values.push_back(s[0]);
            cells.columns[1].values.push_back(s[1]);
            cells.columns[2].values.push_back(map.labels(i, j));
        }
    }
    return cells;
}

}  // namespace

Panel label_panel(const LabelMap& map) {
    const std::array<std::string, 2> names = plane_columns(map.slice);
    Panel panel;
    panel.x = plane_axis(map.slice, 0, 0.0);
    panel.y = plane_axis(map.slice, 1, 0.0);
    panel.equal_aspect = true;
    panel.grid = false;
    std::vector<std::size_t> order(map.groups.size());
    std::iota(order.begin(), order.end(), 0U);
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        return map.groups[a].members > map.groups[b].members;
    });
    const std::size_t named = std::min(order.size(), group_colours.size());
    std::vector<std::string> colours(order.size(), small_group);
    for (std::size_t k = 0; k < named; ++k) {
        colours[order[k]] = group_colours[k];
    }
    panel.colours = {ColourMap::Classes,
                     "",
                     static_cast<double>(map.specials.front().label),
                     static_cast<double>(map.groups.size()) - 1.0,
                     false,
                     {}};
    for (const LabelMap::Special& special : map.specials) {
        panel.colours.classes.emplace_back(special.colour);
    }
    panel.colours.classes.insert(panel.colours.classes.end(), colours.begin(), colours.end());

    const auto count = [&](int label) { return (map.labels.array() == label).count(); };
    Index followed = map.labels.size();
    for (const LabelMap::Special& special : map.specials) {
        followed -= special.word.empty() ? count(special.label) : 0;
    }
    panel.series.push_back(raster(map));
    for (std::size_t k = 0; k < named; ++k) {
        const LabelMap::Group& group = map.groups[order[k]];
        panel.series.push_back(legend_entry(
            names, fmt::format("{} ({})", group.name, share_text(group.members, followed)),
            group_colours[k]));
    }
    if (order.size() > named) {
        panel.series.push_back(legend_entry(
            names, fmt::format("{} smaller basins", order.size() - named), small_group));
    }
    for (auto special = map.specials.rbegin(); special != map.specials.rend(); ++special) {
        const Index cells = special->word.empty() ? 0 : count(special->label);
        if (cells > 0) {
            panel.series.push_back(legend_entry(
                names, fmt::format("{} ({})", special->word, share_text(cells, followed)),
                special->colour));
        }
    }
    return panel;
}

Series cycle_series(const LabelMap& map, const std::string& name, const std::string& legend,
                    const Matrix& s) {
    const std::array<std::string, 2> names = plane_columns(map.slice);
    return {Mark::Line,
            name,
            legend,
            {{names[0], {s.row(0).begin(), s.row(0).end()}},
             {names[1], {s.row(1).begin(), s.row(1).end()}}},
            {.colour = "#000000", .width = 4.0}};
}

void add_attractors(const LabelMap& map, const std::vector<Vector>& places, Panel& panel) {
    if (places.empty()) {
        return;
    }
    const std::array<std::string, 2> names = plane_columns(map.slice);
    Series rest{Mark::Points,
                "attractors on the plane",
                "attractor",
                {{names[0], {}}, {names[1], {}}},
                {.width = 1.8, .symbol = 7, .size = 1.3, .halo = true}};
    for (const Vector& at : places) {
        rest.columns[0].values.push_back(at[0]);
        rest.columns[1].values.push_back(at[1]);
    }
    panel.series.push_back(std::move(rest));
}

}  // namespace resdyn::figures
