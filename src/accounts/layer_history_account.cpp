#include "layer_history_account.hpp"

#include "figures/layerwise_figures.hpp"
#include "results/layer_history_results.hpp"

namespace resdyn {

Account account_of(const LayerHistory& study) {
    Account account;
    account.json = to_json(study);
    account.tables = layer_history_tables(study);
    if (!study.two_matrices) {
        account.figures = {figures::layer_history_figure(study)};
    }
    account.words = summary(study);
    return account;
}

}  // namespace resdyn
