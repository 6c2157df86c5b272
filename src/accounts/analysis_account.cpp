#include <resdyn/accounts/analysis_account.hpp>

#include <resdyn/figures/figures.hpp>
#include <resdyn/results/analysis_text.hpp>
#include <resdyn/results/tables.hpp>

namespace resdyn {

Account account_of(const Analysis& analysis, const ResidualNetwork& network, const Dataset* data) {
    Account account;
    account.json = to_json(analysis);
    account.tables = analysis_tables(analysis);
    account.figures = figures::analysis_figures(analysis, residual_system(network).W(), data);
    account.words = summary(analysis);
    const bool ledger_fails = analysis.evidence && !analysis.evidence->balances();
    account.sound = !ledger_fails && !analysis.interaction.failed();
    return account;
}

}  // namespace resdyn
