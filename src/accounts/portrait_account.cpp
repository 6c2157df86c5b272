#include "portrait_account.hpp"

#include "results/portrait_results.hpp"
#include "results/portrait_text.hpp"

namespace resdyn {

Account account_of(const PortraitStudy& study, const ResidualSystem& system,
                   figures::Columns columns) {
    Account account{.json = head_of(system),
                    .tables = portrait_tables(study),
                    .figures = figures::figures_of(study, columns),
                    .words = summary(study)};
    account.json["portrait"] = to_json(study);
    return account;
}

}  // namespace resdyn
