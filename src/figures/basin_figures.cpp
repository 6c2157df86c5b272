#include <fmt/format.h>

#include <cmath>
#include <vector>

#include "label_map.hpp"
#include "results/equilibrium_words.hpp"

namespace resdyn::figures {

namespace {

constexpr double on_plane = 1e-9;  // distance up to which an attractor is drawn

/// From NotFollowedCell up.
std::vector<LabelMap::Special> special_labels() {
    return {{NotFollowedCell, "no rest", "#E3E3E3"},  {OutsideCell, "", "#FFFFFF"},
            {NonFiniteCell, "not finite", "#000000"}, {StepLimitCell, "step limit", "#333333"},
            {UnsettledCell, "unsettled", "#666666"},  {SlowCell, "slow", "#A6A6A6"}};
}

LabelMap label_map_of(const BasinMap& map) {
    LabelMap drawn{map.slice, map.labels, {}, special_labels()};
    for (const BasinAttractor& attractor : map.attractors) {
        drawn.groups.push_back(
            {(attractor.is_continuum ? "continuum " : "") +
                 (attractor.is_cycle() ? attractor.name() : short_name(attractor.pattern)),
             attractor.members});
    }
    return drawn;
}

}  // namespace

Figure basin_figure(const BasinMap& map, Columns columns) {
    const LabelMap drawn = label_map_of(map);
    Figure figure;
    figure.id = "basins";
    figure.title = fmt::format("Basins of attraction {}",
                               map.clock == Clock::Flow ? "in the flow" : "under the layers");
    figure.section = Section::Portrait;
    Panel panel = label_panel(drawn);
    bool any_cycle = false;
    std::vector<Vector> rests;
    for (const BasinAttractor& attractor : map.attractors) {
        if (map.slice.coordinate != Coordinate::Residual || attractor.is_continuum ||
            attractor.is_heteroclinic()) {
            continue;
        }
        if (!attractor.is_cycle()) {
            if (map.slice.distance(attractor.y) <= on_plane) {
                rests.push_back(map.slice.coordinates(attractor.y));
            }
            continue;
        }
        const Matrix s =
            map.slice.basis.transpose() * (attractor.orbit.colwise() - map.slice.origin);
        const Matrix back = (map.slice.basis * s).colwise() + map.slice.origin;
        if ((attractor.orbit - back).colwise().norm().maxCoeff() <= on_plane) {
            panel.series.push_back(cycle_series(drawn,
                                                fmt::format("limit cycle {}", attractor.cycle),
                                                any_cycle ? "" : "limit cycle", s));
            any_cycle = true;
        }
    }
    add_attractors(drawn, rests, panel);
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
