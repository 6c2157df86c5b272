#include "training_checks.hpp"

#include <fmt/format.h>

#include <algorithm>

#include <resdyn/core/error.hpp>
#include <resdyn/learning/training_options.hpp>

namespace resdyn {

namespace {

void validate(const DepthRuleOptions& rule, const NetworkShape& shape, bool has_held_out) {
    if (!rule.enabled) {
        return;
    }
    const Index depth = shape.depth;
    if (rule.keep_time && shape.kind != NetworkKind::Residual) {
        reject_argument("depth_keep_time", "a residual network", "a perceptron, which has no step");
    }
    if (rule.min_depth > depth) {
        reject_argument("min_depth", fmt::format("1 to {}, the depth to start from", depth),
                        fmt::format("{}", rule.min_depth));
    }
    if (rule.guard && !has_held_out) {
        reject_argument("adapt_depth", "held-out samples for the accuracy guard to judge by",
                        "none");
    }
    if (rule.max_depth != 0 && rule.max_depth < depth) {
        reject_argument("max_depth",
                        fmt::format("0 (no growth) or at least {}, the depth to start from", depth),
                        fmt::format("{}", rule.max_depth));
    }
}

}  // namespace

void validate(const TrainOptions& options, const NetworkShape& shape, const TrainingSets& sets) {
    require_ranges(options);
    if (options.batch > sets.training.size()) {
        reject_argument("batch",
                        fmt::format("1 to {}, the number of samples", sets.training.size()),
                        fmt::format("{}", options.batch));
    }
    validate(options.settling, shape);
    validate(options.depth_rule, shape, sets.held_out != nullptr);
    validate(options.growth, shape, options.epochs);
    if (options.growth.enabled() && options.depth_rule.enabled) {
        reject_argument("doublings", "0 with adapt_depth, which changes the depth too",
                        fmt::format("{}", options.growth.doublings));
    }
    if (options.equal_layers && shape.shared_weights) {
        reject_argument("equal_layers", "own weights, which could differ",
                        "weights that all layers share");
    }
    if (options.patience > 0 && sets.held_out == nullptr) {
        reject_argument("patience", "held-out samples to judge by", "none");
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
