// Camps, net help, the effective interaction and the energy budget.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "figures.hpp"
#include "vector_maps.hpp"

namespace resdyn::figures {

namespace {

constexpr Index largest_weight_map = 64;   ///< N up to which W is drawn cell by cell.
constexpr Index smallest_pair_figure = 3;  ///< two units are one pair.
constexpr Index smallest_image = 4;        ///< units that a picture is worth.

/// Net help with a colour bar of its own.
Panel help_panel(const std::string& title, const Vector& help, ImageShape shape) {
    Panel panel = image_panel(title, title, help, shape);
    panel.colours.label = "help";
    panel.colours.shown = true;
    return panel;
}

Vector signs(const std::vector<int>& camps) {
    Vector s(static_cast<Index>(camps.size()));
    for (Index i = 0; i < s.size(); ++i) {
        s[i] = camps[static_cast<std::size_t>(i)];
    }
    return s;
}

std::vector<double> numbers(const Vector& v) {
    return {v.begin(), v.end()};
}

std::vector<double> layers(Index count) {
    std::vector<double> n;
    for (Index k = 0; k < count; ++k) {
        n.push_back(static_cast<double>(k));
    }
    return n;
}

/// A line with its points.
void add_curve(Panel& panel, const std::string& name, const std::vector<double>& n,
               const std::string& column, const std::vector<double>& values, Index colour,
               int dash = 1) {
    panel.series.push_back({Mark::Line,
                            name,
                            name,
                            {{"n", n}, {column, values}},
                            {.colour = palette_colour(colour), .dash = dash}});
    panel.series.push_back({Mark::Points,
                            name,
                            "",
                            {{"n", n}, {column, values}},
                            {.colour = palette_colour(colour), .size = 0.6}});
}

}  // namespace

Figure camp_figure(const InteractionAnalysis& interaction, Index image_rows, Index image_cols) {
    const Frustration& f = interaction.frustration;
    Figure figure;
    figure.id = "camps";
    figure.title = "The two camps";
    figure.section = Section::Interaction;
    figure.caption = fmt::format(
        "Camp of each unit in the shape of the input: {}. By weight {:.1f} % of the links "
        "contradict them{}.",
        interaction.pairs.balanced.holds
            ? "W is balanced, the camps cooperate inside and compete across"
            : "W is not balanced, these are the camps with the least frustration found",
        f.total_weight > 0 ? 100.0 * f.weight.upper / f.total_weight : 0.0,
        f.weight.is_exact() ? " (exact)"
                            : fmt::format("; no camps have less than {:.1f} %",
                                          100.0 * f.weight.lower / f.total_weight));
    figure.width = 620;
    figure.height = 330;
    figure.panels_per_row = 2;
    figure.margins = {.left = 0.02, .right = 0.98, .bottom = 0.03, .top = 0.86, .between_x = 0.04};
    for (const auto& [title, camps] :
         {std::pair{"least pairs", &f.pairs.camps}, std::pair{"least weight", &f.weight.camps}}) {
        figure.panels.push_back(image_panel(title, title, signs(*camps), {image_rows, image_cols}));
    }
    return figure;
}

Figure net_help_figure(const InteractionReport& report, Index image_rows, Index image_cols) {
    Figure figure;
    figure.id = "net-help";
    figure.title = "Net cooperation of each unit";
    figure.section = Section::Interaction;
    figure.caption =
        "Sum of the off-diagonal weights that a unit receives (left) and gives (right), in the "
        "shape of the input: vermillion is net help, blue net harm.";
    figure.width = 820;
    figure.height = 360;
    figure.panels_per_row = 2;
    figure.margins = {.left = 0.02, .right = 0.88, .bottom = 0.03, .top = 0.86, .between_x = 0.16};
    figure.panels = {help_panel("received", report.received, {image_rows, image_cols}),
                     help_panel("given", report.given, {image_rows, image_cols})};
    return figure;
}

Figure effective_figure(const EffectiveInteraction& effective) {
    const std::vector<double> n = layers(static_cast<Index>(effective.t.size()));
    Figure figure;
    figure.id = "effective-interaction";
    figure.title = "Effective interaction by layer";
    figure.section = Section::Interaction;
    figure.caption =
        "Interaction g(y_i) w_ij where the inputs are, means over samples. Above: its strength by "
        "pair type, mean over the pairs of the type. Below: the sum of all help and of all harm "
        "between different units. Saturated units can be neither helped nor harmed.";
    figure.height = 620;
    figure.width = 800;
    figure.margins = {.left = 0.13, .right = 0.7, .bottom = 0.12, .top = 0.97, .between_y = 0.14};
    Panel strength;
    strength.x = {"layer n", -0.3, n.back() + 0.3};
    strength.y = {.label = "mean strength", .from = 0.0};
    strength.legend = Legend::Outside;
    for (std::size_t k = 0; k < pair_types.size(); ++k) {
        const Vector row = effective.strength.row(static_cast<Index>(k)).transpose();
        if (row.maxCoeff() > 0) {
            add_curve(strength, std::string(to_string(pair_types[k])), n, "strength", numbers(row),
                      static_cast<Index>(k));
        }
    }
    Panel sums;
    sums.x = strength.x;
    sums.y = {.label = "sum over pairs", .from = 0.0};
    sums.legend = Legend::Outside;
    add_curve(sums, "help", n, "sum", numbers(effective.help), 5);
    add_curve(sums, "harm", n, "sum", numbers(effective.harm), 0);
    if (!strength.series.empty()) {
        figure.panels.push_back(strength);
    }
    figure.panels.push_back(sums);
    return figure;
}

Figure energy_figure(const EnergyBudget& energy) {
    const std::vector<double> n = layers(energy.work.size());
    const std::vector<double> ground(n.size(), 0.0);
    Figure figure;
    figure.id = "energy";
    figure.title = "Energy budget by layer";
    figure.section = Section::Interaction;
    figure.caption = fmt::format(
        "E = Σ p_i F(u_i), means of {} inputs ± one standard error. Above: what each layer adds, "
        "h y'sym(PW)y as the flow would, and the injection of Euler's step, between 0 and the "
        "dashed bound. Below: the energy at each layer.",
        energy.samples);
    figure.height = 620;
    figure.width = 800;
    figure.margins = {.left = 0.13, .right = 0.7, .bottom = 0.12, .top = 0.97, .between_y = 0.14};
    Panel budget;
    budget.x = {"layer n", -0.6, n.back() + 0.6};
    budget.y = {.label = "energy added"};
    budget.legend = Legend::Outside;
    const auto bars = [&](const char* name, const Vector& values, double shift, Index colour) {
        std::vector<double> place = n;
        for (double& at : place) {
            at += shift;
        }
        budget.series.push_back({Mark::Bars,
                                 name,
                                 name,
                                 {{"n", place}, {"base", ground}, {"added", numbers(values)}},
                                 {.colour = palette_colour(colour), .width = 0.36}});
        return place;
    };
    const auto errors = [&](const char* name, const std::vector<double>& place,
                            const Vector& values, const Vector& error) {
        budget.series.push_back(
            {Mark::ErrorBars,
             name,
             "",
             {{"n", place}, {"added", numbers(values)}, {"standard_error", numbers(error)}},
             {.colour = "#000000", .width = 1.2, .symbol = 0}});
    };
    const auto left = bars("symmetric work", energy.work, -0.19, 4);
    const auto right = bars("Euler's injection", energy.injection, 0.19, 5);
    errors("symmetric work", left, energy.work, energy.work_error);
    errors("Euler's injection", right, energy.injection, energy.injection_error);
    budget.series.push_back({Mark::Line,
                             "bound of the injection",
                             "its bound",
                             {{"n", n}, {"added", numbers(energy.bound)}},
                             {.colour = "#666666", .width = 1.5, .dash = 2}});
    budget.series.push_back({Mark::Line,
                             "zero",
                             "",
                             {{"n", {-0.6, n.back() + 0.6}}, {"added", {0.0, 0.0}}},
                             {.colour = "#666666", .width = 1.0}});
    Panel level;
    level.x = budget.x;
    level.y = {.label = "energy E"};
    level.legend = Legend::None;
    add_curve(level, "energy", n, "energy", numbers(energy.energy), 0);
    figure.panels = {budget, level};
    return figure;
}

std::vector<Figure> interaction_figures(const InteractionAnalysis& interaction, const Matrix& W,
                                        Index image_rows, Index image_cols) {
    std::vector<Figure> figures;
    if (W.rows() >= smallest_pair_figure) {
        figures.push_back(pair_figure(interaction.pairs));
    }
    if (W.rows() >= 2 && W.rows() <= largest_weight_map) {
        figures.push_back(weight_figure(W));
    }
    if (W.rows() >= smallest_image && image_rows * image_cols == W.rows()) {
        figures.push_back(camp_figure(interaction, image_rows, image_cols));
        figures.push_back(net_help_figure(interaction.pairs, image_rows, image_cols));
    }
    if (interaction.effective) {
        figures.push_back(effective_figure(*interaction.effective));
    }
    if (interaction.energy) {
        figures.push_back(energy_figure(*interaction.energy));
    }
    return figures;
}

std::vector<Figure> figures_of(const InteractionStudy& study) {
    return interaction_figures(study.interaction, study.W, study.image_rows, study.image_cols);
}

}  // namespace resdyn::figures
