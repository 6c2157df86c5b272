#include "field_results.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "json_parts.hpp"
#include "portrait_results.hpp"
#include "portrait_text.hpp"
#include "root_results.hpp"
#include "table.hpp"

namespace resdyn {

namespace {

using Json = nlohmann::ordered_json;

const Table<FieldCurve>& curve_fields() {
    using F = Field<FieldCurve>;
    static const Table<FieldCurve> table = {
        {"kind", &FieldCurve::kind},
        {"from", &FieldCurve::from},
        {"eigenvalue", &FieldCurve::eigenvalue},
        {"direction", &FieldCurve::direction},
        {"points", [](const FieldCurve& c) { return c.x.cols(); }},
        {"end", &FieldCurve::end},
        F("end_distance",
          [](const FieldCurve& c) { return c.end ? std::optional(c.end_distance) : std::nullopt; }),
        {"cut",
         [](const FieldCurve& c) {
             return c.cut == CurveCut::None ? std::nullopt : std::optional(c.cut);
         }},
        {"left_box", &FieldCurve::left_box}};
    return table;
}

const Table<LimitCycle>& cycle_fields() {
    static const Table<LimitCycle> table = {{"period", &LimitCycle::period},
                                            {"floquet_multiplier", &LimitCycle::multiplier},
                                            {"attracts", &LimitCycle::attracts},
                                            {"residual", &LimitCycle::residual}};
    return table;
}

/// A root says its type, a cycle its period.
const Table<FieldAttractor>& attractor_fields() {
    using A = FieldAttractor;
    static const Table<A> table = {
        {"name", &A::name},
        {"kind", &A::kind},
        {"x", &A::x},
        {"type", [](const A& a) { return a.is_cycle() ? std::nullopt : std::optional(a.type); }},
        {"residual", &A::residual},
        {"period",
         [](const A& a) { return a.is_cycle() ? std::optional(a.period) : std::nullopt; }},
        {"floquet_multiplier",
         [](const A& a) { return a.is_cycle() ? std::optional(a.multiplier) : std::nullopt; }},
        {"members", &A::members}};
    return table;
}

Json box_json(const Box& box) {
    return {{"lower", json_numbers(box.lower)}, {"upper", json_numbers(box.upper)}};
}

CsvTable curve_points(const FieldPortrait& portrait) {
    const Index n = portrait.slice.origin.size();
    std::vector<std::string> columns = {"curve", "kind", "from", "end", "cut", "eigenvalue"};
    for (Index i = 0; i < n; ++i) {
        columns.push_back(fmt::format("x_{}", i));
    }
    CsvTable table(std::move(columns));
    for (std::size_t k = 0; k < portrait.curves.size(); ++k) {
        const FieldCurve& curve = portrait.curves[k];
        for (Index p = 0; p < curve.x.cols(); ++p) {
            std::vector<CsvTable::Cell> row = {
                static_cast<long>(k),
                std::string(to_string(curve.kind)),
                static_cast<long>(curve.from),
                curve.end ? CsvTable::Cell(static_cast<long>(*curve.end))
                          : CsvTable::Cell(std::string()),
                curve.cut == CurveCut::None ? std::string() : std::string(to_string(curve.cut)),
                curve.eigenvalue};
            for (Index i = 0; i < n; ++i) {
                row.emplace_back(curve.x(i, p));
            }
            table.add(row);
        }
    }
    return table;
}

std::string coordinates(const Vector& x) {
    std::string text;
    for (const double value : x) {
        text += fmt::format("{}{:.6g}", text.empty() ? "" : ", ", value);
    }
    return "(" + text + ")";
}

std::string words(const FieldCurve& curve) {
    const std::string end =
        curve.end
            ? fmt::format("{} equilibrium {} ({:.1e} away)",
                          curve.kind == CurveKind::Stable ? "comes from" : "ends at", *curve.end,
                          curve.end_distance)
            : cut_words(curve.cut, curve.left_box ? "leaves the box"
                                                  : "its other end is no equilibrium of the list");
    return fmt::format("  {} manifold of equilibrium {}, eigenvalue {:.6g}: {}\n",
                       to_string(curve.kind), curve.from, curve.eigenvalue, end);
}

}  // namespace

Json to_json(const FieldPortrait& portrait) {
    Json places = Json::array();
    for (const FieldEquilibrium& placed : portrait.equilibria) {
        places.push_back({{"root", placed.root},
                          {"at", json_numbers(placed.at)},
                          {"distance_from_plane", placed.distance}});
    }
    Json lines = Json::array();
    for (const Nullcline& line : portrait.nullclines) {
        lines.push_back(
            {{"axis", line.axis}, {"where", line.where}, {"points", line.points.cols()}});
    }
    return {{"slice", to_json(portrait.slice)},
            {"box", box_json(portrait.box)},
            {"complete", false},
            {"roots", roots_json(portrait.roots.roots, "x")},
            {"search", search_json(portrait.roots)},
            {"equilibria_on_plane", std::move(places)},
            {"nullclines", std::move(lines)},
            {"separatrices", curve_fields().json(portrait.curves)},
            {"limit_cycles", cycle_fields().json(portrait.cycles)},
            {"trajectories", portrait.trajectories.size()},
            {"notes", portrait.notes}};
}

Json to_json(const FieldBasins& map) {
    const auto cells = static_cast<double>(map.labels.size());
    Json attractors = attractor_fields().json(map.attractors);
    for (std::size_t k = 0; k < map.attractors.size(); ++k) {
        attractors[k]["share_of_map"] = static_cast<double>(map.attractors[k].members) / cells;
    }
    Json json = {{"slice", to_json(map.slice)},      {"box", box_json(map.box)},
                 {"width", map.labels.rows()},       {"height", map.labels.cols()},
                 {"complete", map.complete},         {"roots", roots_json(map.roots.roots, "x")},
                 {"search", search_json(map.roots)}, {"attractors", std::move(attractors)}};
    for (int label = SlowField; label >= lowest_field_label; --label) {
        json[std::string(to_string(static_cast<FieldLabel>(label)))] = map.count(label);
    }
    return json;
}

std::vector<std::pair<std::string, CsvTable>> field_tables(const FieldPortrait& portrait) {
    return {{"equilibria.csv", root_table(portrait.roots, "x")},
            {"separatrices.csv", curve_points(portrait)},
            {"cycles.csv", cycle_fields().csv(portrait.cycles)}};
}

std::vector<std::pair<std::string, CsvTable>> field_tables(const FieldBasins& map) {
    CsvTable labels({"label", "name", "kind", "cells", "share_of_map"});
    const auto add = [&](int label, const std::string& name, std::string_view kind) {
        const Index cells = map.count(label);
        labels.add({static_cast<long>(label), name, std::string(kind), static_cast<long>(cells),
                    static_cast<double>(cells) / static_cast<double>(map.labels.size())});
    };
    for (std::size_t k = 0; k < map.attractors.size(); ++k) {
        add(static_cast<int>(k), map.attractors[k].name(), map.attractors[k].kind());
    }
    for (int label = SlowField; label >= lowest_field_label; --label) {
        add(label, std::string(to_string(static_cast<FieldLabel>(label))), "");
    }
    return {{"labels.csv", std::move(labels)},
            {"attractors.csv", attractor_fields().csv(map.attractors)}};
}

std::string summary(const FieldPortrait& portrait) {
    std::string text =
        fmt::format("plane: {}\n{} equilibria found in the box, {} on the plane\n",
                    portrait.slice.about, portrait.roots.roots.size(), portrait.equilibria.size());
    for (std::size_t k = 0; k < portrait.roots.roots.size(); ++k) {
        const Root& root = portrait.roots.roots[k];
        text += fmt::format("  equilibrium {} at {}: {}, |f| = {:.1e}\n", k, coordinates(root.x),
                            to_string(root.type), root.residual);
    }
    for (const FieldCurve& curve : portrait.curves) {
        text += words(curve);
    }
    text += cycle_lines(portrait.cycles);
    for (const std::string& note : portrait.notes) {
        text += fmt::format("note: {}\n", note);
    }
    return text;
}

std::string summary(const FieldBasins& map) {
    const auto share = [&](Index cells) {
        return 100.0 * static_cast<double>(cells) / static_cast<double>(map.labels.size());
    };
    std::string text =
        fmt::format("{} x {} cells on the plane of {}{}\n", map.labels.rows(), map.labels.cols(),
                    map.slice.about, map.complete ? "" : " (stopped: not complete)");
    for (const FieldAttractor& one : map.attractors) {
        text += fmt::format(
            "  {} at {}: {:.2f} % of the cells ({})\n", one.name(), coordinates(one.x),
            share(one.members),
            one.is_cycle() ? fmt::format("Floquet multiplier {:.3g}, mismatch {:.1e}",
                                         one.multiplier, one.residual)
                           : fmt::format("{}, |f| = {:.1e}", to_string(one.type), one.residual));
    }
    for (int label = SlowField; label >= lowest_field_label; --label) {
        if (map.count(label) > 0) {
            text += fmt::format("  {}: {:.2f} % of the cells\n",
                                to_string(static_cast<FieldLabel>(label)), share(map.count(label)));
        }
    }
    return text + fmt::format(
                      "note: Attractors are hyperbolic equilibria found from {} starts in the box, "
                      "and limit cycles that runs came to. Nothing is proved.\n",
                      map.roots.starts);
}

}  // namespace resdyn
