#include "layer_results.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>

#include "json_parts.hpp"
#include "table.hpp"

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
Json series_of(const std::vector<Item>& items) {
    Json list = Json::array();
    for (const Item& item : items) {
        list.push_back(to_json(item));
    }
    return list;
}

Json decision_json(const LayerStudy& study) {
    const DecisionReport& decision = study.decision;
    Json json = {{"samples", decision.final_from.size()},
                 {"accuracy_by_layer", series_of(decision.accuracy)},
                 {"margin_by_layer", series_of(decision.margin)},
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

const Table<LayerSeparability>& separability_table() {
    static const Table<LayerSeparability> table = {
        {"variable", &LayerSeparability::variable},
        {"layer", &LayerSeparability::layer},
        {"fisher", &LayerSeparability::fisher},
        {"directions", &LayerSeparability::directions},
        {"between", &LayerSeparability::between},
        {"within", &LayerSeparability::within},
        {"nearest_mean", &LayerSeparability::nearest_mean},
        {"probe", &LayerSeparability::probe}};
    return table;
}

Json separability_json(const SeparabilityReport& report) {
    return {{"fit_samples", report.fit_samples},
            {"held_out_samples", report.held_out_samples},
            {"layers", separability_table().json(report.layers)}};
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
    Json motions;
    for (const BeyondMotion motion : beyond_motions) {
        motions[std::string(to_string(motion))] =
            std::count_if(report.turning.begin(), report.turning.end(),
                          [motion](const Turning& t) { return t.motion == motion; });
    }
    return {{"of_network", report.of_network ? Json(to_string(*report.of_network)) : Json()},
            {"shares", shares},
            {"beyond_the_last_layer", beyond},
            {"motions", motions},
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
    const auto at = [](Index n) { return static_cast<std::size_t>(n); };
    const Table<Index> table = {
        {"layer", [](Index n) { return n; }},
        {"accuracy", [&, at](Index n) { return decision.accuracy[at(n)]; }},
        {"margin", [&, at](Index n) { return decision.margin[at(n)]; }},
        {"final_from", [&, at](Index n) { return decision.final_count[at(n)]; }},
        {"evidence", [&](Index n) -> std::optional<double> {
             if (!decision.evidence) {
                 return std::nullopt;
             }
             return n == 0 ? decision.evidence->start : decision.evidence->by_unit.col(n - 1).sum();
         }}};
    return table.csv(indices_up_to(static_cast<Index>(decision.accuracy.size())));
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
    const RegimeReport& report = *study.regime;
    const auto at = [](Index k) { return static_cast<std::size_t>(k); };
    const Table<Index> table = {
        {"sample", [&, at](Index k) { return study.sample[at(k)]; }},
        {"regime", [&, at](Index k) { return report.regimes[at(k)]; }},
        {"last_speed", [&](Index k) { return report.last_speed[k]; }},
        {"distance_to_rest", [&](Index k) { return report.distance[k]; }},
        {"beyond", [&, at](Index k) { return report.settled.outcomes[at(k)]; }},
        {"motion", [&, at](Index k) { return report.turning[at(k)].motion; }},
        {"period", [&, at](Index k) {
             const Index p = report.turning[at(k)].period;
             return p > 0 ? std::optional(p) : std::nullopt;
         }}};
    return table.csv(indices_up_to(static_cast<Index>(report.regimes.size())));
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
    tables.emplace_back("separability.csv", separability_table().csv(study.separability.layers));
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
