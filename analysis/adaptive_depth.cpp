// Claim 9. Depth adjusted during training keeps accuracy: a network whose last layers are dropped
// once their residuals no longer change against its twin that keeps them all, and against networks
// of its final depth that were trained from the start.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <utility>
#include <variant>

#include <resdyn/learning/trainer.hpp>
#include <resdyn/transient/decision.hpp>

#include "claims.hpp"
#include "workspace.hpp"

namespace resdyn::claims {

namespace {

constexpr double held_out_share = 0.1;
constexpr std::array tolerances = {0.01, 0.1};

DepthRuleOptions rule_of(double tolerance) {
    DepthRuleOptions rule;
    rule.enabled = true;
    rule.tolerance = tolerance;
    return rule;
}

/// What a training ended with.
struct Trained {
    bool finished = false;
    double accuracy = 0.0;  ///< on the test samples.
    Index depth = 0;
    double step = 0.0;
    double layer_epochs = 0.0;  ///< Σ over its epochs of the layers trained in them.
};

/// Nothing where a stop was requested.
std::optional<Trained> train_with(const NetworkShape& shape, const Split& parts,
                                  const Dataset& test, const TrainOptions& options) {
    const TrainResult result =
        train(shape, {.training = parts.training, .held_out = &parts.held_out}, options);
    if (result.outcome == TrainOutcome::Interrupted) {
        return std::nullopt;
    }
    Trained trained;
    trained.finished = result.outcome == TrainOutcome::Finished;
    trained.accuracy = decisions(result.network, test.inputs, test.labels, 1).accuracy.back().value;
    trained.depth = std::get<ResidualNetwork>(result.network).depth;
    trained.step = std::get<ResidualNetwork>(result.network).step;
    for (std::size_t epoch = 1; epoch < result.record.size(); ++epoch) {
        trained.layer_epochs += result.record[epoch].depth;
    }
    return trained;
}

/// What a cut does, as a factor of the settings.
constexpr const char* drops_layers = "drops the last layers";
constexpr const char* keeps_time = "keeps hL";

/// How far below the network that keeps all layers the adjusted one may lie: "keeps accuracy".
constexpr double allowed_loss = 0.01;

std::optional<SeedResult> measure_adaptive_depth(const Workspace& workspace,
                                                 const EffectSetting& setting, std::uint64_t seed) {
    const DataPair data = workspace.draw(setting.recipe, seed);
    const Split parts = split(data.training, held_out_share, seed);
    NetworkShape shape = workspace.shape_of(setting.recipe, data.training);
    TrainOptions fixed = workspace.train_options(setting.recipe, seed);
    fixed.batch = std::min(fixed.batch, parts.training.size());
    TrainOptions adjusting = fixed;
    adjusting.depth_rule = rule_of(setting.parameter);
    adjusting.depth_rule.keep_time = setting.further.back().word == keeps_time;
    adjusting.depth_rule.every = std::max<Index>(1, setting.recipe.epochs / 30);
    constexpr double none = std::numeric_limits<double>::quiet_NaN();
    SeedResult result{std::vector<std::optional<double>>(3), std::vector<double>(7, none)};

    const auto adjusted = train_with(shape, parts, data.test, adjusting);
    const auto deep = train_with(shape, parts, data.test, fixed);
    if (!adjusted || !deep) {
        return std::nullopt;
    }
    const Index L = shape.depth;
    result.beside[0] = adjusted->accuracy;
    result.beside[1] = deep->accuracy;
    result.beside[4] = static_cast<double>(adjusted->depth);
    if (!adjusted->finished || !deep->finished) {
        return result;
    }
    result.beside[5] = 1.0 - adjusted->layer_epochs / deep->layer_epochs;
    if (adjusted->depth == L) {
        return result;  // no cut was made, or none kept
    }
    result.effects[0] = allowed_loss + adjusted->accuracy - deep->accuracy;
    shape.depth = adjusted->depth;
    shape.step = adjusted->step;
    const auto shallow = train_with(shape, parts, data.test, fixed);
    // Processor time is that of the layers: as many layers in as many epochs, counted, so that the
    // result does not depend on the machine.
    TrainOptions longer = fixed;
    longer.epochs = std::max<Index>(
        1, std::lround(adjusted->layer_epochs / static_cast<double>(adjusted->depth)));
    const auto as_long = train_with(shape, parts, data.test, longer);
    if (!shallow || !as_long) {
        return std::nullopt;
    }
    result.beside[2] = shallow->accuracy;
    result.beside[3] = as_long->accuracy;
    result.beside[6] = static_cast<double>(longer.epochs);
    if (shallow->finished) {
        result.effects[1] = adjusted->accuracy - shallow->accuracy;
    }
    if (as_long->finished) {
        result.effects[2] = adjusted->accuracy - as_long->accuracy;
    }
    return result;
}

/// Data sets, shared and own weights, both kinds of cut; depths to start from, tolerances and
/// activations take turns.
std::vector<EffectSetting> adaptive_depth_settings(const Workspace& workspace) {
    const std::vector<std::string> sets = design_sets(workspace);
    const bool quick = workspace.quick();
    const DataPair* wide = workspace.data();
    std::vector<EffectSetting> all;
    for (std::size_t set = 0; set < sets.size(); ++set) {
        for (const bool own : {false, true}) {
            for (const bool keeps : {false, true}) {
                if (quick && own) {
                    continue;
                }
                const bool is_wide = wide != nullptr && sets[set] == wide->name;
                const bool deep = (set % 2 == 0) == (own == keeps);
                TrainingRecipe recipe;
                recipe.data = sets[set];
                recipe.activation =
                    ((set % 4 < 2) == own) ? Activation::Tanh : Activation::Logistic;
                recipe.depth = deep ? 20 : 10;
                recipe.step = 6.0 / static_cast<double>(recipe.depth);
                recipe.epochs = is_wide ? 15 : 150;
                recipe.rate = is_wide ? 0.005 : 0.02;
                recipe.own_weights = own;
                if (is_wide) {
                    recipe.samples = 3000;
                    recipe.test_samples = 2000;
                    limit_samples(recipe, *wide);
                }
                if (quick) {
                    recipe.samples = 500;
                    recipe.epochs = 40;
                }
                const double tolerance = tolerances[(set / 2 + (keeps ? 1 : 0)) % 2];
                all.push_back(
                    {.recipe = recipe,
                     .further = {{.name = "tolerance",
                                  .word = fmt::format("tolerance {:g}", tolerance)},
                                 {.name = "a cut", .word = keeps ? keeps_time : drops_layers}},
                     .parameter = tolerance});
            }
        }
    }
    return all;
}

Experiment adaptive_depth_experiment() {
    return {
        .effects =
            {{.name = "keeps accuracy within 0.01",
              .meaning = "0.01 and test accuracy with the rule less that of the twin that keeps "
                         "all layers: positive where less than 0.01 is lost. A network that "
                         "was not cut is no subject.",
              .unit = "accuracy",
              .margin = 0.01},
             {.name = "against its final depth from the start, same epochs",
              .meaning = "Test accuracy with the rule less that of a network that has its final "
                         "depth (and step) from the start, and as many epochs.",
              .unit = "accuracy",
              .margin = 0.01},
             {.name = "against its final depth from the start, same time",
              .meaning = "The same against one that is trained for as many layers times epochs, "
                         "which is the processor time.",
              .unit = "accuracy",
              .margin = 0.01,
              .decides = false}},
        .beside = {"accuracy with the rule", "accuracy, all layers",
                   "accuracy, final depth, same epochs", "accuracy, final depth, same time",
                   "final depth", "share of layers times epochs saved",
                   "epochs of the one of the same time"},
        .settings = adaptive_depth_settings,
        .measure = measure_adaptive_depth,
        .together = {"a cut", "weights"},
        .version = "claim 9, 1"};
}

}  // namespace

Claim adaptive_depth() {
    return {.id = 9,
            .title =
                "Depth adjusted during training keeps accuracy, and gains over training at "
                "that depth",
            .kind = ClaimKind::Empirical,
            .needs = Needs::Training,
            .method =
                "A network with the depth rule (a tenth of the training data held out, r in the "
                "rule's default norm, tolerances 0.01 and 0.1) loses less than 0.01 of test "
                "accuracy against its twin that keeps all layers, and is better than a network "
                "that has its final depth from the start: else nothing is gained by adjusting it.",
            .run = {},
            .experiment = adaptive_depth_experiment()};
}

}  // namespace resdyn::claims
