// What experiments ask of the workspace: data, shapes and networks of one seed of one recipe.
#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <variant>

#include <resdyn/core/error.hpp>
#include <resdyn/data/load_dataset.hpp>

#include "workspace.hpp"

namespace resdyn::claims {

namespace {

constexpr Index wide_from = 16;

}  // namespace

bool Workspace::is_wide(const Dataset& data) const {
    return data.width() >= wide_from;
}

DataPair Workspace::draw(const TrainingRecipe& recipe, std::uint64_t seed) const {
    if (options_.data && options_.data->name == recipe.data) {
        const DataPair& all = *options_.data;
        const auto some = [&](const Dataset& half, Index samples) {
            return half.draw(std::min(samples, half.size()), seed);
        };
        return {recipe.data, some(all.training, recipe.samples),
                some(all.test, recipe.test_samples)};
    }
    require("data", is_builtin_dataset(recipe.data), "a built-in set or the user's data",
            recipe.data);
    return {recipe.data, load_dataset(recipe.data, {.samples = recipe.samples, .seed = seed}).data,
            load_matching_test_set(recipe.data, {.samples = recipe.test_samples, .seed = seed})
                .value()
                .data};
}

NetworkShape Workspace::shape_of(const TrainingRecipe& recipe, const Dataset& data) const {
    return {.activation = recipe.activation,
            .step = recipe.step,
            .depth = recipe.depth,
            .width = recipe.two_matrices ? data.width() : recipe.units,
            .hidden_width = recipe.two_matrices ? recipe.units : 0,
            .shared_weights = !recipe.own_weights,
            .input_width = recipe.two_matrices ? 0 : data.width(),
            .classes = data.classes};
}

TrainOptions Workspace::train_options(const TrainingRecipe& recipe, std::uint64_t seed) const {
    TrainOptions with;
    with.epochs = recipe.epochs;
    with.batch = recipe.batch();
    with.rate = {.rate = recipe.rate};
    with.regularizer.weight_decay = recipe.weight_decay;
    with.regularizer.structure = recipe.structure;
    with.settling.weight = recipe.settling_penalty;
    with.seed = seed;
    with.threads = 1;
    with.train_sample = 256;  // each epoch: of the record, and what a depth rule looks at
    with.stop_requested = options_.stop_requested;
    return with;
}

std::optional<SeedNetwork> Workspace::network_of(const TrainingRecipe& recipe,
                                                 std::uint64_t seed) const {
    SeedNetwork result{std::nullopt, draw(recipe, seed)};
    const std::string key =
        fmt::format("{}, {} samples, rate {:g}, {}", EffectSetting{.recipe = recipe}.name(),
                    recipe.samples, recipe.rate, seed);
    {
        const std::scoped_lock lock(seeds_mutex_);
        if (const auto found = seed_networks_.find(key); found != seed_networks_.end()) {
            result.network = found->second;
            return result;
        }
    }
    const TrainResult trained =
        train(shape_of(recipe, result.data.training), {.training = result.data.training},
              train_options(recipe, seed));
    if (trained.outcome == TrainOutcome::Interrupted) {
        return std::nullopt;
    }
    if (trained.outcome == TrainOutcome::Finished) {
        result.network = std::get<ResidualNetwork>(trained.network);
    }
    const std::scoped_lock lock(seeds_mutex_);
    seed_networks_.emplace(key, result.network);
    return result;
}

}  // namespace resdyn::claims
