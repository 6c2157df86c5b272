#include "spectrum_results.hpp"

#include <cmath>
#include <nlohmann/json.hpp>

#include "json_parts.hpp"

namespace resdyn {

using Json = nlohmann::ordered_json;

namespace {

Json verdict(EquilibriumType type, const SpectralCounts& counts) {
    return {{"type", to_string(type)},
            {"unstable_dimension", counts.unstable},
            {"neutral_dimension", counts.neutral}};
}

Json to_json(const TransientGrowth& growth) {
    return {{"status", to_string(growth.status)},
            {"numerical_abscissa", json_number(growth.numerical_abscissa)},
            {"spectral_abscissa", json_number(growth.spectral_abscissa)},
            {"peak", json_number(growth.peak)},
            {"peak_time", json_number(growth.peak_time)},
            {"peak_relative_error", json_number(growth.peak_error)},
            {"kreiss_bound", json_number(growth.kreiss_bound)}};
}

}  // namespace

Json to_json(const TwoClocks& clocks) {
    Json json = {{"flow", verdict(clocks.flow_type, clocks.flow)},
                 {"map", verdict(clocks.map_type, clocks.map)},
                 {"proved", clocks.proved},
                 {"map_margin", json_number(clocks.map_margin)}};
    json["h_star"] =
        clocks.largest_stable_step ? json_number(*clocks.largest_stable_step) : Json(nullptr);
    json["h_star_proved"] = clocks.largest_stable_step_proved;
    if (clocks.culprit) {
        json["culprit"] = {
            {"eigenvalue", json_number(clocks.culprit->eigenvalue)},
            {"multiplier", json_number(clocks.culprit->multiplier)},
            {"unit", clocks.culprit->unit < 0 ? Json(nullptr) : Json(clocks.culprit->unit)}};
    }
    if (clocks.growth) {
        json["growth"] = to_json(*clocks.growth);
    }
    return json;
}

Json to_json(const BeyondHStar& beyond) {
    return {{"event", beyond.flip ? "PD" : "NS"},
            {"h", json_number(beyond.h_star)},
            {"angle", json_number(beyond.angle)},
            {"coefficient", json_number(beyond.coefficient)},
            {"error_bound", json_number(beyond.error_bound)},
            {"criticality", to_string(beyond.criticality)},
            {"resonance", beyond.resonance > 0 ? Json(beyond.resonance) : Json()}};
}

Json to_json(const OriginReport& report) {
    Json json = {{"stable", to_string(report.stable)},
                 {"stable_reason", report.stable_reason},
                 {"attracts_open_cube", to_string(report.attracts)},
                 {"attracts_reason", report.attracts_reason}};
    json["repelling_ray_units"] = report.repelling_ray;
    json["faces_searched_for_rays"] = report.supports;
    json["all_faces_searched"] = report.all_supports;
    if (report.P) {
        json["P"] = json_numbers(*report.P);
    }
    return json;
}

Json to_json(const OriginDirections& directions) {
    Json list = Json::array();
    for (const DecayDirection& direction : directions.directions) {
        list.push_back({{"units", direction.units},
                        {"v", json_numbers(direction.v)},
                        {"stability", to_string(direction.stability)},
                        {"unstable_inside", direction.unstable_inside},
                        {"neutral_inside", direction.neutral_inside},
                        {"invaders", direction.invaders},
                        {"ties", direction.ties},
                        {"slowest_exponent", json_number(direction.slowest_exponent)},
                        {"exponent_error", json_number(direction.exponent_error)}});
    }
    return {{"statement", describe(directions)},
            {"complete", directions.complete},
            {"supports", directions.supports},
            {"decided_exactly", directions.exact},
            {"repelling_rays", directions.repelling},
            {"repelling_ray_units", directions.repelling_rays},
            {"resting_rays", directions.resting},
            {"resting_ray_units", directions.resting_rays},
            {"decay_directions", directions.decaying},
            {"not_invaded", directions.not_invaded},
            {"stable", directions.stable},
            {"neutral", directions.neutral},
            {"families", directions.families},
            {"family_units", directions.family_supports},
            {"directions", std::move(list)},
            {"asymptotically_stable", to_string(directions.asymptotically_stable)},
            {"stable_reason", directions.stable_reason},
            {"attracts_open_set", to_string(directions.attracts_open_set)},
            {"attracts_reason", directions.attracts_reason}};
}

Json to_json(const LocalSpectrum& spectrum) {
    Json routes = Json::array();
    for (const RouteSpectrum& route : spectrum.routes) {
        routes.push_back({{"route", to_string(route.route)},
                          {"status", to_string(route.status)},
                          {"values", json_numbers(route.values)},
                          {"residuals", json_numbers(route.residuals)}});
    }
    return {{"clock", spectrum.of_map ? "map" : "flow"},
            {"y", json_numbers(spectrum.y)},
            {"routes", routes},
            {"disagreement", json_number(spectrum.disagreement)}};
}

CsvTable clock_table(const std::vector<Equilibrium>& equilibria,
                     const std::vector<TwoClocks>& clocks) {
    CsvTable table({"pattern", "flow_type", "flow_unstable", "map_type", "map_unstable", "proved",
                    "map_margin", "h_star", "h_star_proved", "culprit_re", "culprit_im",
                    "culprit_unit", "numerical_abscissa", "growth_status", "growth_peak",
                    "growth_peak_time", "growth_relative_error", "kreiss_bound"});
    for (std::size_t k = 0; k < clocks.size(); ++k) {
        const TwoClocks& c = clocks[k];
        std::vector<CsvTable::Cell> row = {
            to_string(equilibria[k].pattern),
            std::string(to_string(c.flow_type)),
            c.flow.unstable,
            std::string(to_string(c.map_type)),
            c.map.unstable,
            std::string(c.proved ? "true" : "false"),
            c.map_margin,
            c.largest_stable_step ? CsvTable::Cell(*c.largest_stable_step) : CsvTable::Cell(""),
            std::string(c.largest_stable_step_proved ? "true" : "false")};
        if (c.culprit) {
            row.insert(row.end(), {c.culprit->eigenvalue.real(), c.culprit->eigenvalue.imag(),
                                   c.culprit->unit < 0 ? CsvTable::Cell("")
                                                       : CsvTable::Cell(c.culprit->unit)});
        } else {
            row.insert(row.end(), {"", "", ""});
        }
        if (c.growth) {
            row.insert(row.end(),
                       {c.growth->numerical_abscissa, std::string(to_string(c.growth->status)),
                        c.growth->peak, c.growth->peak_time, c.growth->peak_error,
                        c.growth->kreiss_bound});
        } else {
            row.insert(row.end(), {"", "", "", "", "", ""});
        }
        table.add(row);
    }
    return table;
}

CsvTable local_spectrum_table(const std::vector<LocalSpectrum>& spectra) {
    CsvTable table({"clock", "route", "index", "re", "im", "modulus", "residual"});
    for (const LocalSpectrum& spectrum : spectra) {
        for (const RouteSpectrum& route : spectrum.routes) {
            for (std::size_t k = 0; k < route.values.size(); ++k) {
                table.add({std::string(spectrum.of_map ? "map" : "flow"),
                           std::string(to_string(route.route)), static_cast<long>(k),
                           route.values[k].real(), route.values[k].imag(),
                           std::abs(route.values[k]), route.residuals[k]});
            }
        }
    }
    return table;
}

}  // namespace resdyn
