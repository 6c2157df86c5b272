#include "proof_results.hpp"

#include <nlohmann/json.hpp>

#include "attracting_results.hpp"
#include "json_parts.hpp"
#include "proof_text.hpp"
#include "results.hpp"
#include "spectrum_results.hpp"
#include "tables.hpp"

namespace resdyn {

namespace {

using Json = nlohmann::ordered_json;

Json attracting_part(const NetworkProofs& proofs) {
    if (!proofs.attracting) {
        return {};
    }
    const AttractingFaces& search = *proofs.attracting;
    Json faces = Json::array();
    for (std::size_t k = 0; k < search.faces.size(); ++k) {
        faces.push_back(
            to_json(search.faces[k], proofs.evidence.empty() ? nullptr : &proofs.evidence[k]));
    }
    return {{"complete", search.complete()},
            {"end", to_string(search.end)},
            {"isolated", search.isolated},
            {"continua", search.continua},
            {"only_origin", search.only_origin()},
            {"work", to_json(search.work)},
            {"proof", proof_text(search.work)},
            {"all_listed", search.all_listed()},
            {"faces", std::move(faces)}};
}

Json atlas_part(const NetworkProofs& proofs) {
    if (!proofs.atlas) {
        return {};
    }
    const Atlas& atlas = *proofs.atlas;
    return {{"complete", atlas.complete},
            {"isolated", atlas.counts.total},
            {"stable", atlas.counts.stable},
            {"non_hyperbolic", atlas.counts.non_hyperbolic},
            {"by_unstable_dimension", atlas.counts.by_unstable_dimension},
            {"not_transversally_unstable", atlas.counts.not_transversally_unstable},
            {"singular_patterns", atlas.singular_patterns},
            {"continua", atlas.continua_found},
            {"proof", proof_text(atlas.decisions)}};
}

Json stable_part(const NetworkProofs& proofs) {
    if (!proofs.stable) {
        return {};
    }
    const StableSearch& search = *proofs.stable;
    Json list = Json::array();
    for (const Equilibrium& equilibrium : search.equilibria) {
        list.push_back(to_json(equilibrium));
    }
    return {{"complete", search.complete()},      {"end", to_string(search.end)},
            {"vertices", search.stable_vertices}, {"on_faces", search.stable_faces},
            {"marginal", search.marginal},        {"work", to_json(search.work)},
            {"proof", proof_text(search.work)},   {"all_listed", search.all_listed()},
            {"equilibria", std::move(list)}};
}

Json directions_part(const NetworkProofs& proofs) {
    if (!proofs.directions) {
        return {};
    }
    Json json = to_json(*proofs.directions);
    for (std::size_t k = 0; k < proofs.direction_evidence.size(); ++k) {
        const EvidenceRate& evidence = proofs.direction_evidence[k];
        Json& item = json["directions"][k];
        item["evidence_rate"] = json_numbers(evidence.rate);
        item["evidence_margin"] = evidence.margin;
        item["evidence_margin_error"] = evidence.margin_error;
        item["class"] = evidence.is_decided() ? Json(evidence.best) : Json();
    }
    return json;
}

Json ends_part(const NetworkProofs& proofs) {
    if (!proofs.ends) {
        return {};
    }
    const DecayProofs& ends = *proofs.ends;
    Json cones = Json::array();
    for (std::size_t k = 0; k < ends.cones.size(); ++k) {
        const DecayCone& cone = ends.cones[k];
        cones.push_back({{"units", cone.direction().units},
                         {"radius", cone.radius()},
                         {"outside", cone.outside()},
                         {"earliest_time", cone.earliest()},
                         {"rate", cone.rate()},
                         {"class", ends.end_class[k] < 0 ? Json() : Json(ends.end_class[k])}});
    }
    Json inputs = Json::array();
    for (const ProvedEnd& end : ends.inputs) {
        inputs.push_back({{"verdict", to_string(end.verdict)},
                          {"cone", end.cone < 0 ? Json() : Json(end.cone)},
                          {"enclosed_to_time", end.time},
                          {"error_bound", json_number(end.radius)},
                          {"decided", end.decided < 0 ? Json() : Json(end.decided)},
                          {"kept_to_layer", end.decided < 0 ? Json() : Json(end.kept_to)},
                          {"changed_by_layer", end.changed_by ? Json(*end.changed_by) : Json()},
                          {"kept_for_ever", end.for_ever}});
    }
    return {{"statement", describe(ends)},
            {"clock", to_string(ends.clock)},
            {"tried", ends.inputs.size()},
            {"proved", ends.count(DecayVerdict::EndsAtOrigin)},
            {"not_followed", ends.count(DecayVerdict::NotFollowed)},
            {"not_arrived", ends.count(DecayVerdict::NotArrived)},
            {"not_tried", ends.count(DecayVerdict::NotTried)},
            {"stable_directions_without_cone", ends.without_cone},
            {"cones", std::move(cones)},
            {"inputs", std::move(inputs)}};
}

}  // namespace

Json to_json(const NetworkProofs& proofs) {
    return {{"statements", describe(proofs)},
            {"attracting_faces", attracting_part(proofs)},
            {"atlas", atlas_part(proofs)},
            {"stable", stable_part(proofs)},
            {"origin", proofs.origin ? to_json(*proofs.origin) : Json()},
            {"origin_directions", directions_part(proofs)},
            {"ends_at_origin", ends_part(proofs)},
            {"growth_form", proofs.growth ? to_json(*proofs.growth) : Json()},
            {"passed_over", proofs.passed_over}};
}

std::vector<std::pair<std::string, CsvTable>> proof_tables(const NetworkProofs& proofs) {
    std::vector<std::pair<std::string, CsvTable>> tables;
    if (proofs.attracting) {
        tables.emplace_back("attracting_faces.csv",
                            attracting_table(*proofs.attracting, proofs.evidence));
    }
    if (proofs.stable) {
        tables.emplace_back("stable_equilibria.csv", equilibrium_table(proofs.stable->equilibria));
    }
    return tables;
}

}  // namespace resdyn
