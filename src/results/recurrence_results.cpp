#include "recurrence_results.hpp"

#include <cmath>
#include <nlohmann/json.hpp>
#include <optional>

#include "json_parts.hpp"
#include "table.hpp"

namespace resdyn {

using Json = nlohmann::ordered_json;

namespace {

Json orbit_json(const PeriodicOrbit& orbit) {
    return {{"period", orbit.period},
            {"residual", orbit.residual},
            {"amplitude_u", orbit.amplitude},
            {"stability_in_face", to_string(orbit.stability)},
            {"multipliers", json_numbers(orbit.multipliers)},
            {"trivial_multiplier", orbit.trivial},
            {"trivial_error", orbit.trivial_error},
            {"newton_steps", orbit.iterations}};
}

Json cycle_json(const ConnectionGraph& graph, const HeteroclinicCycle& cycle) {
    Json saddles = Json::array();
    for (const std::size_t node : cycle.nodes) {
        saddles.push_back(to_string(graph.nodes[node].pattern));
    }
    return {{"saddles", saddles},
            {"exact", cycle.exact},
            {"face", to_string(cycle.face)},
            {"in_face", to_string(cycle.in_face)},
            {"stability", to_string(cycle.stability)},
            {"growth", cycle.growth > 0 ? json_number(cycle.growth) : Json(nullptr)},
            {"krupa_melbourne",
             cycle.krupa_melbourne != 0 ? json_number(cycle.krupa_melbourne) : Json(nullptr)},
            {"reason", cycle.reason}};
}

CsvTable connection_table(const ConnectionGraph& graph) {
    const Table<Connection> table = {
        {"from", [&](const Connection& c) { return graph.nodes[c.from].pattern; }},
        {"to", [&](const Connection& c) { return graph.nodes[c.to].pattern; }},
        {"face", &Connection::face},
        {"unit",
         [](const Connection& c) { return c.unit < 0 ? std::nullopt : std::optional(c.unit); }},
        {"exact", &Connection::exact},
        {"rate", &Connection::rate},
        {"distance", &Connection::distance}};
    return table.csv(graph.connections);
}

/// A place of a heteroclinic cycle; cycles and places are numbered from 1.
struct CyclePlace {
    long cycle;
    long place;
    const HeteroclinicCycle* of;
};

CsvTable heteroclinic_table(const ConnectionGraph& graph) {
    // 0 stands for a number that a cycle does not have.
    const auto not_zero = [](double HeteroclinicCycle::*member) {
        return [member](const CyclePlace& row) {
            const double value = row.of->*member;
            return value != 0 ? std::optional(value) : std::nullopt;
        };
    };
    const Table<CyclePlace> table = {
        {"cycle", &CyclePlace::cycle},
        {"place", &CyclePlace::place},
        {"node",
         [&](const CyclePlace& row) {
             return graph.nodes[row.of->nodes[static_cast<std::size_t>(row.place - 1)]].pattern;
         }},
        {"in_face", [](const CyclePlace& row) { return row.of->in_face; }},
        {"stability", [](const CyclePlace& row) { return row.of->stability; }},
        {"growth", not_zero(&HeteroclinicCycle::growth)},
        {"krupa_melbourne", not_zero(&HeteroclinicCycle::krupa_melbourne)},
        {"reason", [](const CyclePlace& row) { return row.of->reason; }}};
    std::vector<CyclePlace> places;
    for (std::size_t k = 0; k < graph.cycles.size(); ++k) {
        for (std::size_t place = 0; place < graph.cycles[k].nodes.size(); ++place) {
            places.push_back(
                {static_cast<long>(k + 1), static_cast<long>(place + 1), &graph.cycles[k]});
        }
    }
    return table.csv(places);
}

/// All that belongs to findings, numbered from 1 as in motions.csv.
struct FindingTables {
    CsvTable motions{{"finding", "searched", "face", "motion", "starts", "period", "residual",
                      "trivial_error", "attracts_in_cube", "measured_growth", "evidence"}};
    CsvTable orbits;
    CsvTable multipliers{{"finding", "index", "re", "im", "modulus", "trivial"}};
    CsvTable exponents{{"finding", "clock", "index", "exponent", "standard_error", "limit",
                        "limit_error", "time", "zero_floor", "verdict"}};
    CsvTable stays{{"finding", "vertex", "start", "duration"}};
};

std::vector<std::string> orbit_columns(const RecurrentMotion& motion) {
    std::vector<std::string> columns = {"finding", "t"};
    const Index n = motion.findings.empty() ? 0 : motion.findings.front().face.size();
    for (Index i = 0; i < n; ++i) {
        columns.push_back("y_" + std::to_string(i));
    }
    return columns;
}

void add_motion(FindingTables& tables, long number, const MotionFinding& f) {
    const bool orbit = f.orbit.has_value();
    tables.motions.add(
        {number, to_string(f.searched), to_string(f.face), std::string(to_string(f.motion)),
         f.starts, orbit ? CsvTable::Cell(f.orbit->period) : CsvTable::Cell(""),
         orbit ? CsvTable::Cell(f.orbit->residual) : CsvTable::Cell(""),
         orbit ? CsvTable::Cell(f.orbit->trivial_error) : CsvTable::Cell(""),
         orbit ? CsvTable::Cell(f.attracts_in_cube ? "true" : "false") : CsvTable::Cell(""),
         f.cycle ? CsvTable::Cell(f.measured_growth) : CsvTable::Cell(""), f.evidence});
}

void add_orbit(FindingTables& tables, long number, const MotionFinding& f) {
    for (Index k = 0; k < f.orbit_y.cols(); ++k) {
        std::vector<CsvTable::Cell> row = {number, f.orbit_t[static_cast<std::size_t>(k)]};
        row.insert(row.end(), f.orbit_y.col(k).begin(), f.orbit_y.col(k).end());
        tables.orbits.add(row);
    }
    if (f.orbit) {
        for (std::size_t k = 0; k < f.orbit->multipliers.size(); ++k) {
            const Complex m = f.orbit->multipliers[k];
            tables.multipliers.add({number, static_cast<long>(k), m.real(), m.imag(), std::abs(m),
                                    std::string(k == f.orbit->trivial ? "true" : "false")});
        }
    }
}

void add_exponents(FindingTables& tables, long number, std::string_view clock,
                   const std::optional<LyapunovSpectrum>& spectrum) {
    if (!spectrum) {
        return;
    }
    for (Index k = 0; k < spectrum->exponents.size(); ++k) {
        tables.exponents.add({number, std::string(clock), k, spectrum->exponents[k],
                              spectrum->standard_errors[k], spectrum->limits[k],
                              spectrum->limit_errors[k], spectrum->time, spectrum->zero_floor,
                              std::string(to_string(spectrum->verdict))});
    }
}

}  // namespace

Json exponents_json(const LyapunovSpectrum& spectrum) {
    return {{"outcome", to_string(spectrum.outcome)},
            {"verdict", to_string(spectrum.verdict)},
            {"exponents", json_numbers(spectrum.exponents)},
            {"standard_errors", json_numbers(spectrum.standard_errors)},
            {"limits", json_numbers(spectrum.limits)},
            {"limit_errors", json_numbers(spectrum.limit_errors)},
            {"time", spectrum.time},
            {"blocks", spectrum.blocks.cols()},
            {"zero_floor", json_number(spectrum.zero_floor)},
            {"target_reached", spectrum.has_target ? Json(spectrum.target_reached) : Json(nullptr)},
            {"mean_divergence", json_number(spectrum.mean_divergence)},
            {"divergence_error", json_number(spectrum.divergence_error)}};
}

Json to_json(const MotionFinding& finding) {
    Json json = {{"searched", to_string(finding.searched)},
                 {"face", to_string(finding.face)},
                 {"motion", to_string(finding.motion)},
                 {"starts", finding.starts},
                 {"evidence", finding.evidence}};
    if (finding.rest) {
        json["rest"] = to_string(*finding.rest);
    }
    if (finding.orbit) {
        json["orbit"] = orbit_json(*finding.orbit);
        json["transverse_rates"] = finding.transverse_rates;
        json["attracts_in_cube"] = finding.attracts_in_cube;
    }
    if (finding.energy_drift) {
        json["energy_drift"] = *finding.energy_drift;
    }
    if (finding.exponents) {
        json["flow_exponents"] = exponents_json(*finding.exponents);
        if (finding.mean_error >= 0) {
            json["flow_exponents"]["mean_error"] = finding.mean_error;
            json["flow_exponents"]["mean_bound"] = finding.mean_bound;
        }
    }
    if (finding.map_exponents) {
        json["map_exponents"] = exponents_json(*finding.map_exponents);
    }
    if (finding.cycle) {
        json["cycle"] = *finding.cycle + 1;
        json["measured_growth"] = finding.measured_growth;
    }
    return json;
}

std::string cycle_text(const ConnectionGraph& graph, const HeteroclinicCycle& cycle) {
    std::string word;
    for (const std::size_t node : cycle.nodes) {
        word += to_string(graph.nodes[node].pattern) + " -> ";
    }
    return word + to_string(graph.nodes[cycle.nodes.front()].pattern);
}

Json to_json(const RecurrentMotion& motion) {
    Json findings = Json::array();
    for (const MotionFinding& finding : motion.findings) {
        findings.push_back(to_json(finding));
    }
    Json cycles = Json::array();
    for (const HeteroclinicCycle& cycle : motion.connections.cycles) {
        cycles.push_back(cycle_json(motion.connections, cycle));
    }
    const ConnectionGraph& graph = motion.connections;
    return {{"faces_searched", motion.faces_searched},
            {"faces_not_searched", motion.faces_not_searched},
            {"findings", findings},
            {"connections",
             {{"count", graph.connections.size()},
              {"runs", graph.runs},
              {"unresolved_runs", graph.unresolved_runs},
              {"edges_to_continua", graph.edges_to_continua},
              {"equilibria_left_out", graph.equilibria_left_out}}},
            {"heteroclinic_cycles", cycles},
            {"all_cycles_listed", graph.all_cycles}};
}

std::vector<std::pair<std::string, CsvTable>> recurrence_tables(const RecurrentMotion& motion) {
    FindingTables tables{.orbits = CsvTable(orbit_columns(motion))};
    for (std::size_t k = 0; k < motion.findings.size(); ++k) {
        const MotionFinding& f = motion.findings[k];
        const auto number = static_cast<long>(k + 1);
        add_motion(tables, number, f);
        add_orbit(tables, number, f);
        add_exponents(tables, number, "flow", f.exponents);
        add_exponents(tables, number, "map", f.map_exponents);
        for (const Dwell& stay : f.stays) {
            tables.stays.add({number, to_string(stay.vertex), stay.start, stay.duration});
        }
    }
    std::vector<std::pair<std::string, CsvTable>> all = {
        {"connections.csv", connection_table(motion.connections)},
        {"heteroclinic.csv", heteroclinic_table(motion.connections)},
        {"motions.csv", std::move(tables.motions)},
        {"orbits.csv", std::move(tables.orbits)},
        {"multipliers.csv", std::move(tables.multipliers)},
        {"exponents.csv", std::move(tables.exponents)},
        {"stays.csv", std::move(tables.stays)}};
    std::erase_if(all, [](const auto& named) { return named.second.rows() == 0; });
    return all;
}

}  // namespace resdyn
