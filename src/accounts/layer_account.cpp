#include <resdyn/accounts/layer_account.hpp>

#include <resdyn/figures/figures.hpp>
#include <resdyn/figures/layer_figures.hpp>
#include <resdyn/figures/response_figures.hpp>
#include <resdyn/model/parameters.hpp>
#include <resdyn/results/layer_results.hpp>

#include "words.hpp"

namespace resdyn {

namespace {

std::vector<figures::Figure> figures_of(const LayerStudy& study, const Network& network,
                                        const Dataset& data) {
    const figures::ImageShape image{data.image_rows, data.image_cols};
    std::vector<figures::Figure> figures = {
        figures::decision_figure(study.decision), figures::margin_figure(study.decision),
        figures::final_layer_figure(study.decision), figures::class_by_depth_figure(study.decision),
        figures::separability_figure(study.separability)};
    if (study.decision.evidence) {
        figures.push_back(figures::unit_evidence_figure(*study.decision.evidence, image));
    }
    if (study.regime) {
        figures.push_back(figures::regime_figure(*study.regime));
        if (!study.regime->settled.groups.empty()) {
            figures.push_back(figures::resting_figure(study.regime->settled,
                                                      levels(shape_of(network).activation),
                                                      image.rows, image.cols));
        }
    }
    if (study.steady) {
        figures.push_back(figures::steady_feature_figure(*study.steady));
    }
    for (figures::Figure& figure : figures::filter_figures(study.filter, image, image)) {
        figures.push_back(std::move(figure));
    }
    if (study.ftle) {
        figures.push_back(figures::ftle_figure(*study.ftle));
    }
    return figures;
}

std::string percent(const Proportion& p) {
    return fmt::format("{:.2f} ± {:.2f} %", 100.0 * p.value, 100.0 * p.standard_error);
}

void tell_summary(Words& say, const LayerStudy& study) {
    const DecisionReport& decision = study.decision;
    say("read-out of x_0 … x_L: ");
    for (const Proportion& p : decision.accuracy) {
        say("{:.1f} ", 100.0 * p.value);
    }
    say("% ({} samples; the last ± {:.2f})\n", decision.final_from.size(),
        100.0 * decision.accuracy.back().standard_error);
    if (decision.evidence) {
        say("read-outs alone: sum of residuals {}, last residual {}, start {}\n",
            percent(decision.evidence->accuracy_from_sum),
            percent(decision.evidence->accuracy_from_last), percent(decision.accuracy.front()));
        say("evidence ledger: rounding {:.1e} (bound {:.1e}) in float32",
            decision.evidence->rounding_residual, decision.evidence->rounding_bound);
        say(", {:.1e} (bound {:.1e}) in double on {} inputs\n", study.ledger->rounding_residual,
            study.ledger->rounding_bound, study.ledger->logits.cols());
    }
    say("margin: {:.3f} ± {:.3f} after the last layer; decision final from layer {:.2f} ± {:.2f}\n",
        decision.margin.back().mean, decision.margin.back().standard_error,
        decision.final_layer.mean, decision.final_layer.standard_error);
    const LayerSeparability& first = study.separability.layers.front();
    const LayerSeparability& last = study.separability.layers.back();
    for (const LayerSeparability& layer : {first, last}) {
        say("separability of {} (layer {}): Fisher {:.3g}, probe {}, nearest mean {}\n",
            to_string(layer.variable), layer.layer, layer.fisher, percent(layer.probe),
            percent(layer.nearest_mean));
    }
    if (study.regime) {
        const RegimeReport& regime = *study.regime;
        say("at the last layer: {} ({} inputs: settled {}, slow {}, unsettled {})\n",
            regime.of_network ? to_string(*regime.of_network) : "none holds for most inputs",
            regime.regimes.size(), percent(regime.shares[0]), percent(regime.shares[1]),
            percent(regime.shares[2]));
    }
    say("gain of the layers at the mean input: {:.4g} (residual {:.1e}); of the logits {:.4g}\n",
        study.filter.output.values[0], study.filter.output.residuals[0],
        study.filter.logits.values[0]);
    if (study.ftle) {
        say("FTLE field: class boundaries lie above a share of {:.3f} of its points\n",
            study.ftle->boundary_quantile);
    }
    for (const std::string& note : study.notes) {
        say("note: {}\n", note);
    }
    say("forward pass and decisions {:.2f} s, scatters and probes {:.2f} s\n", study.sweep_seconds,
        study.separability.seconds);
}

}  // namespace

Account account_of(const LayerStudy& study, const Network& network, const Dataset& data) {
    Account account;
    account.json = {{"network", describe(network)}, {"data", data.name}};
    account.json.update(to_json(study));
    account.tables = layer_study_tables(study);
    account.figures = figures_of(study, network, data);
    Words say;
    tell_summary(say, study);
    account.words = std::move(say).text();
    account.sound = (!study.decision.evidence || study.decision.evidence->balances()) &&
                    (!study.ledger || study.ledger->balances());
    return account;
}

}  // namespace resdyn
