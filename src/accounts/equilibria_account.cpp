#include "equilibria_account.hpp"

#include "figures/equilibria_figures.hpp"
#include "results/equilibria_results.hpp"

namespace resdyn {

Account account_of(const EquilibriaStudy& study) {
    return {.json = to_json(study),
            .tables = equilibria_tables(study),
            .figures = figures::figures_of(study),
            .words = summary(study),
            .sound = study.sound()};
}

}  // namespace resdyn
