#include "noise_figures.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace resdyn::figures {

namespace {

Figure noise_figure(const std::string& id, const std::string& title, Index panels) {
    Figure figure;
    figure.id = id;
    figure.title = title;
    figure.section = Section::Evidence;
    figure.width = panels == 1 ? 720 : 380 * panels;
    figure.height = 400;
    figure.panels_per_row = panels;
    if (panels > 1) {
        const double width = static_cast<double>(figure.width);
        figure.margins = {.left = 95.0 / width,
                          .right = 1.0 - 15.0 / width,
                          .bottom = 0.19,
                          .top = 0.84,
                          .between_x = 105.0 / width};
    }
    return figure;
}

/// A line with points, and error bars where there are any.
void add_line(Panel& panel, const std::string& name, const std::vector<double>& x,
              const std::string& quantity, const std::vector<double>& values,
              const std::vector<double>& errors, const Style& style) {
    panel.series.push_back({Mark::Line, name, name, {{"x", x}, {quantity, values}}, style});
    Style marks = style;
    marks.size = 0.7;
    if (errors.empty()) {
        panel.series.push_back({Mark::Points, name, "", {{"x", x}, {quantity, values}}, marks});
    } else {
        marks.width = 1.4;
        panel.series.push_back({Mark::ErrorBars,
                                name,
                                "",
                                {{"x", x}, {quantity, values}, {"standard_error", errors}},
                                marks});
    }
}

}  // namespace

Figure robustness_figure(const std::vector<NamedCurve>& curves) {
    Figure figure = noise_figure("robustness", "Accuracy against noise at the input",
                                 static_cast<Index>(std::min<std::size_t>(3, curves.size())));
    figure.caption = fmt::format(
        "Mean accuracy over samples and draws; shaded: pointwise 95 % band (± 1.96 standard errors "
        "over {} samples, draws averaged).",
        curves.front().second.points.front().correct.size());
    figure.height = 400 * ((static_cast<Index>(curves.size()) + 2) / 3);
    for (std::size_t k = 0; k < curves.size(); ++k) {
        const auto& [name, curve] = curves[k];
        std::vector<double> level;
        std::vector<double> accuracy;
        std::vector<double> low;
        std::vector<double> high;
        for (const RobustnessPoint& point : curve.points) {
            level.push_back(point.level);
            accuracy.push_back(100.0 * point.accuracy.mean);
            low.push_back(100.0 * point.low);
            high.push_back(100.0 * point.high);
        }
        const std::string colour = palette_colour(static_cast<Index>(k));
        Panel panel;
        panel.title = name;
        panel.x = {"noise level"};
        panel.y = {.label = "accuracy (%)", .from = 0.0, .to = 100.0};
        panel.legend = Legend::None;
        panel.series.push_back({Mark::Band,
                                name + ", band",
                                "",
                                {{"x", level}, {"low", low}, {"high", high}},
                                {.colour = colour, .opacity = 0.25}});
        add_line(panel, name, level, "accuracy", accuracy, {}, {.colour = colour});
        figure.panels.push_back(panel);
    }
    return figure;
}

Figure noise_by_layer_figure(const LinearNoiseReport& report) {
    Figure figure = noise_figure("noise-by-layer", "How small noise travels through the layers", 3);
    figure.caption = fmt::format(
        "White noise at the input, {} inputs: energy tr Σ_n per unit variance, linear theory "
        "(line) "
        "and Monte Carlo (crosses, {} draws of deviation {:g}); finite-time Lyapunov exponent; "
        "signal "
        "to noise for noise of unit deviation. Bars: ± one standard error.",
        report.sample.size(), report.draws, report.deviation);
    std::vector<double> n;
    std::vector<double> energy;
    std::vector<double> measured;
    std::vector<double> measured_error;
    std::vector<double> ratio;
    std::vector<double> later;
    std::vector<double> exponent;
    std::vector<double> exponent_error;
    for (std::size_t k = 0; k < report.energy.size(); ++k) {
        n.push_back(static_cast<double>(k));
        energy.push_back(report.energy[k].mean);
        measured.push_back(report.energy[k].mean * report.ratio[k].mean);
        measured_error.push_back(report.energy[k].mean * report.ratio[k].standard_error);
        ratio.push_back(report.signal_to_noise[static_cast<Index>(k)]);
        if (k > 0) {
            later.push_back(static_cast<double>(k));
            const bool finite = std::isfinite(report.exponent[k - 1].mean);
            exponent.push_back(finite ? report.exponent[k - 1].mean : std::nan(""));
            exponent_error.push_back(finite ? report.exponent[k - 1].standard_error : 0.0);
        }
    }
    Panel first;
    first.x = {"layer n", -0.3, n.back() + 0.3};
    first.y = {.label = "noise energy", .log = true};
    first.legend = Legend::Above;
    first.series = {{Mark::Line,
                     "theory",
                     "linear theory",
                     {{"x", n}, {"energy", energy}},
                     {.colour = palette_colour(0)}},
                    {Mark::ErrorBars,
                     "Monte Carlo",
                     "Monte Carlo",
                     {{"x", n}, {"energy", measured}, {"standard_error", measured_error}},
                     {.colour = palette_colour(5), .width = 1.4, .symbol = 2, .size = 0.9}}};
    Panel second;
    second.x = first.x;
    second.y = {"Lyapunov exponent"};
    second.legend = Legend::None;
    add_line(second, "exponent", later, "exponent", exponent, exponent_error,
             {.colour = palette_colour(0)});
    Panel third;
    third.x = first.x;
    third.y = {.label = "signal to noise", .log = true};
    third.legend = Legend::None;
    add_line(third, "signal to noise", n, "ratio", ratio, {}, {.colour = palette_colour(0)});
    figure.panels = {first, second, third};
    return figure;
}

Figure injection_figure(const LinearNoiseReport& report, const std::vector<NamedCurve>& by_layer) {
    Figure figure = noise_figure("noise-in-layer", "Noise in one layer alone", 2);
    std::vector<double> n;
    std::vector<double> theory;
    std::vector<double> measured;
    std::vector<double> measured_error;
    for (const LayerInjection& injection : report.injections) {
        n.push_back(static_cast<double>(injection.layer));
        theory.push_back(injection.margin_variance.mean);
        measured.push_back(injection.margin_variance.mean * injection.ratio.mean);
        measured_error.push_back(injection.margin_variance.mean * injection.ratio.standard_error);
    }
    std::vector<double> accuracy;
    std::vector<double> accuracy_error;
    for (const auto& [name, curve] : by_layer) {
        accuracy.push_back(100.0 * curve.points.front().accuracy.mean);
        accuracy_error.push_back(100.0 * curve.points.front().accuracy.standard_error);
    }
    figure.caption = fmt::format(
        "Left: variance of the margin per unit variance of white noise added to x_n alone, theory "
        "(line) and Monte Carlo (crosses). Right: accuracy with Gaussian noise of deviation {:g} "
        "there. Bars: ± one standard error.",
        by_layer.front().second.points.front().level);
    Panel left;
    left.x = {"layer n", -0.3, n.back() + 0.3};
    left.y = {.label = "margin variance", .log = true};
    left.legend = Legend::Above;
    left.series = {{Mark::Line,
                    "theory",
                    "linear theory",
                    {{"x", n}, {"variance", theory}},
                    {.colour = palette_colour(0)}},
                   {Mark::ErrorBars,
                    "Monte Carlo",
                    "Monte Carlo",
                    {{"x", n}, {"variance", measured}, {"standard_error", measured_error}},
                    {.colour = palette_colour(5), .width = 1.4, .symbol = 2, .size = 0.9}}};
    Panel right;
    right.x = left.x;
    right.y = {"accuracy (%)"};
    right.legend = Legend::None;
    add_line(right, "accuracy", n, "accuracy", accuracy, accuracy_error,
             {.colour = palette_colour(0)});
    figure.panels = {left, right};
    return figure;
}

}  // namespace resdyn::figures
