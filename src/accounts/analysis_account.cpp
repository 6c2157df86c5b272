#include <resdyn/accounts/analysis_account.hpp>

#include <algorithm>

#include <resdyn/figures/figures.hpp>
#include <resdyn/results/interaction_text.hpp>
#include <resdyn/results/proof_text.hpp>
#include <resdyn/results/tables.hpp>

#include "words.hpp"

namespace resdyn {

namespace {

void tell_summary(Words& say, const Analysis& analysis) {
    const SystemReport& system = analysis.system;
    if (analysis.behaviour && analysis.behaviour->beyond &&
        !analysis.behaviour->beyond->accuracy.empty()) {
        const LongRun& run = *analysis.behaviour->beyond;
        const auto own = static_cast<std::size_t>(
            std::find(run.depth.begin(), run.depth.end(), system.depth) - run.depth.begin());
        say("read-out right for {:.4f} ± {:.4f} of {} inputs after {} layers, for {:.4f} ± "
            "{:.4f} after {}\n",
            run.accuracy[own].value, run.accuracy[own].standard_error, run.inputs.size(),
            system.depth, run.accuracy.back().value, run.accuracy.back().standard_error,
            run.depth.back());
    }
    if (analysis.proofs) {
        for (const std::string& sentence : describe(*analysis.proofs)) {
            say("{}\n", sentence);
        }
    }
    say("residual system: {}, N = {}, rank {} (tolerance {:.1e}), {} linear invariants\n",
        to_string(system.activation), system.hidden_width, system.rank.rank, system.rank.tolerance,
        system.rank.left_null_vectors.cols());
    if (analysis.discretisation) {
        const DiscretisationReport& d = *analysis.discretisation;
        say("network against flow: rms distance at the end {:.3g}, observed order {:.3f}\n",
            d.final_distance.front(), d.observed_order.back());
    }
    if (analysis.atlas) {
        const AtlasCounts& c = analysis.atlas->counts;
        say("equilibria ({}): {} isolated, {} stable, {} continua\n",
            analysis.atlas->complete ? "complete, " + proof_text(analysis.atlas->decisions)
                                     : "not complete",
            c.total, c.stable, analysis.atlas->continua.size());
    }
    if (analysis.settled) {
        const SettleResult& s = *analysis.settled;
        say("inputs followed to rest: {} of {} settled at {} equilibria; {} on a continuum, {} "
            "slow, {} unsettled, {} not finite\n",
            s.count(SettleOutcome::Settled), s.outcomes.size(), s.groups.size(),
            s.count(SettleOutcome::OnContinuum), s.count(SettleOutcome::Slow),
            s.count(SettleOutcome::Unsettled), s.count(SettleOutcome::NonFinite));
    }
    say("{}", structure_text(analysis.interaction));
    if (analysis.evidence) {
        const EvidenceLedger& e = *analysis.evidence;
        say("evidence ledger: rounding {:.1e} (bound {:.1e}), accuracy {:.4f} ± {:.4f}\n",
            e.rounding_residual, e.rounding_bound, e.accuracy_by_layer.back().value,
            e.accuracy_by_layer.back().standard_error);
    }
    if (analysis.orientation) {
        say("{}\n", describe(*analysis.orientation));
    }
    for (const std::string& note : analysis.notes) {
        say("note: {}\n", note);
    }
}

}  // namespace

Account account_of(const Analysis& analysis, const ResidualNetwork& network, const Dataset* data) {
    Account account;
    account.json = to_json(analysis);
    account.tables = analysis_tables(analysis);
    account.figures = figures::analysis_figures(analysis, residual_system(network).W(), data);
    Words say;
    tell_summary(say, analysis);
    account.words = std::move(say).text();
    const bool ledger_fails = analysis.evidence && !analysis.evidence->balances();
    account.sound = !ledger_fails && !analysis.interaction.failed();
    return account;
}

}  // namespace resdyn
