#include "analysis_text.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "cycle_results.hpp"
#include "discretisation_results.hpp"
#include "interaction_text.hpp"
#include "layerwise_results.hpp"
#include "proof_text.hpp"

namespace resdyn {

std::string summary(const Analysis& analysis) {
    std::string text;
    const SystemReport& system = analysis.system;
    if (analysis.behaviour && analysis.behaviour->beyond &&
        !analysis.behaviour->beyond->accuracy.empty()) {
        const LongRun& run = *analysis.behaviour->beyond;
        const auto own = static_cast<std::size_t>(
            std::find(run.depth.begin(), run.depth.end(), system.depth) - run.depth.begin());
        text += fmt::format(
            "read-out right for {:.4f} ± {:.4f} of {} inputs after {} layers, for {:.4f} ± "
            "{:.4f} after {}\n",
            run.accuracy[own].value, run.accuracy[own].standard_error, run.inputs.size(),
            system.depth, run.accuracy.back().value, run.accuracy.back().standard_error,
            run.depth.back());
    }
    if (analysis.proofs) {
        for (const std::string& sentence : describe(*analysis.proofs)) {
            text += fmt::format("{}\n", sentence);
        }
    }
    if (analysis.layerwise) {
        text += summary(*analysis.layerwise);
    } else {
        text += fmt::format(
            "residual system: {}, N = {}, rank {} (tolerance {:.1e}), {} linear invariants\n",
            to_string(system.activation), system.hidden_width, system.rank.rank,
            system.rank.tolerance, system.rank.left_null_vectors.cols());
    }
    if (analysis.discretisation) {
        const DiscretisationReport& d = *analysis.discretisation;
        text += fmt::format(
            "network against flow: rms distance at the end {:.3g}, observed order {:.3f}\n",
            d.final_distance.front(), d.observed_order.back());
    }
    if (analysis.fidelity) {
        text += fmt::format("is it an ODE? {}\n", verdict_line(*analysis.fidelity));
    }
    if (analysis.atlas) {
        const AtlasCounts& c = analysis.atlas->counts;
        text += fmt::format("equilibria ({}): {} isolated, {} stable, {} continua\n",
                            analysis.atlas->complete
                                ? "complete, " + proof_text(analysis.atlas->decisions)
                                : "not complete",
                            c.total, c.stable, analysis.atlas->continua.size());
    }
    if (analysis.cycles) {
        text += short_summary(*analysis.cycles);
    }
    if (analysis.settled) {
        const SettleResult& s = *analysis.settled;
        text += fmt::format(
            "inputs followed to rest: {} of {} settled at {} equilibria; {} on a continuum, {} "
            "slow, {} unsettled, {} not finite\n",
            s.count(SettleOutcome::Settled), s.outcomes.size(), s.groups.size(),
            s.count(SettleOutcome::OnContinuum), s.count(SettleOutcome::Slow),
            s.count(SettleOutcome::Unsettled), s.count(SettleOutcome::NonFinite));
    }
    if (!analysis.layerwise) {
        text += structure_text(analysis.interaction);
    }
    if (analysis.evidence) {
        const EvidenceLedger& e = *analysis.evidence;
        text += fmt::format(
            "evidence ledger: rounding {:.1e} (bound {:.1e}), accuracy {:.4f} ± {:.4f}\n",
            e.rounding_residual, e.rounding_bound, e.accuracy_by_layer.back().value,
            e.accuracy_by_layer.back().standard_error);
    }
    if (analysis.orientation) {
        text += fmt::format("{}\n", describe(*analysis.orientation));
    }
    for (const std::string& note : analysis.notes) {
        text += fmt::format("note: {}\n", note);
    }
    return text;
}

}  // namespace resdyn
