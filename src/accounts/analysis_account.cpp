#include "analysis_account.hpp"

#include "figures/figures.hpp"
#include "results/analysis_text.hpp"
#include "results/tables.hpp"

namespace resdyn {

Account account_of(const Analysis& analysis, const ResidualNetwork& network, const Dataset* data) {
    Account account;
    account.json = to_json(analysis);
    account.tables = analysis_tables(analysis);
    const Matrix W = network.has_shared_weights() ? residual_system(network).W() : Matrix();
    account.figures = figures::analysis_figures(analysis, W, data);
    account.words = summary(analysis);
    const bool ledger_fails = analysis.evidence && !analysis.evidence->balances();
    const bool split_fails =
        analysis.layerwise && analysis.layerwise->split && !analysis.layerwise->split->closes();
    account.sound = !ledger_fails && !split_fails && !analysis.interaction.failed();
    return account;
}

}  // namespace resdyn
