#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numbers>

#include "figures.hpp"
#include "planes.hpp"
#include "results/recurrence_results.hpp"

namespace resdyn::figures {

namespace {

constexpr Index largest_graph = 6;  // units: 3^N nodes at most are drawn
constexpr std::size_t drawn_cycles = 4;
constexpr double arrow_share = 0.86;  // of a connection's length, so that heads stay apart
constexpr double axis_room = 0.07;    // so that no arrow lies on an axis, share of the picture
constexpr double node_room = 0.06;    // between an arrow's ends and its nodes

/// The cube seen from the side: unit 0 to the right, the last one up, those between askew and
/// shorter, so that vertices do not fall on each other.
Matrix projection(Index n) {
    Matrix P(2, n);
    for (Index i = 0; i < n; ++i) {
        const double angle =
            n == 1 ? 0.0
                   : std::numbers::pi / 2 * static_cast<double>(i) / static_cast<double>(n - 1);
        const auto from_end = static_cast<double>(std::min(i, n - 1 - i));
        const double length = 1.0 / (1.0 + 0.75 * from_end);
        P.col(i) << length * std::cos(angle - 0.12 * from_end),
            length * std::sin(angle - 0.12 * from_end);
    }
    return P;
}

Series points_series(std::string name, std::string legend, const Matrix& points, Mark mark,
                     Style style) {
    return {mark,
            std::move(name),
            std::move(legend),
            {{"right", {points.row(0).begin(), points.row(0).end()}},
             {"up", {points.row(1).begin(), points.row(1).end()}}},
            std::move(style)};
}

struct NodeKind {
    const char* legend;
    int symbol;
    const char* colour;
    bool (*is)(const Equilibrium&);
};
constexpr NodeKind node_kinds[] = {
    {"stable", 7, "#009E73", [](const Equilibrium& e) { return e.spectrum.is_stable(); }},
    {"saddle", 6, "#000000",
     [](const Equilibrium& e) {
         return e.spectrum.is_hyperbolic() && e.spectrum.stable > 0 && e.spectrum.unstable > 0;
     }},
    {"source", 4, "#D55E00",
     [](const Equilibrium& e) { return e.spectrum.unstable == e.spectrum.dimension(); }},
    {"non-hyperbolic", 8, "#999999",
     [](const Equilibrium& e) { return !e.spectrum.is_hyperbolic(); }},
};

std::vector<Series> node_series(const ConnectionGraph& graph, const Matrix& P) {
    std::vector<Series> result;
    for (const NodeKind& kind : node_kinds) {
        std::string legend = kind.legend;
        for (const Equilibrium& node : graph.nodes) {
            if (kind.is(node)) {
                result.push_back(points_series(
                    to_string(node.pattern), legend, P * node.y, Mark::Points,
                    {.colour = kind.colour, .symbol = kind.symbol, .size = 1.5, .halo = true}));
                legend.clear();  // once a kind
            }
        }
    }
    return result;
}

Series connection_series(const ConnectionGraph& graph, const Matrix& P) {
    Series series{Mark::Arrows,
                  "connections",
                  {},
                  {{"right", {}}, {"up", {}}, {"dx", {}}, {"dy", {}}, {"rate", {}}},
                  {.width = 2.0}};
    for (const Connection& c : graph.connections) {
        const Vector from = P * graph.nodes[c.from].y;
        const Vector way = P * graph.nodes[c.to].y - from;
        const double length = way.norm();
        if (length == 0) {
            continue;
        }
        const double room = std::min(node_room, 0.2 * length);
        const Vector start = from + way * (room / length);
        const Vector shaft = way * (std::min(1.0, arrow_share + 0.1) - 2 * room / length);
        const double values[] = {start[0], start[1], shaft[0], shaft[1], c.rate};
        for (std::size_t k = 0; k < 5; ++k) {
            series.columns[k].values.push_back(values[k]);
        }
    }
    return series;
}

std::vector<Series> cycle_series(const ConnectionGraph& graph, const Matrix& P) {
    std::vector<Series> result;
    for (std::size_t k = 0; k < std::min(graph.cycles.size(), drawn_cycles); ++k) {
        const HeteroclinicCycle& cycle = graph.cycles[k];
        Matrix points(2, static_cast<Index>(cycle.nodes.size()) + 1);
        for (Index i = 0; i < points.cols(); ++i) {
            points.col(i) =
                P * graph.nodes[cycle.nodes[static_cast<std::size_t>(i) % cycle.nodes.size()]].y;
        }
        result.push_back(points_series(
            fmt::format("cycle {}: {}", k + 1, cycle_text(graph, cycle)),
            fmt::format("cycle {} ({})", k + 1,
                        cycle.stability == CycleStability::Attracting      ? "attracts"
                        : cycle.stability == CycleStability::NotAttracting ? "does not attract"
                                                                           : "not decided"),
            points, Mark::Line,
            {.colour = palette_colour(static_cast<Index>(k)), .width = 8.0, .opacity = 0.35}));
    }
    return result;
}

std::vector<Series> orbit_series(const RecurrentMotion& motion, const Matrix& P) {
    std::vector<Series> result;
    for (std::size_t k = 0; k < motion.findings.size(); ++k) {
        const MotionFinding& f = motion.findings[k];
        if (f.orbit_y.cols() == 0) {
            continue;
        }
        Matrix closed(2, f.orbit_y.cols() + 1);
        closed << P * f.orbit_y, P * f.orbit_y.col(0);
        result.push_back(points_series(
            fmt::format("finding {}: {} on {}", k + 1, to_string(f.motion), to_string(f.face)),
            f.motion == Motion::LimitCycle ? "limit cycle" : "closed orbit", closed, Mark::Line,
            {.colour = palette_colour(f.motion == Motion::LimitCycle ? 2 : 3), .width = 2.4}));
        if (result.size() > 1) {
            const std::string& legend = result.back().legend;
            const bool named = std::any_of(result.begin(), result.end() - 1,
                                           [&](const Series& s) { return s.legend == legend; });
            result.back().legend = named ? "" : legend;
        }
    }
    return result;
}

void append(std::vector<Series>& all, std::vector<Series> more) {
    std::move(more.begin(), more.end(), std::back_inserter(all));
}

Figure connection_figure(const RecurrentMotion& motion) {
    const ConnectionGraph& graph = motion.connections;
    const Index n = graph.nodes.front().pattern.size();
    const Matrix P = projection(n);
    Panel panel;
    panel.x.label = n == 2 ? "residual y_0" : "cube seen from the side, y_0 to the right";
    panel.y.label = n == 2 ? "residual y_1" : fmt::format("y_{{{}}} up", n - 1);
    panel.frame = n == 2;  // lengths of a projection are no values of a residual
    Eigen::Array2d lower = Eigen::Array2d::Constant(std::numeric_limits<double>::infinity());
    Eigen::Array2d upper = -lower;
    for (const Equilibrium& node : graph.nodes) {
        const Vector at = P * node.y;
        lower = lower.min(at.array());
        upper = upper.max(at.array());
    }
    const double room = axis_room * std::max((upper - lower).maxCoeff(), 1e-3);
    panel.x.from = lower[0] - room;
    panel.x.to = upper[0] + room;
    panel.y.from = lower[1] - room;
    panel.y.to = upper[1] + room;
    panel.legend = Legend::Outside;
    panel.equal_aspect = true;
    panel.grid = false;
    double fastest = 0.0;
    for (const Connection& c : graph.connections) {
        fastest = std::max(fastest, c.rate);
    }
    panel.colours = {ColourMap::Sequential, "rate of leaving", 0.0, fastest > 0 ? fastest : 1.0};
    append(panel.series, cycle_series(graph, P));
    if (!graph.connections.empty()) {
        panel.series.push_back(connection_series(graph, P));
    }
    append(panel.series, orbit_series(motion, P));
    append(panel.series, node_series(graph, P));
    Figure figure;
    figure.id = "connections";
    figure.title = "Unstable directions between equilibria";
    figure.caption = fmt::format(
        "{} equilibria at their places in the {}; an arrow leads from each along its unstable "
        "directions to where they end ({} connections, coloured by the expanding rate; rate 0: by "
        "terms of second order). Heteroclinic cycles are underlaid, closed orbits drawn.",
        graph.nodes.size(), n == 2 ? "square" : "cube, seen from the side",
        graph.connections.size());
    figure.section = Section::Equilibria;
    fit_plane(figure, panel, Columns::Two);
    figure.panels.push_back(std::move(panel));
    return figure;
}

/// y_i over one period, a panel a closed orbit (at most three).
Figure orbit_figure(const RecurrentMotion& motion) {
    Figure figure;
    figure.id = "closed-orbits";
    figure.title = "Closed orbits over one period";
    figure.caption =
        "Residuals along each closed orbit found, over its period; limit cycles attract within "
        "their face, closed orbits of conservative faces are members of a family.";
    figure.section = Section::Equilibria;
    for (std::size_t k = 0; k < motion.findings.size() && figure.panels.size() < 3; ++k) {
        const MotionFinding& f = motion.findings[k];
        if (f.orbit_y.cols() == 0) {
            continue;
        }
        Panel panel;
        panel.title = fmt::format("{} from {}, period {:.4g}",
                                  f.motion == Motion::LimitCycle ? "limit cycle" : "closed orbit",
                                  to_string(f.face), f.orbit->period);
        std::vector<double> times = f.orbit_t;
        times.push_back(f.orbit->period);
        panel.x.label = "time t";
        panel.y.label = "residual y_i";
        panel.legend = Legend::Outside;
        Index colour = 0;
        for (const Index i : f.face.free_units()) {
            std::vector<double> values(f.orbit_y.row(i).begin(), f.orbit_y.row(i).end());
            values.push_back(f.orbit_y(i, 0));
            panel.series.push_back({Mark::Line,
                                    fmt::format("unit {}", i),
                                    fmt::format("y_{{{}}}", i),
                                    {{"t", times}, {"y", std::move(values)}},
                                    {.colour = palette_colour(colour++)}});
        }
        figure.panels.push_back(std::move(panel));
    }
    figure.height = 120 + 280 * static_cast<Index>(figure.panels.size());
    return figure;
}

}  // namespace

std::vector<Figure> recurrence_figures(const RecurrentMotion& motion) {
    std::vector<Figure> figures;
    const auto& nodes = motion.connections.nodes;
    if (!nodes.empty() && nodes.front().pattern.size() <= largest_graph) {
        figures.push_back(connection_figure(motion));
    }
    if (std::any_of(motion.findings.begin(), motion.findings.end(),
                    [](const MotionFinding& f) { return f.orbit_y.cols() > 0; })) {
        figures.push_back(orbit_figure(motion));
    }
    return figures;
}

}  // namespace resdyn::figures
