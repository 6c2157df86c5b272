// Claim 8. Residual networks and perceptrons differ in internal dynamics and in how noise evolves;
// the residual network is more robust.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <stdexcept>

#include <resdyn/studies/twin.hpp>

#include "claims.hpp"
#include "workspace.hpp"

namespace resdyn::claims {

namespace {

/// A perturbation, and its one level, the same for all data (pixels lie in [0, 1], the plane's
/// points within about 1.5 of 0).
struct Perturbation {
    const char* name;
    double level;
};
constexpr std::array perturbations = {
    Perturbation{"gaussian", 0.3},        Perturbation{"uniform", 0.3},
    Perturbation{"salt-and-pepper", 0.2}, Perturbation{"occlusion", 0.5},
    Perturbation{"fgsm", 0.05},           Perturbation{"pgd", 0.05}};

/// Clean accuracy above chance that a twin must have reached, or it did not learn.
constexpr double least_above_chance = 0.1;

const TwinRun& of_kind(const std::vector<TwinRun>& runs, TwinKind kind) {
    return *std::find_if(runs.begin(), runs.end(),
                         [kind](const TwinRun& run) { return run.kind == kind; });
}

std::optional<SeedResult> measure_twins(const Workspace& workspace, const EffectSetting& setting,
                                        std::uint64_t seed) {
    const TrainingRecipe& recipe = setting.recipe;
    const DataPair data = workspace.draw(recipe, seed);
    TwinOptions with;
    choose_perturbation(setting.further.front().word, with);
    with.activation = recipe.activation;
    with.depth = recipe.depth;
    with.width = recipe.units;
    with.step = recipe.step;
    with.seed = seed;
    with.epochs = recipe.epochs;
    with.batch = recipe.batch();
    with.rate = recipe.rate;
    with.levels = {setting.parameter};
    with.draws = 1;
    with.linear = {.sample = 20, .draws = 4, .singular_values = 1};
    with.threads = 1;
    constexpr double none = std::numeric_limits<double>::quiet_NaN();
    SeedResult result{std::vector<std::optional<double>>(5), std::vector<double>(6, none)};
    std::optional<TwinSeed> twins;
    try {
        twins = twin_seed(data.training, data.test, with, 0);
    } catch (const std::runtime_error&) {
        return result;  // a training diverged
    }
    if (!twins) {
        return std::nullopt;
    }
    const auto robust = [](const TwinRun& run) { return run.robust.front(); };
    const TwinRun& shared = of_kind(twins->budget, TwinKind::SharedResidual);
    const TwinRun& own = of_kind(twins->budget, TwinKind::OwnResidual);
    const TwinRun& perceptron = of_kind(twins->budget, TwinKind::Perceptron);
    const TwinRun& shared_matched = of_kind(twins->matched, TwinKind::SharedResidual);
    const TwinRun& own_matched = of_kind(twins->matched, TwinKind::OwnResidual);
    const TwinRun& matched = of_kind(twins->matched, TwinKind::Perceptron);
    result.beside = {shared.clean,
                     perceptron.clean,
                     robust(shared),
                     robust(perceptron),
                     shared_matched.clean - matched.clean,
                     static_cast<double>(shared_matched.epoch - matched.epoch)};
    const double chance = 1.0 / static_cast<double>(data.training.classes);
    if (std::min({shared.clean, own.clean, perceptron.clean}) < chance + least_above_chance) {
        return result;
    }
    const auto middle = shared.noise_gain.size() / 2;
    result.effects = {robust(shared_matched) - robust(matched), robust(shared) - robust(perceptron),
                      robust(own_matched) - robust(matched), robust(own) - robust(perceptron),
                      std::log(shared.noise_gain[middle] / perceptron.noise_gain[middle])};
    return result;
}

/// Every perturbation with two depths and three numbers of epochs; data sets and activations take
/// turns, so that each meets all of them.
std::vector<EffectSetting> twins_settings(const Workspace& workspace) {
    const std::vector<std::string> sets = design_sets(workspace);
    const bool quick = workspace.quick();
    const DataPair* wide = workspace.data();
    std::vector<EffectSetting> all;
    for (std::size_t k = 0; k < perturbations.size(); ++k) {
        for (std::size_t depth = 0; depth < 2; ++depth) {
            for (std::size_t epochs = 0; epochs < 3; ++epochs) {
                if (quick && (depth + epochs + k) % 3 != 0) {
                    continue;
                }
                const std::string& data = sets[(k + 2 * depth + epochs) % sets.size()];
                const bool is_wide = wide != nullptr && data == wide->name;
                TrainingRecipe recipe;
                recipe.data = data;
                recipe.activation =
                    (k + depth + epochs) % 2 == 0 ? Activation::Logistic : Activation::Tanh;
                recipe.depth = depth == 0 ? 3 : 10;
                recipe.step = 5.0 / static_cast<double>(recipe.depth);
                recipe.epochs = (is_wide ? std::array{2, 10, 50} : std::array{10, 40, 160})[epochs];
                recipe.rate = is_wide ? 0.003 : 0.01;
                if (is_wide) {
                    recipe.samples = 3000;
                    recipe.test_samples = 1000;
                    limit_samples(recipe, *wide);
                }
                if (quick) {
                    recipe.samples = 500;
                    recipe.test_samples = 500;
                    recipe.epochs /= 2;
                }
                all.push_back({.recipe = recipe,
                               .further = {{.name = "perturbation", .word = perturbations[k].name}},
                               .parameter = perturbations[k].level});
            }
        }
    }
    return all;
}

Experiment twins_experiment() {
    const std::string levels =
        " Levels: Gaussian and uniform noise 0.3, salt and pepper 0.2, occlusion 0.5, FGSM and PGD "
        "0.05.";
    return {
        .effects =
            {{.name = "equal clean accuracy: ResNet less MLP",
              .meaning = "Accuracy of the residual network with shared weights on perturbed test "
                         "inputs, less that of the perceptron, both at the epochs at which "
                         "their clean accuracies come closest to the lower final one." +
                         levels,
              .unit = "accuracy",
              .margin = 0.02},
             {.name = "equal budget: ResNet less MLP",
              .meaning = "The same after the last epoch of both." + levels,
              .unit = "accuracy",
              .margin = 0.02},
             {.name = "equal clean accuracy: ResNet with own weights less MLP",
              .meaning = "The first effect of the residual network whose layers have weights of "
                         "their own, as those of the perceptron.",
              .unit = "accuracy",
              .margin = 0.02,
              .decides = false},
             {.name = "equal budget: ResNet with own weights less MLP",
              .meaning = "The second, likewise.",
              .unit = "accuracy",
              .margin = 0.02,
              .decides = false},
             {.name = "noise half way: ResNet over MLP",
              .meaning = "log of the energy of small noise that has arrived half way through the "
                         "residual network, relative to the input's, over that in the "
                         "perceptron (linear theory).",
              .unit = "nats",
              .margin = 0.2,
              .decides = false}},
        .beside = {"clean, ResNet", "clean, MLP", "perturbed, ResNet", "perturbed, MLP",
                   "clean accuracy: gap of the matched", "epochs between the matched"},
        .settings = twins_settings,
        .measure = measure_twins,
        .together = {"training steps", "depth", "perturbation"},
        .version = "claim 8, 1"};
}

}  // namespace

Claim resnet_and_perceptron() {
    return {.id = 8,
            .title =
                "ResNet and MLP differ in internal dynamics and noise evolution; the ResNet "
                "is more robust",
            .kind = ClaimKind::Empirical,
            .needs = Needs::Training,
            .method =
                "Twins of equal width, depth, data, budget and seed; compared at equal clean "
                "accuracy and at equal budget, under six perturbations, over depths and numbers "
                "of epochs. A twin that has not learnt (clean accuracy within 0.1 of chance) is "
                "no subject.",
            .run = {},
            .experiment = twins_experiment()};
}

}  // namespace resdyn::claims
