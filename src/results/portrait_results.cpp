#include "portrait_results.hpp"

#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>
#include <numeric>

#include <resdyn/portrait/cycle_basins.hpp>

#include "json_parts.hpp"
#include "results.hpp"
#include "tables.hpp"

namespace resdyn {

namespace {

using Json = nlohmann::ordered_json;

Json to_json(const BasinAttractor& attractor) {
    Json json = {{"pattern", to_string(attractor.pattern)},
                 {"kind", attractor.kind()},
                 {"y", json_numbers(attractor.y)}};
    if (attractor.is_cycle()) {
        json["name"] = attractor.name();
        json["cycle"] = attractor.cycle;
        json["period"] = attractor.period;
        json["floquet_multiplier"] = attractor.multiplier;
        json["attracts_in_cube"] = attractor.attracts_in_cube;
        json["residual"] = attractor.residual;
        json["tolerance"] = cycle_tol;
    } else if (attractor.is_heteroclinic()) {
        json["name"] = attractor.name();
        json["growth"] = json_number(attractor.growth);
    } else if (!attractor.is_continuum) {
        json["type"] = to_string(attractor.type);
        json["proved"] = attractor.proved;
    }
    json["members"] = attractor.members;
    return json;
}

/// Empty where the curve was not cut.
std::string cut_cell(const InvariantCurve& curve) {
    return curve.cut == CurveCut::None ? std::string() : std::string(to_string(curve.cut));
}

}  // namespace

Json to_json(const Slice& slice) {
    Json json = {{"kind", to_string(slice.kind)},
                 {"coordinate", symbol(slice.coordinate)},
                 {"about", slice.about},
                 {"axes", slice.axes},
                 {"origin", json_numbers(slice.origin)},
                 {"basis", {json_numbers(slice.basis.col(0)), json_numbers(slice.basis.col(1))}},
                 {"window",
                  {slice.window.lower[0], slice.window.upper[0], slice.window.lower[1],
                   slice.window.upper[1]}},
                 {"leakage", slice.leakage},
                 {"invariant", slice.is_invariant()}};
    return json;
}

Json to_json(const PhasePortrait& portrait) {
    Json json = {{"slice", to_json(portrait.slice)}};
    Json lines = Json::array();
    for (const Nullcline& line : portrait.nullclines) {
        lines.push_back({{"axis", line.axis},
                         {"edge", line.edge},
                         {"exact", line.exact},
                         {"where", line.where},
                         {"from", json_numbers(line.points.leftCols(1))},
                         {"to", json_numbers(line.points.rightCols(1))},
                         {"points", line.points.cols()}});
    }
    json["nullclines"] = std::move(lines);
    json["complete"] = portrait.complete;
    Json equilibria = Json::array();
    for (const PortraitEquilibrium& placed : portrait.equilibria) {
        Json item = to_json(placed.equilibrium);
        item["at"] = json_numbers(placed.at);
        item["distance"] = placed.distance;
        equilibria.push_back(std::move(item));
    }
    json["equilibria"] = std::move(equilibria);
    Json curves = Json::array();
    for (const PortraitCurve& item : portrait.curves) {
        const InvariantCurve& curve = item.curve;
        curves.push_back(
            {{"kind", to_string(curve.kind)},
             {"from", to_string(curve.from)},
             {"eigenvalue", curve.eigenvalue},
             {"direction", json_numbers(curve.direction)},
             {"points", curve.y.cols()},
             {"end", curve.end ? Json(to_string(*curve.end)) : Json(nullptr)},
             {"end_distance", curve.end ? Json(curve.end_distance) : Json(nullptr)},
             {"winds", curve.winds()},
             {"cut", curve.cut == CurveCut::None ? Json(nullptr) : Json(to_string(curve.cut))}});
    }
    json["curves"] = std::move(curves);
    Json cycles = Json::array();
    for (const LimitCycle& cycle : portrait.cycles) {
        cycles.push_back({{"period", cycle.period},
                          {"floquet_multiplier", cycle.multiplier},
                          {"attracts", cycle.attracts()},
                          {"residual", cycle.residual}});
    }
    json["limit_cycles"] = std::move(cycles);
    Json of_layers = Json::array();
    for (const LayerCycle& cycle : portrait.layer_cycles) {
        Json points = Json::array();
        for (Index n = 0; n < cycle.period(); ++n) {
            points.push_back(json_numbers(Vector(cycle.s.col(n))));
        }
        of_layers.push_back({{"period", cycle.period()},
                             {"face", to_string(cycle.face)},
                             {"largest_multiplier", cycle.multiplier},
                             {"residual", cycle.residual},
                             {"points", std::move(points)}});
    }
    json["layer_cycles"] = std::move(of_layers);
    json["trajectories"] = portrait.trajectories.size();
    json["notes"] = portrait.notes;
    return json;
}

Json to_json(const BasinMap& map) {
    const auto cells = static_cast<double>(map.labels.size());
    Json json = {{"slice", to_json(map.slice)},
                 {"clock", to_string(map.clock)},
                 {"width", map.labels.rows()},
                 {"height", map.labels.cols()},
                 {"complete", map.complete}};
    Json attractors = Json::array();
    for (const BasinAttractor& attractor : map.attractors) {
        Json item = to_json(attractor);
        item["share_of_map"] = static_cast<double>(attractor.members) / cells;
        attractors.push_back(std::move(item));
    }
    json["attractors"] = std::move(attractors);
    for (int label = SlowCell; label >= lowest_label; --label) {
        json[std::string(to_string(static_cast<BasinLabel>(label)))] = map.count(label);
    }
    json["certified"] = map.certified;
    json["by_proof"] = map.by_proof;
    json["proof"] = map.proof.empty() ? Json(nullptr) : Json(map.proof);
    return json;
}

Json to_json(const BasinShares& shares) {
    Json json = {{"samples", shares.settled.outcomes.size()}};
    Json attractors = Json::array();
    for (std::size_t k = 0; k < shares.attractors.size(); ++k) {
        Json item = to_json(shares.attractors[k]);
        item["share"] = to_json(shares.shares[k]);
        attractors.push_back(std::move(item));
    }
    json["attractors"] = std::move(attractors);
    Json outcomes;
    for (std::size_t k = 0; k < settle_outcomes.size(); ++k) {
        outcomes[std::string(to_string(settle_outcomes[k]))] = to_json(shares.outcomes[k]);
    }
    json["outcomes"] = std::move(outcomes);
    json["certified"] = shares.settled.certified;
    json["by_proof"] = shares.settled.by_proof;
    json["proof"] = shares.settled.proof.empty() ? Json(nullptr) : Json(shares.settled.proof);
    return json;
}

Json to_json(const BoundarySharpness& sharpness) {
    return {{"status", to_string(sharpness.status)},
            {"reason", sharpness.fitted() ? Json(nullptr) : Json(sharpness.reason)},
            {"uncertainty_exponent", json_number(sharpness.exponent)},
            {"standard_error", json_number(sharpness.standard_error)},
            {"slope_spread", json_number(sharpness.slope_spread)},
            {"looks_smooth", sharpness.looks_smooth()},
            {"boundary_dimension", json_number(2.0 - sharpness.exponent)}};
}

CsvTable curve_table(const std::vector<InvariantCurve>& curves, Index dimension) {
    std::vector<std::string> columns = {"curve", "kind", "from", "end", "cut", "eigenvalue"};
    for (Index i = 0; i < dimension; ++i) {
        columns.push_back(fmt::format("y_{}", i));
    }
    CsvTable table(std::move(columns));
    for (std::size_t k = 0; k < curves.size(); ++k) {
        const InvariantCurve& curve = curves[k];
        for (Index p = 0; p < curve.y.cols(); ++p) {
            std::vector<CsvTable::Cell> row = {
                static_cast<long>(k + 1), std::string(to_string(curve.kind)),
                to_string(curve.from),    curve.end ? to_string(*curve.end) : std::string(),
                cut_cell(curve),          curve.eigenvalue};
            for (Index i = 0; i < dimension; ++i) {
                row.emplace_back(curve.y(i, p));
            }
            table.add(row);
        }
    }
    return table;
}

CsvTable cube_table(const CubePortrait& cube) {
    CsvTable table({"what", "number", "class", "t", "y_0", "y_1", "y_2", "cut"});
    const double no_time = std::nan("");
    const auto add = [&](std::string_view what, std::size_t number, int label, double t,
                         const Vector& y, std::string_view cut = "") {
        table.add({std::string(what), static_cast<long>(number + 1),
                   label < 0 ? CsvTable::Cell("") : CsvTable::Cell(static_cast<long>(label)), t,
                   y[0], y[1], y[2], std::string(cut)});
    };
    for (std::size_t k = 0; k < cube.trajectories.size(); ++k) {
        const CubeTrajectory& path = cube.trajectories[k];
        for (std::size_t s = 0; s < path.t.size(); ++s) {
            add("flow", k, path.label, path.t[s], path.y.col(static_cast<Index>(s)));
        }
        for (Index n = 0; n < path.layers.cols(); ++n) {
            add("layers", k, path.label, cube.step * static_cast<double>(n), path.layers.col(n));
        }
    }
    for (std::size_t k = 0; k < cube.curves.size(); ++k) {
        const InvariantCurve& curve = cube.curves[k];
        for (Index p = 0; p < curve.y.cols(); ++p) {
            add(to_string(curve.kind), k, -1, no_time, curve.y.col(p), cut_cell(curve));
        }
    }
    for (std::size_t k = 0; k < cube.cycles.size(); ++k) {
        for (Index p = 0; p < cube.cycles[k].y.cols(); ++p) {
            add("limit cycle", k, -1, no_time, cube.cycles[k].y.col(p));
        }
    }
    for (std::size_t k = 0; k < cube.equilibria.size(); ++k) {
        add("equilibrium", k, -1, no_time, cube.equilibria[k].y);
    }
    return table;
}

CsvTable label_table(const BasinMap& map) {
    CsvTable table({"label", "attractor", "kind", "cells", "share_of_map"});
    const auto add = [&](int label, const std::string& name, const std::string& kind) {
        const Index cells = map.count(label);
        table.add({static_cast<long>(label), name, kind, static_cast<long>(cells),
                   static_cast<double>(cells) / static_cast<double>(map.labels.size())});
    };
    for (std::size_t k = 0; k < map.attractors.size(); ++k) {
        const BasinAttractor& attractor = map.attractors[k];
        add(static_cast<int>(k), attractor.name(), std::string(attractor.kind()));
    }
    for (int label = SlowCell; label >= lowest_label; --label) {
        add(label, std::string(to_string(static_cast<BasinLabel>(label))), "");
    }
    return table;
}

CsvTable share_table(const BasinShares& shares) {
    std::vector<std::string> columns = {"pattern", "kind",           "type", "proved", "members",
                                        "share",   "standard_error", "low",  "high"};
    const Index n = shares.attractors.empty() ? 0 : shares.attractors.front().y.size();
    for (Index i = 0; i < n; ++i) {
        columns.push_back(fmt::format("y_{}", i));
    }
    CsvTable table(std::move(columns));
    for (std::size_t k = 0; k < shares.attractors.size(); ++k) {
        const BasinAttractor& a = shares.attractors[k];
        const Proportion& p = shares.shares[k];
        std::vector<CsvTable::Cell> row = {
            a.name(),
            std::string(a.kind()),
            std::string(a.is_cycle() || a.is_heteroclinic() ? "" : to_string(a.type)),
            std::string(a.proved ? "true" : "false"),
            static_cast<long>(a.members),
            p.value,
            p.standard_error,
            p.low,
            p.high};
        for (const double value : a.y) {
            row.emplace_back(value);
        }
        table.add(row);
    }
    return table;
}

CsvTable sharpness_table(const BoundarySharpness& sharpness) {
    CsvTable table({"distance", "pairs", "share", "standard_error"});
    for (std::size_t k = 0; k < sharpness.distance.size(); ++k) {
        const Proportion& p = sharpness.uncertain[k];
        table.add({sharpness.distance[k], static_cast<long>(p.samples), p.value, p.standard_error});
    }
    return table;
}

CsvTable data_basin_table(const DataBasins& data, const std::vector<AttractingCycle>& cycles) {
    CsvTable table = group_table(data.settled, data.classes.groups);
    for (std::size_t k = 0; k < data.cycles.size(); ++k) {
        const std::size_t at = data.settled.groups.size() + k;
        const GroupClasses& classes = data.classes.groups[at];
        const Proportion& share = classes.share;
        std::vector<CsvTable::Cell> row = {
            static_cast<long>(at) + 1,
            fmt::format("cycle {} on {}", data.cycles[k], to_string(cycles[data.cycles[k]].face)),
            std::accumulate(classes.by_class.begin(), classes.by_class.end(), Index{0}),
            share.value,
            share.standard_error,
            share.low,
            share.high,
            std::string("limit_cycle"),
            std::string("false"),
            classes.purity};
        for (const Index count : classes.by_class) {
            row.emplace_back(count);
        }
        table.add(row);
    }
    return table;
}

Json to_json(const PortraitStudy& study) {
    if (study.line) {
        Json list = Json::array();
        for (const Equilibrium& e : study.line->equilibria) {
            list.push_back(to_json(e));
        }
        return {
            {"kind", "line"}, {"equilibria", std::move(list)}, {"all_rest", study.line->all_rest}};
    }
    Json json = to_json(*study.portrait);
    for (const std::string& note : study.notes) {
        json["notes"].push_back(note);
    }
    return json;
}

std::vector<std::pair<std::string, CsvTable>> portrait_tables(const PortraitStudy& study) {
    std::vector<std::pair<std::string, CsvTable>> tables;
    if (study.line) {
        tables.emplace_back("equilibria.csv", equilibrium_table(study.line->equilibria));
        return tables;
    }
    std::vector<Equilibrium> equilibria;
    for (const PortraitEquilibrium& placed : study.portrait->equilibria) {
        equilibria.push_back(placed.equilibrium);
    }
    std::vector<InvariantCurve> curves;
    for (const PortraitCurve& item : study.portrait->curves) {
        curves.push_back(item.curve);
    }
    tables.emplace_back("equilibria.csv", equilibrium_table(equilibria));
    tables.emplace_back("separatrices.csv", curve_table(curves, study.dimension));
    if (study.cube) {
        tables.emplace_back("cube.csv", cube_table(*study.cube));
    }
    return tables;
}

}  // namespace resdyn
