// Spectra at the equilibria: of the flow, and of the layer map.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "figures.hpp"

namespace resdyn::plots {

namespace {

constexpr std::size_t equilibria_named = 8;  ///< with a row or legend entry each.
constexpr double multiplier_window = 2.5;    ///< real and imaginary parts drawn: −2.5 … 2.5.

/// Eigenvalues drawn in one mark: of one equilibrium, or of all of one type.
struct Cluster {
    std::string name;
    std::vector<Complex> values;
    Style style;
};

Style type_style(EquilibriumType type) {
    static constexpr std::array<const char*, 7> colours = {
        "#0072B2", "#56B4E9", "#D55E00", "#CC79A7", "#E69F00", "#009E73", "#000000"};
    static constexpr std::array<int, 7> symbols = {6, 14, 4, 10, 12, 2, 8};
    const auto k = static_cast<std::size_t>(type);
    return {.colour = colours[k], .width = 1.1, .symbol = symbols[k], .size = 0.8};
}

std::vector<Cluster> clusters(const std::vector<Equilibrium>& equilibria, std::size_t drawn,
                              std::vector<Complex> Equilibrium::*values) {
    std::vector<Cluster> result;
    if (drawn <= equilibria_named) {
        static constexpr std::array<int, equilibria_named> symbols = {6, 4, 8, 12, 14, 10, 1, 2};
        for (std::size_t k = 0; k < drawn; ++k) {
            const auto crowd = (equilibria[k].*values).size();
            result.push_back({fmt::format("{}: {}", k + 1, short_name(equilibria[k].pattern)),
                              equilibria[k].*values,
                              {.colour = palette_colour(static_cast<Index>(k)),
                               .width = 1.6,
                               .symbol = symbols[k],
                               // decreasing, so that equal eigenvalues show as nested marks
                               .size = crowd > 30 ? 0.8 : 1.9 - 0.16 * static_cast<double>(k)}});
        }
        return result;
    }
    for (int t = 0; t <= static_cast<int>(EquilibriumType::NonHyperbolic); ++t) {
        const auto type = static_cast<EquilibriumType>(t);
        std::string name(to_string(type));
        std::replace(name.begin(), name.end(), '_', ' ');
        Cluster cluster{name, {}, type_style(type)};
        for (std::size_t k = 0; k < drawn; ++k) {
            if (equilibria[k].type == type) {
                const std::vector<Complex>& more = equilibria[k].*values;
                cluster.values.insert(cluster.values.end(), more.begin(), more.end());
            }
        }
        if (!cluster.values.empty()) {
            result.push_back(std::move(cluster));
        }
    }
    return result;
}

bool all_real(const std::vector<Cluster>& clusters) {
    return std::all_of(clusters.begin(), clusters.end(), [](const Cluster& cluster) {
        return std::all_of(cluster.values.begin(), cluster.values.end(),
                           [](const Complex& value) { return value.imag() == 0; });
    });
}

/// Half of an axis's length that holds the coordinate of all values and some room.
double reach(const std::vector<Cluster>& clusters, double (*coordinate)(const Complex&),
             double least) {
    double largest = least;
    for (const Cluster& cluster : clusters) {
        for (const Complex& value : cluster.values) {
            largest = std::max(largest, std::abs(coordinate(value)));
        }
    }
    return 1.1 * largest;
}

double real_part(const Complex& value) {
    return value.real();
}
double imaginary_part(const Complex& value) {
    return value.imag();
}

Series guide(const std::string& name, const std::string& x, const std::string& y,
             std::vector<double> at_x, std::vector<double> at_y) {
    return {Mark::Line,
            name,
            "",
            {{x, std::move(at_x)}, {y, std::move(at_y)}},
            {.colour = "#888888", .width = 1.4}};
}

/// Real spectra: a row a cluster, so that none hides another. Vertical guides at `limits`.
Panel row_panel(const std::vector<Cluster>& clusters, const std::vector<double>& limits) {
    Panel panel;
    panel.legend = Legend::None;
    const double bottom = static_cast<double>(clusters.size()) + 0.6;
    panel.y = {.from = bottom, .to = 0.4};
    for (const double limit : limits) {
        panel.series.push_back(
            guide(fmt::format("limit {:g}", limit), "re", "row", {limit, limit}, {bottom, 0.4}));
    }
    for (std::size_t k = 0; k < clusters.size(); ++k) {
        const double row = static_cast<double>(k + 1);
        panel.y.ticks.push_back({row, clusters[k].name});
        Series series{
            Mark::Points, clusters[k].name, "", {{"re", {}}, {"row", {}}}, clusters[k].style};
        series.style.size = std::min(series.style.size, 1.2);
        for (const Complex& value : clusters[k].values) {
            series.columns[0].values.push_back(value.real());
            series.columns[1].values.push_back(row);
        }
        panel.series.push_back(std::move(series));
    }
    return panel;
}

Panel complex_panel(const std::vector<Cluster>& clusters) {
    Panel panel;
    panel.legend = Legend::Outside;
    for (const Cluster& cluster : clusters) {
        Series series{
            Mark::Points, cluster.name, cluster.name, {{"re", {}}, {"im", {}}}, cluster.style};
        for (const Complex& value : cluster.values) {
            series.columns[0].values.push_back(value.real());
            series.columns[1].values.push_back(value.imag());
        }
        panel.series.push_back(std::move(series));
    }
    return panel;
}

Index row_height(std::size_t rows) {
    return 120 + 34 * static_cast<Index>(rows);
}

Figure flow_figure(const std::vector<Cluster>& clusters, const std::string& extent) {
    Figure figure;
    figure.id = "flow-eigenvalues";
    figure.title = "Eigenvalues of the flow at its equilibria";
    figure.caption = fmt::format(
        "Spectrum of the residual flow at {}. Left of zero a direction attracts, right of it one "
        "repels.",
        extent);
    figure.section = Section::Spectra;
    figure.width = 800;
    double low = 0.0;
    double high = 0.0;
    for (const Cluster& cluster : clusters) {
        for (const Complex& value : cluster.values) {
            low = std::min(low, value.real());
            high = std::max(high, value.real());
        }
    }
    const double room = std::max(0.08 * (high - low), 1e-3);
    Panel panel;
    if (all_real(clusters)) {
        figure.caption += " All are real.";
        figure.height = row_height(clusters.size());
        panel = row_panel(clusters, {0.0});
        panel.x = {"eigenvalue λ", low - room, high + room};
    } else {
        const double tall = reach(clusters, imaginary_part, 1e-3);
        panel = complex_panel(clusters);
        panel.x = {"Re λ", low - room, high + room};
        panel.y = {"Im λ", -tall, tall};
        panel.series.insert(panel.series.begin(),
                            guide("Re = 0", "re", "im", {0.0, 0.0}, {-tall, tall}));
    }
    figure.panels = {panel};
    return figure;
}

Figure multiplier_figure(const std::vector<Cluster>& clusters, const std::string& extent) {
    Figure figure;
    figure.id = "multipliers";
    figure.title = "Multipliers of the layer map at its fixed points";
    figure.section = Section::Spectra;
    figure.caption = fmt::format(
        "Multipliers of one layer at {}. Inside the unit circle the layer map contracts.", extent);
    const double wide =
        std::max(reach(clusters, real_part, 1.1), reach(clusters, imaginary_part, 1.1));
    const double window = std::min(wide, multiplier_window);
    Panel panel;
    if (all_real(clusters)) {
        figure.caption += " All are real; the lines stand at ±1.";
        figure.width = 800;
        figure.height = row_height(clusters.size());
        panel = row_panel(clusters, {-1.0, 1.0});
        panel.x = {"multiplier", -window, window};
    } else {
        figure.height = 520;
        figure.margins = {.left = 0.11, .right = 0.69, .bottom = 0.14, .top = 0.97};
        constexpr int points = 181;
        Series circle = guide("unit circle", "re", "im", {}, {});
        for (int k = 0; k < points; ++k) {
            const double angle = 2.0 * std::numbers::pi * k / (points - 1);
            circle.columns[0].values.push_back(std::cos(angle));
            circle.columns[1].values.push_back(std::sin(angle));
        }
        panel = complex_panel(clusters);
        panel.equal_aspect = true;
        panel.colours.shown = false;
        panel.x = {"Re of the multiplier", -window, window};
        panel.y = {"Im of the multiplier", -window, window};
        panel.series.insert(panel.series.begin(), circle);
    }
    Index outside = 0;
    for (const Cluster& cluster : clusters) {
        outside += std::count_if(cluster.values.begin(), cluster.values.end(), [&](Complex value) {
            return std::max(std::abs(value.real()), std::abs(value.imag())) > window;
        });
    }
    if (outside > 0) {
        figure.caption +=
            fmt::format(" {} lie beyond the window and stand in the data file only.", outside);
    }
    figure.panels = {panel};
    return figure;
}

}  // namespace

std::vector<Figure> spectrum_figures(const std::vector<Equilibrium>& equilibria,
                                     const std::string& where) {
    if (equilibria.empty()) {
        return {};
    }
    const auto n = std::max<Index>(1, equilibria.front().pattern.size());
    const std::size_t drawn = std::min(
        equilibria.size(), static_cast<std::size_t>(std::max<Index>(1, spectrum_points / n)));
    const std::string extent =
        !where.empty() ? where
        : drawn == equilibria.size()
            ? (drawn == 1 ? std::string("the one equilibrium")
                          : fmt::format("all {} equilibria", drawn))
            : fmt::format("the first {} of {} equilibria", drawn, equilibria.size());
    return {flow_figure(clusters(equilibria, drawn, &Equilibrium::flow_eigenvalues), extent),
            multiplier_figure(clusters(equilibria, drawn, &Equilibrium::multipliers), extent)};
}

Figure spectrum_path_figure(const SpectrumPath& path) {
    Figure figure;
    figure.id = "spectrum-path";
    figure.title = "Leading spectrum along the trajectory";
    figure.caption =
        "Real parts of the flow's leading eigenvalues and moduli of the layer map's leading "
        "multipliers, both of the linearisation at the point reached at time t.";
    figure.section = Section::Spectra;
    figure.width = 800;
    figure.height = 560;
    const auto panel = [&path](const std::vector<std::vector<double>>& rows, double limit,
                               const std::string& label, const std::string& column) {
        Panel drawn;
        drawn.legend = Legend::Outside;
        drawn.x = {.label = "t", .from = path.t.front(), .to = path.t.back()};
        drawn.y = {.label = label};
        drawn.series.push_back(
            guide("limit", "t", column, {path.t.front(), path.t.back()}, {limit, limit}));
        for (std::size_t k = 0; k < rows.size(); ++k) {
            const std::string name = fmt::format("{}", k + 1);
            drawn.series.push_back({Mark::Line,
                                    name,
                                    rows.size() <= equilibria_named ? name : "",
                                    {{"t", path.t}, {column, rows[k]}},
                                    {.colour = palette_colour(static_cast<Index>(k))}});
        }
        return drawn;
    };
    figure.panels = {panel(path.real_part, 0.0, "Re {/Symbol l}", "re"),
                     panel(path.modulus, 1.0, "modulus of the multiplier", "modulus")};
    return figure;
}

}  // namespace resdyn::plots
