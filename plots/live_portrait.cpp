#include "live_portrait.hpp"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include <resdyn/figures/figures.hpp>
#include "page_data.hpp"

namespace resdyn::plots {

using namespace figures;

namespace {

using Json = nlohmann::ordered_json;

constexpr double page_t_end = 40.0;  // as PortraitOptions

std::string_view name_of(Mark mark) {
    switch (mark) {
        case Mark::Line:
            return "line";
        case Mark::Points:
            return "points";
        case Mark::Arrows:
            return "arrows";
        default:
            return "other";
    }
}

Json series_list(const Figure& figure) {
    Json list = Json::array();
    for (const Series& series : figure.panels.front().series) {
        Json columns = Json::array();
        for (const Column& column : series.columns) {
            Json values = Json::array();
            for (const double value : column.values) {
                values.push_back(std::isfinite(value) ? Json(value) : Json(nullptr));
            }
            columns.push_back(std::move(values));
        }
        const Style& style = series.style;
        list.push_back({{"mark", name_of(series.mark)},
                        {"legend", series.legend},
                        {"style",
                         {{"colour", style.colour},
                          {"width", style.width},
                          {"dash", style.dash},
                          {"symbol", style.symbol},
                          {"size", style.size},
                          {"opacity", style.opacity},
                          {"halo", style.halo}}},
                        {"columns", std::move(columns)}});
    }
    return list;
}

Json numbers(const Vector& v) {
    return Json(std::vector<double>(v.begin(), v.end()));
}

Json complex_list(const std::vector<Complex>& values) {
    Json list = Json::array();
    for (const Complex& value : values) {
        list.push_back({value.real(), value.imag()});
    }
    return list;
}

}  // namespace

std::string live_portrait_json(const PhasePortrait& portrait, Index layers) {
    const Slice& slice = portrait.slice;
    Json json = {{"activation", to_string(portrait.activation)},
                 {"step", portrait.step},
                 {"layers", layers},
                 {"t_end", page_t_end}};
    const Levels range = levels(portrait.activation);
    json["range"] = {range.low, range.high};
    json["window"] = {slice.window.lower[0], slice.window.upper[0], slice.window.lower[1],
                      slice.window.upper[1]};
    json["axes"] = {"y₀", "y₁"};
    json["W"] = {numbers(portrait.W.row(0).transpose()), numbers(portrait.W.row(1).transpose())};
    double fastest = 0.0;
    for (const FieldArrow& arrow : portrait.field) {
        fastest = std::max(fastest, arrow.speed);
    }
    json["fastest"] = fastest > 0 ? fastest : 1.0;
    Json equilibria = Json::array();
    for (const PortraitEquilibrium& placed : portrait.equilibria) {
        const Equilibrium& e = placed.equilibrium;
        equilibria.push_back({{"pattern", to_string(e.pattern)},
                              {"type", to_string(e.type)},
                              {"at", numbers(placed.at)},
                              {"y", numbers(e.y)},
                              {"flow_eigenvalues", complex_list(e.flow_eigenvalues)},
                              {"multipliers", complex_list(e.multipliers)}});
    }
    json["equilibria"] = std::move(equilibria);
    json["series"] = series_list(portrait_figure(portrait));
    return script_safe(json.dump());
}

}  // namespace resdyn::plots
