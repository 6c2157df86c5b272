#include "portrait_points.hpp"

#include <nlohmann/json.hpp>

#include "json_parts.hpp"
#include "portrait_results.hpp"

namespace resdyn {

using Json = nlohmann::ordered_json;

Json json_rows(const Matrix& matrix) {
    Json rows = Json::array();
    for (Index i = 0; i < matrix.rows(); ++i) {
        rows.push_back(json_numbers(Vector(matrix.row(i).transpose())));
    }
    return rows;
}

Json to_json(const std::vector<FieldArrow>& field) {
    Json arrows = Json::array();
    for (const FieldArrow& arrow : field) {
        arrows.push_back(
            {arrow.s[0], arrow.s[1], arrow.direction[0], arrow.direction[1], arrow.speed});
    }
    return arrows;
}

Json curve_with_points(const InvariantCurve& curve, const Matrix& points) {
    return {{"kind", to_string(curve.kind)},
            {"from", to_string(curve.from)},
            {"end", curve.end ? Json(to_string(*curve.end)) : Json(nullptr)},
            {"eigenvalue", curve.eigenvalue},
            {"points", json_rows(points)}};
}

Json portrait_with_points(const PhasePortrait& portrait) {
    Json nullclines = Json::array();
    for (const Nullcline& line : portrait.nullclines) {
        nullclines.push_back({{"axis", line.axis},
                              {"edge", line.edge},
                              {"where", line.where},
                              {"points", json_rows(line.points)}});
    }
    Json continua = Json::array();
    for (const PortraitContinuum& continuum : portrait.continua) {
        continua.push_back(
            {{"pattern", to_string(continuum.pattern)}, {"points", json_rows(continuum.ends)}});
    }
    Json eigenvectors = Json::array();
    for (const EigenDirection& e : portrait.eigenvectors) {
        eigenvectors.push_back({e.at[0], e.at[1], e.direction[0], e.direction[1], e.eigenvalue});
    }
    Json curves = Json::array();
    for (const PortraitCurve& curve : portrait.curves) {
        curves.push_back(curve_with_points(curve.curve, curve.s));
    }
    Json cycles = Json::array();
    for (const LimitCycle& cycle : portrait.cycles) {
        cycles.push_back({{"period", cycle.period},
                          {"floquet_multiplier", cycle.multiplier},
                          {"attracts", cycle.attracts()},
                          {"residual", cycle.residual},
                          {"points", json_rows(cycle.s)}});
    }
    Json json = to_json(portrait);
    json["drawn"] = {{"outline", json_rows(portrait.outline)},
                     {"field", to_json(portrait.field)},
                     {"nullclines", std::move(nullclines)},
                     {"continua", std::move(continua)},
                     {"eigenvectors", std::move(eigenvectors)},
                     {"curves", std::move(curves)},
                     {"cycles", std::move(cycles)}};
    return json;
}

}  // namespace resdyn
