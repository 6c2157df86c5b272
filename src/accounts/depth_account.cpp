#include "depth_account.hpp"

#include "figures/depth_figures.hpp"
#include "results/depth_results.hpp"

namespace resdyn {

Account account_of(const DepthStudy& study, const Network& network, const Dataset& data) {
    Account account;
    account.json = {{"network", describe(network)}, {"data", data.name}};
    account.json.update(to_json(study));
    account.tables = depth_tables(study);
    account.figures = figures::figures_of(study);
    account.words = summary(study);
    account.sound = (!study.certificates || study.certificates->sound()) &&
                    (!study.early_stop || study.early_stop->different == 0);
    return account;
}

}  // namespace resdyn
