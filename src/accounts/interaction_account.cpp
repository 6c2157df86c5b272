#include "interaction_account.hpp"

#include "figures/figures.hpp"
#include "results/interaction_results.hpp"
#include "results/interaction_text.hpp"

namespace resdyn {

Account account_of(const InteractionStudy& study, Index listed_pairs) {
    return {.json = to_json(study),
            .tables = interaction_tables(study, listed_pairs),
            .figures = figures::figures_of(study),
            .words = summary(study),
            .sound = !study.interaction.failed()};
}

}  // namespace resdyn
