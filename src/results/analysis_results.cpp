
#include <nlohmann/json.hpp>
#include <vector>

#include "behaviour_results.hpp"
#include "cycle_results.hpp"
#include "discretisation_results.hpp"
#include "interaction_results.hpp"
#include "json_parts.hpp"
#include "layerwise_results.hpp"
#include "list_parts.hpp"
#include "proof_results.hpp"
#include "recurrence_results.hpp"
#include "results.hpp"
#include "root_results.hpp"

namespace resdyn {

using Json = nlohmann::ordered_json;

namespace {

template <typename T>
Json list_of(const std::vector<T>& items) {
    Json list = Json::array();
    for (const T& item : items) {
        list.push_back(to_json(item));
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

/// What holds of all layers, where their weights differ.
Json network_json(const SystemReport& system, bool two_matrices) {
    return {{"activation", to_string(system.activation)},
            {"levels", {json_number(system.range.low), json_number(system.range.high)}},
            {"step", system.step},
            {"depth", system.depth},
            {"width", system.width},
            {"hidden_width", system.hidden_width},
            {"matrices_per_layer", two_matrices ? 2 : 1}};
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

Json to_json(const Analysis& analysis) {
    Json json = Json::object();
    if (analysis.layerwise) {
        json["network"] = network_json(analysis.system, analysis.layerwise->two_matrices);
        add_layerwise(json, *analysis.layerwise);
    } else {
        json = {{"system", to_json(analysis.system)},
                {"interaction", to_json(analysis.interaction)},
                {"equilibria_method", to_string(analysis.equilibria_method)}};
    }
    if (analysis.atlas) {
        const SystemReport& system = analysis.system;
        json["equilibria"] = atlas_json(list_head(system.activation, system.step,
                                                  system.hidden_width, analysis.atlas->complete),
                                        *analysis.atlas, {.clocks = &analysis.clocks});
    }
    if (analysis.cones) {
        json["equilibria"] = cones_json(*analysis.cones);
    }
    if (analysis.recurrence) {
        json["recurrent_motion"] = to_json(*analysis.recurrence);
    }
    if (analysis.cycles) {
        json["cycles"] = to_json(*analysis.cycles);
    }
    if (analysis.settled) {
        json["settled"] = search_summary(*analysis.settled);
        json["settled"]["groups"] = groups_json(*analysis.settled, analysis.group_classes);
    }
    if (analysis.discretisation) {
        json["discretisation"] = to_json(*analysis.discretisation);
        if (analysis.fidelity) {
            json["discretisation"].update(to_json(*analysis.fidelity));
        }
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

}  // namespace resdyn
