#include "perturbation_account.hpp"

#include "figures/noise_figures.hpp"
#include "results/noise_results.hpp"

namespace resdyn {

Account account_of(const PerturbationStudy& study, const Network& network, const Dataset& data) {
    Account account;
    account.json = {{"network", describe(network)}, {"data", data.name}};
    account.json.update(to_json(study));
    account.tables = perturbation_tables(study);
    account.figures = {figures::robustness_figure(study.curves),
                       figures::noise_by_layer_figure(study.theory),
                       figures::injection_figure(study.theory, study.by_layer)};
    account.words = summary(study);
    return account;
}

}  // namespace resdyn
