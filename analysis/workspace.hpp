/// @file
/// What the claims are put to: random systems, and networks trained on the built-in sets and on the
/// user's data by recipes that are fixed here; or the user's own network alone. Trained once, used
/// by every claim.
#pragma once

#include <array>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include <resdyn/data/dataset.hpp>
#include <resdyn/learning/trainer.hpp>
#include <resdyn/model/parameters.hpp>
#include <resdyn/model/residual_network.hpp>

#include "claim.hpp"
#include "experiment.hpp"

namespace resdyn::claims {

/// Labelled data that networks are trained and judged on.
struct DataPair {
    std::string name;
    Dataset training;
    Dataset test;
};

/// The sets that networks are trained on without data of the user.
inline constexpr std::array built_in_sets = {"rings", "moons", "spirals", "xor"};

/// A network of the user, and data for it (test samples only), where there are any.
struct UserNetwork {
    std::string name;
    ResidualNetwork network;
    std::optional<Dataset> data;
};

struct WorkspaceOptions {
    bool quick = false;                 ///< one seed, fewer samples and epochs.
    std::uint64_t seed = 1;             ///< seed, seed + 1, … of weights, data and samples.
    int threads = 0;                    ///< never changes a result.
    std::optional<DataPair> data{};     ///< beside the built-in sets.
    std::optional<UserNetwork> user{};  ///< then nothing is trained and nothing drawn.
    /// Called when a part of a claim begins; may throw to end the run.
    std::function<void(const std::string&)> on_part{};
    std::function<bool()> stop_requested{};  ///< asked while a network is trained.
};

/// A network to analyse, with activities to start from.
struct Subject {
    std::string name;
    ResidualNetwork network;
    Matrix x0;  ///< N×B.
};

/// A trained network, or the user's, with the data that it is judged on.
struct TrainedNetwork {
    std::string name;  ///< "rings, seed 1".
    ResidualNetwork network;
    const Dataset* test = nullptr;
    std::uint64_t seed = 0;
    double accuracy = 0.0;  ///< on `test`.
};

/// A network that one seed of a setting has trained, with the data that the seed has drawn.
struct SeedNetwork {
    std::optional<ResidualNetwork> network;  ///< absent: the training diverged.
    DataPair data;
};

/// Work of a claim that stands alone (a training, a seed of an experiment): the same bytes whenever
/// and wherever it is done, so that a farm can do it before the claim asks.
struct ClaimPart {
    std::string name;  ///< of all parts of all claims no two alike.
    /// Its result (work/task_fields.hpp); nothing where a stop was requested in its midst.
    std::function<std::optional<std::string>()> make;
};

class Workspace {
  public:
    explicit Workspace(WorkspaceOptions options);

    bool quick() const { return options_.quick; }
    int threads() const { return options_.threads; }
    std::uint64_t seed() const { return options_.seed; }
    /// 3, quick: 1.
    Index seeds() const { return options_.quick ? 1 : 3; }
    bool has_user_network() const { return options_.user.has_value(); }
    /// Announces a part of the running claim.
    void part(const std::string& name) const;
    bool stop_requested() const { return options_.stop_requested && options_.stop_requested(); }

    /// The built-in sets (2000 samples each half; quick: 500), then the user's data.
    const std::vector<DataPair>& data_sets();

    /// Random systems (logistic and tanh of N = 2, 6 and 20 units, h = 0.5, L = 20, weights normal
    /// of deviation 2/√N, a draw a seed) and the trained networks with free W; or the user's alone,
    /// if its weights are shared. x0: `starts` columns.
    std::vector<Subject> subjects(Index starts);
    /// The random systems of subjects() only.
    std::vector<Subject> random_subjects(Index starts) const;

    /// Networks whose weights differ by layer: random ones (logistic and tanh, one and two matrices
    /// a layer, N = 6, h = 0.25, L = 8; a draw a seed) and trained_own(); or the user's alone, if
    /// it is one. x0: `starts` columns.
    std::vector<Subject> own_subjects(Index starts);
    /// Trained with weights of its own in every layer, by the same recipes: the built-in sets
    /// (quick: rings and moons) and the user's data, those with the first seed only; or the user's
    /// network alone, if it is one.
    const std::vector<TrainedNetwork>& trained_own();

    /// By data set, then seed; or the user's alone, if its weights are shared. Throws
    /// std::runtime_error if a training diverges.
    const std::vector<TrainedNetwork>& trained();
    /// Its trainings; none with the user's network.
    std::vector<ClaimPart> trainings();
    /// Those of trained_own(); none with the user's network.
    std::vector<ClaimPart> own_trainings();

    /// The user's data beside the built-in sets; null without.
    const DataPair* data() const { return options_.data ? &*options_.data : nullptr; }
    /// At least 16 wide: images rather than a plane.
    bool is_wide(const Dataset& data) const;

    /// @name For experiments (experiment.hpp): from any thread, with one thread
    /// @{
    /// Samples to train and to test on, as many as the recipe says, drawn by the seed.
    DataPair draw(const TrainingRecipe& recipe, std::uint64_t seed) const;
    NetworkShape shape_of(const TrainingRecipe& recipe, const Dataset& data) const;
    /// Adam, cosine; a stop is asked for.
    TrainOptions train_options(const TrainingRecipe& recipe, std::uint64_t seed) const;
    /// The network of the recipe and seed, trained once a process. Nothing where a stop was
    /// requested in its midst.
    std::optional<SeedNetwork> network_of(const TrainingRecipe& recipe, std::uint64_t seed) const;
    /// @}

    /// What a farm has made of the part of this name.
    void keep(const std::string& name, std::string result);
    /// The part's result: as it was kept, or made now. A stop in its midst ends the run.
    std::string result_of(const ClaimPart& part);

    /// The recipe for a data set: data narrower than 16 get 16 units behind an input layer, L = 10,
    /// h = 1, Adam at 0.03 (cosine), 300 epochs; wider ones N = their width, L = 10, h = 0.3, Adam
    /// at 0.004 (cosine), 6 epochs. Quick: 150 and 3 epochs.
    NetworkShape shape_for(const Dataset& data) const;
    Index epochs_for(const Dataset& data) const;
    double rate_for(const Dataset& data) const;

  private:
    /// A training: data, network, seed, and the name that tells it from all others.
    struct Recipe {
        const DataPair* data = nullptr;
        NetworkShape shape;
        std::uint64_t seed = 0;
        std::string name;
    };
    std::vector<Recipe> recipes();
    std::vector<Recipe> own_recipes();
    ClaimPart part_of(const Recipe& recipe) const;
    std::vector<ClaimPart> parts_of(const std::vector<Recipe>& recipes) const;
    std::optional<std::string> training(const Recipe& recipe) const;
    std::vector<TrainedNetwork> networks_of(const std::vector<Recipe>& recipes);

    Subject user_subject(Index starts) const;
    Subject subject_of(const TrainedNetwork& one, Index starts) const;
    std::vector<TrainedNetwork> user_trained() const;

    WorkspaceOptions options_;
    std::vector<DataPair> data_;
    std::optional<std::vector<TrainedNetwork>> trained_;
    std::optional<std::vector<TrainedNetwork>> trained_own_;
    std::map<std::string, std::string> kept_;  ///< results by the part's name.
    mutable std::mutex seeds_mutex_{};
    /// Networks by recipe and seed; absent ones diverged.
    mutable std::map<std::string, std::optional<ResidualNetwork>> seed_networks_{};
};

}  // namespace resdyn::claims
