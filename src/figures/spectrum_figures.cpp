// Spectra at the equilibria: of the flow, and of the layer map.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "figures.hpp"
#include "results/equilibrium_words.hpp"

namespace resdyn::figures {

namespace {

constexpr std::size_t equilibria_named = 8;  ///< with a row or legend entry each.
constexpr double widest_linear = 6.0;  ///< modulus up to which multipliers are drawn to scale.
constexpr double axis_reach = 1.1;     ///< of an axis about the largest value.
constexpr double linear_radius = 2.0;  ///< to scale within it where there are larger ones.

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

/// Where a multiplier is drawn: to scale while all are small; else those beyond linear_radius at
/// their own angle, their modulus on a logarithmic scale that ends at twice that radius. So the
/// unit circle stays in sight and no multiplier is left out.
class RadialScale {
  public:
    /// largest: modulus of the largest finite multiplier.
    explicit RadialScale(double largest)
        : largest_(largest), compressed_(largest > widest_linear) {}

    bool compressed() const { return compressed_; }
    double half_width() const {
        return axis_reach * (compressed_ ? 2.0 * linear_radius : std::max(1.1, largest_));
    }
    double radius(double modulus) const {
        return !compressed_ || modulus <= linear_radius
                   ? modulus
                   : linear_radius * (1.0 + std::log(modulus / linear_radius) /
                                                std::log(largest_ / linear_radius));
    }
    Complex drawn(const Complex& value) const {
        const double modulus = std::abs(value);
        return modulus > 0 ? value * (radius(modulus) / modulus) : value;
    }
    /// Powers of ten beyond the part to scale, at most three.
    std::vector<int> decades() const {
        std::vector<int> result;
        if (compressed_) {
            const int last = static_cast<int>(std::floor(std::log10(largest_)));
            const int step = std::max(1, (last + 2) / 3);
            for (int k = step; k <= last; k += step) {
                result.push_back(k);
            }
        }
        return result;
    }

  private:
    double largest_;
    bool compressed_;
};

/// Half of an axis's length that holds the coordinate of all values and some room.
double reach(const std::vector<Cluster>& clusters, double (*coordinate)(const Complex&),
             double least) {
    double largest = least;
    for (const Cluster& cluster : clusters) {
        for (const Complex& value : cluster.values) {
            largest = std::max(largest, std::abs(coordinate(value)));
        }
    }
    return axis_reach * largest;
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

/// A value as drawn, and as it is where the two differ.
void add_value(Series& series, const RadialScale* scale, const Complex& value, double row) {
    const Complex at = scale != nullptr ? scale->drawn(value) : value;
    series.columns[0].values.push_back(at.real());
    series.columns[1].values.push_back(std::isnan(row) ? at.imag() : row);
    if (!series.beside.empty()) {
        series.beside[0].values.push_back(value.real());
        series.beside[1].values.push_back(value.imag());
    }
}

Series value_series(const Cluster& cluster, const std::string& legend, const std::string& second,
                    const RadialScale* scale) {
    Series series{Mark::Points, cluster.name, legend, {}, cluster.style};
    if (scale != nullptr && scale->compressed()) {
        series.columns = {{"drawn_re", {}}, {second == "im" ? "drawn_im" : second, {}}};
        series.beside = {{"re", {}}, {"im", {}}};
    } else {
        series.columns = {{"re", {}}, {second, {}}};
    }
    return series;
}

/// Real spectra: a row a cluster, so that none hides another. Vertical guides at `limits`. scale:
/// where values are drawn; nullptr: at themselves.
Panel row_panel(const std::vector<Cluster>& clusters, const std::vector<double>& limits,
                const RadialScale* scale = nullptr) {
    Panel panel;
    panel.legend = Legend::None;
    const double bottom = static_cast<double>(clusters.size()) + 0.6;
    panel.y = {.from = bottom, .to = 0.4};
    for (const double limit : limits) {
        panel.series.push_back(guide(fmt::format("limit {:g}", limit),
                                     scale != nullptr && scale->compressed() ? "drawn_re" : "re",
                                     "row", {limit, limit}, {bottom, 0.4}));
    }
    for (std::size_t k = 0; k < clusters.size(); ++k) {
        const double row = static_cast<double>(k + 1);
        panel.y.ticks.push_back({row, clusters[k].name});
        Series series = value_series(clusters[k], "", "row", scale);
        series.style.size = std::min(series.style.size, 1.2);
        for (const Complex& value : clusters[k].values) {
            add_value(series, scale, value, row);
        }
        panel.series.push_back(std::move(series));
    }
    return panel;
}

Panel complex_panel(const std::vector<Cluster>& clusters, const RadialScale* scale = nullptr) {
    Panel panel;
    panel.legend = Legend::Outside;
    for (const Cluster& cluster : clusters) {
        Series series = value_series(cluster, cluster.name, "im", scale);
        for (const Complex& value : cluster.values) {
            add_value(series, scale, value, std::nan(""));
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

/// A circle about 0 in the plane of multipliers.
Series circle(const std::string& name, double radius, const Style& style, bool compressed) {
    constexpr int points = 181;
    Series series{Mark::Line,
                  name,
                  "",
                  {{compressed ? "drawn_re" : "re", {}}, {compressed ? "drawn_im" : "im", {}}},
                  style};
    for (int k = 0; k < points; ++k) {
        const double angle = 2.0 * std::numbers::pi * k / (points - 1);
        series.columns[0].values.push_back(radius * std::cos(angle));
        series.columns[1].values.push_back(radius * std::sin(angle));
    }
    return series;
}

/// Ticks on a line of multipliers whose ends are logarithmic.
std::vector<Tick> line_ticks(const RadialScale& scale) {
    std::vector<Tick> ticks;
    for (const int k : scale.decades()) {
        const double at = scale.radius(std::pow(10.0, k));
        ticks.push_back({-at, fmt::format("−10^{{{}}}", k)});
        ticks.push_back({at, fmt::format("10^{{{}}}", k)});
    }
    for (const int k : {-2, -1, 0, 1, 2}) {
        ticks.push_back(
            {static_cast<double>(k), fmt::format("{}{}", k < 0 ? "−" : "", std::abs(k))});
    }
    std::sort(ticks.begin(), ticks.end(), [](const Tick& a, const Tick& b) { return a.at < b.at; });
    return ticks;
}

/// The values that double precision holds; the others are counted.
std::vector<Cluster> finite_part(std::vector<Cluster> clusters, Index& left_out) {
    for (Cluster& cluster : clusters) {
        left_out += std::erase_if(cluster.values, [](const Complex& value) {
            return !std::isfinite(value.real()) || !std::isfinite(value.imag());
        });
    }
    return clusters;
}

Figure multiplier_figure(const std::vector<Cluster>& all, const std::string& extent) {
    Index beyond = 0;
    const std::vector<Cluster> clusters = finite_part(all, beyond);
    Figure figure;
    figure.id = "multipliers";
    figure.title = "Multipliers of the layer map at its fixed points";
    figure.section = Section::Spectra;
    figure.caption = fmt::format(
        "Multipliers of one layer at {}. Inside the unit circle the layer map contracts.", extent);
    const RadialScale scale(
        reach(
            clusters, [](const Complex& value) { return std::abs(value); }, 0.0) /
        axis_reach);
    const double window = scale.half_width();
    Panel panel;
    if (all_real(clusters)) {
        figure.caption += " All are real; the lines stand at ±1.";
        figure.width = 800;
        figure.height = row_height(clusters.size());
        panel = row_panel(clusters, {-1.0, 1.0}, &scale);
        panel.x = {"multiplier", -window, window};
        if (scale.compressed()) {
            panel.x.ticks = line_ticks(scale);
            figure.caption += fmt::format(" Beyond ±{:g} the axis is logarithmic.", linear_radius);
        }
    } else {
        figure.height = 520;
        figure.margins = {.left = 0.11, .right = 0.69, .bottom = 0.14, .top = 0.97};
        panel = complex_panel(clusters, &scale);
        panel.equal_aspect = true;
        panel.colours.shown = false;
        panel.x = {"Re of the multiplier", -window, window};
        panel.y = {"Im of the multiplier", -window, window};
        std::vector<Series> circles = {
            circle("unit circle", 1.0, {.colour = "#888888", .width = 1.4}, scale.compressed())};
        if (scale.compressed()) {
            for (const int k : {-2, -1, 0, 1, 2}) {
                panel.x.ticks.push_back({static_cast<double>(k), fmt::format("{}", k)});
            }
            panel.y.ticks = panel.x.ticks;
            const Style dotted{.colour = "#AAAAAA", .width = 1.0, .dash = 3};
            circles.push_back(
                circle(fmt::format("modulus {:g}", linear_radius), linear_radius, dotted, true));
            for (const int k : scale.decades()) {
                const double radius = scale.radius(std::pow(10.0, k));
                circles.push_back(circle(fmt::format("modulus 1e{}", k), radius, dotted, true));
                panel.texts.push_back({-radius * std::numbers::sqrt2 / 2,
                                       radius * std::numbers::sqrt2 / 2,
                                       fmt::format("10^{{{}}}", k)});
            }
            figure.caption += fmt::format(
                " Beyond modulus {:g} the distance from 0 is logarithmic (dotted circles), so that "
                "the largest, {:.3g}, is in the picture; the data file has the values.",
                linear_radius,
                reach(
                    clusters, [](const Complex& v) { return std::abs(v); }, 0.0) /
                    axis_reach);
        }
        panel.series.insert(panel.series.begin(), circles.begin(), circles.end());
    }
    if (beyond > 0) {
        figure.caption += fmt::format(" {} {} beyond double precision and not drawn.", beyond,
                                      beyond == 1 ? "multiplier is" : "multipliers are");
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

}  // namespace resdyn::figures
