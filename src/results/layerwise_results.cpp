#include "layerwise_results.hpp"

#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "discretisation_results.hpp"
#include "json_parts.hpp"
#include "layer_history_results.hpp"
#include "table.hpp"

namespace resdyn {

namespace {

using Json = nlohmann::ordered_json;
using Tables = std::vector<std::pair<std::string, CsvTable>>;

FieldParts pair_counts(const FrozenLayer& layer) {
    FieldParts parts;
    for (std::size_t k = 0; k < pair_types.size(); ++k) {
        parts.emplace_back(std::string(to_string(pair_types[k])),
                           static_cast<long>(layer.pairs[k].count));
    }
    return parts;
}

FieldParts range_of(const FrustrationIndex& index) {
    return {{"lower", index.lower}, {"upper", index.upper}};
}

std::optional<double> found(double value) {
    return value < 0 ? std::nullopt : std::optional(value);
}

const Table<FrozenLayer>& layer_table() {
    using L = FrozenLayer;
    using F = Field<L>;
    std::vector<FieldColumn> pair_columns;
    for (const PairType type : pair_types) {
        pair_columns.push_back({std::string(to_string(type)), std::string(to_string(type))});
    }
    const auto rest = [](Index FrozenRest::*member) {
        return [member](const L& layer) {
            return layer.rest ? std::optional((*layer.rest).*member) : std::nullopt;
        };
    };
    static const Table<L> table(std::vector<F>{
        {"layer", &L::layer},
        {"frobenius_norm", &L::frobenius_norm},
        {"largest_singular_value", &L::largest_singular_value},
        {"singular_residual", &L::singular_residual},
        {"spectral_radius", [](const L& l) { return found(l.spectral_radius); }},
        F("leading_eigenvalues", [](const L& l) { return l.leading.values; }).json_only(),
        F("leading_residuals", [](const L& l) { return l.leading.residuals; }).json_only(),
        F("leading_status", [](const L& l) { return l.leading.status; }).json_only(),
        F("pairs", pair_counts).parts(pair_columns),
        F("self_excited", [](const L& l) { return l.self.positive; }),
        F("self_inhibited", [](const L& l) { return l.self.negative; }),
        F("frustrated_pairs",
          [](const L& l) {
              return range_of(l.frustration.pairs);
          }).parts({{"frustrated_pairs_lower", "lower"}, {"frustrated_pairs_upper", "upper"}}),
        F("frustrated_weight",
          [](const L& l) {
              return range_of(l.frustration.weight);
          }).parts({{"frustrated_weight_lower", "lower"}, {"frustrated_weight_upper", "upper"}}),
        F("total_weight", [](const L& l) { return l.frustration.total_weight; }),
        F("rest.inputs", rest(&FrozenRest::inputs)).column("rest_inputs").if_present(),
        F("rest.settled", rest(&FrozenRest::settled)).column("rest_settled").if_present(),
        F("rest.places", rest(&FrozenRest::places)).column("rest_places").if_present(),
        F("rest.on_continuum", rest(&FrozenRest::on_continuum))
            .column("rest_on_continuum")
            .if_present(),
        F("rest.slow", rest(&FrozenRest::slow)).column("rest_slow").if_present(),
        F("rest.unsettled", rest(&FrozenRest::unsettled)).column("rest_unsettled").if_present(),
        F("rest.not_finite", rest(&FrozenRest::not_finite))
            .column("rest_not_finite")
            .if_present()});
    return table;
}

const Table<LayerChange>& sign_change_table() {
    using C = LayerChange;
    static const Table<C> table = {
        {"layer", &C::layer},
        {"pairs", [](const C& c) { return c.signs.pairs; }},
        {"pairs_of_other_type", [](const C& c) { return c.signs.pairs_of_other_type; }},
        {"entries", [](const C& c) { return c.signs.entries; }},
        {"changed_entries", [](const C& c) { return c.signs.changed_entries; }},
        {"changed_weight_share", [](const C& c) { return c.signs.changed_weight; }},
        {"changed_self", [](const C& c) { return c.signs.changed_self; }},
        {"camp_overlap", &C::camp_overlap}};
    return table;
}

const Table<LayerGrowth>& growth_table() {
    using G = LayerGrowth;
    static const Table<G> table = {{"layer", &G::layer},
                                   {"stretch", &G::stretch},
                                   {"exponent", &G::exponent},
                                   {"bound", &G::bound}};
    return table;
}

struct Exponent {
    Index index = 0;
    MeanWithError value;
};

std::vector<Exponent> resolved(const FiniteTimeExponents& found) {
    std::vector<Exponent> rows;
    for (Index k = 0; k < found.resolved; ++k) {
        rows.push_back({k, found.exponents[static_cast<std::size_t>(k)]});
    }
    return rows;
}

const Table<Exponent>& exponent_table() {
    static const Table<Exponent> table = {{"index", &Exponent::index},
                                          {"exponent", &Exponent::value}};
    return table;
}

CsvTable spectrum_table(const std::vector<FrozenLayer>& layers) {
    CsvTable table({"layer", "index", "re", "im", "residual"});
    for (const FrozenLayer& layer : layers) {
        for (std::size_t k = 0; k < layer.leading.values.size(); ++k) {
            table.add({static_cast<long>(layer.layer), static_cast<long>(k),
                       layer.leading.values[k].real(), layer.leading.values[k].imag(),
                       layer.leading.residuals[k]});
        }
    }
    return table;
}

Json to_json(const FiniteTimeExponents& exponents) {
    return {{"time", exponents.time},
            {"inputs", exponents.inputs},
            {"resolved", exponents.resolved},
            {"expanding", to_json(exponents.expanding)},
            {"exponents", exponent_table().json(resolved(exponents))},
            {"layers", growth_table().json(exponents.layers)}};
}

}  // namespace

void add_layerwise(Json& json, const LayerwiseAnalysis& analysis) {
    json["layers"] = layer_table().json(analysis.layers);
    json["changes_between_layers"] = sign_change_table().json(analysis.changes);
    if (analysis.history) {
        json["equilibria_by_layer"] = to_json(*analysis.history);
    }
    if (analysis.split) {
        json["split"] = to_json(*analysis.split);
    }
    if (analysis.exponents) {
        json["finite_time_exponents"] = to_json(*analysis.exponents);
    }
}

Tables layerwise_tables(const LayerwiseAnalysis& analysis) {
    Tables tables;
    tables.emplace_back("layers.csv", layer_table().csv(analysis.layers));
    tables.emplace_back("layer_spectra.csv", spectrum_table(analysis.layers));
    if (!analysis.changes.empty()) {
        tables.emplace_back("sign_changes.csv", sign_change_table().csv(analysis.changes));
    }
    const auto append = [&tables](Tables more) {
        for (auto& named : more) {
            tables.push_back(std::move(named));
        }
    };
    if (analysis.history) {
        append(layer_history_tables(*analysis.history));
    }
    if (analysis.split) {
        append(split_tables(*analysis.split));
    }
    if (analysis.exponents) {
        tables.emplace_back("growth.csv", growth_table().csv(analysis.exponents->layers));
        tables.emplace_back("exponents.csv", exponent_table().csv(resolved(*analysis.exponents)));
    }
    return tables;
}

std::string summary(const LayerwiseAnalysis& analysis) {
    std::string text =
        fmt::format("weights that differ by layer: {} layers\n", analysis.layers.size());
    if (analysis.split && !analysis.split->steps.empty()) {
        const StepSplit& split = *analysis.split;
        text += fmt::format(
            "steps of the {} split into interaction and drift of the weights (sums {} to "
            "rounding): share of drift {:.4f} ± {:.4f} over {} inputs; by step",
            split.variable == SplitVariable::Field ? "fields" : "pre-activations",
            split.closes() ? "hold" : "DO NOT hold", split.share.mean, split.share.standard_error,
            split.inputs);
        for (const SplitStep& step : split.steps) {
            text += fmt::format(" {:.3f}", step.share.mean);
        }
        text += "\n";
        if (std::isfinite(split.weight_variation)) {
            text += fmt::format("total variation of the weights over their mean norm: {:.4g}; ",
                                split.weight_variation);
        }
        text += fmt::format("of the layers' fields on the data: {:.4g}\n", split.field_variation);
    }
    for (const LayerChange& change : analysis.changes) {
        text += fmt::format(
            "layers {} to {}: {} of {} entries change sign ({:.1f} % of their weight), {} of {} "
            "pairs their type; camps overlap in {:.1f} % of the units\n",
            change.layer, change.layer + 1, change.signs.changed_entries, change.signs.entries,
            100.0 * change.signs.changed_weight, change.signs.pairs_of_other_type,
            change.signs.pairs, 100.0 * change.camp_overlap);
    }
    if (analysis.history) {
        text += summary(*analysis.history);
    }
    if (analysis.exponents) {
        const FiniteTimeExponents& e = *analysis.exponents;
        text += fmt::format(
            "finite-time Lyapunov exponents over T = {:.4g} ({} inputs): largest {:.4g} ± {:.2g} "
            "(layers one by one allow {:.4g}), {:.1f} ± {:.1f} above 0\n",
            e.time, e.inputs, e.layers.back().exponent.mean,
            e.layers.back().exponent.standard_error, e.layers.back().bound.mean, e.expanding.mean,
            e.expanding.standard_error);
    }
    return text;
}

}  // namespace resdyn
