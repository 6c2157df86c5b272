#include "unit_figures.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "columns.hpp"

namespace resdyn::figures {

namespace {

constexpr Index most_units = 16;       ///< of a sheet: the ones with most evidence.
constexpr double weakest_link = 0.25;  ///< of the strongest, to be drawn.

/// Bars of one unit's effect on every class.
Panel effect_panel(const std::string& name, const Vector& effect) {
    const Index C = effect.size();
    Panel panel;
    panel.x = {"", -0.6, static_cast<double>(C) - 0.4};
    panel.x.ticks = {{0.0, "0"}, {static_cast<double>(C - 1), fmt::format("{}", C - 1)}};
    const double top = 1.1 * std::max(effect.cwiseAbs().maxCoeff(), 1e-300);
    // Room is for the sign and the proportion of bars; the numbers are in the file.
    panel.y = {.label = "", .from = -top, .to = top, .ticks = {{0.0, "0"}}};
    panel.legend = Legend::None;
    panel.grid = false;
    for (Index c = 0; c < C; ++c) {
        const auto at = static_cast<double>(c);
        panel.series.push_back({Mark::Bars,
                                fmt::format("{}, class {}", name, c),
                                "",
                                {{"class", {at}}, {"base", {0.0}}, {"effect", {effect[c]}}},
                                {.colour = class_colour(c), .width = 0.8}});
    }
    return panel;
}

}  // namespace

Figure unit_sheet_figure(const UnitFields& fields, ImageShape data, ImageShape activity) {
    const auto M = static_cast<Index>(fields.order.size());
    const Index shown = std::min(M, most_units);
    Figure figure;
    figure.id = "units";
    figure.title = "What each unit looks at, what it writes, and whom it helps";
    figure.section = Section::Behaviour;
    figure.caption = fmt::format(
        "Three pictures a unit, {}{}. Left, its receptive field (row of B): vermillion pixels turn "
        "it on, blue ones off. Middle, its projective field (column of A): what it adds to the "
        "activity while it is on. Right, its effect VA on the logit of each class. Every picture "
        "has its own scale.",
        fields.evidence.size() > 0 ? "those with most evidence for the true class first"
                                   : "those with the largest fields first",
        shown < M ? fmt::format(" ({} of {} units)", shown, M) : "");
    const bool effects = fields.effect.size() > 0;
    const Index pictures = effects ? 3 : 2;
    const Index units_per_row = shown > 1 ? 2 : 1;
    figure.panels_per_row = pictures * units_per_row;
    const Index rows = (shown + units_per_row - 1) / units_per_row;
    figure.width = 150 * figure.panels_per_row;
    figure.height = 180 * rows + 20;
    figure.margins = {.left = 0.01,
                      .right = 0.99,
                      .bottom = 0.2 / static_cast<double>(rows),
                      .top = 1.0 - 0.26 / static_cast<double>(rows),
                      .between_x = 0.03,
                      .between_y = 0.4 / static_cast<double>(rows)};
    for (Index k = 0; k < shown; ++k) {
        const Index i = fields.order[static_cast<std::size_t>(k)];
        figure.panels.push_back(image_panel(fmt::format("unit {}", i),
                                            fmt::format("unit {}, receptive", i),
                                            fields.receptive.row(i).transpose(), data));
        figure.panels.push_back(image_panel("writes", fmt::format("unit {}, projective", i),
                                            fields.projective.col(i), activity));
        if (effects) {
            figure.panels.push_back(effect_panel(fmt::format("unit {}", i), fields.effect.col(i)));
            figure.panels.back().title = "helps class";
        }
    }
    return figure;
}

Figure unit_effect_figure(const UnitFields& fields) {
    const Index C = fields.effect.rows();
    const Index M = fields.effect.cols();
    Figure figure;
    figure.id = "unit-effects";
    figure.title = "Effect of each unit on each class";
    figure.section = Section::Behaviour;
    figure.caption =
        "Column i of VA: what one unit of residual i adds to the logit of each class, per unit of "
        "the step h. Vermillion helps the class, blue speaks against it.";
    figure.width = 760;
    figure.height = std::max<Index>(240, 130 + 26 * C);
    Series cells{Mark::Cells, "VA", "", {{"unit", {}}, {"class", {}}, {"effect", {}}}, {}};
    for (Index i = 0; i < M; ++i) {
        for (Index c = 0; c < C; ++c) {
            add_cell(cells, i, c, fields.effect(c, i));
        }
    }
    const double top = std::max(fields.effect.cwiseAbs().maxCoeff(), 1e-300);
    Panel panel;
    panel.x = {"unit i", -0.5, static_cast<double>(M) - 0.5};
    panel.x.ticks = index_ticks(M);
    panel.y = {"class", static_cast<double>(C) - 0.5, -0.5};
    panel.y.ticks = index_ticks(C);
    panel.colours = {ColourMap::Diverging, "effect", -top, top};
    panel.legend = Legend::None;
    panel.grid = false;
    panel.series = {cells};
    figure.panels = {panel};
    return figure;
}

Figure unit_graph_figure(const Matrix& W) {
    const Index n = W.rows();
    double strongest = 1e-300;
    for (Index i = 0; i < n; ++i) {
        for (Index j = 0; j < n; ++j) {
            strongest = i == j ? strongest : std::max(strongest, std::abs(W(i, j)));
        }
    }
    const auto place = [n](Index i) {
        const double angle =
            2.0 * std::numbers::pi * static_cast<double>(i) / static_cast<double>(n);
        return std::pair{std::sin(angle), std::cos(angle)};
    };
    Series links{Mark::Arrows,
                 "links",
                 "",
                 {{"x", {}}, {"y", {}}, {"dx", {}}, {"dy", {}}, {"weight", {}}},
                 {.width = 1.6}};
    std::vector<std::pair<Index, Index>> drawn;
    Index left_out = 0;
    for (Index i = 0; i < n; ++i) {
        for (Index j = 0; j < n; ++j) {
            if (i == j || W(i, j) == 0.0) {
                continue;
            }
            if (std::abs(W(i, j)) < weakest_link * strongest) {
                ++left_out;
            } else {
                drawn.emplace_back(i, j);
            }
        }
    }
    // The strongest on top.
    std::sort(drawn.begin(), drawn.end(), [&W](const auto& a, const auto& b) {
        return std::abs(W(a.first, a.second)) < std::abs(W(b.first, b.second));
    });
    for (const auto& [i, j] : drawn) {
        const auto [x_from, y_from] = place(j);
        const auto [x_to, y_to] = place(i);
        const double length = std::hypot(x_to - x_from, y_to - y_from);
        const double gap = std::min(0.08, 0.25 * length);  // stays clear of the discs
        // To the right of the straight line, so that the two directions of a pair stand apart.
        const double aside = 0.015;
        const double ux = (x_to - x_from) / length;
        const double uy = (y_to - y_from) / length;
        const std::vector<double> row = {x_from + gap * ux + aside * uy,
                                         y_from + gap * uy - aside * ux, (length - 2.0 * gap) * ux,
                                         (length - 2.0 * gap) * uy, W(i, j)};
        for (std::size_t k = 0; k < row.size(); ++k) {
            links.columns[k].values.push_back(row[k]);
        }
    }
    Series helping{Mark::Points,
                   "w_ii > 0",
                   "helps itself",
                   {{"x", {}}, {"y", {}}},
                   {.colour = palette_colour(5), .size = 3.2}};
    Series curbing{Mark::Points,
                   "w_ii <= 0",
                   "curbs itself",
                   {{"x", {}}, {"y", {}}},
                   {.colour = palette_colour(0), .size = 3.2}};
    Panel panel;
    for (Index i = 0; i < n; ++i) {
        const auto [x, y] = place(i);
        Series& disc = W(i, i) > 0 ? helping : curbing;
        disc.columns[0].values.push_back(x);
        disc.columns[1].values.push_back(y);
        panel.texts.push_back({1.16 * x, 1.16 * y, fmt::format("{}", i)});
    }
    panel.x = {"", -1.3, 1.3};
    panel.y = {"", -1.3, 1.3};
    panel.colours = {ColourMap::Diverging, "w_{ij}", -strongest, strongest};
    panel.legend = Legend::Below;
    panel.equal_aspect = true;
    panel.grid = false;
    panel.frame = false;
    panel.series = {links, helping, curbing};
    Figure figure;
    figure.id = "unit-graph";
    figure.title = "Who helps whom, who suppresses whom";
    figure.section = Section::Behaviour;
    figure.caption = fmt::format(
        "The residual matrix W as a graph of its {} units: an arrow from j to i is w_ij, "
        "vermillion where residual j helps residual i grow, blue where it suppresses it; a disc is "
        "vermillion where the unit helps itself (w_ii > 0). {} links weaker than {:.0f} % of the "
        "strongest are left out.",
        n, left_out, 100.0 * weakest_link);
    figure.width = 620;
    figure.height = 560;
    figure.panels = {panel};
    return figure;
}

Figure class_residual_figure(const ClassResiduals& residuals, const std::vector<Index>& order) {
    const auto L = static_cast<Index>(residuals.mean.size());
    const Index shown = std::min<Index>(static_cast<Index>(order.size()), most_units);
    const Index C = residuals.mean.front().cols();
    Figure figure;
    figure.id = "class-residuals";
    figure.title = "Residuals over the layers, by class";
    figure.section = Section::Behaviour;
    figure.caption = fmt::format(
        "Mean residual y_i of the inputs of each class after n layers, a panel a unit{}; the "
        "units with most evidence first. Standard deviations over the inputs are in the file.",
        shown < static_cast<Index>(order.size())
            ? fmt::format(" ({} of {} units)", shown, order.size())
            : "");
    figure.panels_per_row = std::min<Index>(4, shown);
    const Index rows = (shown + figure.panels_per_row - 1) / figure.panels_per_row;
    figure.width = 230 * figure.panels_per_row;
    figure.height = 160 * rows + 60;
    const std::vector<double> n = counting(0, L);
    for (Index k = 0; k < shown; ++k) {
        const Index i = order[static_cast<std::size_t>(k)];
        Panel panel;
        panel.title = fmt::format("unit {}", i);
        const double last = static_cast<double>(std::max<Index>(L - 1, 1));
        panel.x = {.label = k + figure.panels_per_row >= shown ? "layer n" : "",
                   .from = 0.0,
                   .to = last,
                   .step = tick_step(last, 3)};
        panel.legend = Legend::None;
        double least = 0.0;  // every panel shows the lower level of logistic residuals
        double most = 0.0;
        for (Index c = 0; c < C; ++c) {
            if (residuals.samples[static_cast<std::size_t>(c)] == 0) {
                continue;
            }
            std::vector<double> mean;
            for (const Matrix& layer : residuals.mean) {
                mean.push_back(layer(i, c));
            }
            for (const double y : mean) {
                least = std::min(least, y);
                most = std::max(most, y);
            }
            panel.series.push_back({Mark::Line,
                                    fmt::format("class {}", c),
                                    "",
                                    {{"n", n}, {"y", mean}},
                                    {.colour = class_colour(c), .width = 1.6}});
        }
        panel.y = {.label = "",
                   .from = least,
                   .to = most + 0.05 * (most - least) + 1e-300,
                   .step = tick_step(most - least + 1e-300, 3)};
        figure.panels.push_back(panel);
    }
    return figure;
}

}  // namespace resdyn::figures
