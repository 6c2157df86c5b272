// Cooperation and competition, and the singular values of the residual matrix.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "figures.hpp"

namespace resdyn::figures {

Figure singular_value_figure(const RankReport& rank) {
    Figure figure;
    figure.id = "singular-values";
    figure.title = "Singular values of the residual matrix W";
    figure.section = Section::System;
    const auto n = static_cast<double>(rank.singular_values.size());
    std::vector<double> index;
    std::vector<double> value;
    for (Index k = 0; k < rank.singular_values.size(); ++k) {
        index.push_back(static_cast<double>(k + 1));
        value.push_back(rank.singular_values[k]);
    }
    figure.caption = fmt::format(
        "Singular values in decreasing order; {} of {} lie above the tolerance of the numerical "
        "rank (dashed).",
        rank.rank, rank.singular_values.size());
    Panel panel;
    panel.x = {"index k", 0.0, n + 1.0};
    panel.y = {.label = "singular value σ_k", .log = true};
    panel.legend = Legend::None;
    panel.series = {{Mark::Points,
                     "singular values",
                     "",
                     {{"k", index}, {"sigma", value}},
                     {.colour = palette_colour(0), .size = n > 100 ? 0.45 : 0.9}}};
    if (rank.tolerance > 0) {
        panel.series.push_back(
            {Mark::Line,
             "tolerance of the rank",
             "",
             {{"k", {0.0, n + 1.0}}, {"sigma", {rank.tolerance, rank.tolerance}}},
             {.colour = "#999999", .width = 1.5, .dash = 2}});
    }
    figure.panels = {panel};
    return figure;
}

Figure pair_figure(const InteractionReport& interaction) {
    static constexpr std::array<const char*, 6> signs = {"+ +", "− −", "+ −", "+ 0", "− 0", "0 0"};
    std::vector<Tick> ticks;
    std::vector<double> place;
    std::vector<double> ground(pair_types.size(), 0.0);
    std::vector<double> count;
    std::vector<double> mean;
    std::vector<double> largest;
    for (std::size_t k = 0; k < pair_types.size(); ++k) {
        const PairTally& tally = interaction.pairs[k];
        ticks.push_back(
            {static_cast<double>(k), fmt::format("{}\n{}", to_string(pair_types[k]), signs[k])});
        place.push_back(static_cast<double>(k));
        count.push_back(static_cast<double>(tally.count));
        mean.push_back(tally.mean_strength);
        largest.push_back(tally.count > 0 ? tally.max_strength : std::nan(""));
    }
    Figure figure;
    figure.id = "pairs";
    figure.title = "Pairs of units by type of interaction";
    figure.caption =
        "Above: number of unordered pairs by the signs of (w_ij, w_ji). Below: their strength "
        "(|w_ij| + |w_ji|)/2, mean (bar) and largest (diamond).";
    figure.section = Section::Interaction;
    figure.height = 560;
    figure.margins = {.left = 0.15, .right = 0.98, .bottom = 0.19, .top = 0.97, .between_y = 0.23};
    Panel counts;
    counts.x = {.from = -0.6, .to = 5.6, .ticks = ticks};
    counts.y = {.label = "number of pairs", .from = 0.0};
    counts.legend = Legend::None;
    const double most = *std::max_element(count.begin(), count.end());
    if (most < 8) {
        counts.y.to = most + 1;
        for (int k = 0; k <= static_cast<int>(most) + 1; ++k) {
            counts.y.ticks.push_back({static_cast<double>(k), fmt::format("{}", k)});
        }
    }
    counts.series = {{Mark::Bars,
                      "count",
                      "",
                      {{"type", place}, {"base", ground}, {"count", count}},
                      {.colour = palette_colour(0), .width = 0.6}}};
    Panel strength;
    strength.x = counts.x;
    strength.y = {.label = "strength", .from = 0.0};
    strength.legend = Legend::None;
    strength.series = {
        {Mark::Bars,
         "mean strength",
         "",
         {{"type", place}, {"base", ground}, {"strength", mean}},
         {.colour = palette_colour(4), .width = 0.6}},
        {Mark::Points,
         "largest strength",
         "",
         {{"type", place}, {"strength", largest}},
         {.colour = "#000000", .width = 1.5, .symbol = 12, .size = 1.0, .halo = true}}};
    figure.panels = {counts, strength};
    return figure;
}

Figure weight_figure(const Matrix& W) {
    const auto n = static_cast<double>(W.rows());
    Series cells{Mark::Cells, "W", "", {{"j", {}}, {"i", {}}, {"w", {}}}, {}};
    for (Index i = 0; i < W.rows(); ++i) {
        for (Index j = 0; j < W.cols(); ++j) {
            cells.columns[0].values.push_back(static_cast<double>(j));
            cells.columns[1].values.push_back(static_cast<double>(i));
            cells.columns[2].values.push_back(W(i, j));
        }
    }
    const double largest = std::max(W.cwiseAbs().maxCoeff(), 1e-300);
    Figure figure;
    figure.id = "weights";
    figure.title = "The residual matrix W";
    figure.caption =
        "w_ij, the help (vermillion) or harm (blue) that residual j does to residual i.";
    figure.section = Section::Interaction;
    figure.width = 560;
    figure.height = 480;
    Panel panel;
    panel.x = {"from unit j", -0.5, n - 0.5};
    panel.y = {"to unit i", n - 0.5, -0.5};
    panel.x.ticks = index_ticks(W.cols());
    panel.y.ticks = index_ticks(W.rows());
    panel.colours = {ColourMap::Diverging, "w_{ij}", -largest, largest};
    panel.legend = Legend::None;
    panel.equal_aspect = true;
    panel.grid = false;
    panel.series = {cells};
    figure.panels = {panel};
    return figure;
}

}  // namespace resdyn::figures
