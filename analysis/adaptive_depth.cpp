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
#include <resdyn/work/task_fields.hpp>

#include "claims.hpp"
#include "workspace.hpp"

namespace resdyn::claims {

namespace {

constexpr double two_sided_95 = 1.96;
constexpr double held_out_share = 0.1;
constexpr std::array tolerances = {0.01, 0.1};

/// 1 where the network is right on a test sample, else 0.
Vector right(const Network& network, const Dataset& data, int threads) {
    const DecisionReport report = decisions(network, data.inputs, data.labels, threads);
    const Eigen::VectorXi last = report.predictions.bottomRows(1).transpose();
    return (last.array() == data.labels.array()).cast<double>();
}

/// What the claim asks of a training: where it is right on the test samples, and its depth.
using Judged = std::pair<Vector, Index>;

std::optional<std::string> train_one(const DataPair& data, const Workspace& workspace,
                                     std::uint64_t seed, const DepthRuleOptions& rule) {
    const Split parts = split(data.training, held_out_share, seed);
    TrainOptions with;
    with.epochs = workspace.epochs_for(data.training);
    with.batch = std::min<Index>(128, parts.training.size());
    with.rate = {.rate = workspace.rate_for(data.training)};
    with.seed = seed;
    with.threads = workspace.threads();
    with.depth_rule = rule;
    with.stop_requested = [&workspace] { return workspace.stop_requested(); };
    const TrainResult result =
        train(workspace.shape_for(data.training),
              {.training = parts.training, .held_out = &parts.held_out}, with);
    if (result.outcome == TrainOutcome::Interrupted) {
        return std::nullopt;
    }
    if (result.outcome != TrainOutcome::Finished) {
        throw std::runtime_error(fmt::format("training on {}: expected it to finish, got {}: {}",
                                             data.name, to_string(result.outcome), result.reason));
    }
    return task_bytes(Judged(right(result.network, data.test, workspace.threads()),
                             std::get<ResidualNetwork>(result.network).depth));
}

ClaimPart fixed_part(const DataPair& data, const Workspace& workspace, std::uint64_t seed) {
    return {fmt::format("{}, seed {}, all layers", data.name, seed),
            [&data, &workspace, seed] { return train_one(data, workspace, seed, {}); }};
}

DepthRuleOptions rule_of(double tolerance) {
    DepthRuleOptions rule;
    rule.enabled = true;
    rule.tolerance = tolerance;
    return rule;
}

ClaimPart adapted_part(const DataPair& data, const Workspace& workspace, std::uint64_t seed,
                       double tolerance) {
    return {fmt::format("{}, seed {}, cut at r < {:g}", data.name, seed, tolerance),
            [&data, &workspace, seed, tolerance] {
                return train_one(data, workspace, seed, rule_of(tolerance));
            }};
}

std::vector<ClaimPart> parts(Workspace& workspace) {
    std::vector<ClaimPart> all;
    for (const DataPair& data : workspace.data_sets()) {
        for (Index s = 0; s < workspace.seeds(); ++s) {
            const std::uint64_t seed = workspace.seed() + static_cast<std::uint64_t>(s);
            all.push_back(fixed_part(data, workspace, seed));
            for (const double tolerance : tolerances) {
                all.push_back(adapted_part(data, workspace, seed, tolerance));
            }
        }
    }
    return all;
}

ClaimResult run(Workspace& workspace) {
    ClaimResult result;
    std::vector<double> k;
    std::vector<double> fixed_accuracy;
    std::vector<double> adapted_accuracy;
    std::vector<double> depths;
    for (const DataPair& data : workspace.data_sets()) {
        for (Index s = 0; s < workspace.seeds(); ++s) {
            const std::uint64_t seed = workspace.seed() + static_cast<std::uint64_t>(s);
            const ClaimPart fixed = fixed_part(data, workspace, seed);
            workspace.part(fixed.name);
            const Vector fixed_right = task_result<Judged>(workspace.result_of(fixed)).first;
            const Index L = workspace.shape_for(data.training).depth;
            for (const double tolerance : tolerances) {
                const DepthRuleOptions rule = rule_of(tolerance);
                const ClaimPart adapted = adapted_part(data, workspace, seed, tolerance);
                const std::string& name = adapted.name;
                workspace.part(name);
                const auto [adapted_right, depth] =
                    task_result<Judged>(workspace.result_of(adapted));
                const MeanWithError difference = mean_with_error(adapted_right - fixed_right);
                k.push_back(static_cast<double>(k.size() + 1));
                fixed_accuracy.push_back(100.0 * fixed_right.mean());
                adapted_accuracy.push_back(100.0 * adapted_right.mean());
                depths.push_back(static_cast<double>(depth));
                if (depth == L) {
                    result.settings.push_back(undecided(
                        name, fmt::format("no cut was made, or none kept: the depth stayed {}; "
                                          "accuracy {:.4f}, without the rule {:.4f}",
                                          L, adapted_right.mean(), fixed_right.mean())));
                    continue;
                }
                result.settings.push_back(exceeds(
                    name, -rule.allowance, difference.mean,
                    two_sided_95 * difference.standard_error,
                    fmt::format("test accuracy with the rule ({:.4f}, {} of {} layers left) less "
                                "without it ({:.4f}), paired by input; prediction: more than the "
                                "rule's allowance of −{:g}; tolerance 1.96 standard errors",
                                adapted_right.mean(), depth, L, fixed_right.mean(),
                                rule.allowance)));
            }
        }
    }
    figures::Figure figure;
    figure.id = "claim-9-depth";
    figure.title = "Accuracy and depth with and without the rule";
    figure.caption =
        "Above: test accuracy with the depth rule (discs) and of its twin that keeps all layers "
        "(circles). Below: the depth that was left. Settings in the order of the table.";
    figure.height = 560;
    figures::Panel above;
    above.x = {.label = "setting", .from = 0.0, .to = static_cast<double>(k.size() + 1)};
    above.y = {.label = "accuracy (%)"};
    above.legend = figures::Legend::Above;
    above.series = {{figures::Mark::Points,
                     "adjusted",
                     "adjusted",
                     {{"setting", k}, {"accuracy", adapted_accuracy}},
                     {.colour = "#0072B2"}},
                    {figures::Mark::Points,
                     "all layers",
                     "all layers",
                     {{"setting", k}, {"accuracy", fixed_accuracy}},
                     {.colour = "#000000", .symbol = 6, .size = 1.4}}};
    figures::Panel below;
    below.x = above.x;
    below.y = {.label = "layers", .from = 0.0, .to = 11.0};
    below.legend = figures::Legend::None;
    below.series = {{figures::Mark::Points,
                     "depth",
                     "",
                     {{"setting", k}, {"depth", depths}},
                     {.colour = "#0072B2", .symbol = 5}}};
    figure.panels = {above, below};
    result.figures.push_back(figure);
    return result;
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
    trained.accuracy = right(result.network, test, 1).mean();
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

std::optional<SeedResult> measure(const Workspace& workspace, const EffectSetting& setting,
                                  std::uint64_t seed) {
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
std::vector<EffectSetting> settings(const Workspace& workspace) {
    std::vector<std::string> sets = {"rings", "moons", "spirals", "xor"};
    const bool quick = workspace.quick();
    const DataPair* wide = quick ? nullptr : workspace.data();
    if (wide != nullptr) {
        sets.push_back(wide->name);
    }
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
                    recipe.samples = std::min<Index>(3000, wide->training.size());
                    recipe.test_samples = std::min<Index>(2000, wide->test.size());
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

Experiment experiment() {
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
        .settings = settings,
        .measure = measure,
        .together = {"a cut", "weights"},
        .version = "claim 9, 1"};
}

}  // namespace

Claim adaptive_depth() {
    return {9,
            "Depth adjusted during training keeps accuracy, and gains over training at that depth",
            ClaimKind::Empirical,
            Needs::Training,
            "A network with the depth rule (a tenth of the training data held out, r in the rule's "
            "default norm, tolerances 0.01 and 0.1) loses less than 0.01 of test accuracy against "
            "its twin that keeps all layers, and is better than a network that has its final depth "
            "from the start: else nothing is gained by adjusting it.",
            run,
            parts,
            false,
            experiment()};
}

}  // namespace resdyn::claims
