#include "results.hpp"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <vector>

#include "equilibrium_fields.hpp"
#include "json_parts.hpp"
#include "list_parts.hpp"
#include "proof_text.hpp"
#include "spectrum_results.hpp"

namespace resdyn {

using Json = nlohmann::ordered_json;

namespace {

Json header(const ResidualSystem& system, bool complete) {
    return list_head(system.activation(), system.step(), system.dimension(), complete);
}

Json to_json(const AtlasCounts& counts) {
    return {{"total", counts.total},
            {"vertices", counts.vertices},
            {"faces", counts.faces},
            {"stable", counts.stable},
            {"marginal", counts.by_unstable_dimension.at(0) - counts.stable},
            {"non_hyperbolic", counts.non_hyperbolic},
            {"by_unstable_dimension", counts.by_unstable_dimension},
            {"by_free_units_and_unstable_dimension", counts.by_size}};
}

Json to_json(const AtlasDecisions& decisions) {
    return {{"patterns", decisions.patterns},
            {"excluded_by_filter", decisions.excluded_by_filter},
            {"found_by_filter", decisions.found_by_filter},
            {"by_discs", decisions.by_discs},
            {"exact", decisions.exact}};
}

Json to_json(const IndexCheck& check) {
    return {{"sum", check.sum},
            {"tied", check.tied},
            {"applies", check.applies},
            {"holds", check.holds},
            {"origin_index", check.origin_index ? Json(*check.origin_index) : Json(nullptr)}};
}

Json to_json(const RecurrenceReport& report) {
    Json candidates = Json::array();
    for (const Pattern& pattern : report.candidates) {
        candidates.push_back(to_string(pattern));
    }
    return {{"verdict", to_string(report.verdict)},
            {"meaning", describe(report.verdict)},
            {"inhabited_by_dimension", report.inhabited_by_dimension},
            {"candidates_by_dimension", report.candidates_by_dimension},
            {"candidate_count", report.candidate_count()},
            {"excluded_saddle_planes", report.excluded_saddle_planes},
            {"excluded_divergent_planes", report.excluded_divergent_planes},
            {"candidates", candidates}};
}

/// Slow passages by the equilibrium that they are near: how many, and how near.
Json passages_json(const SettleResult& result) {
    std::map<std::string, Json> by_pattern;
    for (const SlowPassage& passage : result.passages) {
        Json& item = by_pattern[to_string(passage.near.pattern)];
        if (item.is_null()) {
            item = {{"pattern", to_string(passage.near.pattern)},
                    {"type", to_string(passage.near.type)},
                    {"unstable_dimension", passage.near.spectrum.unstable},
                    {"starts", 0},
                    {"nearest", passage.distance},
                    {"farthest", passage.distance}};
        }
        item["starts"] = item["starts"].get<Index>() + 1;
        item["nearest"] = std::min(item["nearest"].get<double>(), passage.distance);
        item["farthest"] = std::max(item["farthest"].get<double>(), passage.distance);
    }
    Json list = Json::array();
    for (auto& [pattern, item] : by_pattern) {
        list.push_back(std::move(item));
    }
    return list;
}

}  // namespace

Json list_head(Activation activation, double step, Index dimension, bool complete) {
    return {{"activation", to_string(activation)},
            {"step", step},
            {"dimension", dimension},
            {"complete", complete}};
}

Json search_summary(const SettleResult& result) {
    Json search = {{"starts", result.outcomes.size()}};
    for (const SettleOutcome outcome : settle_outcomes) {
        search[std::string(to_string(outcome))] = result.count(outcome);
    }
    search["certified"] = result.certified;
    search["by_proof"] = result.by_proof;
    search["proof"] = result.proof.empty() ? Json(nullptr) : Json(result.proof);
    return search;
}

Json to_json(const Contingency& classes) {
    return {{"inputs", classes.inputs},
            {"purity", classes.purity},
            {"lone_inputs", classes.lone_inputs},
            {"mutual_information_bits", classes.mutual_information},
            {"mutual_information_corrected_bits", classes.mutual_information_corrected},
            {"class_entropy_bits", classes.class_entropy}};
}

Json to_json(const Provenance& provenance) {
    return {{"version", provenance.version},
            {"command", provenance.command},
            {"seed", provenance.seed},
            {"input_sha256", provenance.input_sha256},
            {"notes", provenance.notes}};
}

Json to_json(const Equilibrium& equilibrium) {
    Json json = Json::object();
    equilibrium_fields(false).add_to(json, {&equilibrium});
    return json;
}

Json to_json(const Continuum& continuum) {
    return {{"pattern", to_string(continuum.pattern)},
            {"dimension", continuum.dimension},
            {"point", json_numbers(continuum.point)},
            {"flow_eigenvalues", json_numbers(continuum.flow_eigenvalues)},
            {"transverse",
             {{"unstable", continuum.transverse.unstable},
              {"stable", continuum.transverse.stable},
              {"neutral", continuum.transverse.neutral},
              {"attracts", continuum.transverse.is_stable()}}}};
}

Json equilibria_json(const std::vector<Equilibrium>& equilibria, const VerdictNotes& notes) {
    Json list = Json::array();
    for (std::size_t k = 0; k < equilibria.size(); ++k) {
        Equilibrium equilibrium = equilibria[k];
        if (notes.whole != nullptr) {
            in_units_of(*notes.whole, equilibrium);
        }
        list.push_back(Json::object());
        equilibrium_fields(notes.margins != nullptr)
            .add_to(list.back(),
                    {&equilibrium,
                     notes.margins != nullptr ? std::optional((*notes.margins)[k]) : std::nullopt});
        if (notes.clocks != nullptr && k < notes.clocks->size()) {
            TwoClocks both = (*notes.clocks)[k];
            if (notes.whole != nullptr) {
                in_units_of(*notes.whole, both);
            }
            list.back()["clocks"] = to_json(both);
        } else if (notes.clocks != nullptr) {
            list.back()["clocks"] = nullptr;  // an interrupt came before
        }
    }
    return list;
}

Json to_json(const WholeSystem& whole) {
    return {{"reading", "shortest decimals"},
            {"common_denominator", whole.factor},
            {"weights_changed", whole.changed},
            {"largest_change", whole.largest_change}};
}

void add_notes(Json& json, const VerdictNotes& notes) {
    if (notes.rounding != nullptr) {
        json["rounding"] = to_json(*notes.rounding);
    }
    if (notes.whole != nullptr) {
        json["step"] = notes.whole->step;
        json["weights_read_as"] = to_json(*notes.whole);
    }
}

Json to_json(const RoundingReport& report) {
    Json close = Json::array();
    for (const CloseVerdict& verdict : report.close) {
        close.push_back(
            {{"pattern", to_string(verdict.pattern)},
             {"margin", json_number(verdict.margin)},
             {"type", to_string(verdict.stored)},
             {"type_as_rationals",
              verdict.as_rationals ? Json(to_string(*verdict.as_rationals)) : Json(nullptr)}});
    }
    return {{"norm", report.norm},
            {"tolerance", report.tolerance},
            {"verdicts", report.verdicts},
            {"close", report.close.size()},
            {"max_denominator", report.max_denominator},
            {"has_rationals", report.has_rationals},
            {"rounded_weights", report.rounded_weights},
            {"changed_as_rationals", report.changed},
            {"text", describe(report)},
            {"close_verdicts", close}};
}

/// `json`: the header.
Json atlas_json(Json json, const Atlas& atlas, const VerdictNotes& notes) {
    json["method"] = "enumeration";
    json["counts"] = to_json(atlas.counts);
    json["singular_patterns"] = atlas.singular_patterns;
    json["continua"] = atlas.continua_found;
    json["attracting_faces"] = {{"isolated", atlas.counts.not_transversally_unstable},
                                {"continua", atlas.attracting_continua}};
    json["decisions"] = to_json(atlas.decisions);
    json["proof"] = proof_text(atlas.decisions);
    json["index_check"] = to_json(atlas.index);
    json["recurrence"] = to_json(atlas.recurrence);
    json["not_listed"] = atlas.not_listed;
    json["equilibria"] = equilibria_json(atlas.equilibria, notes);
    if (atlas.origin) {
        json["origin"] = to_json(*atlas.origin);
    }
    json["continua_list"] = Json::array();
    for (Continuum continuum : atlas.continua) {
        if (notes.whole != nullptr) {
            in_units_of(*notes.whole, continuum);
        }
        json["continua_list"].push_back(to_json(continuum));
    }
    add_notes(json, notes);
    return json;
}

Json atlas_json(const Atlas& atlas, const ResidualSystem& system, const VerdictNotes& notes) {
    return atlas_json(header(system, atlas.complete), atlas, notes);
}

Json search_json(const SettleResult& result, const ResidualSystem& system, Listing listing,
                 const Contingency* classes, const VerdictNotes& notes) {
    AtlasCounts counts;
    counts.by_unstable_dimension.assign(static_cast<std::size_t>(system.dimension() + 1), 0);
    Json listed = Json::array();
    for (std::size_t g = 0; g < result.groups.size(); ++g) {
        const Equilibrium& equilibrium = result.groups[g].equilibrium;
        const bool vertex = equilibrium.pattern.is_vertex();
        ++counts.total;
        (vertex ? counts.vertices : counts.faces) += 1;
        counts.stable += equilibrium.spectrum.is_stable() ? 1 : 0;
        ++counts.by_unstable_dimension[static_cast<std::size_t>(equilibrium.spectrum.unstable)];
        if (listing != Listing::Faces || !vertex) {
            const auto members = static_cast<Index>(result.groups[g].members.size());
            Json item = to_json(equilibrium);
            item["members"] = members;
            item["share"] =
                to_json(proportion(members, static_cast<Index>(result.outcomes.size())));
            item["proved"] = equilibrium.proved;
            if (notes.margins != nullptr) {
                item["margin"] = json_number((*notes.margins)[g]);
            }
            if (classes != nullptr) {
                item["purity"] = classes->groups[g].purity;
                item["by_class"] = classes->groups[g].by_class;
            }
            listed.push_back(std::move(item));
        }
    }
    Json json = header(system, false);
    json["method"] = "search";
    json["search"] = search_summary(result);
    json["search"]["slow_passages"] = passages_json(result);
    if (classes != nullptr) {
        json["classes"] = to_json(*classes);
    }
    json["counts"] = to_json(counts);
    json["singular_patterns"] = nullptr;
    json["continua"] = nullptr;
    json["equilibria"] = std::move(listed);
    json["continua_list"] = Json::array();
    for (const ContinuumGroup& group : result.continua) {
        Json item = to_json(group.continuum);
        item["members"] = group.members.size();
        item["spread"] = group.spread;
        item["transverse_eigenvalues"] = json_numbers(group.transverse);
        json["continua_list"].push_back(std::move(item));
    }
    add_notes(json, notes);
    return json;
}

Json to_json(const CostPrediction& prediction) {
    return {{"nodes", json_number(prediction.nodes)},
            {"standard_error", json_number(prediction.standard_error)},
            {"low", json_number(prediction.low)},
            {"high", json_number(prediction.high)},
            {"probes", prediction.probes}};
}

Json to_json(const SearchWork& work) {
    return {{"nodes", work.nodes},
            {"excluded_by_row", work.excluded_by_row},
            {"excluded_by_rows", work.excluded_by_rows},
            {"excluded_by_trace", work.excluded_by_trace},
            {"leaves", work.leaves},
            {"exact_decisions", work.exact_decisions}};
}

Json stable_json(const StableSearch& search, const CostPrediction& prediction,
                 const ResidualSystem& system, std::string_view scope, const VerdictNotes& notes) {
    std::vector<std::uint64_t> by_unstable_dimension(
        static_cast<std::size_t>(system.dimension() + 1), 0);
    by_unstable_dimension[0] = search.stable();
    Json json = header(system, search.complete());
    json["method"] = search.by_signs ? "signs" : "branch_and_bound";
    json["scope"] = scope;
    json["end"] = to_string(search.end);
    json["counts"] = {{"total", search.stable()},
                      {"vertices", search.stable_vertices},
                      {"faces", search.stable_faces},
                      {"stable", search.stable()},
                      {"by_unstable_dimension", by_unstable_dimension}};
    json["marginal"] = search.marginal;
    json["prediction"] = to_json(prediction);
    json["work"] = to_json(search.work);
    json["proof"] = proof_text(search.work);
    json["all_listed"] = search.all_listed();
    json["singular_patterns"] = nullptr;
    json["continua"] = nullptr;
    json["equilibria"] = equilibria_json(search.equilibria, notes);
    if (search.origin) {
        json["origin"] = to_json(*search.origin);
    }
    add_notes(json, notes);
    return json;
}

Json to_json(const Simulation& simulation) {
    Json json = {{"outcome", to_string(simulation.outcome)},
                 {"settled", simulation.rest.has_value()},
                 {"final_speed", json_number(simulation.final_speed)},
                 {"t_end", simulation.t.back()},
                 {"samples", simulation.t.size()},
                 {"steps", simulation.steps},
                 {"rejected", simulation.rejected}};
    if (simulation.starts_at) {
        json["starts_at"] = {{"pattern", to_string(simulation.starts_at->pattern)},
                             {"type", to_string(simulation.starts_at->type)},
                             {"distance", simulation.start_distance}};
    }
    if (simulation.rest) {
        json["rest"] = to_json(*simulation.rest);
        json["rest"]["proved"] = simulation.rest->proved;
    }
    if (simulation.limit) {
        json["limit"] = to_json(simulation.limit->equilibrium);
        json["limit"]["proof"] = simulation.limit->proof;
        json["limit"]["distance"] = simulation.limit_distance;
    }
    return json;
}

}  // namespace resdyn
