#include "training_checks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include <resdyn/core/error.hpp>

namespace resdyn {

void validate(const TrainOptions& options, const NetworkShape& shape, const TrainingSets& sets) {
    require_at_least("epochs", options.epochs, 0);
    require_at_least("patience", options.patience, 0);
    require_at_least("checkpoint_every", options.checkpoint_every, 0);
    require_at_least("train_sample", options.train_sample, 1);
    if (options.batch < 1 || options.batch > sets.training.size()) {
        reject_argument("batch",
                        fmt::format("1 to {}, the number of samples", sets.training.size()),
                        fmt::format("{}", options.batch));
    }
    validate(options.rate);
    validate(options.depth_rule, shape.depth, sets.held_out != nullptr);
    if (!(options.clip >= 0) || !std::isfinite(options.clip)) {
        reject_argument("clip", "a finite number >= 0", fmt::format("{}", options.clip));
    }
    if (options.patience > 0 && sets.held_out == nullptr) {
        reject_argument("patience", "held-out samples to judge by", "none");
    }
    if (!(options.divergence_factor > 1)) {
        reject_argument("divergence_factor", "a number > 1",
                        fmt::format("{}", options.divergence_factor));
    }
}

double share_of_most_frequent_class(const Dataset* data) {
    if (data == nullptr || data->size() == 0) {
        return 0.0;
    }
    Index most = 0;
    for (Index c = 0; c < data->classes; ++c) {
        most = std::max<Index>(most, (data->labels.array() == static_cast<int>(c)).count());
    }
    return static_cast<double>(most) / static_cast<double>(data->size());
}

}  // namespace resdyn
