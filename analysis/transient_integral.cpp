// Claim 6. Inputs are classified by the integral of the transient: the logits are the start plus
// h Σ V y_n, the sum reads out better than the last residual, and inputs that share an attractor
// are told apart by their transients.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include <resdyn/core/stratified_sample.hpp>
#include <resdyn/settling/seeds.hpp>
#include <resdyn/settling/settle.hpp>
#include <resdyn/transient/decision.hpp>
#include <resdyn/transient/evidence.hpp>

#include "claims.hpp"
#include "workspace.hpp"

namespace resdyn::claims {

namespace {

constexpr double two_sided_95 = 1.96;

/// 1 where the column's largest entry is the label's, else 0.
Vector right(const Matrix& scores, const Eigen::VectorXi& labels) {
    const Eigen::VectorXi predicted = predicted_classes(scores);
    return (predicted.array() == labels.array()).cast<double>();
}

struct ReadOuts {
    std::vector<double> start, last, sum, all;
};

/// The inputs that a network is judged on.
Dataset judged_on(const TrainedNetwork& one, const Workspace& workspace) {
    return one.test->draw(workspace.quick() ? 400 : 2000, workspace.seed());
}

/// The ledger and its read-outs; for each input 1 where the network is right, else 0.
Vector add_ledger(ClaimResult& result, const TrainedNetwork& one, const Dataset& some,
                  ReadOuts& shown) {
    const ResidualNetwork& network = one.network;
    const Matrix x0 = initial_activity(network, some.inputs.cast<double>());
    const EvidenceLedger ledger = evidence_ledger(network, x0, some.labels);
    result.settings.push_back(
        agrees(one.name + ": ledger", 0.0, ledger.rounding_residual, ledger.rounding_bound,
               fmt::format("max |(V x_0 + c) + h Σ V y_n − logits| over {} inputs; tolerance: "
                           "rounding",
                           x0.cols())));

    Matrix sum = Matrix::Zero(ledger.logits.rows(), ledger.logits.cols());
    for (std::size_t n = 1; n < ledger.terms.size(); ++n) {
        sum += ledger.terms[n];
    }
    const Vector by_sum = right(sum, some.labels);
    const Vector by_last = right(ledger.terms.back(), some.labels);
    const Vector by_all = right(ledger.logits, some.labels);
    const MeanWithError difference = mean_with_error(by_sum - by_last);
    result.settings.push_back(exceeds(
        one.name + ": Σy against last y", 0.0, difference.mean,
        two_sided_95 * difference.standard_error,
        fmt::format("accuracy of the read-out of h Σ V y_n alone ({:.4f}) less that of the last "
                    "V y alone ({:.4f}), paired by input, tolerance 1.96 standard errors; start "
                    "alone {:.4f}, all {:.4f}",
                    by_sum.mean(), by_last.mean(), ledger.accuracy_from_start.value,
                    by_all.mean())));
    shown.start.push_back(100.0 * ledger.accuracy_from_start.value);
    shown.last.push_back(100.0 * by_last.mean());
    shown.sum.push_back(100.0 * by_sum.mean());
    shown.all.push_back(100.0 * by_all.mean());
    return by_all;
}

void add_network(ClaimResult& result, const TrainedNetwork& one, const Workspace& workspace,
                 ReadOuts& shown) {
    const ResidualNetwork& network = one.network;
    const Dataset some = judged_on(one, workspace);
    const Matrix x0 = initial_activity(network, some.inputs.cast<double>());
    const Vector by_all = add_ledger(result, one, some, shown);

    const std::string name = one.name + ": inputs that share an attractor";
    if (!is_bounded(network.activation)) {
        result.settings.push_back(undecided(name, "attractors are known for bounded f only"));
        return;
    }
    SettleOptions with;
    with.threads = workspace.threads();
    constexpr Index most_followed = 500;
    const std::vector<Index> followed =
        stratified_sample(some.labels, most_followed, workspace.seed());
    const SettleResult settled = settle(
        residual_system(network), initial_preactivation(network, x0(Eigen::all, followed)), with);
    const Eigen::VectorXi labels = some.labels(followed);
    const Vector right_of = by_all(followed);
    // A read-out of the attractor alone gives all inputs of a group one class: at best its largest.
    std::vector<double> gain;
    Index groups = 0;
    double best_by_attractor = 0.0;
    double by_network = 0.0;
    for (const SettledGroup& group : settled.groups) {
        std::vector<Index> counts(static_cast<std::size_t>(network.classes()), 0);
        for (const Index j : group.members) {
            ++counts[static_cast<std::size_t>(labels[j])];
        }
        const auto largest = std::max_element(counts.begin(), counts.end()) - counts.begin();
        if (counts[static_cast<std::size_t>(largest)] == static_cast<Index>(group.members.size())) {
            continue;  // one class only: nothing to tell apart
        }
        ++groups;
        for (const Index j : group.members) {
            const double attractor = labels[j] == largest ? 1.0 : 0.0;
            best_by_attractor += attractor;
            by_network += right_of[j];
            gain.push_back(right_of[j] - attractor);
        }
    }
    if (gain.empty()) {
        result.settings.push_back(
            undecided(name, fmt::format("no attractor is shared by inputs of two classes ({} of {} "
                                        "inputs settled, at {} attractors)",
                                        settled.count(SettleOutcome::Settled), followed.size(),
                                        settled.groups.size())));
        return;
    }
    const auto n = static_cast<double>(gain.size());
    const MeanWithError mean =
        mean_with_error(Eigen::Map<const Vector>(gain.data(), static_cast<Index>(gain.size())));
    result.settings.push_back(exceeds(
        name, 0.0, mean.mean, two_sided_95 * mean.standard_error,
        fmt::format("accuracy of the network ({:.4f}) on {} inputs at {} attractors that they "
                    "share with another class, less the best that the attractor alone allows "
                    "({:.4f}), paired, tolerance 1.96 standard errors",
                    by_network / n, gain.size(), groups, best_by_attractor / n)));
}

ClaimResult run(Workspace& workspace) {
    ClaimResult result;
    ReadOuts shown;
    for (const TrainedNetwork& one : workspace.trained()) {
        workspace.part(one.name);
        add_network(result, one, workspace, shown);
    }
    // No attractor is that of a network whose weights differ by layer: the ledger alone.
    for (const TrainedNetwork& one : workspace.trained_own()) {
        workspace.part(one.name);
        add_ledger(result, one, judged_on(one, workspace), shown);
    }
    std::vector<double> k;
    for (std::size_t i = 0; i < shown.all.size(); ++i) {
        k.push_back(static_cast<double>(i + 1));
    }
    figures::Figure figure;
    figure.id = "claim-6-read-outs";
    figure.title = "What each part of the sum classifies";
    figure.caption =
        "Test accuracy of the read-outs of the start, of the last residual, of the sum of "
        "residuals, and of all; networks in the order of the table.";
    figures::Panel panel;
    panel.x = {.label = "network", .from = 0.0, .to = static_cast<double>(k.size() + 1)};
    panel.y = {.label = "accuracy (%)", .from = 0.0, .to = 102.0};
    panel.legend = figures::Legend::Above;
    const auto add = [&](const char* name, const std::vector<double>& y,
                         const figures::Style& style) {
        panel.series.push_back(
            {figures::Mark::Points, name, name, {{"network", k}, {"accuracy", y}}, style});
    };
    add("start", shown.start, {.colour = figures::palette_colour(3), .symbol = 9});
    add("last y", shown.last, {.colour = figures::palette_colour(1), .symbol = 5});
    add("sum of y", shown.sum, {.colour = figures::palette_colour(0)});
    add("all", shown.all, {.colour = "#000000", .symbol = 6, .size = 1.5});
    figure.panels = {panel};
    result.figures.push_back(figure);
    return result;
}

}  // namespace

Claim transient_integral() {
    return {6,
            "Inputs are classified by the integral of the transient",
            ClaimKind::Empirical,
            Needs::Labelled,
            "The ledger sums to the logits within rounding; the sum of residuals classifies better "
            "than the last one, and the network tells inputs that share an attractor apart better "
            "than the attractor could, by more than 1.96 standard errors of the paired difference.",
            run,
            trainings_of_both,
            true};
}

}  // namespace resdyn::claims
