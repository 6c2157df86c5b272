// Where the data's residuals come to rest.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "figures.hpp"
#include "vector_maps.hpp"

namespace resdyn::figures {

namespace {

/// One stacked bar: how many inputs of each class.
struct ClassBar {
    std::string label;
    std::vector<double> by_class;
    double error = std::nan("");  ///< standard error of the share, percent.
};

std::vector<ClassBar> class_bars(const SettleResult& settled,
                                 const std::vector<GroupClasses>& classes,
                                 const Eigen::VectorXi& labels, Index classes_of_data) {
    constexpr std::size_t most_groups = 12;
    constexpr Index widest_pattern = 4;  // patterns longer than this do not fit under a bar
    const auto class_count = static_cast<std::size_t>(classes_of_data);
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
                ++bar.by_class[static_cast<std::size_t>(labels[static_cast<Index>(s)])];
            }
        }
        bars.push_back(std::move(bar));
    }
    return bars;
}

}  // namespace

Figure group_figure(const SettleResult& settled, const std::vector<GroupClasses>& classes,
                    const Eigen::VectorXi& labels, Index class_count) {
    const std::vector<ClassBar> bars = class_bars(settled, classes, labels, class_count);
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
    for (Index c = 0; c < class_count; ++c) {
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
    const bool images = image_rows * image_cols == settled.groups.front().equilibrium.y.size();
    const std::size_t shown = std::min(images ? most_images : most_rows, settled.groups.size());
    VectorMaps maps{
        .values = Matrix(settled.groups.front().equilibrium.y.size(), static_cast<Index>(shown)),
        .titles = {},
        .row_label = "unit i",
        .value_label = "residual y_i",
        .range = range,
        .title_label = "group"};
    for (std::size_t k = 0; k < shown; ++k) {
        const SettledGroup& group = settled.groups[k];
        maps.values.col(static_cast<Index>(k)) = group.equilibrium.y;
        const double share = 100.0 * static_cast<double>(group.members.size()) /
                             static_cast<double>(settled.outcomes.size());
        maps.titles.push_back(images ? fmt::format("{}: {:.1f} %", k + 1, share)
                                     : fmt::format("{}", k + 1));
    }
    Figure figure = vector_figure(maps, {image_rows, image_cols});
    figure.id = "resting-states";
    figure.title = "Steady residuals of the largest groups";
    figure.caption =
        images ? "Residuals at rest in the shape of the input, for the largest groups: what stands "
                 "out most from the ground is high, what is nearest to it low. They show what the "
                 "input dimensions have in common."
               : "Residual of each unit at rest, a row for each of the largest groups.";
    figure.section = Section::Equilibria;
    return figure;
}

}  // namespace resdyn::figures
