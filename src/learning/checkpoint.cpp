#include <resdyn/learning/checkpoint.hpp>

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <nlohmann/json.hpp>

#include <resdyn/core/error.hpp>
#include <resdyn/model/parameters.hpp>

#include "formats/input_file.hpp"

namespace resdyn {

namespace {

constexpr const char* kind = "training checkpoint";

/// The vectors of a checkpoint by the name they have in the file.
template <class AnyCheckpoint, class Visit>
void for_each_vector(AnyCheckpoint& checkpoint, Visit visit) {
    visit("parameters", checkpoint.parameters);
    visit("whole_epoch", checkpoint.whole_epoch);
    visit("best", checkpoint.best);
    visit("mean", checkpoint.mean);
    visit("squares", checkpoint.squares);
    visit("fallback", checkpoint.fallback);
    visit("fallback_mean", checkpoint.fallback_mean);
    visit("fallback_squares", checkpoint.fallback_squares);
    visit("power_iteration", checkpoint.power_iteration);
}

/// Numbers that are not in vectors, in one tensor in this order; counters are exact in doubles.
std::vector<double> state_of(const Checkpoint& checkpoint) {
    const DepthMemory& depth = checkpoint.depth;
    return {static_cast<double>(checkpoint.epoch),
            static_cast<double>(checkpoint.batch),
            static_cast<double>(checkpoint.steps),
            static_cast<double>(checkpoint.best_epoch),
            checkpoint.loss_sum,
            checkpoint.penalty_sum,
            checkpoint.gradient_norm_sum,
            static_cast<double>(checkpoint.best_depth),
            static_cast<double>(depth.depth),
            static_cast<double>(depth.settled),
            static_cast<double>(depth.moving),
            static_cast<double>(depth.least),
            static_cast<double>(depth.most),
            depth.pending ? 1.0 : 0.0,
            static_cast<double>(depth.fallback_depth),
            static_cast<double>(depth.fallback_epoch),
            depth.best_accuracy,
            static_cast<double>(depth.stride),
            static_cast<double>(depth.checks)};
}

void restore_state(Checkpoint& checkpoint, const std::vector<double>& state,
                   const std::string& where) {
    const auto whole = [&](std::size_t i) {
        constexpr double largest = 9007199254740992.0;  // up to here doubles hold every counter
        if (!(std::abs(state[i]) <= largest && state[i] == std::trunc(state[i]))) {
            reject_input(where, "whole numbers for the counters of a training checkpoint",
                         fmt::format("{}", state[i]));
        }
        return static_cast<Index>(state[i]);
    };
    checkpoint.epoch = whole(0);
    checkpoint.batch = whole(1);
    checkpoint.steps = whole(2);
    checkpoint.best_epoch = whole(3);
    checkpoint.loss_sum = state[4];
    checkpoint.penalty_sum = state[5];
    checkpoint.gradient_norm_sum = state[6];
    checkpoint.best_depth = whole(7);
    checkpoint.depth = {.depth = whole(8),
                        .settled = whole(9),
                        .moving = whole(10),
                        .least = whole(11),
                        .most = whole(12),
                        .stride = whole(17),
                        .checks = whole(18),
                        .pending = state[13] != 0.0,
                        .fallback_depth = whole(14),
                        .fallback_epoch = whole(15),
                        .best_accuracy = state[16]};
}

}  // namespace

std::string format_checkpoint(const Checkpoint& checkpoint) {
    Safetensors content;
    content.metadata["kind"] = kind;
    content.metadata["identity"] = nlohmann::json(checkpoint.identity).dump();
    for_each_vector(checkpoint, [&](const char* name, const Vector& vector) {
        content.tensors[name] = {
            checkpoint.type, {vector.size()}, {vector.data(), vector.data() + vector.size()}};
    });
    const std::vector<double> state = state_of(checkpoint);
    content.tensors["state"] = {TensorType::F64, {static_cast<Index>(state.size())}, state};
    Tensor record{
        TensorType::F64,
        {static_cast<Index>(checkpoint.record.size()), static_cast<Index>(record_columns().size())},
        {}};
    for (const EpochRecord& line : checkpoint.record) {
        const std::vector<double> numbers = to_numbers(line);
        record.values.insert(record.values.end(), numbers.begin(), numbers.end());
    }
    content.tensors["record"] = std::move(record);
    return format_safetensors(content);
}

Checkpoint load_checkpoint(const std::filesystem::path& path) {
    const std::string where = path.string();
    const Safetensors content = parse_safetensors(read_file(path), where);
    const auto tensor = [&](const std::string& name, std::size_t dimensions) -> const Tensor& {
        const auto found = content.tensors.find(name);
        if (found == content.tensors.end() || found->second.shape.size() != dimensions) {
            reject_input(where, fmt::format("a training checkpoint with {}", name), "none");
        }
        return found->second;
    };
    const auto found_kind = content.metadata.find("kind");
    if (found_kind == content.metadata.end() || found_kind->second != kind ||
        !content.metadata.contains("identity")) {
        reject_input(where, "a training checkpoint", "another file");
    }
    Checkpoint checkpoint;
    try {
        checkpoint.identity = nlohmann::json::parse(content.metadata.at("identity"))
                                  .get<std::map<std::string, std::string>>();
    } catch (const nlohmann::json::exception&) {
        reject_input(where, "an identity in JSON", "other text");
    }
    checkpoint.type = tensor("parameters", 1).type;
    for_each_vector(checkpoint, [&](const char* name, Vector& vector) {
        const Tensor& source = tensor(name, 1);
        vector = Eigen::Map<const Vector>(source.values.data(), source.shape[0]);
    });
    const Tensor& state = tensor("state", 1);
    const Tensor& record = tensor("record", 2);
    const auto columns = static_cast<Index>(record_columns().size());
    if (state.shape[0] != static_cast<Index>(state_of({}).size()) || record.shape[1] != columns ||
        record.shape[0] < 1) {
        reject_input(where, "a training checkpoint of this version", "another shape");
    }
    restore_state(checkpoint, state.values, where);
    for (Index i = 0; i < record.shape[0]; ++i) {
        const auto begin = record.values.begin() + i * columns;
        checkpoint.record.push_back(record_from_numbers(
            {begin, begin + columns}, fmt::format("{}, line {} of the record", where, i + 1)));
    }
    return checkpoint;
}

Network network_of(const Checkpoint& checkpoint, const std::string& where) {
    const auto text = [&](const std::string& key) -> const std::string& {
        const auto found = checkpoint.identity.find(key);
        if (found == checkpoint.identity.end()) {
            reject_input(where, "a training checkpoint with " + key, "none");
        }
        return found->second;
    };
    const auto number = [&]<class Number>(const std::string& key, Number value) {
        const std::string& word = text(key);
        const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value);
        if (error != std::errc() || end != word.data() + word.size()) {
            reject_input(where + ", " + key, "a number", word);
        }
        return value;
    };
    const auto activation = activation_from_name(text("activation"));
    if (!activation) {
        reject_input(where + ", activation", activation_names(), text("activation"));
    }
    NetworkShape shape{.kind = text("kind") == to_string(NetworkKind::Perceptron)
                                   ? NetworkKind::Perceptron
                                   : NetworkKind::Residual,
                       .activation = *activation,
                       .step = number("step", 0.0),
                       .depth = number("depth", Index{0}),
                       .width = number("units", Index{0}),
                       .hidden_width = number("hidden units", Index{0}),
                       .shared_weights = text("shared weights") == "true",
                       .input_width = number("input width", Index{0}),
                       .classes = number("classes", Index{0})};
    // The depth of now; the step goes with it where layers double or hL is kept.
    if (checkpoint.depth.depth > 0 && checkpoint.depth.depth != shape.depth) {
        const auto doublings = checkpoint.identity.find("doublings");
        if ((doublings != checkpoint.identity.end() && doublings->second != "0") ||
            text("depth keep time") == "true") {
            shape.step *=
                static_cast<double>(shape.depth) / static_cast<double>(checkpoint.depth.depth);
        }
        shape.depth = checkpoint.depth.depth;
    }
    validate(shape);
    const Index size = ParameterLayout(shape).size;
    if (checkpoint.whole_epoch.size() != size) {
        reject_input(where, fmt::format("{} parameters of the network that it names", size),
                     fmt::format("{}", checkpoint.whole_epoch.size()));
    }
    return unflatten(shape, checkpoint.whole_epoch);
}

void require_same_identity(const Checkpoint& checkpoint,
                           const std::map<std::string, std::string>& identity,
                           const std::string& where) {
    for (const auto& [key, value] : identity) {
        const auto found = checkpoint.identity.find(key);
        const std::string theirs = found == checkpoint.identity.end() ? "none" : found->second;
        if (theirs != value) {
            reject_input(fmt::format("{}, {}", where, key),
                         fmt::format("{} (of the run that the checkpoint continues)", theirs),
                         value);
        }
    }
}

}  // namespace resdyn
