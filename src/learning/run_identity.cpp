#include "run_identity.hpp"

#include <fmt/format.h>

#include <resdyn/formats/sha256.hpp>

namespace resdyn {

namespace {

std::string fingerprint(const Dataset* data) {
    if (data == nullptr) {
        return "none";
    }
    const auto bytes = [](const auto& array) {
        return std::string_view(reinterpret_cast<const char*>(array.data()),
                                static_cast<std::size_t>(array.size()) * sizeof(*array.data()));
    };
    return fmt::format("{} samples, SHA-256 {}", data->size(),
                       sha256(sha256(bytes(data->inputs)) + sha256(bytes(data->labels))));
}

}  // namespace

std::map<std::string, std::string> run_identity(const NetworkShape& shape, const TrainingSets& sets,
                                                const TrainOptions& options) {
    const auto text = [](const auto& value) { return fmt::format("{}", value); };
    const DepthRuleOptions& depth = options.depth_rule;
    return {
        {"kind", std::string(to_string(shape.kind))},
        {"activation", std::string(to_string(shape.activation))},
        {"step", text(shape.step)},
        {"depth", text(shape.depth)},
        {"units", text(shape.width)},
        {"hidden units", text(shape.hidden_width)},
        {"shared weights", text(shape.shared_weights)},
        {"input width", text(shape.input_width)},
        {"classes", text(shape.classes)},
        {"training data", fingerprint(&sets.training)},
        {"held-out data", fingerprint(sets.held_out)},
        {"test data", fingerprint(sets.test)},
        {"epochs", text(options.epochs)},
        {"batch", text(options.batch)},
        {"learning rate", text(options.rate.rate)},
        {"schedule", fmt::format("{}, {}, {}", to_string(options.rate.schedule),
                                 options.rate.step_epochs, options.rate.step_factor)},
        {"optimizer", std::string(to_string(options.optimizer.method))},
        {"optimizer's constants",
         fmt::format("{}, {}, {}, {}", options.optimizer.beta1, options.optimizer.beta2,
                     options.optimizer.epsilon, options.optimizer.momentum)},
        {"weight decay", text(options.regularizer.weight_decay)},
        {"structure", fmt::format("{}, {}", to_string(options.regularizer.structure),
                                  options.regularizer.damping)},
        {"spectral penalty", text(options.regularizer.spectral_penalty)},
        {"clip", text(options.clip)},
        {"patience", text(options.patience)},
        {"adjusting depth",
         depth.enabled
             ? fmt::format("{}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}",
                           to_string(depth.norm), to_string(depth.reduction), depth.tolerance,
                           depth.patience, depth.every, depth.min_depth, depth.allowance,
                           depth.guard, depth.max_depth, depth.grow_factor, depth.stride,
                           depth.rise, depth.cut_cost, depth.recovery)
             : "no"},
        {"precision", std::string(to_string(options.precision))},
        {"seed", text(options.seed)},
        {"train sample", text(options.train_sample)},
        {"divergence factor", text(options.divergence_factor)},
    };
}

}  // namespace resdyn
