#include "twin_account.hpp"

#include "figures/twin_figures.hpp"
#include "results/twin_results.hpp"

namespace resdyn {

Account account_of(const TwinReport& report, const TwinOptions& options, Index training_samples,
                   Index test_samples) {
    return {.json = to_json(report, options, training_samples, test_samples),
            .tables = twin_tables(report, options),
            .figures = {figures::twin_figure(report, options)},
            .words = summary(report, options, test_samples)};
}

}  // namespace resdyn
