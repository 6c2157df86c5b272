#include "basin_account.hpp"

#include "results/basin_text.hpp"
#include "results/portrait_results.hpp"

namespace resdyn {

Account account_of(const BasinStudy& study, const ResidualSystem& system,
                   figures::Columns columns) {
    Account account;
    account.json = head_of(system);
    account.json["map"] = to_json(study.map);
    account.json["sharpness"] = to_json(study.sharpness);
    account.tables = {{"labels.csv", label_table(study.map)},
                      {"sharpness.csv", sharpness_table(study.sharpness)}};
    if (study.shares) {
        account.json["shares"] = to_json(*study.shares);
        account.tables.emplace_back("shares.csv", share_table(*study.shares));
    }
    if (study.data) {
        account.json["classes"] = to_json(study.data->classes);
        account.tables.emplace_back("groups.csv", data_basin_table(*study.data, study.cycles));
    }
    account.figures = {figures::basin_figure(study.map, columns)};
    if (study.sharpness.fitted()) {
        account.figures.push_back(figures::sharpness_figure(study.sharpness, columns));
    }
    account.words = summary(study);
    return account;
}

}  // namespace resdyn
