#include "reduction_account.hpp"

#include <algorithm>

#include "figures/reduction_figures.hpp"
#include "results/reduction_results.hpp"

namespace resdyn {

Account account_of(const Reduction& reduction, const Network& original, const Dataset& test,
                   const ImitationOptions& imitation) {
    Account account;
    account.json = {
        {"network", describe(original)},
        {"data", test.name},
        {"loss",
         {{"temperature", imitation.temperature}, {"state_weight", imitation.state_weight}}}};
    account.json.update(to_json(reduction));
    account.tables = reduction_tables(reduction);
    account.figures = figures::reduction_figures(reduction);
    account.words = summary(reduction);
    account.sound = std::none_of(reduction.imitations.begin(), reduction.imitations.end(),
                                 [](const ImitationReport& report) {
                                     return report.imitation.outcome == TrainOutcome::NonFinite;
                                 });
    return account;
}

}  // namespace resdyn
