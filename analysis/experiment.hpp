/// @file
/// An empirical claim as the ledger tests it: effects of trained networks, measured seed by seed in
/// settings that are fixed in the code before the run.
///
/// A claim says what is measured and where; the ledger does the rest (sequential_design.hpp):
/// it draws the seeds, has every (setting, seed) done as a task on the farm, looks after 3, 5, 8,
/// 13 and 21 seeds, pools the settings, regresses on their factors and draws it.
#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include <resdyn/learning/regularizer.hpp>
#include <resdyn/model/activation.hpp>
#include <resdyn/statistics/meta_regression.hpp>

namespace resdyn::claims {

class Workspace;
struct DataPair;

/// What a setting's networks are and how they are trained. Data set, form, activation, units,
/// depth, step, total time hL, training steps, weight decay, settling penalty, structure and own
/// weights are factors.
struct TrainingRecipe {
    std::string data = "rings";  ///< a built-in set, or the name of the user's data.
    Index samples = 1000;        ///< to train on, drawn anew by each seed.
    Index test_samples = 2000;   ///< likewise.
    Activation activation = Activation::Logistic;
    /// Residuals: units behind a linear input layer (one matrix), or hidden units M of two-matrix
    /// blocks as wide as the data.
    Index units = 16;
    bool two_matrices = false;
    Index depth = 10;   ///< L.
    double step = 1.0;  ///< h.
    Index epochs = 100;
    double rate = 0.03;  ///< of Adam, cosine.
    double weight_decay = 0.0;
    double settling_penalty = 0.0;                      ///< λ, on the last two residuals.
    WeightStructure structure = WeightStructure::Free;  ///< of one matrix.
    bool own_weights = false;

    /// Samples a step of training: 128, or all there are.
    Index batch() const { return samples < 128 ? samples : 128; }
    Index training_steps() const { return epochs * ((samples + batch() - 1) / batch()); }
};

/// A factor of a setting that the recipe does not have ("noise level"), with its level there.
struct FurtherFactor {
    std::string name;
    FactorScale scale = FactorScale::Words;
    std::string word{};
    double number = std::numeric_limits<double>::quiet_NaN();  ///< of scales other than Words.
};

struct EffectSetting {
    TrainingRecipe recipe{};
    std::vector<FurtherFactor> further{};
    double parameter = 0.0;  ///< for the claim's own use; it must show in `further`.

    /// What tells it from the claim's others: "moons, tanh, 16 units, L = 10, h = 1, 100 epochs".
    std::string name() const;
};

/// The factors of these settings that have at least two levels among them, in a fixed order:
/// those of the recipes, then further ones (which all settings must have, in one order).
std::vector<Factor> factors_of(const std::vector<EffectSetting>& settings);

/// The data sets of a design: the built-in ones and, but for a quick run, the user's as the last.
std::vector<std::string> design_sets(const Workspace& workspace);

/// No more samples than the data have.
void limit_samples(TrainingRecipe& recipe, const DataPair& data);

/// The design that claims share, fixed here: in every data set the same eight factors at two levels
/// (activation, units, depth, total time, training steps, weight decay, structure, own weights),
/// eight settings a set: one half or the other of the 2^(8−4) fraction of resolution IV (G. E. P.
/// Box, J. S. Hunter, Technometrics 3, 1961), so that no factor's slope is mixed with another's or
/// with a pair's over all sets together (over an odd number of sets factors go together in pairs,
/// with a correlation of 1 over that number). The built-in sets and, where there are, the user's
/// data behind an input layer: 32 or 40 settings. Quick: eight small ones.
std::vector<EffectSetting> standard_settings(const Workspace& workspace);

/// An effect of one seed: what is positive supports the claim.
struct Effect {
    std::string name;     ///< short, of the column and the figure: "noise 0.4: ResNet less MLP".
    std::string meaning;  ///< what is measured, a sentence; positive is what the claim says.
    std::string unit;     ///< "accuracy", "correlation", "nats".
    double margin = 0.0;  ///< the smallest effect that matters, > 0, in `unit`.
    /// The claim's verdict is the weakest of its effects that decide (it says all of them:
    /// intersection–union test, R. L. Berger, Technometrics 24, 1982). Others are shown only.
    bool decides = true;
};

/// What one seed of a setting says.
struct SeedResult {
    std::vector<std::optional<double>> effects;  ///< as Experiment::effects; absent: no subject.
    std::vector<double> beside;                  ///< as Experiment::beside; NaN: not there.
};

/// For farms (work/task_fields.hpp).
inline auto task_fields(SeedResult& result) {
    return std::tie(result.effects, result.beside);
}

struct Experiment {
    std::vector<Effect> effects;
    std::vector<std::string> beside;  ///< names of what else is written of a seed.
    /// The settings, no two of one name; the same for the same workspace options.
    std::function<std::vector<EffectSetting>(const Workspace&)> settings;
    /// One seed of one setting: all that is random draws from `seed` (data, weights, order, noise).
    /// Workspace::draw, shape_of, train_options and network_of make networks of the recipe. Called
    /// from several threads at once: it uses one thread itself. Nothing where a stop was requested
    /// (Workspace::stop_requested) in its midst. A training that diverges is a seed without an
    /// effect, not an error.
    std::function<std::optional<SeedResult>(const Workspace&, const EffectSetting&,
                                            std::uint64_t seed)>
        measure;
    /// Factors that are also taken together, in the order in which they enter: as many as there are
    /// ten settings for each.
    std::vector<std::string> together;
    /// Bytes that change where `measure` or its settings mean something else than before, so that a
    /// journal of earlier code is refused: "claim 8, 1".
    std::string version;
};

}  // namespace resdyn::claims
