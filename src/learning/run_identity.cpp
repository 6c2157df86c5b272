#include "run_identity.hpp"

#include <fmt/format.h>

#include <resdyn/learning/training_options.hpp>

#include "formats/sha256.hpp"

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
    std::map<std::string, std::string> identity = identity_of(options);
    identity.merge(std::map<std::string, std::string>{
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
        {"seed", text(options.seed)},
    });
    return identity;
}

}  // namespace resdyn
