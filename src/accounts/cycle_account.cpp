#include "cycle_account.hpp"

#include "figures/cycle_figures.hpp"
#include "results/cycle_results.hpp"

namespace resdyn {

Account account_of(const CycleStudy& study, const ResidualSystem& system) {
    Account account;
    account.json = head_of(system);
    account.json.update(to_json(study));
    account.tables = cycle_tables(study);
    account.figures = figures::figures_of(study);
    account.words = summary(study);
    account.sound = study.sound();
    return account;
}

}  // namespace resdyn
