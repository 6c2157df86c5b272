#include "cycle_results.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>

#include "attracting_results.hpp"
#include "json_parts.hpp"
#include "recurrence_results.hpp"
#include "results.hpp"
#include "table.hpp"

namespace resdyn {

using Json = nlohmann::ordered_json;

namespace {

Json proof_json(const CycleProof& proof) {
    return {{"proved", proof.proved},
            {"minimal_period", proof.minimal},
            {"attracts_in_face", proof.attracting},
            {"attracts_in_cube", proof.attracts_in_cube},
            {"radius", json_number(proof.radius)},
            {"contraction", json_number(proof.contraction)},
            {"separation", json_number(proof.separation)},
            {"reason", proof.reason}};
}

/// −1 stands for a number that was not measured.
Json measured(double value) {
    return value >= 0 ? json_number(value) : Json();
}

Json cycle_json(const MapCycle& cycle, const std::optional<CycleProof>& proof) {
    return {{"period", cycle.period()},
            {"residual", cycle.residual},
            {"stability_in_face", to_string(cycle.stability)},
            {"multipliers", json_numbers(cycle.multipliers)},
            {"transverse_multipliers", json_numbers(cycle.transverse_multipliers)},
            {"attracts_in_cube", cycle.attracts_in_cube},
            {"mean", json_numbers(cycle.mean)},
            {"mean_error", measured(cycle.mean_error)},
            {"mean_bound", measured(cycle.mean_bound)},
            {"proof", proof ? proof_json(*proof) : Json()}};
}

Json finding_json(const MapFinding& finding, const std::optional<CycleProof>& proof) {
    Json json = {{"searched", to_string(finding.searched)},
                 {"face", to_string(finding.face)},
                 {"motion", to_string(finding.motion)},
                 {"starts", finding.starts},
                 {"evidence", finding.evidence}};
    if (finding.rest) {
        json["rest"] = to_string(*finding.rest);
    }
    if (finding.cycle) {
        json["cycle"] = cycle_json(*finding.cycle, proof);
    }
    if (finding.exponents) {
        json["exponents"] = exponents_json(*finding.exponents);
        if (finding.mean_error >= 0) {
            json["exponents"]["mean_error"] = finding.mean_error;
            json["exponents"]["mean_bound"] = finding.mean_bound;
        }
    }
    return json;
}

Json verdict_json(const std::optional<FaceVerdict>& verdict) {
    return verdict ? Json(to_string(*verdict)) : Json();
}

std::optional<std::string> verdict_text(const std::optional<FaceVerdict>& verdict) {
    return verdict ? std::optional(std::string(to_string(*verdict))) : std::nullopt;
}

Table<FaceMotions> face_fields() {
    using F = Field<FaceMotions>;
    return {
        F("pattern", [](const FaceMotions& f) { return f.face.pattern; }).shown("face", "{}"),
        F("searched", &FaceMotions::searched).shown("searched"),
        F("flow", [](const FaceMotions& f) { return verdict_text(f.flow); }).shown("in the flow"),
        F("network",
          [](const FaceMotions& f) {
              return verdict_text(f.network);
          }).shown("in the network"),
        {"dimension", [](const FaceMotions& f) { return f.face.dimension; }},
        F("ties", [](const FaceMotions& f) { return f.face.ties; }).shown("ties"),
        F("first_flip",
          [](const FaceMotions& f) {
              return f.flips.empty() ? std::nullopt : std::optional(f.flips.front());
          }).shown("first flip at h ="),
        F("y", [](const FaceMotions& f) { return f.face.y; }),
        F("transverse_exponents", [](const FaceMotions& f) {
            return f.face.transverse_exponents;
        }).column("transverse")};
}

/// A finding of either clock as a line of cycles.csv; numbers that it lacks are empty.
struct FindingRow {
    long number = 0;
    Clock clock = Clock::Map;
    Pattern searched = {};
    Pattern face = {};
    FaceVerdict motion = FaceVerdict::Undecided;
    Index starts = 0;
    std::optional<double> period = {};  ///< time of the flow, layers of the network.
    std::optional<double> residual = {};
    std::optional<double> mean_error = {};
    std::optional<double> mean_bound = {};
    std::optional<double> largest_multiplier = {};
    std::optional<double> largest_transverse = {};
    std::optional<std::string> stability = {};
    std::optional<bool> attracts_in_cube = {};
    std::optional<bool> proved = {};
    std::string evidence = {};
};

double largest_other(const PeriodicOrbit& orbit) {
    double largest = 0.0;
    for (std::size_t k = 0; k < orbit.multipliers.size(); ++k) {
        largest = k == orbit.trivial ? largest : std::max(largest, std::abs(orbit.multipliers[k]));
    }
    return largest;
}

FindingRow row_of(long number, const MotionFinding& f) {
    FindingRow row{.number = number,
                   .clock = Clock::Flow,
                   .searched = f.searched,
                   .face = f.face,
                   .motion = verdict_of(f.motion),
                   .starts = f.starts,
                   .evidence = f.evidence};
    if (f.orbit) {
        row.period = f.orbit->period;
        row.residual = f.orbit->residual;
        row.largest_multiplier = largest_other(*f.orbit);
        row.stability = to_string(f.orbit->stability);
        row.attracts_in_cube = f.attracts_in_cube;
        for (const double rate : f.transverse_rates) {
            row.largest_transverse =
                std::max(row.largest_transverse.value_or(0.0), std::exp(f.orbit->period * rate));
        }
    }
    if (f.mean_error >= 0) {
        row.mean_error = f.mean_error;
        row.mean_bound = f.mean_bound;
    }
    return row;
}

FindingRow row_of(long number, const MapFinding& f, const std::optional<CycleProof>& proof) {
    FindingRow row{.number = number,
                   .clock = Clock::Map,
                   .searched = f.searched,
                   .face = f.face,
                   .motion = f.motion,
                   .starts = f.starts,
                   .evidence = f.evidence};
    double error = f.mean_error;
    double bound = f.mean_bound;
    if (f.cycle) {
        const MapCycle& cycle = *f.cycle;
        row.period = static_cast<double>(cycle.period());
        row.residual = cycle.residual;
        row.largest_multiplier = std::abs(cycle.multipliers.front());
        row.stability = to_string(cycle.stability);
        row.attracts_in_cube = cycle.attracts_in_cube;
        for (const double m : cycle.transverse_multipliers) {
            row.largest_transverse = std::max(row.largest_transverse.value_or(0.0), m);
        }
        row.proved = proof && proof->proved && proof->minimal;
        error = cycle.mean_error;
        bound = cycle.mean_bound;
    }
    if (error >= 0) {
        row.mean_error = error;
        row.mean_bound = bound;
    }
    return row;
}

std::vector<FindingRow> rows_of(const CycleStudy& study) {
    std::vector<FindingRow> rows;
    for (const MotionFinding& finding : study.cycles.flow) {
        rows.push_back(row_of(static_cast<long>(rows.size()), finding));
    }
    for (std::size_t k = 0; k < study.cycles.network.size(); ++k) {
        rows.push_back(
            row_of(static_cast<long>(rows.size()), study.cycles.network[k], study.proofs[k]));
    }
    return rows;
}

Table<FindingRow> finding_fields() {
    using F = Field<FindingRow>;
    return {{"finding", &FindingRow::number},
            F("clock", &FindingRow::clock).shown("clock"),
            F("searched", &FindingRow::searched).shown("starts on", "{}"),
            F("face", &FindingRow::face).shown("motion on", "{}"),
            F("motion", &FindingRow::motion).shown("motion"),
            F("starts", &FindingRow::starts).shown("starts"),
            F("period", &FindingRow::period).shown("period"),
            F("residual", &FindingRow::residual).shown("residual"),
            F("mean_error", &FindingRow::mean_error).shown("|mean - y*|"),
            F("mean_bound", &FindingRow::mean_bound).shown("at most"),
            F("largest_multiplier", &FindingRow::largest_multiplier).shown("largest |multiplier|"),
            F("largest_transverse", &FindingRow::largest_transverse).shown("across the face"),
            {"stability_in_face", &FindingRow::stability},
            F("attracts_in_cube", &FindingRow::attracts_in_cube).shown("attracts"),
            F("proved", &FindingRow::proved).shown("proved"),
            F("evidence", &FindingRow::evidence).shown("evidence", "{}")};
}

/// All that has several lines a finding.
struct LineTables {
    CsvTable points;
    CsvTable multipliers{{"finding", "clock", "index", "re", "im", "modulus", "inside"}};
    CsvTable exponents{{"finding", "clock", "index", "exponent", "standard_error", "zero_floor"}};
};

void add_points(CsvTable& table, long number, Clock clock, const std::vector<double>& t,
                const Matrix& y) {
    for (Index k = 0; k < y.cols(); ++k) {
        std::vector<CsvTable::Cell> row = {number, std::string(to_string(clock)),
                                           t[static_cast<std::size_t>(k)]};
        row.insert(row.end(), y.col(k).begin(), y.col(k).end());
        table.add(row);
    }
}

void add_multipliers(CsvTable& table, long number, Clock clock, const std::vector<Complex>& inside,
                     const std::vector<double>& across) {
    long index = 0;
    const auto add = [&](Complex m, const char* is_inside) {
        table.add({number, std::string(to_string(clock)), index++, m.real(), m.imag(), std::abs(m),
                   std::string(is_inside)});
    };
    for (const Complex m : inside) {
        add(m, "true");
    }
    for (const double m : across) {
        add(m, "false");
    }
}

void add_exponents(CsvTable& table, long number, Clock clock,
                   const std::optional<LyapunovSpectrum>& spectrum) {
    for (Index k = 0; spectrum && k < spectrum->exponents.size(); ++k) {
        table.add({number, std::string(to_string(clock)), k, spectrum->exponents[k],
                   spectrum->standard_errors[k], spectrum->zero_floor});
    }
}

void add_lines(LineTables& tables, long number, const MotionFinding& f) {
    add_points(tables.points, number, Clock::Flow, f.orbit_t, f.orbit_y);
    if (f.orbit) {
        std::vector<double> across;
        for (const double rate : f.transverse_rates) {
            across.push_back(std::exp(f.orbit->period * rate));
        }
        add_multipliers(tables.multipliers, number, Clock::Flow, f.orbit->multipliers, across);
    }
    add_exponents(tables.exponents, number, Clock::Flow, f.exponents);
}

void add_lines(LineTables& tables, long number, const MapFinding& f) {
    if (f.cycle) {
        std::vector<double> layers;
        for (Index n = 0; n < f.cycle->period(); ++n) {
            layers.push_back(static_cast<double>(n));
        }
        add_points(tables.points, number, Clock::Map, layers, f.cycle->y);
        add_multipliers(tables.multipliers, number, Clock::Map, f.cycle->multipliers,
                        f.cycle->transverse_multipliers);
    }
    add_exponents(tables.exponents, number, Clock::Map, f.exponents);
}

}  // namespace

Json to_json(const CycleStudy& study) {
    const Cycles& cycles = study.cycles;
    Json faces = Json::array();
    for (std::size_t k = 0; k < cycles.faces.size(); ++k) {
        const FaceMotions& face = cycles.faces[k];
        faces.push_back(
            {{"face", to_json(face.face, study.evidence.empty() ? nullptr : &study.evidence[k])},
             {"searched", face.searched},
             {"flow", verdict_json(face.flow)},
             {"network", verdict_json(face.network)},
             {"flips", json_numbers(face.flips)}});
    }
    Json flow = Json::array();
    for (const MotionFinding& finding : cycles.flow) {
        flow.push_back(to_json(finding));
    }
    Json network = Json::array();
    for (std::size_t k = 0; k < cycles.network.size(); ++k) {
        network.push_back(finding_json(cycles.network[k], study.proofs[k]));
    }
    return {{"complete", cycles.list.complete()},
            {"end", to_string(cycles.list.end)},
            {"statement", describe(cycles.list)},
            {"work", to_json(cycles.list.work)},
            {"faces_searched", cycles.faces_searched},
            {"faces_not_searched", cycles.faces_not_searched},
            {"starts", study.searched.starts},
            {"max_period", study.searched.max_period},
            {"counts",
             {{"faces", cycles.list.count()},
              {"flow_cycles", cycles.cycle_count(Clock::Flow)},
              {"network_cycles", cycles.cycle_count(Clock::Map)},
              {"proved", study.proved()}}},
            {"means_within_bounds", study.sound()},
            {"faces", std::move(faces)},
            {"flow", std::move(flow)},
            {"network", std::move(network)}};
}

TextTable cycle_face_text(const CycleStudy& study) {
    return face_fields().text(study.cycles.faces);
}

TextTable cycle_finding_text(const CycleStudy& study) {
    return finding_fields().text(rows_of(study));
}

std::vector<std::pair<std::string, CsvTable>> cycle_tables(const CycleStudy& study) {
    const Cycles& cycles = study.cycles;
    std::vector<std::string> columns = {"finding", "clock", "t"};
    const Index n = cycles.faces.empty() ? 0 : cycles.faces.front().face.pattern.size();
    for (Index i = 0; i < n; ++i) {
        columns.push_back("y_" + std::to_string(i));
    }
    LineTables tables{.points = CsvTable(columns)};
    long number = 0;
    for (const MotionFinding& finding : cycles.flow) {
        add_lines(tables, number++, finding);
    }
    for (const MapFinding& finding : cycles.network) {
        add_lines(tables, number++, finding);
    }
    std::vector<std::pair<std::string, CsvTable>> all = {
        {"faces.csv", face_fields().csv(cycles.faces)},
        {"cycles.csv", finding_fields().csv(rows_of(study))}};
    for (auto& [name, table] : {std::pair{"points.csv", &tables.points},
                                std::pair{"multipliers.csv", &tables.multipliers},
                                std::pair{"exponents.csv", &tables.exponents}}) {
        if (table->rows() > 0) {
            all.emplace_back(name, std::move(*table));
        }
    }
    return all;
}

}  // namespace resdyn
