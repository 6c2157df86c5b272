#include "discretisation_account.hpp"

#include <algorithm>

#include "figures/figures.hpp"
#include "figures/layerwise_figures.hpp"
#include "results/discretisation_results.hpp"

namespace resdyn {

Account account_of(const DiscretisationStudy& study, const ResidualNetwork& network,
                   const Dataset* data) {
    Account account;
    account.json = {
        {"activation", to_string(network.activation)},
        {"step", network.step},
        {"depth", network.depth},
        {"shared_weights", network.has_shared_weights()},
        {"data", data != nullptr ? nlohmann::ordered_json(data->name) : nlohmann::ordered_json()}};
    account.json.update(to_json(study));
    account.tables = discretisation_tables(study);
    if (study.fidelity.followed > 0) {
        account.figures = {figures::distance_figure(study.flow),
                           figures::convergence_figure(study.flow)};
        if (study.fidelity.refinements.front().agreement) {
            account.figures.push_back(figures::refinement_figure(study.fidelity));
        }
    }
    const figures::ImageShape shape{data != nullptr ? data->image_rows : 0,
                                    data != nullptr ? data->image_cols : 0};
    if (!network.has_shared_weights()) {
        for (figures::Figure& figure : figures::split_figures(study.split, shape)) {
            account.figures.push_back(std::move(figure));
        }
    }
    account.words = summary(study);
    account.sound = study.split.closes();
    return account;
}

}  // namespace resdyn
