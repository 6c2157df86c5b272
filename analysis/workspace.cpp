#include "workspace.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <utility>
#include <variant>

#include <resdyn/core/random.hpp>
#include <resdyn/data/load_dataset.hpp>
#include <resdyn/learning/evaluation.hpp>
#include <resdyn/learning/trainer.hpp>

#include "work/task_fields.hpp"

namespace resdyn::claims {

namespace {

constexpr Index most_samples = 10000;  ///< a theorem holds however well a network is trained.
constexpr Index narrow = 16;  ///< data below this width get so many units and an input layer.
constexpr Index batch = 128;

ResidualNetwork random_network(Activation activation, Index N, std::uint64_t seed) {
    Random random(seed, static_cast<std::uint64_t>(N));
    return {.activation = activation,
            .step = 0.5,
            .depth = 20,
            .blocks = {{random.normal_matrix(N, N, 2.0 / std::sqrt(static_cast<double>(N))),
                        Vector(random.normal_matrix(N, 1, 1.0)), std::nullopt}},
            .readout = {},
            .input = std::nullopt};
}

ResidualNetwork random_own_network(Activation activation, Index N, bool two_matrices,
                                   std::uint64_t seed) {
    Random random(seed, 100 + static_cast<std::uint64_t>(N));
    const Index M = two_matrices ? N + 2 : N;
    const double deviation = 1.0 / std::sqrt(static_cast<double>(N));
    ResidualNetwork network{.activation = activation,
                            .step = 0.25,
                            .depth = 8,
                            .blocks = {},
                            .readout = {},
                            .input = std::nullopt};
    for (Index n = 0; n < network.depth; ++n) {
        network.blocks.push_back({random.normal_matrix(M, N, deviation),
                                  Vector(random.normal_matrix(M, 1, 1.0)), std::nullopt});
        if (two_matrices) {
            network.blocks.back().A = random.normal_matrix(N, M, deviation);
        }
    }
    return network;
}

double accuracy_on(const ResidualNetwork& network, const Dataset& data, int threads) {
    const Network whole = network;
    return evaluate<double>(shape_of(whole), flatten(whole), data, threads).accuracy;
}

}  // namespace

Workspace::Workspace(WorkspaceOptions options) : options_(std::move(options)) {}

void Workspace::part(const std::string& name) const {
    if (options_.on_part) {
        options_.on_part(name);
    }
}

const std::vector<DataPair>& Workspace::data_sets() {
    if (data_.empty()) {
        const Index samples = quick() ? 500 : 2000;
        for (const char* name : built_in_sets) {
            const LoadOptions load{.samples = samples, .seed = seed()};
            data_.push_back({name, load_dataset(name, load).data,
                             load_matching_test_set(name, load).value().data});
        }
        if (options_.data) {
            data_.push_back(*options_.data);
        }
    }
    return data_;
}

NetworkShape Workspace::shape_for(const Dataset& data) const {
    const bool wide = data.width() >= narrow;
    return {.activation = Activation::Logistic,
            .step = wide ? 0.3 : 1.0,
            .depth = 10,
            .width = wide ? data.width() : narrow,
            .input_width = wide ? 0 : data.width(),
            .classes = data.classes};
}

Index Workspace::epochs_for(const Dataset& data) const {
    return data.width() >= narrow ? (quick() ? 3 : 6) : (quick() ? 150 : 300);
}

double Workspace::rate_for(const Dataset& data) const {
    return data.width() >= narrow ? 0.004 : 0.03;
}

std::vector<Subject> Workspace::random_subjects(Index starts) const {
    std::vector<Subject> result;
    for (const Activation activation : {Activation::Logistic, Activation::Tanh}) {
        for (const Index N : {2, 6, 20}) {
            for (Index k = 0; k < seeds(); ++k) {
                const std::uint64_t seed = options_.seed + static_cast<std::uint64_t>(k);
                Random random(seed, 1000 + static_cast<std::uint64_t>(N));
                result.push_back(
                    {fmt::format("random {}, N = {}, seed {}", to_string(activation), N, seed),
                     random_network(activation, N, seed), random.normal_matrix(N, starts, 1.0)});
            }
        }
    }
    return result;
}

Subject Workspace::user_subject(Index starts) const {
    const ResidualNetwork& network = options_.user->network;
    if (!options_.user->data) {
        return {options_.user->name, network,
                Random(options_.seed).normal_matrix(network.width(), starts, 1.0)};
    }
    const Dataset some = options_.user->data->draw(starts, options_.seed);
    return {options_.user->name, network, initial_activity(network, some.inputs.cast<double>())};
}

std::vector<Subject> Workspace::subjects(Index starts) {
    if (options_.user) {
        return options_.user->network.has_shared_weights()
                   ? std::vector<Subject>{user_subject(starts)}
                   : std::vector<Subject>();
    }
    std::vector<Subject> result = random_subjects(starts);
    for (const TrainedNetwork& one : trained()) {
        result.push_back(subject_of(one, starts));
    }
    return result;
}

std::vector<Subject> Workspace::own_subjects(Index starts) {
    if (options_.user) {
        return options_.user->network.has_shared_weights()
                   ? std::vector<Subject>()
                   : std::vector<Subject>{user_subject(starts)};
    }
    std::vector<Subject> result;
    constexpr Index N = 6;
    for (const Activation activation : {Activation::Logistic, Activation::Tanh}) {
        for (const bool two_matrices : {false, true}) {
            for (Index k = 0; k < seeds(); ++k) {
                const std::uint64_t seed = options_.seed + static_cast<std::uint64_t>(k);
                result.push_back(
                    {fmt::format("random {}, own {}, N = {}, seed {}", to_string(activation),
                                 two_matrices ? "pairs of matrices" : "weights", N, seed),
                     random_own_network(activation, N, two_matrices, seed),
                     Random(seed, 2000).normal_matrix(N, starts, 1.0)});
            }
        }
    }
    for (const TrainedNetwork& one : trained_own()) {
        result.push_back(subject_of(one, starts));
    }
    return result;
}

Subject Workspace::subject_of(const TrainedNetwork& one, Index starts) const {
    const Matrix inputs = one.test->draw(starts, options_.seed).inputs.cast<double>();
    return {"trained on " + one.name, one.network, initial_activity(one.network, inputs)};
}

std::vector<Workspace::Recipe> Workspace::recipes() {
    std::vector<Recipe> all;
    for (const DataPair& data : data_sets()) {
        for (Index k = 0; k < seeds(); ++k) {
            const std::uint64_t seed = options_.seed + static_cast<std::uint64_t>(k);
            all.push_back({&data, shape_for(data.training), seed,
                           fmt::format("{}, seed {}", data.name, seed)});
        }
    }
    return all;
}

std::vector<Workspace::Recipe> Workspace::own_recipes() {
    std::vector<Recipe> all;
    std::size_t taken = 0;
    constexpr std::size_t quick_sets = 2;
    for (const DataPair& data : data_sets()) {
        if (quick() && taken++ >= quick_sets) {
            break;
        }
        const bool wide = data.training.width() >= narrow;
        NetworkShape shape = shape_for(data.training);
        shape.shared_weights = false;
        for (Index k = 0; k < (wide ? 1 : seeds()); ++k) {
            const std::uint64_t seed = options_.seed + static_cast<std::uint64_t>(k);
            all.push_back(
                {&data, shape, seed, fmt::format("{}, own weights, seed {}", data.name, seed)});
        }
    }
    return all;
}

ClaimPart Workspace::part_of(const Recipe& recipe) const {
    return {"training on " + recipe.name, [this, recipe] { return training(recipe); }};
}

std::vector<ClaimPart> Workspace::parts_of(const std::vector<Recipe>& recipes) const {
    std::vector<ClaimPart> parts;
    parts.reserve(recipes.size());
    for (const Recipe& recipe : recipes) {
        parts.push_back(part_of(recipe));
    }
    return parts;
}

std::vector<ClaimPart> Workspace::trainings() {
    return options_.user ? std::vector<ClaimPart>() : parts_of(recipes());
}

std::vector<ClaimPart> Workspace::own_trainings() {
    return options_.user ? std::vector<ClaimPart>() : parts_of(own_recipes());
}

std::optional<std::string> Workspace::training(const Recipe& recipe) const {
    const auto& [data, shape, seed, name] = recipe;
    part("training on " + name);
    TrainOptions train_with;
    train_with.epochs = epochs_for(data->training);
    train_with.batch = std::min(batch, data->training.size());
    train_with.rate = {.rate = rate_for(data->training)};
    train_with.seed = seed;
    train_with.threads = options_.threads;
    train_with.stop_requested = options_.stop_requested;
    const bool is_large = data->training.size() > most_samples;
    const Dataset some = is_large ? data->training.draw(most_samples, seed) : Dataset();
    const TrainResult trained =
        train(shape, {.training = is_large ? some : data->training}, train_with);
    if (trained.outcome == TrainOutcome::Interrupted) {
        return std::nullopt;
    }
    if (trained.outcome != TrainOutcome::Finished) {
        throw std::runtime_error(fmt::format("training on {}: expected it to finish, got {}: {}",
                                             name, to_string(trained.outcome), trained.reason));
    }
    const auto& network = std::get<ResidualNetwork>(trained.network);
    return task_bytes(
        std::pair(flatten(trained.network), accuracy_on(network, data->test, options_.threads)));
}

std::vector<TrainedNetwork> Workspace::networks_of(const std::vector<Recipe>& recipes) {
    std::vector<TrainedNetwork> made;
    made.reserve(recipes.size());
    for (const Recipe& recipe : recipes) {
        const auto [parameters, accuracy] =
            task_result<std::pair<Vector, double>>(result_of(part_of(recipe)));
        made.push_back({recipe.name, std::get<ResidualNetwork>(unflatten(recipe.shape, parameters)),
                        &recipe.data->test, recipe.seed, accuracy});
    }
    return made;
}

std::vector<TrainedNetwork> Workspace::user_trained() const {
    const Dataset& data = options_.user->data.value();
    return {{options_.user->name, options_.user->network, &data, options_.seed,
             accuracy_on(options_.user->network, data, options_.threads)}};
}

const std::vector<TrainedNetwork>& Workspace::trained() {
    if (trained_) {
        return *trained_;
    }
    if (options_.user) {
        trained_ = options_.user->network.has_shared_weights() ? user_trained()
                                                               : std::vector<TrainedNetwork>();
    } else {
        trained_ = networks_of(recipes());
    }
    return *trained_;
}

const std::vector<TrainedNetwork>& Workspace::trained_own() {
    if (trained_own_) {
        return *trained_own_;
    }
    if (options_.user) {
        const UserNetwork& user = *options_.user;
        const bool is_one =
            !user.network.has_shared_weights() && user.network.has_readout() && user.data;
        trained_own_ = is_one ? user_trained() : std::vector<TrainedNetwork>();
    } else {
        trained_own_ = networks_of(own_recipes());
    }
    return *trained_own_;
}

void Workspace::keep(const std::string& name, std::string result) {
    kept_[name] = std::move(result);
}

std::string Workspace::result_of(const ClaimPart& part) {
    const auto kept = kept_.find(part.name);
    if (kept != kept_.end()) {
        return kept->second;
    }
    std::optional<std::string> made = part.make();
    if (!made) {
        this->part("interrupted");  // on_part ends the run
    }
    return std::move(made.value());
}

}  // namespace resdyn::claims
