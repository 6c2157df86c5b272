#include "response_figures.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace resdyn::figures {

std::vector<Figure> filter_figures(const FilterReport& report, ImageShape input, ImageShape state) {
    std::vector<Figure> figures;
    const auto add = [&figures](Figure figure, const std::string& id, const std::string& title,
                                const std::string& caption) {
        figure.id = id;
        figure.title = title;
        figure.caption = caption;
        figures.push_back(std::move(figure));
    };
    const auto directions = [&](const SingularTriplets& triplets) {
        VectorMaps maps{triplets.right, {}, "input component", "component"};
        for (const double value : triplets.values) {
            maps.titles.push_back(fmt::format("gain {:.3g}", value));
        }
        return vector_figure(maps, input);
    };
    add(directions(report.output), "filter-directions",
        "Input directions that the layers amplify most",
        "Leading right singular vectors of the Jacobian of what the layers add (of a perceptron: "
        "of "
        "the last activity) at the mean input, each to its own scale; signs are arbitrary.");
    add(directions(report.logits), "filter-logits", "Input directions that move the logits most",
        "Leading right singular vectors of the Jacobian of the logits at the mean input, each to "
        "its "
        "own scale; signs are arbitrary.");
    VectorMaps gain{report.unit_gain, {}, "unit i", "gain", false, false};
    for (Index n = 0; n < report.unit_gain.cols(); ++n) {
        gain.titles.push_back(fmt::format("n = {}", n));
    }
    add(vector_figure(gain, state), "unit-gain", "Gain of each unit, layer by layer",
        fmt::format(
            "Answer of unit i after layer n to white noise of unit strength at the input, root "
            "mean square over {} inputs, one scale (0 to {:.3g}).",
            report.gain_inputs, report.unit_gain.maxCoeff()));
    VectorMaps impulse{Matrix(report.impulse_response.size(), 2),
                       {"impulse", "linear"},
                       "input component",
                       "response",
                       false,
                       false};
    impulse.values << report.impulse_response, report.impulse_linear;
    add(vector_figure(impulse, input), "impulse", "Response to single components of the input",
        fmt::format(
            "Change of what the layers add when one component of the mean input is raised, per "
            "unit of it; beside it what the Jacobian says. One scale (0 to {:.3g}).",
            impulse.values.maxCoeff()));
    VectorMaps classes{report.class_response, {}, "unit i", "difference", true, false};
    for (Index c = 0; c < report.class_response.cols(); ++c) {
        classes.titles.push_back(fmt::format("class {}", c));
    }
    add(vector_figure(classes, state), "class-response", "Response to the class means",
        fmt::format(
            "What the layers add to the mean of each class, less what they add to the mean of "
            "all inputs. One scale (± {:.3g}).",
            report.class_response.cwiseAbs().maxCoeff()));
    return figures;
}

Figure ftle_figure(const FtleField& field) {
    Figure figure;
    figure.id = "ftle";
    figure.title = "Finite-time Lyapunov exponents over the input plane";
    figure.section = Section::Portrait;
    figure.width = 720;
    figure.height = 600;
    figure.caption = fmt::format(
        "How fast the network pulls neighbouring inputs apart, (1/T) log σ_1 of the Jacobian; "
        "black "
        "dots: grid points next to another predicted class. They lie above a share of {:.2f} of "
        "all "
        "points on average.",
        field.boundary_quantile);
    Panel panel;
    Series cells{Mark::Cells, "exponent", "", {{"d_0", {}}, {"d_1", {}}, {"exponent", {}}}, {}};
    Series boundary{Mark::Points,
                    "boundary",
                    field.boundary_points > 0 ? "class boundary" : "",
                    {{"d_0", {}}, {"d_1", {}}},
                    {.size = 0.25}};
    const Index n = field.first.size();
    double lowest = std::numeric_limits<double>::infinity();
    double highest = -lowest;
    for (Index j = 0; j < n; ++j) {
        for (Index i = 0; i < n; ++i) {
            cells.columns[0].values.push_back(field.first[i]);
            cells.columns[1].values.push_back(field.second[j]);
            const double value = field.exponent(i, j);  // −∞ where nothing is passed on
            cells.columns[2].values.push_back(std::isfinite(value) ? value : std::nan(""));
            lowest = std::isfinite(value) ? std::min(lowest, value) : lowest;
            highest = std::isfinite(value) ? std::max(highest, value) : highest;
            if (field.predicted.size() > 0 &&
                ((i + 1 < n && field.predicted(i + 1, j) != field.predicted(i, j)) ||
                 (j + 1 < n && field.predicted(i, j + 1) != field.predicted(i, j)))) {
                boundary.columns[0].values.push_back(field.first[i]);
                boundary.columns[1].values.push_back(field.second[j]);
            }
        }
    }
    panel.x = {"input d_0", field.first[0], field.first[n - 1]};
    panel.y = {"input d_1", field.second[0], field.second[n - 1]};
    panel.colours = {ColourMap::Sequential, "exponent (per unit time)", lowest, highest};
    if (!(lowest < highest)) {  // one value everywhere, or none
        panel.colours.from = -1.0;
        panel.colours.to = 1.0;
    }
    panel.legend = Legend::Above;
    panel.equal_aspect = true;
    panel.grid = false;
    panel.series = {cells, boundary};
    figure.panels = {panel};
    return figure;
}

}  // namespace resdyn::figures
