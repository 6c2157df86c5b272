#include "reduction_figures.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "figures.hpp"

namespace resdyn::figures {

namespace {

/// A network against its size: M or r.
struct Point {
    double size = 0.0;
    const NetworkAgreement* agreement = nullptr;
    double kept = 0.0;
};

/// Points with error bars, joined.
void add_curve(Panel& panel, const std::string& name, const std::string& legend,
               const std::vector<double>& x, const std::vector<double>& y,
               const std::vector<double>& error, Index colour, int dash = 1) {
    Style style{.colour = palette_colour(colour), .dash = dash};
    panel.series.push_back({Mark::Line, name, legend, {{"x", x}, {"value", y}}, style});
    style.width = 1.4;
    style.size = 0.7;
    panel.series.push_back(
        {Mark::ErrorBars, name, "", {{"x", x}, {"value", y}, {"standard_error", error}}, style});
}

Figure two_panels(const std::string& id, const std::string& title) {
    Figure figure;
    figure.id = id;
    figure.title = title;
    figure.section = Section::Evidence;
    figure.width = 960;
    figure.height = 440;
    figure.panels_per_row = 2;
    // Both panels as high as the one that has the legend above it.
    figure.margins = {
        .left = 0.085, .right = 0.985, .bottom = 0.15, .top = 0.74, .between_x = 0.11};
    return figure;
}

/// One tick a size, so that 1, 2, 3, 5, 10 stand where they are.
Axis size_axis(const std::string& label, const std::vector<Point>& points) {
    Axis axis{.label = label, .log = true};
    for (const Point& point : points) {
        axis.ticks.push_back({point.size, fmt::format("{:g}", point.size)});
    }
    axis.from = points.front().size / 1.2;
    axis.to = points.back().size * 1.2;
    return axis;
}

Figure against_size(const std::string& id, const std::string& title, const std::string& label,
                    std::vector<Point> points) {
    std::sort(points.begin(), points.end(),
              [](const Point& a, const Point& b) { return a.size < b.size; });
    Figure figure = two_panels(id, title);
    std::vector<double> size;
    std::vector<double> agree;
    std::vector<double> agree_error;
    std::vector<double> accuracy;
    std::vector<double> accuracy_error;
    std::vector<double> apart;
    std::vector<double> apart_error;
    std::vector<double> kept;
    for (const Point& point : points) {
        const NetworkAgreement& a = *point.agreement;
        size.push_back(point.size);
        agree.push_back(100.0 * a.agreement.value);
        agree_error.push_back(100.0 * a.agreement.standard_error);
        accuracy.push_back(100.0 * a.accuracy.value);
        accuracy_error.push_back(100.0 * a.accuracy.standard_error);
        kept.push_back(100.0 * point.kept);
        if (!a.by_layer.empty() && std::isfinite(a.by_layer.back().relative.mean)) {
            apart.push_back(a.by_layer.back().relative.mean);
            apart_error.push_back(a.by_layer.back().relative.standard_error);
        }
    }
    const Proportion& original = points.front().agreement->original_accuracy;
    figure.caption = fmt::format(
        "Class shared with the original, and accuracy, on {} test samples (± one standard error); "
        "dashed: accuracy of the original, {:.2f} ± {:.2f} %.",
        original.samples, 100.0 * original.value, 100.0 * original.standard_error);
    Panel shares{.x = size_axis(label, points),
                 .y = {.label = "share of the samples (%)"},
                 .legend = Legend::Above};
    add_curve(shares, "agreement", "agreement", size, agree, agree_error, 0);
    add_curve(shares, "accuracy", "accuracy", size, accuracy, accuracy_error, 1);
    shares.series.push_back({Mark::Line,
                             "accuracy of the original",
                             "accuracy of the original",
                             {{"x", {shares.x.from, shares.x.to}},
                              {"value", {100.0 * original.value, 100.0 * original.value}}},
                             {.colour = palette_colour(5), .dash = 2}});
    if (points.front().kept > 0) {
        shares.series.push_back({Mark::Line,
                                 "kept",
                                 "of |W|_F^2 kept",
                                 {{"x", size}, {"value", kept}},
                                 {.colour = "#777777", .dash = 3}});
        figure.caption += " Dotted: the share of the squared Frobenius norm that is kept.";
    }
    figure.panels.push_back(std::move(shares));
    if (apart.size() == size.size()) {
        Panel distance{.x = figure.panels.front().x,
                       .y = {.label = "distance after the last layer / way", .from = 0.0},
                       .legend = Legend::None};
        add_curve(distance, "relative distance", "", size, apart, apart_error, 2);
        figure.panels.push_back(std::move(distance));
        figure.caption +=
            " Right: distance of the streams after the last layer over the way of the original's.";
    } else {
        figure.panels_per_row = 1;
        figure.width = 720;
        figure.margins.reset();
    }
    return figure;
}

void add_distances(Panel& panel, const std::string& name, const NetworkAgreement& a, int dash) {
    if (a.by_layer.empty() || !std::isfinite(a.by_layer.back().relative.mean)) {
        return;
    }
    std::vector<double> layer;
    std::vector<double> value;
    std::vector<double> error;
    for (const StreamDistance& one : a.by_layer) {
        layer.push_back(static_cast<double>(one.layers.of_original));
        value.push_back(one.relative.mean);
        error.push_back(one.relative.standard_error);
    }
    add_curve(panel, name, name, layer, value, error, static_cast<Index>(panel.series.size() / 2),
              dash);
}

std::optional<Figure> distance_figure(const Reduction& reduction) {
    Figure figure;
    figure.id = "distances";
    figure.title = "How far the streams are apart";
    figure.section = Section::Evidence;
    figure.height = 460;
    figure.caption =
        "Mean distance from the original's stream over the mean way that this has gone by then, by "
        "layer of the original (± one standard error over the test samples).";
    Panel panel{.x = {.label = "layer of the original"},
                .y = {.label = "distance / way"},
                .legend = Legend::Outside};
    for (const ImitationReport& report : reduction.imitations) {
        add_distances(panel, fmt::format("M = {}", report.hidden_units), report.agreement, 1);
    }
    if (reduction.ranks) {
        for (const LowRankReport& report : reduction.ranks->ranks) {
            add_distances(panel, fmt::format("rank {}", report.network.rank), report.agreement, 2);
        }
    }
    if (panel.series.empty()) {
        return std::nullopt;
    }
    figure.panels.push_back(std::move(panel));
    return figure;
}

/// The portrait of activities, in the words of z.
Figure rank_portrait(const LowRankReport& report, const PhasePortrait& portrait) {
    Figure figure = portrait_figure(portrait);
    const Index r = report.network.rank;
    figure.id = fmt::format("portrait-rank-{}", r);
    if (r > 2) {
        figure.id += fmt::format("-z{}-z{}", portrait.slice.units[0], portrait.slice.units[1]);
    }
    figure.title = fmt::format("Phase portrait of z = Q^Tx, W of rank {}", r);
    Panel& panel = figure.panels.front();
    panel.x.label = portrait.slice.axes[0];
    panel.y.label = portrait.slice.axes[1];
    panel.colours.label = "speed |z'|";
    figure.caption += fmt::format(
        " Trajectories: test inputs by class. The network with W of rank {} gives the "
        "class of the original for {:.2f} ± {:.2f} % of the test samples.",
        r, 100.0 * report.agreement.agreement.value,
        100.0 * report.agreement.agreement.standard_error);
    return figure;
}

}  // namespace

std::vector<Figure> reduction_figures(const Reduction& reduction) {
    std::vector<Figure> figures;
    std::vector<Point> imitations;
    for (const ImitationReport& report : reduction.imitations) {
        imitations.push_back({static_cast<double>(report.hidden_units), &report.agreement, 0.0});
    }
    if (!imitations.empty()) {
        figures.push_back(against_size("imitations", "Compact networks that imitate the original",
                                       "residuals M", std::move(imitations)));
    }
    if (reduction.ranks) {
        std::vector<Point> ranks;
        for (const LowRankReport& report : reduction.ranks->ranks) {
            ranks.push_back(
                {static_cast<double>(report.network.rank), &report.agreement, report.kept});
        }
        figures.push_back(
            against_size("ranks", "The original with W of low rank", "rank r", std::move(ranks)));
    }
    if (auto distances = distance_figure(reduction)) {
        figures.push_back(std::move(*distances));
    }
    if (reduction.ranks) {
        for (const LowRankReport& report : reduction.ranks->ranks) {
            for (const PhasePortrait& portrait : report.portraits) {
                figures.push_back(rank_portrait(report, portrait));
            }
        }
    }
    return figures;
}

}  // namespace resdyn::figures
