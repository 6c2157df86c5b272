#include "animation.hpp"

#include <fmt/format.h>

#include <cmath>
#include <kainjow/mustache.hpp>
#include <map>
#include <nlohmann/json.hpp>

#include "figures/figure.hpp"
#include "figures/markers.hpp"
#include "page_data.hpp"
#include "report_template.hpp"

namespace resdyn::plots {

using namespace figures;

namespace {

using Json = nlohmann::ordered_json;

/// A list of points; short numbers, for they become pixels.
Json points(const Matrix& y) {
    Json list = Json::array();
    for (Index k = 0; k < y.cols(); ++k) {
        Json point = Json::array();
        for (Index i = 0; i < y.rows(); ++i) {
            point.push_back(std::round(y(i, k) * 1e5) / 1e5);
        }
        list.push_back(std::move(point));
    }
    return list;
}

}  // namespace

std::string animation_html(const CubePortrait& cube, const CubeOptions& options,
                           const std::string& title) {
    Json data = {{"range", {cube.range.low, cube.range.high}},
                 {"azimuth", options.azimuth},
                 {"elevation", options.elevation}};
    std::size_t longest = 0;
    std::map<int, std::string> flows;  // legend and colour by class
    Json paths = Json::array();
    for (std::size_t k = 0; k < cube.trajectories.size(); ++k) {
        const CubeTrajectory& path = cube.trajectories[k];
        longest = path.t.size() > cube.trajectories[longest].t.size() ? k : longest;
        const std::string colour = path.label < 0 ? flow_colour : class_colour(path.label);
        flows[path.label] = colour;
        paths.push_back({{"colour", colour}, {"y", points(path.y)}});
    }
    data["t"] = cube.trajectories.empty() ? std::vector<double>{0.0} : cube.trajectories[longest].t;
    data["trajectories"] = std::move(paths);
    Json equilibria = Json::array();
    for (const Equilibrium& equilibrium : cube.equilibria) {
        equilibria.push_back(
            {{"y", std::vector<double>(equilibrium.y.begin(), equilibrium.y.end())},
             {"stable", equilibrium.spectrum.is_stable()}});
    }
    data["equilibria"] = std::move(equilibria);
    std::map<CurveKind, CurveStyle> kinds;
    Json curves = Json::array();
    for (const InvariantCurve& curve : cube.curves) {
        const CurveStyle style = curve_style(curve.kind);
        kinds[curve.kind] = style;
        curves.push_back({{"colour", style.colour},
                          {"dashed", curve.kind == CurveKind::Ray},
                          {"y", points(curve.y)}});
    }
    for (const AttractingCycle& cycle : cube.cycles) {
        curves.push_back({{"colour", cycle_colour}, {"dashed", false}, {"y", points(cycle.y)}});
    }
    data["curves"] = std::move(curves);
    kainjow::mustache::data legend{kainjow::mustache::data::type::list};
    const auto explain = [&legend](const std::string& name, const std::string& colour,
                                   bool dashed) {
        kainjow::mustache::data entry;
        entry.set("name", name);
        entry.set("colour", colour);
        entry.set("dashed", dashed);
        legend << entry;
    };
    for (const auto& [label, colour] : flows) {
        explain(label < 0 ? std::string("flow") : fmt::format("class {}", label), colour, false);
    }
    for (const auto& [kind, style] : kinds) {
        explain(style.legend, style.colour, kind == CurveKind::Ray);
    }
    if (!cube.cycles.empty()) {
        explain("attracting cycle", cycle_colour, false);
    }
    kainjow::mustache::data page;
    page.set("legend", legend);
    page.set("title", title);
    page.set(
        "caption",
        fmt::format("{} trajectories of the residual flow to t = {:g}{}; black dots are stable "
                    "equilibria, open ones the others.",
                    cube.trajectories.size(), options.t_end,
                    flows.count(-1) == 0 && !flows.empty() ? ", coloured by class" : ""));
    page.set("data", script_safe(data.dump()));
    kainjow::mustache::mustache page_template{std::string(animation_template)};
    return page_template.render(page);
}

}  // namespace resdyn::plots
