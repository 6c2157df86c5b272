#include "discretisation_results.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "json_parts.hpp"
#include "table.hpp"

namespace resdyn {

namespace {

using Json = nlohmann::ordered_json;
using Tables = std::vector<std::pair<std::string, CsvTable>>;

std::string_view words_of(FlowVerdict verdict) {
    switch (verdict) {
        case FlowVerdict::Discretisation:
            return "a discretisation";
        case FlowVerdict::OdeLike:
            return "ODE-like";
        case FlowVerdict::NoDiscretisation:
            return "no discretisation";
        case FlowVerdict::Unknown:
            return "not known";
    }
    return "not known";
}

std::optional<double> known(double value) {
    return std::isnan(value) ? std::nullopt : std::optional(value);
}

std::optional<MeanWithError> known(const MeanWithError& value) {
    return std::isnan(value.mean) ? std::nullopt : std::optional(value);
}

const Table<FlowCriterion>& flow_criterion_table() {
    using C = FlowCriterion;
    static const Table<C> table = {{"criterion", &C::name},
                                   {"value", [](const C& c) { return known(c.value); }},
                                   {"low", [](const C& c) { return known(c.low); }},
                                   {"high", [](const C& c) { return known(c.high); }},
                                   {"allows", &C::allows},
                                   {"firm", &C::firm}};
    return table;
}

const Table<RefinedNetwork>& refined_table() {
    using R = RefinedNetwork;
    using F = Field<R>;
    static const Table<R> table = {{"halvings", &R::halvings},
                                   {"step", &R::step},
                                   {"distance", [](const R& r) { return known(r.distance); }},
                                   {"ratio", [](const R& r) { return known(r.ratio); }},
                                   {"order", [](const R& r) { return known(r.order); }},
                                   F("agreement", &R::agreement).if_present(),
                                   F("accuracy", &R::accuracy).if_present()};
    return table;
}

const Table<SplitStep>& step_table() {
    using S = SplitStep;
    using F = Field<S>;
    std::vector<FieldColumn> spread;
    for (const char* part : {"median", "q05", "q95", "least", "most"}) {
        spread.push_back({fmt::format("drift_share_{}", part), part});
    }
    static const Table<S> table = {
        {"layer", &S::layer},
        {"step", &S::step},
        {"interaction", &S::interaction},
        {"drift", &S::drift},
        {"interaction_along", &S::interaction_along},
        {"drift_along", &S::drift_along},
        {"cosine", [](const S& s) { return known(s.cosine); }},
        {"drift_share", &S::share},
        F("drift_share_spread", &S::share_spread).parts(std::move(spread)),
        {"weight_change", [](const S& s) { return known(s.weight_change); }},
        {"field_change", &S::field_change},
        {"largest_gap", &S::largest_gap},
        {"rounding_bound", &S::rounding_bound}};
    return table;
}

const Table<ClassSplit>& class_table() {
    using C = ClassSplit;
    static const Table<C> table = {{"layer", &C::layer},
                                   {"class", &C::label},
                                   {"samples", &C::samples},
                                   {"interaction", [](const C& c) { return known(c.interaction); }},
                                   {"drift", [](const C& c) { return known(c.drift); }},
                                   {"drift_share", [](const C& c) { return known(c.share); }}};
    return table;
}

CsvTable unit_table(const StepSplit& split) {
    CsvTable table({"layer", "unit", "interaction_rms", "drift_rms", "mean_interaction",
                    "mean_drift", "mean_step"});
    for (Index n = 0; n < split.drift_by_unit.cols(); ++n) {
        for (Index i = 0; i < split.drift_by_unit.rows(); ++i) {
            const double interaction = split.mean_interaction_by_unit(i, n);
            const double drift = split.mean_drift_by_unit(i, n);
            table.add({static_cast<long>(n), static_cast<long>(i), split.interaction_by_unit(i, n),
                       split.drift_by_unit(i, n), interaction, drift, interaction + drift});
        }
    }
    return table;
}

CsvTable input_table(const DiscretisationStudy& study) {
    const auto at = [](Index k) { return static_cast<std::size_t>(k); };
    const Table<Index> table = {
        {"sample", [&, at](Index k) { return study.samples[at(k)]; }},
        {"relative_distance", [&](Index k) { return known(study.fidelity.relative[k]); }},
        {"flow_outcome", [&, at](Index k) { return study.flow.outcomes[at(k)]; }}};
    return table.csv(indices_up_to(static_cast<Index>(study.samples.size())));
}

}  // namespace

Json to_json(const FlowFidelity& fidelity) {
    Json json = {{"verdict", to_string(fidelity.verdict)},
                 {"firm", fidelity.firm},
                 {"rule", fidelity.rule},
                 {"criteria", flow_criterion_table().json(fidelity.criteria)},
                 {"inputs", fidelity.inputs},
                 {"followed", fidelity.followed}};
    if (fidelity.followed > 0) {
        json["relative_distance"] = to_json(fidelity.spread_relative);
    }
    if (fidelity.network_accuracy) {
        json["network_accuracy"] = to_json(*fidelity.network_accuracy);
        json["flow_accuracy"] = to_json(*fidelity.flow_accuracy);
        json["accuracy_gain_of_flow"] = to_json(*fidelity.accuracy_gain);
    }
    json["refinements"] = refined_table().json(fidelity.refinements);
    return json;
}

Json to_json(const StepSplit& split) {
    Json json = {{"variable", to_string(split.variable)},
                 {"inputs", split.inputs},
                 {"closes", split.closes()},
                 {"drift_share", to_json(split.share)},
                 {"weight_variation", json_number(split.weight_variation)},
                 {"field_variation", split.field_variation},
                 {"steps", step_table().json(split.steps)}};
    if (!split.classes.empty()) {
        json["classes"] = class_table().json(split.classes);
    }
    return json;
}

Json to_json(const DiscretisationStudy& study) {
    Json json = to_json(study.fidelity);
    json["split"] = to_json(study.split);
    json["notes"] = study.notes;
    return json;
}

CsvTable refinement_table(const FlowFidelity& fidelity) {
    return refined_table().csv(fidelity.refinements);
}

CsvTable distance_table(const DiscretisationReport& report, const std::vector<Index>& samples) {
    CsvTable table({"sample", "layer", "t", "distance", "flow_displacement"});
    for (Index s = 0; s < report.distance.cols(); ++s) {
        for (Index n = 0; n < report.distance.rows(); ++n) {
            table.add({samples.empty() ? s : samples[static_cast<std::size_t>(s)], n,
                       report.t[static_cast<std::size_t>(n)], report.distance(n, s),
                       report.scale(n, s)});
        }
    }
    return table;
}

Tables split_tables(const StepSplit& split) {
    Tables tables;
    if (split.steps.empty()) {
        return tables;
    }
    tables.emplace_back("split.csv", step_table().csv(split.steps));
    tables.emplace_back("split_units.csv", unit_table(split));
    if (!split.classes.empty()) {
        tables.emplace_back("split_classes.csv", class_table().csv(split.classes));
    }
    return tables;
}

Tables discretisation_tables(const DiscretisationStudy& study) {
    Tables tables;
    tables.emplace_back("refinements.csv", refinement_table(study.fidelity));
    tables.emplace_back("flow_distance.csv", distance_table(study.flow, study.samples));
    tables.emplace_back("inputs.csv", input_table(study));
    for (auto& named : split_tables(study.split)) {
        tables.push_back(std::move(named));
    }
    return tables;
}

std::string verdict_line(const FlowFidelity& fidelity) {
    std::string text = std::string(words_of(fidelity.verdict));
    const char* before = ": ";
    for (const FlowCriterion& one : fidelity.criteria) {
        if (std::isnan(one.value)) {
            continue;
        }
        std::string name = one.name == "first_ratio" ? "first halving's ratio" : one.name;
        std::replace(name.begin(), name.end(), '_', ' ');
        text += fmt::format("{}{} {:.3g} ({:.3g} to {:.3g})", before, name, one.value, one.low,
                            one.high);
        before = ", ";
    }
    return text + (fidelity.firm || fidelity.criteria.empty()
                       ? ""
                       : "; within these intervals another verdict is possible");
}

std::string summary(const DiscretisationStudy& study) {
    const FlowFidelity& fidelity = study.fidelity;
    std::string text = fmt::format("verdict: {}\n", verdict_line(fidelity));
    text += fmt::format("rule: {}\n", fidelity.rule);
    text +=
        fmt::format("intervals of 95 % over {} of {} inputs\n", fidelity.followed, fidelity.inputs);
    if (fidelity.followed > 0) {
        const Spread& spread = fidelity.spread_relative;
        text += fmt::format(
            "distance of network and ODE over the way of the network: median {:.3g}, 5 % to 95 % "
            "{:.3g} to {:.3g}, worst {:.3g}\n",
            spread.median, spread.low, spread.high, spread.most);
    }
    if (fidelity.network_accuracy) {
        text += fmt::format(
            "accuracy: network {:.4f} ± {:.4f}, ODE {:.4f} ± {:.4f}; gain of the ODE, paired, "
            "{:+.4f} ± {:.4f}\n",
            fidelity.network_accuracy->value, fidelity.network_accuracy->standard_error,
            fidelity.flow_accuracy->value, fidelity.flow_accuracy->standard_error,
            fidelity.accuracy_gain->mean, fidelity.accuracy_gain->standard_error);
    }
    text += fmt::format("{:>10}{:>14}{:>16}{:>10}{:>12}{:>12}\n", "halvings", "step", "distance",
                        "order", "agreement", "accuracy");
    for (const RefinedNetwork& one : fidelity.refinements) {
        const auto share = [](const std::optional<Proportion>& p) {
            return p ? fmt::format("{:.4f}", p->value) : std::string("-");
        };
        text += fmt::format(
            "{:>10}{:>14.6g}{:>16.6g}{:>10}{:>12}{:>12}\n", one.halvings, one.step, one.distance,
            std::isnan(one.order) ? std::string("-") : fmt::format("{:.4f}", one.order),
            share(one.agreement), share(one.accuracy));
    }
    text += "(the order tends to 1 for every network: it tests the computation, not the network)\n";
    const StepSplit& split = study.split;
    if (std::isfinite(split.weight_variation)) {
        text += fmt::format("total variation of the weights over their mean norm: {:.4g}\n",
                            split.weight_variation);
    }
    text += fmt::format("of the layers' fields on these inputs: {:.4g}\n", split.field_variation);
    if (!split.steps.empty()) {
        text += fmt::format("share of drift in the steps of the {}: {:.4f} ± {:.4f}\n",
                            split.variable == SplitVariable::Field ? "fields" : "pre-activations",
                            split.share.mean, split.share.standard_error);
    }
    for (const std::string& note : study.notes) {
        text += fmt::format("note: {}\n", note);
    }
    return text;
}

}  // namespace resdyn
