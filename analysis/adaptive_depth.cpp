// Claim 9. Depth adjusted during training keeps accuracy: a network whose last layers are dropped
// once their residuals no longer change against its twin that keeps them all.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
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

}  // namespace

Claim adaptive_depth() {
    return {9,
            "Depth adjusted during training keeps accuracy",
            ClaimKind::Empirical,
            Needs::Training,
            "Twins of equal data, seed and budget, one with the depth rule (a tenth of the "
            "training data held out, r in the rule's default norm, tolerances 0.01 and 0.1): test "
            "accuracy no more than the rule's allowance below, by more than 1.96 standard errors "
            "of the paired difference; undecided where no layer was cut.",
            run,
            parts};
}

}  // namespace resdyn::claims
