#include "layer_account.hpp"

#include <resdyn/model/parameters.hpp>

#include "figures/figures.hpp"
#include "figures/layer_figures.hpp"
#include "figures/response_figures.hpp"
#include "results/layer_results.hpp"
#include "results/layer_text.hpp"

namespace resdyn {

namespace {

std::vector<figures::Figure> figures_of(const LayerStudy& study, const Network& network,
                                        const Dataset& data) {
    const figures::ImageShape image{data.image_rows, data.image_cols};
    std::vector<figures::Figure> figures = {
        figures::decision_figure(study.decision), figures::margin_figure(study.decision),
        figures::final_layer_figure(study.decision), figures::class_by_depth_figure(study.decision),
        figures::separability_figure(study.separability)};
    if (study.decision.evidence) {
        figures.push_back(figures::unit_evidence_figure(*study.decision.evidence, image));
    }
    if (study.regime) {
        figures.push_back(figures::regime_figure(*study.regime));
        if (!study.regime->settled.groups.empty()) {
            figures.push_back(figures::resting_figure(study.regime->settled,
                                                      levels(shape_of(network).activation),
                                                      image.rows, image.cols));
        }
    }
    if (study.steady) {
        figures.push_back(figures::steady_feature_figure(*study.steady));
    }
    for (figures::Figure& figure : figures::filter_figures(study.filter, image, image)) {
        figures.push_back(std::move(figure));
    }
    if (study.ftle) {
        figures.push_back(figures::ftle_figure(*study.ftle));
    }
    return figures;
}

}  // namespace

Account account_of(const LayerStudy& study, const Network& network, const Dataset& data) {
    Account account;
    account.json = {{"network", describe(network)}, {"data", data.name}};
    account.json.update(to_json(study));
    account.tables = layer_study_tables(study);
    account.figures = figures_of(study, network, data);
    account.words = summary(study);
    account.sound = (!study.decision.evidence || study.decision.evidence->balances()) &&
                    (!study.ledger || study.ledger->balances());
    return account;
}

}  // namespace resdyn
