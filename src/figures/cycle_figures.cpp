#include "cycle_figures.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

#include "figures.hpp"

namespace resdyn::figures {

namespace {

constexpr std::size_t most_panels = 6;
constexpr Index most_units = 8;  // drawn of a face's free units

void add_units(Panel& panel, const Pattern& face, const std::vector<double>& t, const Matrix& y,
               bool of_network) {
    Index colour = 0;
    for (const Index i : face.free_units()) {
        if (colour == most_units) {
            break;
        }
        std::vector<double> values(y.row(i).begin(), y.row(i).end());
        values.push_back(y(i, 0));
        const std::string own = palette_colour(colour++);
        panel.series.push_back({Mark::Line,
                                fmt::format("unit {}", i),
                                fmt::format("y_{{{}}}", i),
                                {{"t", t}, {"y", values}},
                                {.colour = own, .width = of_network ? 1.0 : 2.0}});
        if (of_network) {
            panel.series.push_back({Mark::Points,
                                    fmt::format("unit {} layers", i),
                                    "",
                                    {{"t", t}, {"y", values}},
                                    {.colour = own}});
        }
    }
}

Panel panel_of(const MapFinding& finding) {
    const MapCycle& cycle = *finding.cycle;
    Panel panel;
    panel.title = fmt::format("network, {}, period {}{}", to_string(finding.face), cycle.period(),
                              cycle.attracts_in_cube ? ", attracts" : "");
    std::vector<double> layers;
    for (Index n = 0; n <= cycle.period(); ++n) {
        layers.push_back(static_cast<double>(n));
    }
    panel.x.label = "layer n";
    panel.y.label = "residual y_i";
    panel.legend = Legend::Outside;
    add_units(panel, finding.face, layers, cycle.y, true);
    return panel;
}

Panel panel_of(const MotionFinding& finding) {
    Panel panel;
    panel.title = fmt::format("flow, {}, period {:.4g}{}", to_string(finding.face),
                              finding.orbit->period, finding.attracts_in_cube ? ", attracts" : "");
    std::vector<double> times = finding.orbit_t;
    times.push_back(finding.orbit->period);
    panel.x.label = "time t";
    panel.y.label = "residual y_i";
    panel.legend = Legend::Outside;
    add_units(panel, finding.face, times, finding.orbit_y, false);
    return panel;
}

}  // namespace

std::vector<Figure> figures_of(const CycleStudy& study) {
    Figure figure;
    figure.id = "cycles";
    figure.title = "Cycles over one period";
    figure.section = Section::Equilibria;
    Index left_out = 0;
    const auto add = [&](Panel panel) {
        if (figure.panels.size() < most_panels) {
            figure.panels.push_back(std::move(panel));
        } else {
            ++left_out;
        }
    };
    for (const MotionFinding& finding : study.cycles.flow) {
        if (finding.orbit && finding.orbit_y.cols() > 0) {
            add(panel_of(finding));
        }
    }
    for (const MapFinding& finding : study.cycles.network) {
        if (finding.cycle) {
            add(panel_of(finding));
        }
    }
    if (figure.panels.empty()) {
        return {};
    }
    figure.caption = fmt::format(
        "Residuals of the free units along each cycle found, over one period: closed orbits of the "
        "flow over time, cycles of the network layer by layer.{}",
        left_out > 0 ? fmt::format(" {} more are in points.csv.", left_out) : "");
    figure.height = 120 + 240 * static_cast<Index>(figure.panels.size());
    return {figure};
}

}  // namespace resdyn::figures
