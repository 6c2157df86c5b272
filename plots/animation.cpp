#include "animation.hpp"

#include <fmt/format.h>

#include <cmath>
#include <kainjow/mustache.hpp>
#include <nlohmann/json.hpp>

#include "figure.hpp"
#include "markers.hpp"
#include "page_data.hpp"
#include "report_template.hpp"

namespace resdyn::plots {

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
    bool classes = false;
    Json paths = Json::array();
    for (std::size_t k = 0; k < cube.trajectories.size(); ++k) {
        const CubeTrajectory& path = cube.trajectories[k];
        longest = path.t.size() > cube.trajectories[longest].t.size() ? k : longest;
        classes = classes || path.label >= 0;
        paths.push_back({{"colour", path.label < 0 ? "#0072B2" : class_colour(path.label)},
                         {"y", points(path.y)}});
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
    Json curves = Json::array();
    for (const InvariantCurve& curve : cube.curves) {
        const CurveStyle style = curve_style(curve.kind);
        curves.push_back({{"colour", style.colour},
                          {"dashed", curve.kind == CurveKind::Ray},
                          {"y", points(curve.y)}});
    }
    data["curves"] = std::move(curves);
    kainjow::mustache::data page;
    page.set("title", title);
    page.set(
        "caption",
        fmt::format("{} trajectories of the residual flow to t = {:g}{}; black dots are stable "
                    "equilibria, open ones the others.",
                    cube.trajectories.size(), options.t_end, classes ? ", coloured by class" : ""));
    page.set("data", script_safe(data.dump()));
    kainjow::mustache::mustache page_template{std::string(animation_template)};
    return page_template.render(page);
}

}  // namespace resdyn::plots
