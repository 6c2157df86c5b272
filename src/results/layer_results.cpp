#include <resdyn/results/layer_results.hpp>

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include <resdyn/results/json_parts.hpp>

namespace resdyn {

namespace {

using Json = nlohmann::ordered_json;
using Tables = std::vector<std::pair<std::string, CsvTable>>;

Json to_json(const AgainstShuffled& a) {
    return {{"value", json_number(a.value)},
            {"shuffled_mean", json_number(a.shuffled_mean)},
            {"shuffled_largest", json_number(a.shuffled_largest)},
            {"p", json_number(a.p)}};
}

Json to_json(const SingularTriplets& triplets) {
    return {{"values", json_numbers(triplets.values)},
            {"residuals", json_numbers(triplets.residuals)},
            {"status", to_string(triplets.status)}};
}

template <class Item>
Json list_of(const std::vector<Item>& items) {
    Json list = Json::array();
    for (const Item& item : items) {
        list.push_back(to_json(item));
    }
    return list;
}

Json decision_json(const LayerStudy& study) {
    const DecisionReport& decision = study.decision;
    Json json = {{"samples", decision.final_from.size()},
                 {"accuracy_by_layer", list_of(decision.accuracy)},
                 {"margin_by_layer", list_of(decision.margin)},
                 {"final_layer", to_json(decision.final_layer)},
                 {"final_from_layer", decision.final_count},
                 {"accuracy_from_start", to_json(decision.accuracy.front())}};
    if (decision.evidence) {
        const LayerEvidence& evidence = *decision.evidence;
        json["accuracy_from_sum"] = to_json(evidence.accuracy_from_sum);
        json["accuracy_from_last_residual"] = to_json(evidence.accuracy_from_last);
    }
    json["accuracy_from_last_state"] = to_json(decision.accuracy.back());
    if (decision.evidence) {
        const LayerEvidence& evidence = *decision.evidence;
        const Vector by_layer = evidence.by_unit.colwise().sum();
        json["evidence"] = {{"start", evidence.start},
                            {"by_layer", json_numbers(by_layer)},
                            {"lead", evidence.lead},
                            {"rounding_residual", evidence.rounding_residual},
                            {"rounding_bound", evidence.rounding_bound}};
    }
    return json;
}

Json separability_json(const SeparabilityReport& report) {
    Json layers = Json::array();
    for (const LayerSeparability& layer : report.layers) {
        layers.push_back({{"variable", to_string(layer.variable)},
                          {"layer", layer.layer},
                          {"fisher", json_number(layer.fisher)},
                          {"directions", layer.directions},
                          {"between", json_number(layer.between)},
                          {"within", json_number(layer.within)},
                          {"nearest_mean", to_json(layer.nearest_mean)},
                          {"probe", to_json(layer.probe)}});
    }
    return {{"fit_samples", report.fit_samples},
            {"held_out_samples", report.held_out_samples},
            {"layers", layers}};
}

Json regime_json(const RegimeReport& report) {
    Json shares;
    for (const Regime regime : {Regime::Settled, Regime::Slow, Regime::Unsettled}) {
        shares[std::string(to_string(regime))] =
            to_json(report.shares[static_cast<std::size_t>(regime)]);
    }
    Json beyond;
    for (const SettleOutcome outcome : settle_outcomes) {
        beyond[std::string(to_string(outcome))] = report.settled.count(outcome);
    }
    return {{"of_network", report.of_network ? Json(to_string(*report.of_network)) : Json()},
            {"shares", shares},
            {"beyond_the_last_layer", beyond},
            {"resting_places", report.settled.groups.size()}};
}

Json steady_json(const SteadyFeatureReport& report) {
    Json features = Json::array();
    for (const SteadyFeature& feature : report.features) {
        features.push_back({{"nearest_class", feature.nearest_class},
                            {"to_class_means", to_json(feature.to_class_means)},
                            {"to_directions", to_json(feature.to_directions)}});
    }
    return {{"varying_components", report.varying},
            {"directions", report.variance_share.size()},
            {"variance_share", json_number(report.variance_share.sum())},
            {"features", features}};
}

CsvTable layer_table(const DecisionReport& decision) {
    CsvTable table({"layer", "accuracy", "accuracy_error", "margin", "margin_error", "final_from",
                    "evidence"});
    for (std::size_t n = 0; n < decision.accuracy.size(); ++n) {
        CsvTable::Cell evidence = std::string();
        if (decision.evidence) {
            evidence = n == 0 ? decision.evidence->start
                              : decision.evidence->by_unit.col(static_cast<Index>(n) - 1).sum();
        }
        table.add({static_cast<long>(n), decision.accuracy[n].value,
                   decision.accuracy[n].standard_error, decision.margin[n].mean,
                   decision.margin[n].standard_error, static_cast<long>(decision.final_count[n]),
                   evidence});
    }
    return table;
}

CsvTable class_table(const DecisionReport& decision) {
    CsvTable table({"layer", "class", "answer", "share"});
    for (std::size_t n = 0; n < decision.trajectories.size(); ++n) {
        const Matrix& shares = decision.trajectories[n];
        for (Index c = 0; c < shares.rows(); ++c) {
            for (Index answer = 0; answer < shares.cols(); ++answer) {
                table.add({static_cast<long>(n), static_cast<long>(c), static_cast<long>(answer),
                           shares(c, answer)});
            }
        }
    }
    return table;
}

CsvTable separability_table(const SeparabilityReport& report) {
    CsvTable table({"variable", "layer", "fisher", "directions", "between", "within",
                    "nearest_mean", "nearest_mean_error", "probe", "probe_error"});
    for (const LayerSeparability& layer : report.layers) {
        table.add({std::string(to_string(layer.variable)), static_cast<long>(layer.layer),
                   layer.fisher, static_cast<long>(layer.directions), layer.between, layer.within,
                   layer.nearest_mean.value, layer.nearest_mean.standard_error, layer.probe.value,
                   layer.probe.standard_error});
    }
    return table;
}

/// A matrix by unit (row) and layer (column, counted from `first`).
CsvTable by_unit_table(const std::string& quantity, const Matrix& values, Index first) {
    CsvTable table({"unit", "layer", quantity});
    for (Index n = 0; n < values.cols(); ++n) {
        for (Index i = 0; i < values.rows(); ++i) {
            table.add({static_cast<long>(i), static_cast<long>(first + n), values(i, n)});
        }
    }
    return table;
}

CsvTable input_table(const LayerStudy& study) {
    CsvTable table({"sample", "regime", "last_speed", "distance_to_rest", "beyond"});
    const RegimeReport& report = *study.regime;
    for (std::size_t k = 0; k < report.regimes.size(); ++k) {
        const auto j = static_cast<Index>(k);
        table.add({static_cast<long>(study.sample[k]), std::string(to_string(report.regimes[k])),
                   report.last_speed[j], report.distance[j],
                   std::string(to_string(report.settled.outcomes[k]))});
    }
    return table;
}

CsvTable steady_table(const SteadyFeatureReport& report) {
    CsvTable table({"steady_residual", "compared_with", "index", "value", "shuffled_mean",
                    "shuffled_largest", "p"});
    const std::string none;
    for (std::size_t g = 0; g < report.features.size(); ++g) {
        const SteadyFeature& feature = report.features[g];
        const auto name = static_cast<long>(g + 1);
        const auto summary = [&](const std::string& what, const AgainstShuffled& a) {
            table.add({name, what, none, a.value, a.shuffled_mean, a.shuffled_largest, a.p});
        };
        summary("class means, largest |correlation|", feature.to_class_means);
        summary("leading directions, share", feature.to_directions);
        for (Index c = 0; c < feature.class_correlation.size(); ++c) {
            table.add({name, std::string("class mean, correlation"), static_cast<long>(c),
                       feature.class_correlation[c], none, none, none});
        }
        for (Index k = 0; k < feature.direction_share.size(); ++k) {
            table.add({name, std::string("direction, share"), static_cast<long>(k),
                       feature.direction_share[k], none, none, none});
        }
    }
    return table;
}

CsvTable singular_table(const FilterReport& filter) {
    CsvTable table({"jacobian", "index", "singular_value", "residual"});
    const auto add = [&table](const std::string& of, const SingularTriplets& triplets) {
        for (Index k = 0; k < triplets.values.size(); ++k) {
            table.add({of, static_cast<long>(k), triplets.values[k],
                       triplets.residuals[static_cast<std::size_t>(k)]});
        }
    };
    add("layers", filter.output);
    add("logits", filter.logits);
    return table;
}

}  // namespace

Json to_json(const LayerStudy& study) {
    Json json = {{"decision", decision_json(study)},
                 {"separability", separability_json(study.separability)},
                 {"sample", study.sample.size()}};
    if (study.ledger) {
        json["ledger"] = {{"samples", study.ledger->logits.cols()},
                          {"rounding_residual", study.ledger->rounding_residual},
                          {"rounding_bound", study.ledger->rounding_bound},
                          {"balances", study.ledger->balances()}};
    }
    if (study.regime) {
        json["regime"] = regime_json(*study.regime);
    }
    if (study.steady) {
        json["steady_features"] = steady_json(*study.steady);
    }
    json["filter"] = {{"layers", to_json(study.filter.output)},
                      {"logits", to_json(study.filter.logits)},
                      {"gain_inputs", study.filter.gain_inputs}};
    if (study.ftle) {
        json["ftle"] = {{"points", study.ftle->exponent.rows()},
                        {"largest", json_number(study.ftle->exponent.maxCoeff())},
                        {"boundary_points", study.ftle->boundary_points},
                        {"boundary_quantile", json_number(study.ftle->boundary_quantile)}};
    }
    json["notes"] = study.notes;
    return json;
}

Tables layer_study_tables(const LayerStudy& study) {
    Tables tables;
    tables.emplace_back("layers.csv", layer_table(study.decision));
    tables.emplace_back("classes.csv", class_table(study.decision));
    tables.emplace_back("separability.csv", separability_table(study.separability));
    if (study.decision.evidence) {
        tables.emplace_back("unit_evidence.csv",
                            by_unit_table("evidence", study.decision.evidence->by_unit, 1));
    }
    if (study.regime) {
        tables.emplace_back("inputs.csv", input_table(study));
    }
    if (study.steady) {
        tables.emplace_back("steady_features.csv", steady_table(*study.steady));
    }
    tables.emplace_back("gain.csv", by_unit_table("gain", study.filter.unit_gain, 0));
    tables.emplace_back("singular_values.csv", singular_table(study.filter));
    return tables;
}

}  // namespace resdyn
