// How a network of two inputs divides their plane, and the ways of its activities.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

#include "figures.hpp"
#include "planes.hpp"

namespace resdyn::figures {

namespace {

constexpr Index samples_drawn = 400;
constexpr Index ways_drawn = 60;

/// A quarter of the class's colour on white: the ground that samples and ways are drawn on.
std::string pale(const std::string& colour) {
    std::string result = "#";
    for (const std::size_t at : {1U, 3U, 5U}) {
        const int value = std::stoi(colour.substr(at, 2), nullptr, 16);
        result += fmt::format("{:02X}", 255 - (255 - value) / 4);
    }
    return result;
}

Series ground(const ClassGrid& grid, const std::array<std::string, 2>& names, Panel& panel) {
    Series cells{
        Mark::Raster, "class read out", {}, {{names[0], {}}, {names[1], {}}, {"class", {}}}, {}};
    for (Index j = 0; j < grid.second.size(); ++j) {
        for (Index i = 0; i < grid.first.size(); ++i) {
            cells.columns[0].values.push_back(grid.first[i]);
            cells.columns[1].values.push_back(grid.second[j]);
            cells.columns[2].values.push_back(grid.predicted(i, j));
        }
    }
    const int classes = grid.predicted.maxCoeff() + 1;
    panel.colours = {ColourMap::Classes, "", 0.0, static_cast<double>(classes) - 1.0, false, {}};
    for (int c = 0; c < classes; ++c) {
        panel.colours.classes.push_back(pale(class_colour(c)));
    }
    return cells;
}

Panel plane_panel(const Vector& first, const Vector& second,
                  const std::array<std::string, 2>& labels) {
    Panel panel;
    panel.equal_aspect = true;
    panel.grid = false;
    panel.colours.shown = false;
    const Index n = first.size();
    panel.x = {labels[0], first[0], first[n - 1]};
    panel.y = {labels[1], second[0], second[second.size() - 1]};
    panel.x.step = tick_step(panel.x.to - panel.x.from);
    panel.y.step = tick_step(panel.y.to - panel.y.from);
    return panel;
}

Figure decision_figure_of(const DecisionMap& map, Columns columns) {
    const std::array<std::string, 2> names = {"d_0", "d_1"};
    Figure figure;
    figure.id = "decision-map";
    figure.title = "Classes over the inputs";
    figure.section = Section::Evidence;
    Panel panel = plane_panel(map.inputs.first, map.inputs.second, {"input d_0", "input d_1"});
    panel.series.push_back(ground(map.inputs, names, panel));
    const Index drawn = std::min(samples_drawn, map.samples.cols());
    Index wrong = 0;
    std::set<int> classes(map.labels.begin(), map.labels.begin() + drawn);
    Series missed{Mark::Points,
                  "read out wrong",
                  "read out wrong",
                  {{names[0], {}}, {names[1], {}}},
                  {.width = 1.8, .symbol = 2, .size = 0.9}};
    for (const int label : classes) {
        const std::string name = fmt::format("class {}", label);
        Series points{Mark::Points,
                      name,
                      name,
                      {{names[0], {}}, {names[1], {}}},
                      {.colour = class_colour(label), .size = 0.55}};
        for (Index s = 0; s < drawn; ++s) {
            if (map.labels[s] != label) {
                continue;
            }
            const bool right = map.answers[s] == label;
            wrong += right ? 0 : 1;
            for (Series* series : {&points, &missed}) {
                if (series == &points || !right) {
                    series->columns[0].values.push_back(map.samples(0, s));
                    series->columns[1].values.push_back(map.samples(1, s));
                }
            }
        }
        panel.series.push_back(std::move(points));
    }
    if (wrong > 0) {
        panel.series.push_back(std::move(missed));
    }
    fit_plane(figure, panel, columns);
    figure.panels = {std::move(panel)};
    figure.caption = fmt::format(
        "Class read out after the last layer at {} × {} inputs (ground), and {} of {} samples by "
        "their own class, {} of these read out wrong. {} neighbouring points of the grid differ in "
        "class; regions smaller than a cell are not seen.",
        map.inputs.first.size(), map.inputs.second.size(), drawn, map.samples.cols(), wrong,
        map.inputs.boundary_pairs());
    return figure;
}

Figure way_figure(const DecisionMap& map, Columns columns) {
    const std::array<std::string, 2> names = map.projected
                                                 ? std::array<std::string, 2>{"s_1", "s_2"}
                                                 : std::array<std::string, 2>{"x_0", "x_1"};
    Figure figure;
    figure.id = "ways";
    figure.title = "Ways of the activities through the layers";
    figure.section = Section::Evidence;
    Panel panel;
    const std::array<std::string, 2> labels =
        map.projected
            ? std::array<std::string, 2>{"principal component 1 of x", "principal component 2 of x"}
            : std::array<std::string, 2>{"activity x_0", "activity x_1"};
    if (map.read_out.predicted.size() > 0) {
        panel = plane_panel(map.read_out.first, map.read_out.second, labels);
        panel.series.push_back(ground(map.read_out, names, panel));
    } else {
        panel.x.label = labels[0];
        panel.y.label = labels[1];
        panel.equal_aspect = true;
        panel.grid = false;
        panel.colours.shown = false;
    }
    const auto drawn =
        static_cast<std::size_t>(std::min<Index>(ways_drawn, static_cast<Index>(map.ways.size())));
    const std::set<int> classes(map.labels.begin(), map.labels.begin() + static_cast<Index>(drawn));
    const double gap = std::numeric_limits<double>::quiet_NaN();
    std::vector<Series> dots;
    for (const int label : classes) {
        const std::string colour = class_colour(label);
        const std::string of_class = fmt::format("class {}", label);
        Series way{Mark::Line,
                   "way, " + of_class,
                   of_class,
                   {{names[0], {}}, {names[1], {}}},
                   {.colour = colour, .width = 1.2}};
        Series layers{Mark::Points,
                      "layers, " + of_class,
                      "",
                      {{names[0], {}}, {names[1], {}}},
                      {.colour = colour, .size = 0.3}};
        Series starts{Mark::Points,
                      "start, " + of_class,
                      "",
                      {{names[0], {}}, {names[1], {}}},
                      {.colour = colour, .width = 1.4, .symbol = 6, .size = 0.8, .halo = true}};
        for (std::size_t s = 0; s < drawn; ++s) {
            if (map.labels[static_cast<Index>(s)] != label) {
                continue;
            }
            const Matrix& path = map.ways[s];
            for (Index n = 0; n < path.cols(); ++n) {
                for (Series* series : {&way, n == 0 ? &starts : &layers}) {
                    series->columns[0].values.push_back(path(0, n));
                    series->columns[1].values.push_back(path(1, n));
                }
            }
            way.columns[0].values.push_back(gap);
            way.columns[1].values.push_back(gap);
        }
        panel.series.push_back(std::move(way));
        dots.push_back(std::move(layers));
        dots.push_back(std::move(starts));
    }
    for (Series& series : dots) {
        panel.series.push_back(std::move(series));
    }
    const auto entry = [&](const std::string& text, const Style& style) {
        panel.series.push_back({Mark::Points,
                                "legend of " + text,
                                text,
                                {{names[0], {gap}}, {names[1], {gap}}},
                                style});
    };
    entry("start x_0", {.colour = "#777777", .width = 1.4, .symbol = 6, .size = 0.8});
    entry("layers", {.colour = "#777777", .size = 0.4});
    fit_plane(figure, panel, columns);
    figure.panels = {std::move(panel)};
    figure.caption = fmt::format(
        "x_0, x_1, … x_L of {} samples, coloured by class; {}.", drawn,
        map.projected
            ? fmt::format("projected onto the first two principal components of all states, "
                          "{:.1f} % of their variance",
                          100.0 * map.variance_share)
            : std::string("the ground is the class that V x + c reads out there"));
    return figure;
}

}  // namespace

std::vector<Figure> decision_map_figures(const DecisionMap& map, Columns columns) {
    return {decision_figure_of(map, columns), way_figure(map, columns)};
}

}  // namespace resdyn::figures
