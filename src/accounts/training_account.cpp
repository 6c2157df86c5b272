#include "training_account.hpp"

#include "figures/figures.hpp"
#include "results/training_record.hpp"
#include "results/training_results.hpp"

namespace resdyn {

Account account_of(const TrainingStudy& study) {
    return {.json = to_json(study),
            .tables = {{"training.csv", training_record_table(study.result.record)}},
            .figures = {figures::training_figure(study.result.record)},
            .words = summary(study),
            .sound = study.result.outcome == TrainOutcome::Finished ||
                     study.result.outcome == TrainOutcome::EarlyStopped};
}

}  // namespace resdyn
