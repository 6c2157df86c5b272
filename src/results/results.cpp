#include <resdyn/results/behaviour_results.hpp>
#include <resdyn/results/interaction_results.hpp>
#include <resdyn/results/proof_results.hpp>
#include <resdyn/results/recurrence_results.hpp>
#include <resdyn/results/results.hpp>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <vector>

#include <resdyn/results/json_parts.hpp>
#include <resdyn/results/proof_text.hpp>
#include <resdyn/results/root_results.hpp>
#include <resdyn/results/spectrum_results.hpp>

namespace resdyn {

using Json = nlohmann::ordered_json;

namespace {

Json header(Activation activation, double step, Index dimension, bool complete) {
    return {{"activation", to_string(activation)},
            {"step", step},
            {"dimension", dimension},
            {"complete", complete}};
}

Json header(const ResidualSystem& system, bool complete) {
    return header(system.activation(), system.step(), system.dimension(), complete);
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

template <typename T>
Json list_of(const std::vector<T>& items) {
    Json list = Json::array();
    for (const T& item : items) {
        list.push_back(to_json(item));
    }
    return list;
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

Json to_json(const SystemReport& system) {
    return {{"activation", to_string(system.activation)},
            {"levels", {json_number(system.range.low), json_number(system.range.high)}},
            {"step", system.step},
            {"depth", system.depth},
            {"width", system.width},
            {"hidden_width", system.hidden_width},
            {"rank", system.rank.rank},
            {"rank_tolerance", system.rank.tolerance},
            {"largest_singular_value", system.rank.singular_values[0]},
            {"smallest_singular_value", system.rank.singular_values.tail(1)[0]},
            {"slowest_time", json_number(system.rank.slowest_time)},
            {"invariants", system.rank.left_null_vectors.cols()},
            {"invariant_drift",
             system.invariant_drift < 0 ? Json(nullptr) : Json(system.invariant_drift)},
            {"frobenius_norm", system.frobenius_norm},
            {"spectral_radius",
             system.spectral_radius < 0 ? Json(nullptr) : Json(system.spectral_radius)},
            {"spectral_radius_residual",
             system.spectral_radius < 0 ? Json(nullptr) : Json(system.spectral_radius_residual)},
            {"leading_eigenvalues", json_numbers(system.leading_eigenvalues.values)},
            {"leading_residuals", json_numbers(system.leading_eigenvalues.residuals)},
            {"leading_status", to_string(system.leading_eigenvalues.status)}};
}

Json to_json(const DiscretisationReport& report) {
    Json outcomes = Json::array();
    for (const Outcome outcome : report.outcomes) {
        outcomes.push_back(to_string(outcome));
    }
    return {{"steps", report.steps},
            {"final_distance", json_numbers(report.final_distance)},
            {"observed_order", json_numbers(report.observed_order)},
            {"flow_outcomes", outcomes}};
}

/// A list of lists, row by row.
Json rows_of(const Eigen::MatrixXi& counts) {
    Json rows = Json::array();
    for (Index i = 0; i < counts.rows(); ++i) {
        rows.push_back(std::vector<int>(counts.row(i).begin(), counts.row(i).end()));
    }
    return rows;
}

Json to_json(const EvidenceLedger& ledger) {
    return {{"rounding_residual", ledger.rounding_residual},
            {"rounding_bound", ledger.rounding_bound},
            {"balances", ledger.balances()},
            {"accuracy_by_layer", list_of(ledger.accuracy_by_layer)},
            {"mean_margin_by_layer", json_numbers(ledger.mean_margin_by_layer)},
            {"mean_evidence_by_layer", json_numbers(ledger.mean_evidence_by_layer)},
            {"accuracy_from_start", to_json(ledger.accuracy_from_start)},
            {"accuracy_from_sum", to_json(ledger.accuracy_from_sum)},
            {"accuracy_from_last", to_json(ledger.accuracy_from_last)},
            {"confusion", rows_of(ledger.confusion)}};
}

Json to_json(const DecisionMap& map) {
    const auto range = [](const Vector& grid) {
        return std::vector<double>{grid[0], grid[grid.size() - 1]};
    };
    return {{"points", map.inputs.first.size()},
            {"window", {range(map.inputs.first), range(map.inputs.second)}},
            {"boundary_pairs", map.inputs.boundary_pairs()},
            {"samples", map.samples.cols()},
            {"right", (map.labels.array() == map.answers.array()).count()},
            {"projected", map.projected},
            {"variance_share", map.variance_share}};
}

Json groups_json(const SettleResult& settled, const std::vector<GroupClasses>& classes) {
    Json groups = Json::array();
    for (std::size_t k = 0; k < settled.groups.size(); ++k) {
        Json group = to_json(settled.groups[k].equilibrium);
        group["members"] = settled.groups[k].members.size();
        group["proved"] = settled.groups[k].equilibrium.proved;
        group["share"] = to_json(classes[k].share);
        group["purity"] = classes[k].purity;
        group["by_class"] = classes[k].by_class;
        groups.push_back(std::move(group));
    }
    return groups;
}

}  // namespace

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
    return {{"pattern", to_string(equilibrium.pattern)},
            {"y", json_numbers(equilibrium.y)},
            {"residual", equilibrium.residual},
            {"flow_eigenvalues", json_numbers(equilibrium.flow_eigenvalues)},
            {"multipliers", json_numbers(equilibrium.multipliers)},
            {"type", to_string(equilibrium.type)},
            {"unstable_dimension", equilibrium.spectrum.unstable},
            {"hyperbolic", equilibrium.spectrum.is_hyperbolic()},
            {"on_continuum", equilibrium.on_continuum}};
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
        list.push_back(to_json(equilibrium));
        if (notes.margins != nullptr) {
            list.back()["margin"] = json_number((*notes.margins)[k]);
        }
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

namespace {

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

}  // namespace

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

Json to_json(const Analysis& analysis) {
    Json json = {{"system", to_json(analysis.system)},
                 {"interaction", to_json(analysis.interaction)},
                 {"equilibria_method", to_string(analysis.equilibria_method)}};
    if (analysis.atlas) {
        const SystemReport& system = analysis.system;
        json["equilibria"] = atlas_json(
            header(system.activation, system.step, system.hidden_width, analysis.atlas->complete),
            *analysis.atlas, {.clocks = &analysis.clocks});
    }
    if (analysis.cones) {
        json["equilibria"] = cones_json(*analysis.cones);
    }
    if (analysis.recurrence) {
        json["recurrent_motion"] = to_json(*analysis.recurrence);
    }
    if (analysis.settled) {
        json["settled"] = search_summary(*analysis.settled);
        json["settled"]["groups"] = groups_json(*analysis.settled, analysis.group_classes);
    }
    if (analysis.discretisation) {
        json["discretisation"] = to_json(*analysis.discretisation);
    }
    if (analysis.orientation) {
        json["layers_as_flow"] = to_json(*analysis.orientation);
    }
    if (analysis.proofs) {
        json["proofs"] = to_json(*analysis.proofs);
    }
    if (analysis.behaviour) {
        json["behaviour"] = to_json(*analysis.behaviour);
    }
    if (analysis.evidence) {
        json["evidence"] = to_json(*analysis.evidence);
    }
    if (analysis.decision_map) {
        json["decision_map"] = to_json(*analysis.decision_map);
    }
    if (!analysis.record.empty()) {
        json["training"] = {{"epochs", analysis.record.back().epoch},
                            {"loss", json_number(analysis.record.back().loss)},
                            {"train_accuracy", analysis.record.back().train_accuracy}};
    }
    json["notes"] = analysis.notes;
    return json;
}

Json to_json(const Orientation& orientation) {
    return {{"smallest_determinant", json_number(orientation.smallest)},
            {"smallest_sign", orientation.smallest_sign},
            {"smallest_log10", json_number(orientation.smallest_log10)},
            {"layer", orientation.layer},
            {"reversing", orientation.reversing},
            {"states", orientation.states},
            {"rules_out_a_flow", orientation.rules_out_a_flow()},
            {"statement", describe(orientation)}};
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
