#include "layer_text.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "percent.hpp"

namespace resdyn {

std::string summary(const LayerStudy& study) {
    std::string text;
    const DecisionReport& decision = study.decision;
    text += fmt::format("read-out of x_0 … x_L: ");
    for (const Proportion& p : decision.accuracy) {
        text += fmt::format("{:.1f} ", 100.0 * p.value);
    }
    text += fmt::format("% ({} samples; the last ± {:.2f})\n", decision.final_from.size(),
                        100.0 * decision.accuracy.back().standard_error);
    if (decision.evidence) {
        text += fmt::format("read-outs alone: sum of residuals {}, last residual {}, start {}\n",
                            percent(decision.evidence->accuracy_from_sum),
                            percent(decision.evidence->accuracy_from_last),
                            percent(decision.accuracy.front()));
        text +=
            fmt::format("evidence ledger: rounding {:.1e} (bound {:.1e}) in float32",
                        decision.evidence->rounding_residual, decision.evidence->rounding_bound);
        text += fmt::format(", {:.1e} (bound {:.1e}) in double on {} inputs\n",
                            study.ledger->rounding_residual, study.ledger->rounding_bound,
                            study.ledger->logits.cols());
    }
    text += fmt::format(
        "margin: {:.3f} ± {:.3f} after the last layer; decision final from layer {:.2f} ± {:.2f}\n",
        decision.margin.back().mean, decision.margin.back().standard_error,
        decision.final_layer.mean, decision.final_layer.standard_error);
    const LayerSeparability& first = study.separability.layers.front();
    const LayerSeparability& last = study.separability.layers.back();
    for (const LayerSeparability& layer : {first, last}) {
        text +=
            fmt::format("separability of {} (layer {}): Fisher {:.3g}, probe {}, nearest mean {}\n",
                        to_string(layer.variable), layer.layer, layer.fisher, percent(layer.probe),
                        percent(layer.nearest_mean));
    }
    if (study.regime) {
        const RegimeReport& regime = *study.regime;
        text += fmt::format(
            "at the last layer: {} ({} inputs: settled {}, slow {}, unsettled {})\n",
            regime.of_network ? to_string(*regime.of_network) : "none holds for most inputs",
            regime.regimes.size(), percent(regime.shares[0]), percent(regime.shares[1]),
            percent(regime.shares[2]));
        text += "beyond it:";
        for (const BeyondMotion motion : beyond_motions) {
            const auto inputs =
                std::count_if(regime.turning.begin(), regime.turning.end(),
                              [motion](const Turning& t) { return t.motion == motion; });
            if (inputs > 0) {
                text += fmt::format(" {} {}", to_string(motion), inputs);
            }
        }
        text += "\n";
    }
    text += fmt::format(
        "gain of the layers at the mean input: {:.4g} (residual {:.1e}); of the logits {:.4g}\n",
        study.filter.output.values[0], study.filter.output.residuals[0],
        study.filter.logits.values[0]);
    if (study.ftle) {
        text +=
            fmt::format("FTLE field: class boundaries lie above a share of {:.3f} of its points\n",
                        study.ftle->boundary_quantile);
    }
    for (const std::string& note : study.notes) {
        text += fmt::format("note: {}\n", note);
    }
    text += fmt::format("forward pass and decisions {:.2f} s, scatters and probes {:.2f} s\n",
                        study.sweep_seconds, study.separability.seconds);
    return text;
}

}  // namespace resdyn
