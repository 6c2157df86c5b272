#include <resdyn/accounts/depth_account.hpp>

#include <cmath>

#include <resdyn/figures/depth_figures.hpp>
#include <resdyn/results/depth_results.hpp>

namespace resdyn {

namespace {

std::vector<figures::Figure> figures_of(const DepthStudy& study) {
    std::vector<figures::Figure> figures = {figures::depth_figure(study)};
    if (!study.profile.lesions.empty()) {
        figures.push_back(figures::sensitivity_figure(study));
        // A perceptron that shares its weights has no curve over the layers to draw.
        if (!study.profile.shared_weights ||
            std::isfinite(study.profile.lesions.front().accuracy_without_evidence)) {
            figures.push_back(figures::lesion_figure(study.profile));
        }
    }
    if (study.certificates) {
        figures.push_back(figures::certificate_figure(*study.certificates));
    }
    return figures;
}

}  // namespace

Account account_of(const DepthStudy& study, const Network& network, const Dataset& data) {
    Account account;
    account.json = {{"network", describe(network)}, {"data", data.name}};
    account.json.update(to_json(study));
    account.tables = depth_tables(study);
    account.figures = figures_of(study);
    account.words = summary(study);
    account.sound = (!study.certificates || study.certificates->sound()) &&
                    (!study.early_stop || study.early_stop->different == 0);
    return account;
}

}  // namespace resdyn
