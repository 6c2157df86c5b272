// Where the data's residuals come to rest.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "figures.hpp"

namespace resdyn::plots {

std::string short_name(const Pattern& pattern) {
    if (pattern.size() <= 10) {
        return to_string(pattern);
    }
    std::array<Index, 3> counts{};
    for (const UnitState state : pattern.states) {
        ++counts[static_cast<std::size_t>(state)];
    }
    std::string name;
    for (std::size_t k = 0; k < counts.size(); ++k) {
        if (counts[k] > 0) {
            name += fmt::format("{}{}{}", name.empty() ? "" : " ", counts[k], "LHF"[k]);
        }
    }
    return name;
}

namespace {

/// One stacked bar: how many inputs of each class.
struct ClassBar {
    std::string label;
    std::vector<double> by_class;
    double error = std::nan("");  ///< standard error of the share, percent.
};

std::vector<ClassBar> class_bars(const SettleResult& settled,
                                 const std::vector<GroupClasses>& classes, const Dataset& data) {
    constexpr std::size_t most_groups = 12;
    constexpr Index widest_pattern = 4;  // patterns longer than this do not fit under a bar
    const auto class_count = static_cast<std::size_t>(data.classes);
    const std::size_t shown = std::min(most_groups, classes.size());
    std::vector<ClassBar> bars;
    for (std::size_t k = 0; k < shown; ++k) {
        const Pattern& pattern = settled.groups[k].equilibrium.pattern;
        bars.push_back(
            {pattern.size() <= widest_pattern ? to_string(pattern) : fmt::format("{}", k + 1),
             {classes[k].by_class.begin(), classes[k].by_class.end()},
             100.0 * classes[k].share.standard_error});
    }
    const auto followed = static_cast<Index>(settled.outcomes.size());
    if (classes.size() > shown) {
        ClassBar rest{fmt::format("{} more", classes.size() - shown),
                      std::vector<double>(class_count, 0.0)};
        Index members = 0;
        for (std::size_t k = shown; k < classes.size(); ++k) {
            for (std::size_t c = 0; c < class_count; ++c) {
                rest.by_class[c] += static_cast<double>(classes[k].by_class[c]);
            }
            members += static_cast<Index>(settled.groups[k].members.size());
        }
        rest.error = 100.0 * proportion(members, followed).standard_error;
        bars.push_back(std::move(rest));
    }
    for (const SettleOutcome outcome : settle_outcomes) {
        const Index count = settled.count(outcome);
        if (count == 0 || outcome == SettleOutcome::Settled) {
            continue;
        }
        std::string label(to_string(outcome));
        std::replace(label.begin(), label.end(), '_', '-');
        ClassBar bar{label, std::vector<double>(class_count, 0.0),
                     100.0 * proportion(count, followed).standard_error};
        for (std::size_t s = 0; s < settled.outcomes.size(); ++s) {
            if (settled.outcomes[s] == outcome) {
                ++bar.by_class[static_cast<std::size_t>(data.labels[static_cast<Index>(s)])];
            }
        }
        bars.push_back(std::move(bar));
    }
    return bars;
}

}  // namespace

Figure group_figure(const SettleResult& settled, const std::vector<GroupClasses>& classes,
                    const Dataset& data) {
    const std::vector<ClassBar> bars = class_bars(settled, classes, data);
    const auto followed = static_cast<double>(settled.outcomes.size());
    Figure figure;
    figure.id = "groups";
    figure.title = "Where the inputs come to rest";
    figure.section = Section::Equilibria;
    figure.width = 860;
    figure.caption = fmt::format(
        "Share of {} inputs that settled at each equilibrium ± one standard error, largest first, "
        "coloured by class; inputs that did not settle stand apart by cause.",
        settled.outcomes.size());
    Panel panel;
    panel.x.label = "inputs that settled together, and those that did not settle";
    panel.y = {.label = "share of inputs (%)", .from = 0.0};
    panel.legend = Legend::Outside;
    std::vector<double> place;
    std::vector<double> error;
    double at = 0.0;
    const auto room = [&bars](std::size_t k) { return bars[k].label.size() > 4 ? 1.2 : 0.5; };
    for (std::size_t k = 0; k < bars.size(); ++k) {
        at += k == 0 ? 0.0 : room(k - 1) + room(k);
        place.push_back(at);
        error.push_back(bars[k].error);
        panel.x.ticks.push_back({at, bars[k].label});
    }
    panel.x.from = -0.8;
    panel.x.to = at + 0.3 + room(bars.size() - 1);
    std::vector<double> base(bars.size(), 0.0);
    for (Index c = 0; c < data.classes; ++c) {
        std::vector<double> top = base;
        for (std::size_t k = 0; k < bars.size(); ++k) {
            top[k] += 100.0 * bars[k].by_class[static_cast<std::size_t>(c)] / followed;
        }
        const std::string name = fmt::format("class {}", c);
        panel.series.push_back({Mark::Bars,
                                name,
                                name,
                                {{"place", place}, {"from", base}, {"share", top}},
                                {.colour = class_colour(c), .width = 0.7}});
        base = top;
    }
    panel.series.push_back({Mark::ErrorBars,
                            "all classes",
                            "",
                            {{"place", place}, {"share", base}, {"standard_error", error}},
                            {.colour = "#000000", .width = 1.4, .symbol = 0}});
    figure.panels = {panel};
    return figure;
}

Figure resting_figure(const SettleResult& settled, Levels range, Index image_rows,
                      Index image_cols) {
    constexpr std::size_t most_images = 12;
    constexpr std::size_t most_rows = 30;
    const Index n = settled.groups.front().equilibrium.y.size();
    const bool images = image_rows * image_cols == n;
    Figure figure;
    figure.id = "resting-states";
    figure.title = "Steady residuals of the largest groups";
    figure.section = Section::Equilibria;
    const auto share = [&settled](const SettledGroup& group) {
        return 100.0 * static_cast<double>(group.members.size()) /
               static_cast<double>(settled.outcomes.size());
    };
    const ColourScale scale{ColourMap::Sequential, "residual y_i", range.low, range.high};
    if (!images) {
        const std::size_t rows = std::min(most_rows, settled.groups.size());
        Series cells{
            Mark::Cells, "steady residuals", "", {{"i", {}}, {"group", {}}, {"y", {}}}, {}};
        for (std::size_t k = 0; k < rows; ++k) {
            for (Index i = 0; i < n; ++i) {
                cells.columns[0].values.push_back(static_cast<double>(i));
                cells.columns[1].values.push_back(static_cast<double>(k + 1));
                cells.columns[2].values.push_back(settled.groups[k].equilibrium.y[i]);
            }
        }
        figure.caption = "Residual of each unit at rest, a row for each of the largest groups.";
        figure.height = std::max<Index>(220, 100 + 22 * static_cast<Index>(rows));
        Panel panel;
        panel.x = {"unit i", -0.5, static_cast<double>(n) - 0.5};
        panel.x.ticks = index_ticks(n);
        panel.y = {"group", static_cast<double>(rows) + 0.5, 0.5};
        for (std::size_t k = 1; k <= rows; ++k) {
            panel.y.ticks.push_back({static_cast<double>(k), fmt::format("{}", k)});
        }
        panel.colours = scale;
        panel.legend = Legend::None;
        panel.grid = false;
        panel.series = {cells};
        figure.panels = {panel};
        return figure;
    }
    figure.caption =
        "Residuals at rest in the shape of the input, for the largest groups: pale is low, dark is "
        "high. They show what the input dimensions have in common.";
    const std::size_t count = std::min(most_images, settled.groups.size());
    figure.panels_per_row = static_cast<Index>(std::min<std::size_t>(6, count));
    const Index rows =
        (static_cast<Index>(count) + figure.panels_per_row - 1) / figure.panels_per_row;
    figure.width = std::max<Index>(320, 150 * figure.panels_per_row);
    figure.height = 185 * rows;
    figure.margins = {.left = 0.01,
                      .right = 0.99,
                      .bottom = 0.02,
                      .top = 1.0 - 0.24 / static_cast<double>(rows),
                      .between_x = 0.02,
                      .between_y = 0.3 / static_cast<double>(rows)};
    for (std::size_t k = 0; k < count; ++k) {
        const SettledGroup& group = settled.groups[k];
        Series cells{Mark::Cells,
                     fmt::format("group {}", k + 1),
                     "",
                     {{"column", {}}, {"row", {}}, {"y", {}}},
                     {}};
        for (Index i = 0; i < n; ++i) {
            cells.columns[0].values.push_back(static_cast<double>(i % image_cols));
            cells.columns[1].values.push_back(static_cast<double>(i / image_cols));
            cells.columns[2].values.push_back(group.equilibrium.y[i]);
        }
        Panel panel;
        panel.title = fmt::format("{}: {:.1f} %", k + 1, share(group));
        panel.x = {"", -0.5, static_cast<double>(image_cols) - 0.5};
        panel.y = {"", static_cast<double>(image_rows) - 0.5, -0.5};
        panel.colours = scale;
        panel.colours.shown = false;
        panel.legend = Legend::None;
        panel.equal_aspect = true;
        panel.grid = false;
        panel.frame = false;
        panel.series = {cells};
        figure.panels.push_back(panel);
    }
    return figure;
}

}  // namespace resdyn::plots
