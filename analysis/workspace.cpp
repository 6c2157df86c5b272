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
#include <resdyn/work/task_fields.hpp>

namespace resdyn::claims {

namespace {

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

std::string training_name(const std::string& data, WeightStructure structure, std::uint64_t seed) {
    const bool free = structure == WeightStructure::Free;
    return fmt::format("{}{}, seed {}", data,
                       free ? "" : fmt::format(", {} W", to_string(structure)), seed);
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
        for (const char* name : {"rings", "moons", "spirals", "xor"}) {
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

std::vector<Subject> Workspace::subjects(Index starts) {
    std::vector<Subject> result;
    if (options_.user) {
        const ResidualNetwork& network = options_.user->network;
        Matrix x0;
        if (options_.user->data) {
            const Dataset some = options_.user->data->draw(starts, options_.seed);
            x0 = initial_activity(network, some.inputs.cast<double>());
        } else {
            x0 = Random(options_.seed).normal_matrix(network.width(), starts, 1.0);
        }
        result.push_back({options_.user->name, network, x0});
        return result;
    }
    result = random_subjects(starts);
    for (const TrainedNetwork& one : trained()) {
        const Matrix inputs = one.test->draw(starts, options_.seed).inputs.cast<double>();
        result.push_back(
            {"trained on " + one.name, one.network, initial_activity(one.network, inputs)});
    }
    return result;
}

std::vector<ClaimPart> Workspace::trainings(WeightStructure structure) {
    std::vector<ClaimPart> parts;
    if (options_.user) {
        return parts;
    }
    for (const DataPair& data : data_sets()) {
        for (Index k = 0; k < seeds(); ++k) {
            const std::uint64_t seed = options_.seed + static_cast<std::uint64_t>(k);
            const std::string name = training_name(data.name, structure, seed);
            parts.push_back({"training on " + name, [this, &data, structure, seed, name] {
                                 return training(data, structure, seed, name);
                             }});
        }
    }
    return parts;
}

std::optional<std::string> Workspace::training(const DataPair& data, WeightStructure structure,
                                               std::uint64_t seed, const std::string& name) const {
    part("training on " + name);
    TrainOptions train_with;
    train_with.epochs = epochs_for(data.training);
    train_with.batch = std::min(batch, data.training.size());
    train_with.rate = {.rate = rate_for(data.training)};
    train_with.regularizer.structure = structure;
    train_with.seed = seed;
    train_with.threads = options_.threads;
    train_with.stop_requested = options_.stop_requested;
    const TrainResult trained =
        train(shape_for(data.training), {.training = data.training}, train_with);
    if (trained.outcome == TrainOutcome::Interrupted) {
        return std::nullopt;
    }
    if (trained.outcome != TrainOutcome::Finished) {
        throw std::runtime_error(fmt::format("training on {}: expected it to finish, got {}: {}",
                                             name, to_string(trained.outcome), trained.reason));
    }
    const auto& network = std::get<ResidualNetwork>(trained.network);
    return task_bytes(
        std::pair(flatten(trained.network), accuracy_on(network, data.test, options_.threads)));
}

const std::vector<TrainedNetwork>& Workspace::trained(WeightStructure structure) {
    std::vector<TrainedNetwork>& networks = trained_[structure];
    if (!networks.empty()) {
        return networks;
    }
    if (options_.user) {
        const Dataset& data = options_.user->data.value();
        networks.push_back({options_.user->name, options_.user->network, &data, options_.seed,
                            accuracy_on(options_.user->network, data, options_.threads)});
        return networks;
    }
    std::vector<TrainedNetwork> made;
    const std::vector<ClaimPart> parts = trainings(structure);
    auto next = parts.begin();
    for (const DataPair& data : data_sets()) {
        for (Index k = 0; k < seeds(); ++k) {
            const std::uint64_t seed = options_.seed + static_cast<std::uint64_t>(k);
            const auto [parameters, accuracy] =
                task_result<std::pair<Vector, double>>(result_of(*next++));
            made.push_back(
                {training_name(data.name, structure, seed),
                 std::get<ResidualNetwork>(unflatten(shape_for(data.training), parameters)),
                 &data.test, seed, accuracy});
        }
    }
    networks = std::move(made);
    return networks;
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
