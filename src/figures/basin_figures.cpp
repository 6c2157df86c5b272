#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>

#include <resdyn/results/equilibrium_words.hpp>

#include "planes.hpp"

namespace resdyn::figures {

namespace {

// Okabe and Ito's colours without black, for the largest basins; greys for what came to none.
constexpr std::array<const char*, 7> basin_colours = {"#56B4E9", "#E69F00", "#009E73", "#F0E442",
                                                      "#0072B2", "#D55E00", "#CC79A7"};
constexpr const char* small_basin = "#D9CBE3";
constexpr std::array<const char*, 6> special_colours = {
    "#E3E3E3", "#FFFFFF", "#000000", "#333333", "#666666", "#A6A6A6"};  // from NotFollowedCell up
constexpr std::array<const char*, 6> special_words = {
    "no rest", "outside the cube", "not finite", "step limit", "unsettled", "slow"};

/// "12.5 %" of the cells followed; what is there, however little, is not 0.0 %.
std::string share_text(double count, const BasinMap& map) {
    const auto followed = static_cast<double>(map.labels.size() - map.count(OutsideCell));
    const double percent = 100.0 * count / followed;
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

}  // namespace

Figure basin_figure(const BasinMap& map, Columns columns) {
    const std::array<std::string, 2> names = plane_columns(map.slice);
    Figure figure;
    figure.id = "basins";
    figure.title = fmt::format("Basins of attraction {}",
                               map.clock == Clock::Flow ? "in the flow" : "under the layers");
    figure.section = Section::Portrait;
    Panel panel;
    panel.x = plane_axis(map.slice, 0, 0.0);
    panel.y = plane_axis(map.slice, 1, 0.0);
    panel.equal_aspect = true;
    panel.grid = false;

    std::vector<std::size_t> order(map.attractors.size());
    std::iota(order.begin(), order.end(), 0U);
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        return map.attractors[a].members > map.attractors[b].members;
    });
    std::vector<std::string> colours(order.size(), small_basin);
    for (std::size_t k = 0; k < std::min(order.size(), basin_colours.size()); ++k) {
        colours[order[k]] = basin_colours[k];
    }
    panel.colours = {ColourMap::Classes,
                     "",
                     static_cast<double>(lowest_label),
                     static_cast<double>(map.attractors.size()) - 1.0,
                     false,
                     {special_colours.begin(), special_colours.end()}};
    panel.colours.classes.insert(panel.colours.classes.end(), colours.begin(), colours.end());

    bool any_cycle = false;
    Series cells{Mark::Raster, "cells", {}, {{names[0], {}}, {names[1], {}}, {"label", {}}}};
    for (Index j = 0; j < map.labels.cols(); ++j) {
        for (Index i = 0; i < map.labels.rows(); ++i) {
            const Vector s = map.cell_centre(i, j);
            cells.columns[0].values.push_back(s[0]);
            cells.columns[1].values.push_back(s[1]);
            cells.columns[2].values.push_back(map.labels(i, j));
        }
    }
    panel.series.push_back(std::move(cells));
    for (std::size_t k = 0; k < std::min(order.size(), basin_colours.size()); ++k) {
        const BasinAttractor& attractor = map.attractors[order[k]];
        panel.series.push_back(legend_entry(
            names,
            fmt::format("{}{} ({})", attractor.is_continuum ? "continuum " : "",
                        attractor.is_cycle() ? attractor.name() : short_name(attractor.pattern),
                        share_text(static_cast<double>(attractor.members), map)),
            basin_colours[k]));
    }
    if (order.size() > basin_colours.size()) {
        panel.series.push_back(legend_entry(
            names, fmt::format("{} smaller basins", order.size() - basin_colours.size()),
            small_basin));
    }
    for (int label = SlowCell; label >= lowest_label; --label) {
        const auto at = static_cast<std::size_t>(label - lowest_label);
        if (label != OutsideCell && map.count(label) > 0) {
            panel.series.push_back(
                legend_entry(names,
                             fmt::format("{} ({})", special_words[at],
                                         share_text(static_cast<double>(map.count(label)), map)),
                             special_colours[at]));
        }
    }
    for (const BasinAttractor& attractor : map.attractors) {
        if (!attractor.is_cycle() || map.slice.coordinate != Coordinate::Residual) {
            continue;
        }
        const std::string name = fmt::format("limit cycle {}", attractor.cycle);
        Series cycle{Mark::Line,
                     name,
                     "",
                     {{names[0], {}}, {names[1], {}}},
                     {.colour = "#000000", .width = 4.0}};
        bool on_plane = true;
        for (Index k = 0; k < attractor.orbit.cols(); ++k) {
            on_plane = on_plane && map.slice.distance(attractor.orbit.col(k)) <= 1e-9;
            const Vector at = map.slice.coordinates(attractor.orbit.col(k));
            cycle.columns[0].values.push_back(at[0]);
            cycle.columns[1].values.push_back(at[1]);
        }
        if (on_plane) {
            cycle.legend = any_cycle ? "" : "limit cycle";
            any_cycle = true;
            panel.series.push_back(std::move(cycle));
        }
    }
    Series rest{Mark::Points,
                "attractors on the plane",
                "attractor",
                {{names[0], {}}, {names[1], {}}},
                {.width = 1.8, .symbol = 7, .size = 1.3, .halo = true}};
    for (const BasinAttractor& attractor : map.attractors) {
        if (!attractor.is_continuum && !attractor.is_cycle() &&
            map.slice.coordinate == Coordinate::Residual &&
            map.slice.distance(attractor.y) <= 1e-9) {
            const Vector at = map.slice.coordinates(attractor.y);
            rest.columns[0].values.push_back(at[0]);
            rest.columns[1].values.push_back(at[1]);
        }
    }
    if (!rest.columns[0].values.empty()) {
        panel.series.push_back(std::move(rest));
    }
    fit_plane(figure, panel, columns);
    figure.panels = {std::move(panel)};
    figure.caption = fmt::format(
        "Where each of {} × {} starts on {} comes to rest, or which limit cycle it comes to, {}; "
        "patterns say which units are Low, "
        "High or Free there. Shares are of the cells inside the cube.{}",
        map.labels.rows(), map.labels.cols(), map.slice.about,
        map.clock == Clock::Flow ? "in the flow" : "under the layer map",
        any_cycle ? " Limit cycles that lie on the plane are drawn as closed curves." : "");
    return figure;
}

Figure sharpness_figure(const BoundarySharpness& sharpness, Columns columns) {
    Figure figure;
    figure.id = "uncertainty";
    figure.title = "Sharpness of the basin boundary";
    figure.section = Section::Portrait;
    figure.width = columns == Columns::Two ? 720 : 430;
    figure.height = columns == Columns::Two ? 440 : 340;
    Panel panel;
    panel.x = {"distance ε of a pair"};
    panel.x.log = true;
    panel.y = {"share f(ε) with different ends"};
    panel.y.log = true;
    panel.legend = Legend::TopLeft;
    panel.colours.shown = false;
    Series points{Mark::ErrorBars,
                  "pairs",
                  "pairs of cells",
                  {{"distance", {}}, {"share", {}}, {"standard_error", {}}},
                  {.colour = palette_colour(0)}};
    Series fit{Mark::Line,
               "fit",
               fmt::format("slope α = {:.3f}", sharpness.exponent),
               {{"distance", {}}, {"share", {}}},
               {.colour = palette_colour(5), .dash = 2}};
    double shift = 0.0;  // of the fitted line: mean of log f − α log ε
    for (std::size_t k = 0; k < sharpness.distance.size(); ++k) {
        const Proportion& p = sharpness.uncertain[k];
        if (p.value > 0) {
            points.columns[0].values.push_back(sharpness.distance[k]);
            points.columns[1].values.push_back(p.value);
            points.columns[2].values.push_back(p.standard_error);
            shift += std::log(p.value) - sharpness.exponent * std::log(sharpness.distance[k]);
        }
    }
    const auto used = static_cast<double>(points.columns[0].values.size());
    for (const double distance : points.columns[0].values) {
        fit.columns[0].values.push_back(distance);
        fit.columns[1].values.push_back(
            std::exp(shift / used + sharpness.exponent * std::log(distance)));
    }
    panel.series = {std::move(fit), std::move(points)};
    figure.panels = {std::move(panel)};
    figure.caption = fmt::format(
        "Uncertainty exponent α = {:.3f} ± {:.3f} (fit only; 1 for a smooth boundary), boundary "
        "dimension 2 − α = {:.3f}.",
        sharpness.exponent, sharpness.standard_error, 2.0 - sharpness.exponent);
    return figure;
}

}  // namespace resdyn::figures
