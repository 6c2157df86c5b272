// The report's section on weights that differ by layer.
#include <fmt/format.h>

#include <cmath>

#include "report_content.hpp"
#include "results/report_text.hpp"

namespace resdyn::plots {

using namespace readable;

using namespace figures;

namespace {

std::string mean(const MeanWithError& value) {
    return std::isfinite(value.mean)
               ? fmt::format("{} ± {:.2g}", number(value.mean), value.standard_error)
               : std::string("–");
}

std::string share(double part) {
    return fmt::format("{:.1f} %", 100.0 * part);
}

std::string share(Index part, Index of) {
    return of > 0 ? share(static_cast<double>(part) / static_cast<double>(of)) : std::string("–");
}

Table frozen_table(const LayerwiseAnalysis& layerwise) {
    Table table{"Every layer frozen",
                {"layer n", "‖W‖ (Frobenius)", "largest singular value", "spectral radius",
                 "leading eigenvalue", "its residual", "frustrated weight"},
                {}};
    const bool rests = layerwise.layers.front().rest.has_value();
    const bool grows = layerwise.exponents.has_value();
    if (grows) {
        table.header.insert(table.header.end(), {"stretch of the layer", "exponent up to its end"});
    }
    if (rests) {
        table.header.insert(table.header.end(), {"inputs that settle there", "at so many places"});
    }
    for (const FrozenLayer& layer : layerwise.layers) {
        const FrustrationIndex& weight = layer.frustration.weight;
        const double total = layer.frustration.total_weight;
        std::vector<std::string> row = {
            fmt::format("{}", layer.layer),
            number(layer.frobenius_norm),
            number(layer.largest_singular_value),
            layer.spectral_radius < 0 ? "–" : number(layer.spectral_radius),
            layer.leading.values.empty() ? "–" : complex_number(layer.leading.values.front()),
            layer.leading.residuals.empty() ? "–" : number(layer.leading.residuals.front()),
            total > 0 ? (weight.is_exact()
                             ? share(weight.upper / total)
                             : share(weight.lower / total) + " to " + share(weight.upper / total))
                      : "–"};
        if (grows) {
            const LayerGrowth& growth =
                layerwise.exponents->layers[static_cast<std::size_t>(layer.layer)];
            row.insert(row.end(), {mean(growth.stretch), mean(growth.exponent)});
        }
        if (rests) {
            row.insert(row.end(), {fmt::format("{} of {}", layer.rest->settled, layer.rest->inputs),
                                   fmt::format("{}", layer.rest->places)});
        }
        table.rows.push_back(std::move(row));
    }
    return table;
}

Table step_table(const StepSplit& split) {
    Table table{
        fmt::format("Step by step, in the {}: step = interaction + drift",
                    split.variable == SplitVariable::Field ? "layers' fields" : "pre-activations"),
        {"from layer", "step", "interaction", "drift", "share of drift", "5 % to 95 %",
         "cosine of the two", "change of W", "change of the field", "largest |sum − step|",
         "rounding allows"},
        {}};
    for (const SplitStep& step : split.steps) {
        table.rows.push_back(
            {fmt::format("{}", step.layer), mean(step.step), mean(step.interaction),
             mean(step.drift), mean(step.share),
             fmt::format("{} to {}", number(step.share_spread.low), number(step.share_spread.high)),
             mean(step.cosine), number(step.weight_change), number(step.field_change),
             number(step.largest_gap), number(step.rounding_bound)});
    }
    return table;
}

Table change_table(const std::vector<LayerChange>& changes) {
    Table table{"What changes sign between neighbouring layers",
                {"from layer", "entries of other sign", "of their weight", "pairs of other type",
                 "self-couplings of other sign", "units in the same camp"},
                {}};
    for (const LayerChange& change : changes) {
        const SignChanges& signs = change.signs;
        table.rows.push_back(
            {fmt::format("{}", change.layer), share(signs.changed_entries, signs.entries),
             share(signs.changed_weight), share(signs.pairs_of_other_type, signs.pairs),
             fmt::format("{}", signs.changed_self), share(change.camp_overlap)});
    }
    return table;
}

Table pair_table(const std::vector<FrozenLayer>& layers) {
    Table table{"Pairs of units by type", {"layer n"}, {}};
    for (const PairType type : pair_types) {
        table.header.emplace_back(to_string(type));
    }
    for (const FrozenLayer& layer : layers) {
        std::vector<std::string> row = {fmt::format("{}", layer.layer)};
        for (const PairTally& tally : layer.pairs) {
            row.push_back(fmt::format("{}", tally.count));
        }
        table.rows.push_back(std::move(row));
    }
    return table;
}

Table equilibrium_table(const LayerHistory& study) {
    Table table{"Equilibria of every layer; " + study.history.scope,
                {"layer n", "equilibria", "stable", "complete"},
                {}};
    if (!study.two_matrices) {
        table.header.insert(table.header.end(),
                            {"patterns kept in the next layer", "stable ones kept"});
    }
    for (const EpochCounts& layer : study.history.epochs) {
        std::vector<std::string> row = {fmt::format("{}", layer.epoch),
                                        fmt::format("{}", layer.equilibria),
                                        fmt::format("{}", layer.stable), yes_no(layer.complete)};
        if (!study.two_matrices) {
            const auto at = static_cast<std::size_t>(layer.epoch);
            const bool last = at >= study.neighbours.size();
            row.push_back(last ? "–" : fmt::format("{}", study.neighbours[at].kept));
            row.push_back(last ? "–" : fmt::format("{}", study.neighbours[at].stable_kept));
        }
        table.rows.push_back(std::move(row));
    }
    return table;
}

}  // namespace

ReportSection layerwise_section(const Analysis& analysis) {
    const LayerwiseAnalysis& layerwise = *analysis.layerwise;
    const SystemReport& system = analysis.system;
    ReportSection section{"layers", "Layer by layer", Section::Layers};
    section.paragraphs = {
        "Every layer has weights of its own. Frozen, a layer is a residual system like that of a "
        "network with shared weights; the network is in it for one step."};
    section.facts = {{"activation f", std::string(to_string(system.activation)), ""},
                     {"layers L", fmt::format("{}", system.depth),
                      fmt::format("step h = {}, T = hL = {}", number(system.step),
                                  number(system.step * static_cast<double>(system.depth)))},
                     {"units", fmt::format("{}", system.width),
                      layerwise.two_matrices
                          ? fmt::format("{} hidden units a layer, without identity across layers",
                                        system.hidden_width)
                          : std::string("the same from layer to layer")}};
    if (layerwise.split && !layerwise.split->steps.empty()) {
        const StepSplit& split = *layerwise.split;
        section.paragraphs.push_back(
            "Every step of the residuals is, exactly, cooperation and competition of the units "
            "(interaction) plus the change of the weights under them (drift). With shared weights "
            "the drift is 0.");
        section.facts.push_back(
            {"share of drift", mean(split.share),
             fmt::format("mean over the steps, over {} inputs; every step is the sum of its parts "
                         "to rounding: {}",
                         split.inputs, yes_no(split.closes()))});
        if (std::isfinite(split.weight_variation)) {
            section.facts.push_back({"total variation of the weights",
                                     number(split.weight_variation),
                                     "Σ ‖ΔW‖ over the mean ‖W‖ (Frobenius)"});
        }
        section.facts.push_back({"total variation of the fields", number(split.field_variation),
                                 "Σ root mean square of ‖ΔF‖ over that of ‖F‖, on the data"});
    }
    if (layerwise.exponents) {
        const FiniteTimeExponents& e = *layerwise.exponents;
        section.facts.push_back(
            {"largest finite-time exponent", mean(e.layers.back().exponent),
             fmt::format("over T, {} trajectories; the layers one by one allow {}", e.inputs,
                         mean(e.layers.back().bound))});
        section.facts.push_back(
            {"exponents above 0", mean(e.expanding),
             fmt::format("of {}, {} resolved", e.exponents.size(), e.resolved)});
    }
    section.tables.push_back(frozen_table(layerwise));
    if (layerwise.split && !layerwise.split->steps.empty()) {
        section.tables.push_back(step_table(*layerwise.split));
    }
    if (!layerwise.changes.empty()) {
        section.tables.push_back(change_table(layerwise.changes));
    }
    section.tables.push_back(pair_table(layerwise.layers));
    section.tables.back().folded = true;
    if (layerwise.history) {
        section.tables.push_back(equilibrium_table(*layerwise.history));
    }
    return section;
}

}  // namespace resdyn::plots
