// Cycles of network and flow over the step or a path of weights, in the diagram of equilibria.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <string>
#include <utility>

#include "cycle_figures.hpp"

namespace resdyn::figures {

namespace {

constexpr double gap = std::numeric_limits<double>::quiet_NaN();

struct LabelLook {
    CycleLabel label;
    const char* legend;
    int symbol;
    const char* colour;
};
constexpr std::array label_looks = {
    LabelLook{CycleLabel::PeriodDoubling, "PD of a cycle", 13, "#E69F00"},
    LabelLook{CycleLabel::NeimarkSacker, "NS of a cycle", 3, "#56B4E9"},
    LabelLook{CycleLabel::LimitPoint, "LPC fold of cycles", 8, "#000000"},
    LabelLook{CycleLabel::BranchPoint, "BP of a cycle", 5, "#CC79A7"},
    LabelLook{CycleLabel::UserValue, "UZ asked for", 1, "#000000"}};

double ordinate(const Matrix& y, Index n, Index component) {
    return component < 0 ? y.col(n).norm() : y(component, n);
}

void add(Series& series, double h, double y) {
    series.columns[0].values.push_back(h);
    series.columns[1].values.push_back(y);
}

Series curves(const CycleBranches& cycles, Index component, bool attracting) {
    Series series{Mark::Line,
                  attracting ? "attracting cycles" : "other cycles",
                  attracting ? "cycles of the network that attract in their face"
                             : "other cycles of the network",
                  {{"alpha", {}}, {"y", {}}},
                  // Along weights the flow's cycles are drawn too.
                  {.colour = !attracting   ? "#999999"
                             : cycles.step ? "#CC79A7"
                                           : "#009E73",
                   .width = attracting ? 2.2 : 1.2,
                   .dash = attracting ? 1 : 3}};
    for (const CycleBranch& branch : cycles.branches) {
        for (Index n = 0; n < branch.period; ++n) {
            for (std::size_t k = 0; k + 1 < branch.points.size(); ++k) {
                const CycleBranchPoint& a = branch.points[k];
                const CycleBranchPoint& b = branch.points[k + 1];
                if ((std::max(a.outside, b.outside) == 0) == attracting) {
                    add(series, a.parameter, ordinate(a.y, n, component));
                    add(series, b.parameter, ordinate(b.y, n, component));
                    add(series, gap, gap);
                }
            }
        }
    }
    return series;
}

Series events(const CycleBranches& cycles, Index component, const LabelLook& look) {
    Series series{Mark::Points,
                  std::string(to_string(look.label)) + " of cycles",
                  look.legend,
                  {{"alpha", {}}, {"y", {}}},
                  {.colour = look.colour, .width = 1.4, .symbol = look.symbol, .size = 0.7}};
    for (const CycleBranch& branch : cycles.branches) {
        for (const CycleBranchPoint& point : branch.points) {
            for (Index n = 0; point.label == look.label && n < branch.period; ++n) {
                add(series, point.parameter, ordinate(point.y, n, component));
            }
        }
    }
    return series;
}

/// Wide enough for all that a series shows.
void widen(Axis& axis, const Series& series) {
    for (const double y : series.columns[1].values) {
        if (!std::isnan(y) && !std::isnan(axis.from)) {
            axis.from = std::min(axis.from, y);
            axis.to = std::max(axis.to, y);
        }
    }
}

}  // namespace

void add_cycles(Figure& figure, const CycleBranches& cycles) {
    if (cycles.branches.empty()) {
        return;
    }
    figure.title = cycles.step ? "Equilibria and cycles along the path"
                               : "Equilibria and cycles of the network along the step";
    figure.caption += fmt::format(
        " Cycles of the network: {} branches from flips, every residual of a cycle over {}.",
        cycles.branches.size(), cycles.step ? "alpha" : "h");
    const bool by_unit =
        static_cast<Index>(figure.panels.size()) == cycles.branches.front().face.size();
    for (std::size_t k = 0; k < figure.panels.size(); ++k) {
        Panel& panel = figure.panels[k];
        const Index component = by_unit ? static_cast<Index>(k) : -1;
        std::vector<Series> all;
        for (const bool attracting : {false, true}) {
            all.push_back(curves(cycles, component, attracting));
        }
        for (const LabelLook& look : label_looks) {
            all.push_back(events(cycles, component, look));
        }
        for (Series& series : all) {
            if (!series.columns[0].values.empty()) {
                widen(panel.y, series);
                panel.series.push_back(std::move(series));
            }
        }
    }
}

void add_cycles(Figure& figure, const FlowCycleBranches& cycles) {
    if (cycles.branches.empty() ||
        static_cast<Index>(figure.panels.size()) != cycles.branches.front().face.size()) {
        return;
    }
    figure.title = "Equilibria and cycles along the path";
    figure.caption += fmt::format(
        " Cycles of the flow: {} branches from Hopf points, the least and the largest residual.",
        cycles.branches.size());
    for (std::size_t p = 0; p < figure.panels.size(); ++p) {
        const auto i = static_cast<Index>(p);
        for (const bool attracting : {false, true}) {
            Series series{Mark::Line,
                          attracting ? "attracting flow cycles" : "other flow cycles",
                          attracting ? "cycles of the flow that attract in their face"
                                     : "other cycles of the flow",
                          {{"alpha", {}}, {"y", {}}},
                          {.colour = attracting ? "#009E73" : "#999999",
                           .width = attracting ? 2.2 : 1.2,
                           .dash = attracting ? 1 : 3}};
            for (const FlowCycleBranch& branch : cycles.branches) {
                for (std::size_t k = 0; k + 1 < branch.points.size(); ++k) {
                    const FlowCyclePoint& a = branch.points[k];
                    const FlowCyclePoint& b = branch.points[k + 1];
                    if ((std::max(a.outside, b.outside) == 0) != attracting) {
                        continue;
                    }
                    for (const auto& [from, to] :
                         {std::pair(a.low[i], b.low[i]), std::pair(a.high[i], b.high[i])}) {
                        add(series, a.alpha, from);
                        add(series, b.alpha, to);
                        add(series, gap, gap);
                    }
                }
            }
            if (!series.columns[0].values.empty()) {
                widen(figure.panels[p].y, series);
                figure.panels[p].series.push_back(std::move(series));
            }
        }
    }
}

}  // namespace resdyn::figures
