#include <resdyn/accounts/interaction_account.hpp>

#include <resdyn/figures/figures.hpp>
#include <resdyn/results/interaction_results.hpp>
#include <resdyn/results/interaction_text.hpp>

namespace resdyn {

Account account_of(const InteractionStudy& study, Index listed_pairs) {
    return {.json = to_json(study),
            .tables = interaction_tables(study, listed_pairs),
            .figures = figures::figures_of(study),
            .words = summary(study),
            .sound = !study.interaction.failed()};
}

}  // namespace resdyn
