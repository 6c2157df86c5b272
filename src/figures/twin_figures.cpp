#include "twin_figures.hpp"

#include <fmt/format.h>

#include <cmath>
#include <string>

namespace resdyn::figures {

namespace {

using Values = std::vector<MeanWithError> TwinMeans::*;

void add_kinds(Panel& panel, const std::vector<TwinMeans>& means, Values which,
               const std::vector<double>& x, const std::string& quantity, double unit) {
    Index colour = 0;
    for (const TwinMeans& of_kind : means) {
        std::vector<double> mean;
        std::vector<double> error;
        for (const MeanWithError& m : of_kind.*which) {
            mean.push_back(unit * m.mean);
            error.push_back(unit * m.standard_error);
        }
        const std::string name(to_string(of_kind.kind));
        const Style style{.colour = palette_colour(colour)};
        panel.series.push_back({Mark::Line, name, name, {{"x", x}, {quantity, mean}}, style});
        panel.series.push_back({Mark::ErrorBars,
                                name,
                                "",
                                {{"x", x}, {quantity, mean}, {"standard_error", error}},
                                {.colour = style.colour, .width = 1.4, .size = 0.6}});
        ++colour;
    }
}

}  // namespace

Figure twin_figure(const TwinReport& report, const TwinOptions& options) {
    Figure figure;
    figure.id = "twin";
    figure.title = "Residual networks and their perceptron twin";
    figure.section = Section::Evidence;
    figure.width = 940;
    figure.height = 760;
    figure.panels_per_row = 2;
    figure.margins = {.left = 0.08,
                      .right = 0.98,
                      .bottom = 0.1,
                      .top = 0.88,
                      .between_x = 0.1,
                      .between_y = 0.2};
    figure.caption = fmt::format(
        "Mean ± standard error over {} seeds. Above: accuracy of the read-out after each layer, "
        "and "
        "energy of small white noise by layer over that at the input (linear theory). Below: "
        "accuracy "
        "against {} at equal budget and at equal clean accuracy.",
        options.seeds, perturbation(options));
    std::vector<double> n;
    for (Index k = 0; k <= options.depth; ++k) {
        n.push_back(static_cast<double>(k));
    }
    Panel read_out;
    read_out.x = {"layer n", -0.3, n.back() + 0.3};
    read_out.y = {"accuracy (%)", 0.0, 100.0};
    read_out.legend = Legend::Above;
    add_kinds(read_out, report.budget_means, &TwinMeans::by_layer, n, "accuracy", 100.0);
    Panel noise;
    noise.x = read_out.x;
    noise.y = {.label = "noise energy", .log = true};
    noise.legend = Legend::None;
    add_kinds(noise, report.budget_means, &TwinMeans::noise_gain, n, "energy", 1.0);
    Panel budget;
    budget.title = "equal budget";
    budget.x = {options.attack ? "largest change a component" : "noise level"};
    budget.y = {"accuracy (%)", 0.0, 100.0};
    budget.legend = Legend::None;
    Panel matched = budget;
    matched.title = "equal clean accuracy";
    add_kinds(budget, report.budget_means, &TwinMeans::robust, options.levels, "accuracy", 100.0);
    add_kinds(matched, report.matched_means, &TwinMeans::robust, options.levels, "accuracy", 100.0);
    figure.panels = {read_out, noise, budget, matched};
    return figure;
}

}  // namespace resdyn::figures
