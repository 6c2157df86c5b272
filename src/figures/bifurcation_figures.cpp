// Branches over a parameter, and patterns over a training run.

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "bifurcation_figures.hpp"
#include "figures.hpp"
#include "layerwise_figures.hpp"
#include "results/equilibrium_words.hpp"

namespace resdyn::figures {

namespace {

constexpr double pen_up = std::numeric_limits<double>::quiet_NaN();
constexpr Index components_drawn = 4;

/// How a stretch of a branch is drawn.
enum class Stretch { Unstable, FlowOnly, Stable };
constexpr std::array stretches = {Stretch::Unstable, Stretch::FlowOnly, Stretch::Stable};

struct StretchLook {
    const char* name;
    const char* legend;
    Style style;
};

const StretchLook& look(Stretch stretch) {
    static const std::array<StretchLook, 3> looks = {
        StretchLook{"unstable", "unstable", {.colour = "#999999", .width = 1.4, .dash = 2}},
        StretchLook{"stable in the flow only",
                    "stable in the flow, not in the network",
                    {.colour = "#D55E00", .width = 2.4, .dash = 4}},
        StretchLook{"stable", "stable in both", {.colour = "#0072B2", .width = 3.0}}};
    return looks[static_cast<std::size_t>(stretch)];
}

struct EventLook {
    BifurcationKind kind;
    const char* legend;
    int symbol;
    const char* colour;
};
constexpr std::array event_looks = {
    EventLook{BifurcationKind::Transcritical, "TC transcritical", 6, "#000000"},
    EventLook{BifurcationKind::Singular, "singular: a point of a continuum", 4, "#CC79A7"},
    EventLook{BifurcationKind::Hopf, "HB Hopf", 9, "#009E73"},
    EventLook{BifurcationKind::Flip, "PD flip (network)", 12, "#E69F00"},
    EventLook{BifurcationKind::NeimarkSacker, "NS Neimark-Sacker (network)", 2, "#56B4E9"}};

Stretch stretch_at(const EquilibriumBranch& branch, double from, double to) {
    const double middle = 0.5 * (from + to);
    for (const BranchSegment& segment : branch.segments) {
        if (middle <= segment.to || &segment == &branch.segments.back()) {
            return !segment.flow.is_stable() ? Stretch::Unstable
                   : segment.map.is_stable() ? Stretch::Stable
                                             : Stretch::FlowOnly;
        }
    }
    return Stretch::Unstable;
}

/// Component of y, or its norm for −1.
double ordinate(const Vector& y, Index component) {
    return component < 0 ? y.norm() : y[component];
}

/// The branches in the order in which they are drawn, the stable ones last.
std::vector<std::size_t> drawn_branches(const BifurcationDiagram& diagram) {
    std::vector<std::size_t> order(diagram.branches.size());
    for (std::size_t k = 0; k < order.size(); ++k) {
        order[k] = k;
    }
    const auto is_stable = [&](std::size_t k) {
        const auto& segments = diagram.branches[k].segments;
        return std::any_of(segments.begin(), segments.end(),
                           [](const BranchSegment& s) { return s.flow.is_stable(); });
    };
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return is_stable(a) < is_stable(b); });
    if (order.size() > branches_drawn) {
        order.erase(order.begin(), order.end() - static_cast<std::ptrdiff_t>(branches_drawn));
    }
    return order;
}

/// A little wider than the data: branches on a level do not fall on the frame.
Axis ordinate_axis(const std::vector<std::vector<BranchPoint>>& rows, Index component) {
    constexpr double margin = 0.04;
    Axis axis{.label = component < 0 ? "|y|_2" : fmt::format("y_{{{}}}", component)};
    double low = HUGE_VAL;
    double high = -HUGE_VAL;
    for (const std::vector<BranchPoint>& branch : rows) {
        for (const BranchPoint& point : branch) {
            low = std::min(low, ordinate(point.y, component));
            high = std::max(high, ordinate(point.y, component));
        }
    }
    if (low < high) {
        axis.from = low - margin * (high - low);
        axis.to = high + margin * (high - low);
    }
    return axis;
}

/// Continua of one α, each along its whole length.
Series continuum_series(const BifurcationDiagram& diagram,
                        const std::vector<ContinuumExtent>& continua, Index component) {
    constexpr int points = 33;  // |y|_2 is no linear function along it
    Series series{Mark::Line,
                  "continuum",
                  "singular: a continuum at this value",
                  {{"alpha", {}}, {"y", {}}},
                  {.colour = "#CC79A7", .width = 4.0, .opacity = 0.7}};
    for (const ContinuumExtent& continuum : continua) {
        const double alpha = diagram.events[continuum.event].alpha;
        for (int k = 0; k < points; ++k) {
            const double part = static_cast<double>(k) / (points - 1);
            const Vector y = (1.0 - part) * continuum.ends.col(0) + part * continuum.ends.col(1);
            series.columns[0].values.push_back(alpha);
            series.columns[1].values.push_back(ordinate(y, component));
        }
        series.columns[0].values.push_back(pen_up);
        series.columns[1].values.push_back(pen_up);
    }
    return series;
}

Panel branch_panel(const BifurcationDiagram& diagram,
                   const std::vector<std::vector<BranchPoint>>& rows,
                   const std::vector<ContinuumExtent>& continua, const std::string& parameter,
                   Index component, bool is_first, bool is_last) {
    Panel panel;
    panel.x = {.label = is_last ? parameter : ""};
    if (!diagram.branches.empty()) {
        panel.x.from = HUGE_VAL;
        panel.x.to = -HUGE_VAL;
        for (const EquilibriumBranch& branch : diagram.branches) {
            panel.x.from = std::min(panel.x.from, branch.from);
            panel.x.to = std::max(panel.x.to, branch.to);
        }
    }
    panel.y = ordinate_axis(rows, component);
    panel.legend = is_first ? Legend::Above : Legend::None;
    const std::vector<std::size_t> order = drawn_branches(diagram);
    for (const Stretch stretch : stretches) {
        Series series{Mark::Line,
                      look(stretch).name,
                      look(stretch).legend,
                      {{"alpha", {}}, {"y", {}}},
                      look(stretch).style};
        for (const std::size_t k : order) {
            for (std::size_t i = 0; i + 1 < rows[k].size(); ++i) {
                const BranchPoint& a = rows[k][i];
                const BranchPoint& b = rows[k][i + 1];
                if (b.alpha > a.alpha &&
                    stretch_at(diagram.branches[k], a.alpha, b.alpha) == stretch) {
                    series.columns[0].values.insert(series.columns[0].values.end(),
                                                    {a.alpha, b.alpha, pen_up});
                    series.columns[1].values.insert(
                        series.columns[1].values.end(),
                        {ordinate(a.y, component), ordinate(b.y, component), pen_up});
                }
            }
        }
        if (!series.columns[0].values.empty()) {
            panel.series.push_back(std::move(series));
        }
    }
    if (!continua.empty()) {
        panel.series.push_back(continuum_series(diagram, continua, component));
    }
    for (const EventLook& l : event_looks) {
        Series series{Mark::Points,
                      std::string(label(l.kind)),
                      l.legend,
                      {{"alpha", {}}, {"y", {}}},
                      {.colour = l.colour, .width = 1.8, .symbol = l.symbol, .size = 1.1}};
        for (std::size_t k = 0; k < diagram.events.size(); ++k) {
            const Bifurcation& event = diagram.events[k];
            const bool extended =
                std::any_of(continua.begin(), continua.end(),
                            [k](const ContinuumExtent& c) { return c.event == k; });
            if (event.kind == l.kind && event.y.size() > 0 && !extended) {
                series.columns[0].values.push_back(event.alpha);
                series.columns[1].values.push_back(ordinate(event.y, component));
            }
        }
        if (!series.columns[0].values.empty()) {
            panel.series.push_back(std::move(series));
        }
    }
    return panel;
}

/// Value of the column of the record that has that name, by epoch.
Series record_series(const std::vector<EpochRecord>& record, const std::string& column,
                     const std::string& legend, Index colour) {
    const auto& names = record_columns();
    const auto at =
        static_cast<std::size_t>(std::find(names.begin(), names.end(), column) - names.begin());
    Series series{Mark::Line,
                  column,
                  legend,
                  {{"epoch", {}}, {"value", {}}},
                  {.colour = palette_colour(colour)}};
    for (const EpochRecord& line : record) {
        const double value = to_numbers(line)[at];
        if (std::isfinite(value)) {
            series.columns[0].values.push_back(static_cast<double>(line.epoch));
            series.columns[1].values.push_back(value);
        }
    }
    return series;
}

Panel record_panel(const std::vector<EpochRecord>& record, const std::string& label,
                   std::vector<Series> series, double from, double to) {
    Panel panel;
    panel.x = {.label = record.empty() ? "" : "epoch", .from = from, .to = to};
    panel.y = {label};
    panel.legend = Legend::Above;
    for (Series& s : series) {
        if (!s.columns[0].values.empty()) {
            panel.series.push_back(std::move(s));
        }
    }
    return panel;
}

/// The tracks that are drawn: those stable somewhere first, then those seen most often.
std::vector<const PatternTrack*> drawn_tracks(const PatternHistory& history) {
    std::vector<const PatternTrack*> tracks;
    for (const PatternTrack& track : history.tracks) {
        tracks.push_back(&track);
    }
    const auto stable = [](const PatternTrack* track) {
        return std::count_if(track->sightings.begin(), track->sightings.end(),
                             [](const PatternSighting& s) { return s.flow.is_stable(); });
    };
    std::stable_sort(tracks.begin(), tracks.end(),
                     [&](const PatternTrack* a, const PatternTrack* b) {
                         const auto sa = stable(a);
                         const auto sb = stable(b);
                         return sa != sb ? sa > sb : a->sightings.size() > b->sightings.size();
                     });
    if (tracks.size() > patterns_drawn) {
        tracks.resize(patterns_drawn);
    }
    return tracks;
}

Panel track_panel(const PatternHistory& history, double from, double to) {
    const std::vector<const PatternTrack*> tracks = drawn_tracks(history);
    Panel panel;
    panel.x = {.label = "epoch", .from = from, .to = to};
    panel.y = {.from = static_cast<double>(tracks.size()) + 0.6, .to = 0.4};
    panel.legend = Legend::Above;
    Series lives{Mark::Line,
                 "unstable",
                 "unstable",
                 {{"epoch", {}}, {"row", {}}},
                 {.colour = "#999999", .width = 1.4, .dash = 2}};
    Series stable{Mark::Line,
                  "stable",
                  "stable",
                  {{"epoch", {}}, {"row", {}}},
                  {.colour = "#0072B2", .width = 3.0}};
    Series births{Mark::Points,
                  "birth",
                  "birth",
                  {{"epoch", {}}, {"row", {}}},
                  {.colour = "#009E73", .width = 1.6, .symbol = 9, .size = 1.0}};
    Series deaths{Mark::Points,
                  "death",
                  "death",
                  {{"epoch", {}}, {"row", {}}},
                  {.colour = "#D55E00", .width = 1.6, .symbol = 2, .size = 1.0}};
    for (std::size_t k = 0; k < tracks.size(); ++k) {
        const double row = static_cast<double>(k + 1);
        panel.y.ticks.push_back({row, short_name(tracks[k]->pattern)});
        const auto& sightings = tracks[k]->sightings;
        const auto index_of = [&](Index epoch) {
            return std::find_if(history.epochs.begin(), history.epochs.end(),
                                [&](const EpochCounts& e) { return e.epoch == epoch; }) -
                   history.epochs.begin();
        };
        for (std::size_t i = 0; i < sightings.size(); ++i) {
            // From this checkpoint to the next, where the pattern is still there.
            const double epoch = static_cast<double>(sightings[i].epoch);
            const bool goes_on = i + 1 < sightings.size() && index_of(sightings[i + 1].epoch) ==
                                                                 index_of(sightings[i].epoch) + 1;
            const double until = goes_on ? static_cast<double>(sightings[i + 1].epoch) : epoch;
            Series& series = sightings[i].flow.is_stable() ? stable : lives;
            series.columns[0].values.insert(series.columns[0].values.end(), {epoch, until, pen_up});
            series.columns[1].values.insert(series.columns[1].values.end(), {row, row, pen_up});
        }
        for (const PatternEvent& event : history.events) {
            if (event.pattern == tracks[k]->pattern &&
                event.change != PatternChange::StabilityChange) {
                const bool birth = event.change == PatternChange::Birth;
                Series& series = birth ? births : deaths;
                series.columns[0].values.push_back(
                    static_cast<double>(birth ? event.after : event.before));
                series.columns[1].values.push_back(row);
            }
        }
    }
    for (Series* series : {&lives, &stable, &births, &deaths}) {
        if (!series->columns[0].values.empty()) {
            panel.series.push_back(std::move(*series));
        }
    }
    return panel;
}

}  // namespace

void fit_to_legend(Figure& figure) {
    // In px. Panels of one height: the legend, an entry a line, has room of its own above them.
    constexpr double a_panel = 260;
    constexpr double between = 48;
    constexpr double under = 80;
    const double above = 24 + 25 * static_cast<double>(legend_entries(figure.panels.front()));
    const auto panels = static_cast<double>(figure.panels.size());
    const double height = above + a_panel * panels + between * (panels - 1) + under;
    figure.width = 900;
    figure.height = static_cast<Index>(height);
    figure.margins = Margins{.left = 0.12,
                             .right = 0.98,
                             .bottom = under / height,
                             .top = 1.0 - above / height,
                             .between_y = between / height};
}

Figure bifurcation_figure(const BifurcationDiagram& diagram,
                          const std::vector<std::vector<BranchPoint>>& rows,
                          const std::vector<ContinuumExtent>& continua,
                          const std::string& parameter) {
    Figure figure;
    figure.id = "bifurcations";
    figure.title = "Equilibria along the path";
    figure.section = Section::Equilibria;
    figure.caption = fmt::format(
        "Branches of equilibria and their events; {}. {} of {} branches drawn, the stable ones "
        "first.",
        diagram.scope, std::min(diagram.branches.size(), branches_drawn), diagram.branches.size());
    const Index n = diagram.branches.empty() ? 0 : diagram.branches.front().pattern.size();
    if (n >= 1 && n <= components_drawn) {
        for (Index i = 0; i < n; ++i) {
            figure.panels.push_back(
                branch_panel(diagram, rows, continua, parameter, i, i == 0, i + 1 == n));
        }
    } else {
        figure.panels.push_back(branch_panel(diagram, rows, continua, parameter, -1, true, true));
    }
    fit_to_legend(figure);
    return figure;
}

namespace {

/// A line of text for every pattern, and room for the legend above and the axis below.
void size_for_tracks(Figure& figure) {
    constexpr double above = 40;   // px
    constexpr double under = 80;   // px
    constexpr double a_line = 20;  // px
    const double height =
        above + under + a_line * static_cast<double>(figure.panels.front().y.ticks.size() + 1);
    figure.width = 900;
    figure.height = static_cast<Index>(height);
    figure.margins = Margins{0.1, 0.97, under / height, 1.0 - above / height};
}

}  // namespace

Figure layer_history_figure(const LayerHistory& study) {
    const PatternHistory& history = study.history;
    const double last = static_cast<double>(history.epochs.back().epoch);
    Figure figure;
    figure.id = "layer-pattern-history";
    figure.title = "Equilibria of the frozen layers";
    figure.section = Section::Layers;
    figure.caption = fmt::format(
        "Which patterns hold an equilibrium in which layer; {}. {} of {} patterns drawn, those "
        "stable longest first.",
        history.scope, std::min(history.tracks.size(), patterns_drawn), history.tracks.size());
    figure.panels.push_back(track_panel(history, 0.0, std::max(last, 1.0)));
    Panel& panel = figure.panels.front();
    panel.x.label = "layer n";
    if (last <= 16) {
        panel.x.ticks = index_ticks(static_cast<Index>(last) + 1);
    }
    for (Series& series : panel.series) {
        series.columns.front().name = "layer";
    }
    size_for_tracks(figure);
    return figure;
}

std::vector<Figure> pattern_history_figures(const PatternHistory& history,
                                            const std::vector<EpochRecord>& record) {
    const double from = static_cast<double>(history.epochs.front().epoch);
    const double last = static_cast<double>(history.epochs.back().epoch);
    const double to = std::max(last, from + 1.0);
    std::vector<Figure> figures;
    if (!record.empty()) {
        Figure figure;
        figure.id = "pattern-history-record";
        figure.title = "The training run over the same epochs";
        figure.section = Section::Training;
        figure.caption = "Loss and accuracy of the epochs of the pattern history.";
        figure.panels.push_back(
            record_panel(record, "loss",
                         {record_series(record, "loss", "loss, training", 0),
                          record_series(record, "held_out_loss", "held out", 1)},
                         from, to));
        figure.panels.push_back(
            record_panel(record, "accuracy",
                         {record_series(record, "train_accuracy", "accuracy, training", 0),
                          record_series(record, "held_out_accuracy", "held out", 1),
                          record_series(record, "test_accuracy", "test", 2)},
                         from, to));
        figure.width = 900;
        figure.height = 540;
        figures.push_back(std::move(figure));
    }
    Figure figure;
    figure.id = "pattern-history";
    figure.title = "Equilibria over the training run";
    figure.section = Section::Training;
    figure.caption = fmt::format(
        "Which patterns hold an equilibrium at which checkpoint; {}. {} of {} patterns drawn, "
        "those stable longest first.",
        history.scope, std::min(history.tracks.size(), patterns_drawn), history.tracks.size());
    figure.panels.push_back(track_panel(history, from, to));
    size_for_tracks(figure);
    figures.push_back(std::move(figure));
    return figures;
}

}  // namespace resdyn::figures
